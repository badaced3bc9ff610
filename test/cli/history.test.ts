/** midturn history: the same answers as an agent gets, for people and scripts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { at, type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;

beforeEach(async () => {
  cli = commandLine();
  const said: ReadonlyArray<readonly [role: string, text: string]> = [
    ['user', 'the zeppelin test fails with ECONNREFUSED'],
    ['assistant', 'the database was not running, I have started it'],
    ['user', 'now rename the mooring mast'],
    ['assistant', 'renamed to \u001b[31mmast_two\u0007'],
  ];
  const lines = said.map(([role, text], index) =>
    JSON.stringify({ session: 'one', role, text, time: `2026-11-21T09:0${index}:00Z` }),
  );
  await cli.midturn(['import', cli.write('log.ndjson', `${lines.join('\n')}\n`)]);
});

describe('history', () => {
  it('lists recent turns, each with the command that opens it', async () => {
    const { code, out } = await cli.midturn('history');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^\w{6}#2 · 2026-11-21 09:02 · ndjson · "now rename the mooring mast" · .*midturn history --session \w{6} --turns 2$/m,
    );
    expect(out).not.toContain('recall_history');
  });

  it('finds what was said, without a fence and without control characters', async () => {
    const { out } = await cli.midturn('history zeppelin ECONNREFUSED');
    expect(out).toContain('the zeppelin test fails with ECONNREFUSED');
    expect(out).not.toContain('midturn-data');
    expect((await cli.midturn('history mast_two')).out).toContain('renamed to mast_two');
  });

  it('gives hits as JSON', async () => {
    const { json } = await cli.midturn('history zeppelin --json');
    expect(json).toMatchObject({
      hits: [
        {
          ref: expect.stringMatching(/^\w{6}\/1$/),
          title: expect.any(String),
          text: expect.stringContaining('zeppelin'),
          scope: 'project',
          project: 'shop',
          state: 'kept',
          at: '2026-11-21T09:00:00.000Z',
          score: expect.any(Number),
          role: 'user',
          client: 'ndjson',
        },
      ],
      abstained: false,
    });
  });

  it('goes on with the cursor of an earlier answer', async () => {
    const first = await cli.midturn('history --limit 1 --json');
    const cursor = at(first.json, 'next_cursor');
    expect(at(first.json, 'next')).toBe(`midturn history --cursor ${String(cursor)}`);
    const second = await cli.midturn(`history --cursor ${String(cursor)} --json`);
    expect(at(first.json, 'hits', 0, 'turn')).toBe(2);
    expect(at(second.json, 'hits', 0, 'turn')).toBe(1);
    expect(at(second.json, 'next_cursor')).toBeNull();
  });

  it('narrows by time, role, client and project', async () => {
    const refs = async (flags: string): Promise<unknown> =>
      at((await cli.midturn(`history zeppelin mooring ${flags} --json`)).json, 'hits', 'length');
    expect(await refs('')).toBe(2);
    expect(await refs('--since 2026-11-21T09:01:00Z')).toBe(1);
    expect(await refs('--until 2026-11-21T09:01:00Z')).toBe(1);
    expect(await refs('--role assistant')).toBe(0);
    expect(await refs('--client codex')).toBe(0);
    expect(await refs('--project all')).toBe(2);
  });

  it('reads one message with its neighbours, and turns whole', async () => {
    const ref = at((await cli.midturn('history zeppelin --json')).json, 'hits', 0, 'ref');
    const around = await cli.midturn(`history --ref ${String(ref)} --around 1`);
    expect(around.out).toContain('the zeppelin test fails');
    expect(around.out).toContain('the database was not running');
    const session = String(ref).split('/')[0];
    expect((await cli.midturn(`history --session ${session} --turns 1-2`)).out).toContain(
      'now rename the mooring mast',
    );
    const last = await cli.midturn(`history --session ${session} --last 1`);
    expect(last.out).toContain('renamed to mast_two');
    expect(last.out).not.toContain('zeppelin');
  });

  it('says so when nothing fits, and succeeds', async () => {
    expect((await cli.midturn('history quantum chromodynamics --json')).json).toMatchObject({
      hits: [],
      abstained: true,
      reason: expect.any(String),
    });
    expect((await cli.midturn('history quantum chromodynamics')).code).toBe(0);
  });
});
