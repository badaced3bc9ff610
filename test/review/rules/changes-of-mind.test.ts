import { describe, expect, it } from 'vitest';
import type { ReviewRequest } from '../../../src/model/review.ts';
import { rulesReviewer } from '../../../src/review/rules/index.ts';
import { answerLanguage, qualifiersOf, toolSlot } from '../../../src/review/rules/slots.ts';
import { contentsOf, person, snapshotOf } from './support.ts';

const REQUEST: ReviewRequest = {
  signal: new AbortController().signal,
  mayCall: async () => true,
  spent: async () => undefined,
};

type Place = 'user_md' | 'memory_md';

async function proposed(place: Place, stored: readonly string[], ...said: readonly string[]) {
  const entries = stored.map((content, at) => `## Entry ${at + 1}\n\n${content}\n`).join('\n');
  const comparison = stored.length === 0 ? {} : { [place]: `# Known\n\n${entries}` };
  const { output } = await rulesReviewer().review(snapshotOf(said.map(person), { comparison }), REQUEST);
  return output.memory_updates;
}

describe('what names the old thing takes its place', () => {
  it.each<readonly [Place, string, string, string]>([
    ['memory_md', 'We use uv, not pip', 'No, we use poetry now, not uv.', 'We use poetry, not uv.'],
    ['memory_md', 'We use yarn, not npm.', 'No, we use pnpm now, not yarn.', 'We use pnpm, not yarn.'],
    ['memory_md', 'We use yarn, not npm.', 'No, we use npm now, not yarn.', 'We use npm, not yarn.'],
    [
      'memory_md',
      'We use pnpm, not npm.',
      'We no longer use pnpm, we switched to bun.',
      'We no longer use pnpm, we switched to bun.',
    ],
    ['memory_md', 'We use jest.', 'We use vitest now, not jest.', 'We use vitest, not jest.'],
    ['memory_md', 'We use eslint for linting.', 'We now use biome, not eslint.', 'We use biome, not eslint.'],
    ['memory_md', 'We use jest.', 'We switched from jest to vitest.', 'We switched from jest to vitest.'],
    [
      'memory_md',
      'Wir nutzen yarn.',
      'Wir benutzen jetzt pnpm, nicht mehr yarn.',
      'Wir benutzen pnpm, nicht mehr yarn.',
    ],
    ['memory_md', 'We use pnpm, not npm.', 'No, we use yarn here.', 'We use yarn here.'],
    [
      'user_md',
      'Immer auf Deutsch antworten.',
      'Stop answering in German, answer in English from now on.',
      'Answer in English.',
    ],
    [
      'user_md',
      'Always answer in French.',
      'Stop answering in French, answer in Italian from now on.',
      'Answer in Italian.',
    ],
    [
      'user_md',
      'Réponds toujours en français.',
      'Antworte ab jetzt auf Deutsch.',
      'Antworte ab jetzt auf Deutsch.',
    ],
  ])('%s: "%s" makes way for "%s"', async (place, stored, said, content) => {
    expect(await proposed(place, ['The port is 5433.', stored], said)).toMatchObject([
      { action: 'replace', old_summary: 'Entry 2', content },
    ]);
  });

  it.each<readonly [Place, string, string]>([
    ['memory_md', 'We use npm in the docs folder.', 'We use pnpm now, not npm.'],
    ['memory_md', 'We use docker compose on staging, started by make.', 'We use podman now, not docker.'],
    ['memory_md', 'We use yarn workspaces with hoisting off.', 'We use pnpm now, not yarn.'],
    ['memory_md', 'We use pytest for the importer.', 'No, we use vitest now, not jest.'],
    ['memory_md', 'Never use jest.', 'We use vitest now, not jest.'],
    ['user_md', 'Write commit messages in English.', 'Answer in German from now on.'],
    ['user_md', 'Answer questions about the contract in German.', 'Answer in English from now on.'],
  ])('another subject stays: "%s" beside "%s"', async (place, stored, said) => {
    expect(await proposed(place, [stored], said)).toMatchObject([{ action: 'add' }]);
  });

  it('takes none away where it may mean several', async () => {
    const stored = ['We use docker.', 'We use docker, not vagrant.'];
    expect(await proposed('memory_md', stored, 'We use podman now, not docker.')).toMatchObject([
      { action: 'add', content: 'We use podman, not docker.' },
    ]);
  });

  it('keeps what was said last of what was put right in one session', async () => {
    const updates = await proposed(
      'memory_md',
      ['We use yarn.'],
      'We use npm, not yarn.',
      'No, we use pnpm now, not npm.',
    );
    expect(updates).toMatchObject([
      { action: 'replace', old_summary: 'Entry 1', content: 'We use pnpm, not npm.' },
    ]);
  });

  it.each([
    'Use npm now, not yarn.',
    'We use npm now, not yarn, until the lockfile is mended.',
    'Do we use pnpm now, not yarn?',
    'We now use the cache.',
    'We switched from jest to vitest last year and the tests are slow.',
  ])('a "now" of the moment stays one: %s', (said) => {
    expect(contentsOf(person(said))).toEqual([]);
  });
});

