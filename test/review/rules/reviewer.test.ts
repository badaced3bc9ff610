import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../src/compile/envelope.ts';
import type { ReviewRequest } from '../../../src/model/review.ts';
import { type RulesDeps, rulesReviewer } from '../../../src/review/rules/index.ts';
import { person, ran, snapshotOf, wrote } from './support.ts';

const REQUEST: ReviewRequest = {
  signal: new AbortController().signal,
  mayCall: async () => true,
  spent: async () => undefined,
};
const review = (snapshot: ReturnType<typeof snapshotOf>, deps?: RulesDeps) =>
  rulesReviewer(deps).review(snapshot, REQUEST);

const SESSION = [
  person('Never push to main. Call me Robin.'),
  ran('npm test', 1, 'Error: Cannot find module x'),
  wrote('package.json'),
  ran('npm test', 0),
];

describe('the rules reviewer', () => {
  it('costs nothing and answers with items that an envelope takes as they are', async () => {
    const { output, usage } = await review(snapshotOf(SESSION));
    expect(usage.calls).toBe(0);
    const parsed = parseEnvelope(output);
    expect(parsed.rejected).toEqual([]);
    expect(parsed.notes).toEqual([]);
    expect(parsed.items.map(({ item }) => [item.family, item.scope])).toEqual([
      ['memory_updates', 'project'],
      ['memory_updates', 'user'],
      ['recall_candidate', 'project'],
    ]);
  });

  it('proposes nothing that is known already, and nothing twice', async () => {
    const memory_md = '# Memory\n\n## Push\n\nNever push to main.\n';
    const known = snapshotOf([person('never push to main'), person('I said: never push to main!')], {
      comparison: { memory_md },
    });
    expect((await review(known)).output.memory_updates).toEqual([]);
    const twice = snapshotOf([person('never push to main'), person('never push to main')]);
    expect((await review(twice)).output.memory_updates).toHaveLength(1);
  });

  it('replaces what the person speaks against', async () => {
    const memory_md =
      '# Memory\n\n## Package manager\n\nWe use npm in this repo.\n\n## Tests\n\nWe use vitest.\n';
    const { output } = await review(
      snapshotOf([person('from now on we use pnpm instead of npm in this repo')], {
        comparison: { memory_md },
      }),
    );
    expect(output.memory_updates).toMatchObject([{ action: 'replace', old_summary: 'Package manager' }]);
  });

  it('replaces a name by the new one', async () => {
    const user_md = '# User\n\n## Name\n\nCall me Robert\n';
    const { output } = await review(snapshotOf([person('call me Robin')], { comparison: { user_md } }));
    expect(output.memory_updates).toMatchObject([
      { action: 'replace', old_summary: 'Name', content: 'Call me Robin' },
    ]);
  });

  it('looks at no turn again', async () => {
    const { output } = await review(snapshotOf(SESSION, { reviewedUpTo: 1 }));
    expect(output).toEqual({ memory_updates: [], recall_candidate: [], skill_action: [] });
  });

  it('drafts a skill where a source of earlier sessions is there', async () => {
    const commands = ['npm version minor', 'npm run build', 'git push --follow-tags'];
    const snapshot = snapshotOf([person('release'), ...commands.map((command) => ran(command, 0))]);
    const procedures = {
      earlierProcedures: async () => [
        { session: 'a', commands },
        { session: 'b', commands },
      ],
    };
    expect((await review(snapshot)).output.skill_action).toEqual([]);
    const { output } = await review(snapshot, { procedures });
    expect(parseEnvelope(output).rejected).toEqual([]);
    expect(output.skill_action).toMatchObject([{ action: 'create', scope: 'project' }]);
  });

  it('stops when it is told to', async () => {
    await expect(
      rulesReviewer().review(snapshotOf(SESSION), { ...REQUEST, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: 'aborted' });
  });
});
