import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SnapshotMessage } from '../../src/model/review.ts';
import { fixesIn } from '../../src/review/rules/fixes.ts';
import { stripFenced } from '../../src/text/fence.ts';
import { agentIn } from '../support/conversation.ts';
import { project } from '../support/temp-store.ts';
import { DEFAULTS, edited, injectWorld, ran, ranApart } from './world.ts';

const OLD = "src/cart.ts(12,5): error TS2304: Cannot find name 'quantity'.";
const NEW = "/home/ann/other/src/cart.ts(40,9): error TS2304: Cannot find name 'quantity'.";
const failing = { command: 'npx tsc --noEmit', error: NEW, exitCode: 2 };

const mended = [
  { text: 'Make the types pass' },
  ran('npx tsc --noEmit', OLD, 2),
  edited('/home/dev/shop/src/types.ts'),
  ran('npx tsc --noEmit', '', 0),
  { role: 'assistant' as const, text: 'The type was missing.' },
];

describe('an error that was met before', () => {
  it('is told with what mended it, when the same command passed after something had changed', async () => {
    const { inject, agent, talk } = await injectWorld();
    const { session } = await talk('one', mended);
    const text = (await inject.failure(await agent(), failing)) ?? '';
    const short = session.slice(0, 6);
    expect(text).toContain(`[${short}/2] on 2026-11-01`);
    expect(text).toContain('Changed then: src/types.ts');
    expect(text).toContain(`recall_history({ref:"${short}/4", around:8})`);
    expect(text.length).toBeLessThanOrEqual(700);
    expect(stripFenced(text).text).not.toContain('quantity');
  });

  it('is known from sessions whose calls and results are recorded apart, and names the commands that were run', async () => {
    const { inject, agent, talk } = await injectWorld();
    await talk('one', [
      { text: 'Run the tests' },
      ...ranApart('cd app && npm test', "Exit code 1\nError: Cannot find module 'left-pad'", true),
      ...ranApart('npm ls left-pad', '(empty)', false),
      ...ranApart('npm install left-pad', 'added 1 package', false),
      ...ranApart('npm test 2>&1 | tail -5', 'all good', false),
    ]);
    const error = "Error: Cannot find module '/w/node_modules/left-pad'";
    const text = await inject.failure(await agent(), { command: 'npm test', error, exitCode: 1 });
    expect(text).toContain('Run then: `npm install left-pad`');
    expect(text).not.toContain('npm ls');
  });

  it('is known from a record as the rules write it, once its session is forgotten', async () => {
    const { inject, agent, add } = await injectWorld();
    const said = (
      at: number,
      text: string,
      tool: Partial<NonNullable<SnapshotMessage['tool']>>,
    ): SnapshotMessage => ({
      ref: `s/${at}`,
      number: at,
      turn: 1,
      role: 'tool',
      by: 'tool',
      at: null,
      text,
      cut: false,
      tool: {
        name: 'shell',
        command: null,
        exitCode: null,
        failed: false,
        wrote: [],
        outside: false,
        ...tool,
      },
    });
    const [found] = fixesIn(
      [
        said(1, OLD, { command: 'npx tsc --noEmit', exitCode: 2, failed: true }),
        said(2, 'done', { name: 'apply_patch', wrote: ['tsconfig.json'] }),
        said(3, '', { command: 'npx tsc --noEmit', exitCode: 0 }),
      ],
      0,
    );
    if (found === undefined) throw new Error('the rules found nothing');
    await add(found.content, { kind: 'recall', title: found.summary });
    expect(await inject.failure(await agent(), failing)).toContain('Changed after that: `tsconfig.json`');
    expect(
      await inject.failure(await agent(), { ...failing, error: NEW.replace('quantity', 'price') }),
    ).toBeNull();
  });

  it('is found among many sessions that only share words with it', async () => {
    const { inject, agent, talk } = await injectWorld();
    await talk('one', mended);
    for (let at = 0; at < 30; at += 1)
      await talk(
        `noise${at}`,
        [
          { text: 'Go' },
          ran('npx tsc --noEmit', `src/cart.ts(1,1): error TS2304: Cannot find name 'other${at}'.`, 2),
          edited('/home/dev/shop/src/other.ts'),
          ran('npx tsc --noEmit', '', 0),
        ],
        Date.UTC(2026, 10, 2 + (at % 10)),
      );
    expect(await inject.failure(await agent(), failing)).toContain('Changed then: src/types.ts');
  });

  it('is the same in one file only, where any code may say it of any value', async () => {
    const { inject, agent, talk } = await injectWorld();
    const error = (file: string) =>
      `FAIL test/${file}.test.ts\nTypeError: Cannot read properties of undefined (reading 'total')\n    at sum (/w/src/${file}.ts:12:5)`;
    await talk('one', [
      { text: 'Go' },
      ran('npm test', error('cart'), 1),
      edited('/w/src/cart.ts'),
      ran('npm test', 'ok', 0),
    ]);
    const told = async (file: string) =>
      inject.failure(await agent(), { command: 'npm test', error: error(file), exitCode: 1 });
    expect(await told('cart')).toContain('src/cart.ts');
    expect(await told('order')).toBeNull();
  });

  it('is told once to a session, and again when its context was compacted', async () => {
    const { inject, agent, talk } = await injectWorld();
    await talk('one', mended);
    const caller = await agent(await talk('two', [{ text: 'Hello' }]));
    expect(await inject.failure(caller, failing)).not.toBeNull();
    expect(await inject.failure(caller, failing)).toBeNull();
    await inject.sessionStart(caller, { source: 'compact' });
    expect(await inject.failure(caller, failing)).not.toBeNull();
  });

  it('names files that a shell has written', async () => {
    const { inject, agent, talk } = await injectWorld();
    const error = "Error: Cannot find module './zebra-config.json'";
    await talk('one', [
      { text: 'Go' },
      ran('node check.js', error, 1),
      ran('node -e "1 > 2" 2>&1 > /dev/null; cat a => b', '', 0),
      ran("echo '{}' > conf/zebra-config.json", '', 0),
      ran('node check.js', 'ok', 0),
    ]);
    const text = await inject.failure(await agent(), { command: 'node check.js', error, exitCode: 1 });
    expect(text).toContain('Changed then: conf/zebra-config.json\n');
  });

  it('is known from a record that names the very error, where the session is not there any more', async () => {
    const { inject, agent, add } = await injectWorld();
    const error = "ModuleNotFoundError: No module named 'psycopg2'";
    await add(`pytest failed: ${error}\nMended by: uv sync --extra postgres`, { kind: 'recall' });
    const text = await inject.failure(await agent(), {
      command: 'uv run pytest',
      error: `E   ${error}`,
      exitCode: 1,
    });
    expect(text).toContain('uv sync --extra postgres');
    const other = "E   ModuleNotFoundError: No module named 'yaml'";
    for (const failure of [
      { command: 'uv run pytest', error: other, exitCode: 1 },
      { command: 'node a.js', error, exitCode: 1 },
    ])
      expect(await inject.failure(await agent(), failure)).toBeNull();
  });

  it.each([
    ['it never passed', [...mended.slice(0, 3), ran('npx tsc --noEmit', OLD, 2)]],
    ['another command passed', [...mended.slice(0, 3), ran('npx eslint src', '', 0)]],
    ['nothing was changed in between', [mended[0], mended[1], ran('git status', '', 0), mended[3]]],
    [
      'a pipe hid that it still failed',
      [
        ...mended.slice(0, 3),
        ran('npx tsc --noEmit | head -3', 'src/a.ts(1,1): error TS1005: Semicolon expected here.', 0),
      ],
    ],
    [
      'another program printed it',
      [mended[0], ran('make lint', OLD, 2), edited('/a/b.ts'), ran('make lint', '', 0)],
    ],
  ])('is not told when %s', async (_why, said) => {
    const { inject, agent, talk } = await injectWorld();
    await talk(
      'one',
      said.flatMap((one) => (one === undefined ? [] : [one])),
    );
    expect(await inject.failure(await agent(), failing)).toBeNull();
  });

  it.each([
    { ...failing, error: '' },
    { ...failing, error: 'Error' },
    { ...failing, error: 'Exit code 2\nboom' },
    { ...failing, error: 'npm error code ELIFECYCLE' },
    { ...failing, error: "src/cart.ts(12,5): error TS2304: Cannot find name 'price'." },
    { ...failing, exitCode: 0 },
    { ...failing, command: 'cat log.txt' },
  ])('is not told for %j', async (failure) => {
    const { inject, agent, talk } = await injectWorld();
    await talk('one', mended);
    expect(await inject.failure(await agent(), failure)).toBeNull();
  });

  it('is not told of the turn that goes on, of another project, or where it is turned off', async () => {
    const { inject, service, agent, talk, store } = await injectWorld();
    const own = await talk('one', mended);
    expect(await inject.failure(await agent(own), failing)).toBeNull();
    const elsewhere = await agentIn(store, null, await project(store, 'other'));
    expect(await inject.failure(elsewhere, failing)).toBeNull();
    const off = service({ settings: { ...DEFAULTS.settings, failures: false } });
    expect(await off.failure(await agent(), failing)).toBeNull();
  });

  it('is told in 700 characters at most, whatever was printed and changed', async () => {
    const { inject, agent, talk } = await injectWorld();
    const caller = await agent();
    let [at, told] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.array(fc.string({ minLength: 1, maxLength: 90 }), { minLength: 1, maxLength: 8 }),
        async (noise, files) => {
          at += 1;
          const error = `Error: Cannot find module 'zebra-${at}-quagga' ${noise} </midturn-data id="x">`;
          await talk(`p${at}`, [
            { text: 'Go' },
            ran('npm run build', error, 1),
            ...files.map((file) => edited(`/w/${file}`)),
            ran('npm run build', 'built', 0),
          ]);
          const text = (await inject.failure(caller, { command: 'npm run build', error, exitCode: 1 })) ?? '';
          expect(text.length).toBeLessThanOrEqual(700);
          if (text !== '') told += 1;
          expect(stripFenced(text).text).not.toContain('quagga');
        },
      ),
      { numRuns: 15 },
    );
    expect(told).toBeGreaterThan(10);
  });
});
