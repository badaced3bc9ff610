import { describe, expect, it } from 'vitest';
import { volatileRule } from '../../src/text/volatile.ts';

const VOLATILE: Readonly<Record<string, readonly string[]>> = {
  'task-progress': [
    'Round 2 pending',
    'Phase 3 of 5 is done.',
    'Currently working on the login form.',
    "We're still debugging the import.",
    'The migration is 60 % done',
    '14 of 20 files migrated',
    'Refactoring of the parser is in progress.',
    'Step 4 is next',
    'Runde 2 offen',
    '目前正在修复登录问题',
    '第2轮待完成',
    'Сейчас работаю над импортом',
  ],
  'next-step': [
    'Next step: write the migration',
    'The tests still need to be written.',
    'Remaining work: docs and changelog',
    'Will continue with the parser tomorrow',
  ],
  'commit-news': [
    'Fix committed as 3f2a91c',
    'Pushed to main: 9c0d1e2f',
    'Latest commit is a1b2c3d4e5',
    'HEAD is now at 4be1d20',
    'Commit 7d0a1b2 was pushed',
    'The change to the cache landed in `0f1e2d3c`',
  ],
  'review-status': [
    'MR !123 is open',
    'PR #45 has been merged',
    'Pull request #7 is waiting for review',
    'Issue #12 is closed',
    'Waiting for review',
    'MR 88 is ready for review',
  ],
  'run-status': [
    'Tests pass now',
    'The tests now pass.',
    'All 312 tests pass.',
    'CI is green again',
    'The build is currently broken',
    '310 passed, 2 failed',
    '3 tests still failing',
    'Alle Tests laufen jetzt',
    '测试全部通过了',
  ],
  'todo-state': [
    'TODO: rename the flag',
    '- [ ] write docs',
    '[x] parser',
    'WIP: new layout',
    'The todo list has 3 open',
  ],
  'session-outcome': [
    'I fixed the login bug.',
    'We implemented the retry and the cache.',
    'In this session we added three endpoints.',
    'Successfully deployed version 2',
    'This session was spent on the importer.',
  ],
};

const LASTING = [
  'The API broke in commit 3f2a91c; later versions need the v2 header.',
  'Pinned to commit 9c0d1e2f because later ones crash on ARM.',
  'The bug was introduced in 4be1d20.',
  'Commit messages follow Conventional Commits.',
  'The vendored fork of libfoo is at a1b2c3d4e5 and must not be updated.',
  'Node 20.19 is the oldest supported version.',
  'Since 2026-03-01 invoices carry a tax id.',
  'The release is on the first Monday of each month.',
  'Tests need Docker to pass.',
  'The tests fail when TZ is not UTC.',
  'Run the tests with npm test before pushing.',
  'The user prefers small pull requests.',
  'Merge requests are merged with squash.',
  'A pull request needs two approvals.',
  'PRs are merged by squash.',
  'CI must be green before a merge.',
  'The build takes 5 minutes.',
  'The pipeline has 3 stages: lint, test, deploy.',
  'Phase 2 clinical trials are stored in the table trials_p2.',
  'Step 3 of the deployment needs the VPN.',
  'The to-do app is in apps/todo.',
  'TODO comments are forbidden in src.',
  'We decided to use PostgreSQL because of JSONB.',
  'We use pnpm, not npm.',
  'Jane is working in the Berlin office.',
  'The currently supported languages are German and English.',
  'Open issues are tracked in Linear.',
  'The worker marks rows as pending, then done.',
  'A job has the states pending, running and done.',
  'Round trips to the database take 20 ms.',
  'The next release train leaves in March.',
  'We added a cache to the client to cut the load on the registry.',
  'The password reset was fixed by rotating the key in v2.3.1.',
  'Use sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4 for the empty archive.',
  'The user works from 9 to 17 in Europe/Berlin.',
  'Draft documents are kept in docs/drafts.',
  'The 404 page is at 100 % of the width.',
  'If the build is red, clear node_modules first.',
  'Der Benutzer bevorzugt kurze Antworten.',
  '测试必须在 UTC 时区运行',
  'Всегда запускай тесты в UTC.',
  'MR titles start with the ticket number.',
  'The issue tracker is closed to the public.',
  'The lint step now runs in CI as well as locally.',
  'The default branch is main.',
  'Blockers are labelled P0.',
  '',
];

describe('volatileRule', () => {
  it.each(Object.entries(VOLATILE).flatMap(([rule, texts]) => texts.map((text) => [rule, text] as const)))(
    '%s: %s',
    (rule, text) => {
      expect(volatileRule(text)).toBe(rule);
    },
  );

  it.each(LASTING)('still holds in two weeks: %s', (text) => {
    expect(volatileRule(text)).toBeNull();
  });
});
