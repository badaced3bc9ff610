/** midturn undo, memories history and forget at the command line. */
import { utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at, commandLine } from './command-line.ts';

describe('midturn undo', () => {
  it('lists the latest receipts, and takes one back', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const { json } = await cli.midturn('undo --json');
    const id = String(at(json, 'receipts', 0, 'id'));
    expect(json).toMatchObject({
      receipts: [
        { id, kind: 'remember', surface: 'cli', records: [expect.stringMatching(/^m_/)], undone_by: null },
      ],
      next_cursor: null,
    });
    const done = await cli.midturn(`undo ${id} --json`);
    expect(done).toMatchObject({
      code: 0,
      json: {
        undone: id,
        receipt: expect.stringMatching(/^c_/),
        records: [{ state: 'forgotten' }],
        items: 0,
      },
    });
    expect((await cli.midturn('undo')).out).toContain('(undone)');
    const again = await cli.midturn(`undo ${id}`);
    expect(again.code).toBe(2);
    expect(again.err).toContain('was undone before');
  });

  it('asks a person, and does nothing where they decline', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays', { answers: [] });
    const id = String(at((await cli.midturn('undo --json')).json, 'receipts', 0, 'id'));
    expect(await cli.midturn(`undo ${id}`, { answers: [false] })).toMatchObject({
      code: 1,
      out: 'Nothing was undone.\n',
    });
    expect((await cli.midturn(`undo ${id}`)).err).toContain('needs a person');
    expect((await cli.midturn(`undo ${id}`, { answers: [true] })).out).toContain(`Undone: ${id}.`);
  });

  it('says what there is none of', async () => {
    const cli = commandLine();
    expect((await cli.midturn('undo')).out).toBe('There are no receipts yet.\n');
    expect(await cli.midturn('undo c_zzzzzz')).toMatchObject({ code: 2 });
  });
});

describe('receipts of many records', () => {
  it('are listed with a count and the first three', async () => {
    const cli = commandLine();
    const contents = [
      'We use pnpm',
      'We deploy on Tuesdays',
      'Tests run in Docker',
      'The database is Postgres',
    ];
    const file = cli.write(
      's.json',
      JSON.stringify({ memory_updates: contents.map((content) => ({ content })) }),
    );
    await cli.midturn(['suggest', file]);
    await cli.midturn('compile');
    expect((await cli.midturn('undo')).out).toMatch(/compile .* 4 records: m_\w+, m_\w+, m_\w+, …$/m);
    expect(at((await cli.midturn('undo --json')).json, 'receipts', 0, 'records')).toHaveLength(4);
  });
});

describe('midturn memories history', () => {
  it('says that words came from the inbox, not from whoever compiled them', async () => {
    const cli = commandLine();
    const envelope = { cwd: cli.project, memory_updates: [{ content: 'We use pnpm' }] };
    const file = cli.write('home/inbox/a.json', JSON.stringify(envelope));
    utimesSync(file, 1000, 1000);
    await cli.midturn('compile');
    const { json } = await cli.midturn('memories list --json');
    const id = String(at(json, 'memories', 0, 'id'));
    const { out } = await cli.midturn(`memories history ${id}`);
    expect(out).toMatch(/added, active, inbox, c_\w+$/m);
    expect(out).not.toContain('you, at the command line');
    expect(at((await cli.midturn(`memories history ${id} --json`)).json, 'versions', 0, 'from')).toBe(
      'inbox',
    );
  });

  it('shows versions with who made them, as words and as JSON', async () => {
    const cli = commandLine();
    const { json } = await cli.midturn('remember We deploy on Mondays --json');
    const old = String(at(json, 'id'));
    const next = await cli.midturn(['remember', 'We deploy on Tuesdays', '--replaces', old, '--json']);
    const now = String(at(next.json, 'id'));
    expect((await cli.midturn(`memories history ${old} --json`)).json).toMatchObject({
      memory: { id: old, state: 'superseded' },
      versions: [
        { version: 1, change: 'added', receipt: expect.stringMatching(/^c_/), by: { surface: 'cli' } },
        { version: 2, state: 'superseded', diff: [] },
      ],
      replaces: [],
      replaced_by: [{ id: now, title: 'We deploy on Tuesdays' }],
    });
    const { out } = await cli.midturn(`memories history ${now}`);
    expect(out).toContain('+We deploy on Tuesdays');
    expect(out).toContain('It took the place of:');
  });
});

describe('midturn forget --erase', () => {
  it('shows what goes, asks, and says what was searched', async () => {
    const cli = commandLine();
    const { json } = await cli.midturn('remember The vault code is on the blue card --json', { answers: [] });
    const id = String(at(json, 'id'));
    const declined = await cli.midturn(`forget ${id} --erase`, { answers: [false] });
    expect(declined).toMatchObject({ code: 1 });
    expect(cli.asked.at(-1)).toContain(`Erase ${id}`);
    const done = await cli.midturn(`forget ${id} --erase`, { answers: [true] });
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/^Erased: m_\w+\.\nSearched \d+ files/m);
  });

  it('says of what waits in the inbox whose it is, and what was too short to be looked for', async () => {
    const cli = commandLine();
    const words = 'The vault code is on the blue card in the drawer';
    const kept = ['remember', words, '--title', 'Stage', '--json'];
    const id = String(at((await cli.midturn(kept, { answers: [] })).json, 'id'));
    cli.write('home/inbox/a.json', JSON.stringify({ memory_updates: [{ content: words }] }));
    const { code, out } = await cli.midturn(`forget ${id} --erase`, { answers: [true] });
    expect(code).toBe(1);
    expect(out).toContain('the words stand in inbox/a.json, which another program has put there');
    expect(out).toContain(
      'The title "Stage" is too short to search for; only its other words were searched.',
    );
  });

  it('needs --yes where nobody is there to ask', async () => {
    const cli = commandLine();
    const { json } = await cli.midturn('remember The vault code is on the blue card --json');
    const id = String(at(json, 'id'));
    expect(await cli.midturn(`forget ${id} --erase`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    });
    expect((await cli.midturn(`forget ${id} --erase --yes --json`)).json).toMatchObject({
      id,
      erased: { check: 'none' },
    });
  });

  it('names what there is none of', async () => {
    const cli = commandLine();
    expect((await cli.midturn('forget --project nowhere --yes')).err).toContain(
      'There is no project nowhere',
    );
    expect((await cli.midturn('forget zzzzzz/3 --yes')).err).toContain('no session zzzzzz');
    expect((await cli.midturn('forget m_zzzzzz --yes')).err).toContain('There is no memory m_zzzzzz');
  });
});