describe('what is allowed again', () => {
  const BAN = 'Never commit directly to main.';

  it.each([
    [BAN, 'You may commit directly to main again.'],
    [BAN, 'ok, from now on you may commit to main'],
    [BAN, "It's fine to commit directly to main again"],
    ["Don't edit the generated clients.", 'You can edit the generated clients again.'],
    ['Nie direkt auf main committen.', 'Du darfst wieder direkt auf main committen.'],
  ])('takes the place of the ban "%s": %s', async (ban, said) => {
    expect(await proposed('memory_md', ['Never push to staging.', ban], said)).toMatchObject([
      { action: 'replace', old_summary: 'Entry 2' },
    ]);
  });

  it.each([
    'Can I commit directly to main again?',
    'You may commit directly to main.',
    'You may commit directly to main again for this hotfix.',
    'You may commit directly to develop again.',
    'You can run the tests again.',
    'The docs say you may commit directly to main again.',
  ])('says nothing of the ban with: %s', async (said) => {
    expect(await proposed('memory_md', [BAN, 'Never run the tests.'], said)).toEqual([]);
  });

  it('is nothing without a ban, and takes back one of the same session', async () => {
    expect(await proposed('memory_md', [], 'You may commit directly to main again.')).toEqual([]);
    expect(await proposed('memory_md', [], BAN, 'You may commit directly to main again.')).toEqual([]);
    expect(await proposed('memory_md', [], BAN, 'From now on you may commit directly to main')).toEqual([]);
  });

  it('makes way for the ban that comes back', async () => {
    expect(await proposed('memory_md', ['You may commit directly to main again.'], BAN)).toMatchObject([
      { action: 'replace', old_summary: 'Entry 1', content: BAN },
    ]);
  });

  it('stands beside the bans where several fit', async () => {
    const bans = [BAN, 'Do not commit directly to main'];
    expect(await proposed('memory_md', bans, 'You may commit directly to main again.')).toMatchObject([
      { action: 'add' },
    ]);
  });
});

describe('the subject of a rule', () => {
  it('is a slot only where the rule says nothing else', () => {
    expect(toolSlot('We use pnpm, not npm.')).toEqual({ name: 'package manager', tool: 'pnpm' });
    expect(toolSlot('We use pnpm in the docs folder.')).toBeNull();
    expect(toolSlot('We use pnpm and yarn.')).toBeNull();
    expect(toolSlot('We use redis.')).toBeNull();
    expect(qualifiersOf('We use pnpm here because it is faster')).toEqual([]);
    expect(qualifiersOf('We use pnpm in the docs folder')).toEqual(['docs', 'folder']);
  });

  it('is the language of the answers in whatever language it is said', () => {
    expect(answerLanguage('Always answer in French.')).toBe('fr');
    expect(answerLanguage('Immer auf Deutsch antworten')).toBe('de');
    expect(answerLanguage('Answer in Italian from now on, not French.')).toBe('it');
    expect(answerLanguage('Answer in German or English')).toBeNull();
    expect(answerLanguage('Answer customers in German')).toBeNull();
    expect(answerLanguage('Comments are in English')).toBeNull();
  });
});

describe('wishes for the manner of the agent', () => {
  it.each([
    ['Stop apologising!', 'user'],
    ['Stop apologizing.', 'user'],
    ["I don't like it when you rewrite whole files; make small edits.", 'user'],
    ["Don't add comments to code that explain what the code does.", 'user'],
  ])('are kept: %s', async (said, scope) => {
    expect(await proposed('memory_md', [], said)).toMatchObject([{ action: 'add', scope }]);
  });

  it.each([
    "Don't add comments to this function.",
    "I don't like it.",
    'I like it, take it.',
    "don't add comments to the ticket",
  ])('are none for the moment: %s', async (said) => {
    expect(await proposed('memory_md', [], said)).toEqual([]);
  });
});

it('a decision of one person with its reason is kept', async () => {
  const said =
    'I decided to drop Redis and use Postgres LISTEN/NOTIFY because it is one service less to run.';
  expect(await proposed('memory_md', [], said)).toMatchObject([{ scope: 'project', content: said }]);
  expect(await proposed('memory_md', [], 'I decided to drop Redis.')).toEqual([]);
});
