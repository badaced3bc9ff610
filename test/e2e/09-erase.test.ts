/** Erasing through the built program: real transcripts, rendered files, kill -9, and every byte of the home looked at. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { finished, run, start } from '../support/built-program.ts';
import { holding } from '../support/erase-world.ts';
import { tempFolder } from '../support/temp-store.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

function place(scenarios: readonly string[] = []) {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(join(cwd, '.git'), { recursive: true });
  writeFileSync(join(cwd, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  for (const scenario of scenarios) {
    const [client = '', name = ''] = scenario.split('/');
    cpSync(join(FIXTURES, client, name), join(home, client === 'codex' ? '.codex' : '.claude'), {
      recursive: true,
    });
  }
  return { home, cwd, data: join(home, '.midturn') };
}

type Place = ReturnType<typeof place>;

async function json(words: readonly string[], at: Place) {
  const { code, stdout, stderr } = await run([...words, '--json'], at);
  expect([words.join(' '), code, stderr]).toEqual([words.join(' '), 0, '']);
  return JSON.parse(stdout);
}

/** Pieces of what the session's messages say, long enough to be told from anything else. */
async function saidIn(at: Place, session: string): Promise<string[]> {
  const { hits } = await json(['history', '--session', session, '--full'], at);
  return hits.flatMap(({ text }: { text: string }) =>
    text.split(/[^\p{L}\p{N} ,.:/-]+/u).filter((piece) => piece.trim().length >= 24),
  );
}

describe.each(['codex/plain', 'codex/fork', 'claude-code/plain', 'claude-code/fork', 'claude-code/rewind'])(
  'a real session: %s',
  (scenario) => {
    it('is gone from every byte, and neither import nor rebuild brings it back', async () => {
      const at = place([scenario]);
      const { sessions } = await json(['import'], at);
      expect(sessions.length).toBeGreaterThan(0);
      const pieces = new Set<string>();
      for (const { session } of sessions)
        for (const piece of await saidIn(at, session)) pieces.add(piece.trim());
      const stored = [...pieces].filter((piece) => holding(at.data, piece).length > 0);
      expect(stored.length).toBeGreaterThan(0);
      for (const { session } of sessions) {
        const report = await json(['forget', session, '--erase', '--yes'], at);
        expect(report.erased.check).not.toBe('found');
        expect(report.transcripts.length).toBeGreaterThan(0);
      }
      const left = () => stored.filter((piece) => holding(at.data, piece).length > 0);
      expect(left()).toEqual([]);
      // The same transcripts under other names, as a client's copy or a restored disk would show them.
      const copy = place();
      cpSync(at.home, copy.home, { recursive: true, filter: (path) => !path.includes('.midturn') });
      cpSync(at.data, copy.data, { recursive: true });
      const again = await json(['import'], copy);
      expect(again.added ?? 0).toBe(0);
      await run(['doctor', '--rebuild'], copy);
      expect(stored.filter((piece) => holding(copy.data, piece).length > 0)).toEqual([]);
    }, 60_000);
  },
);

it('takes the words out of rendered files, and leaves the other entries as they were', async () => {
  const at = place();
  const { id } = await json(['remember', 'The vault code lies under the blue card'], at);
  await json(['remember', 'Deploys run on Tuesdays'], at);
  await run(['compile'], at);
  expect(holding(at.data, 'blue card').some((name) => name.endsWith('.md'))).toBe(true);
  const { erased } = await json(['forget', id, '--erase', '--yes'], at);
  expect(erased).toMatchObject({ check: 'none', left: [] });
  expect(holding(at.data, 'blue card')).toEqual([]);
  expect(holding(at.data, 'Deploys run on Tuesdays').some((name) => name.endsWith('.md'))).toBe(true);
});

it('is gone on with after kill -9, wherever that hits', async () => {
  for (const delay of [60, 90, 120, 150, 180, 210, 260]) {
    const at = place();
    const path = join(at.home, 'long.ndjson');
    const lines = Array.from({ length: 1_500 }, (_, number) =>
      JSON.stringify({
        session: 'long',
        role: number % 2 === 0 ? 'user' : 'assistant',
        text: `Message ${number} about zanzibarquux7 ${'and so on '.repeat(number % 40 === 0 ? 2_000 : 5)}`,
      }),
    );
    writeFileSync(path, `${lines.join('\n')}\n`);
    const { sessions } = await json(['import', path], at);
    const child = start(['forget', sessions[0].session, '--erase', '--yes'], at);
    const ended = finished(child, '');
    await sleep(delay);
    child.kill('SIGKILL');
    await ended;
    // Whoever comes next goes on. One that was killed before it began is asked for again.
    await run(['status'], at);
    const shown = await run(['history', '--session', sessions[0].session, '--turns', '1', '--json'], at);
    const begun = !shown.stdout.includes('zanzibarquux7');
    expect([delay, begun && holding(at.data, 'zanzibarquux7').length > 0]).toEqual([delay, false]);
    if (!begun) await json(['forget', sessions[0].session, '--erase', '--yes'], at);
    expect([delay, holding(at.data, 'zanzibarquux7')]).toEqual([delay, []]);
  }
}, 120_000);
