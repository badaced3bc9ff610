/** midturn import: what it reads, asks, shows and reports. */
import { describe, expect, it } from 'vitest';
import { at, type CommandLine, commandLine } from './command-line.ts';

const line = (session: string, text: string, more: object = {}): string =>
  `${JSON.stringify({ session, role: 'user', text, ...more })}\n`;

function twoSessions(cli: CommandLine): string {
  return cli.write(
    'log.ndjson',
    line('one', 'please use tabs') + line('one', 'and no semicolons') + line('two', 'deploy on Tuesdays'),
  );
}

describe('import without a terminal', () => {
  it('asks nothing, and gives sessions, skipped lines and redactions as JSON', async () => {
    const cli = commandLine();
    const path = cli.write(
      'log.ndjson',
      `${line('one', 'the key is AKIAIOSFODNN7EXAMPL2')}not json\n${line('one', 'x', { role: 'boss' })}${line('two', 'hello')}`,
    );
    const { code, json, err } = await cli.midturn(['import', path, '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(json).toMatchObject({
      sessions: [
        {
          session: expect.stringMatching(/^[0-9a-z]{6}$/),
          external_id: 'one',
          client: 'ndjson',
          project: 'shop',
          messages: 1,
          added: 1,
        },
        { external_id: 'two', client: 'ndjson', project: 'shop', messages: 1, added: 1 },
      ],
      skipped: [
        { path, line: 2, reason: 'not JSON' },
        { path, line: 3, reason: expect.stringContaining('boss') },
      ],
      redacted: { 'aws-access-key-id': 1 },
    });
    expect(cli.asked).toEqual([]);
  });

  it('tells a person the same in words', async () => {
    const cli = commandLine();
    const path = cli.write('log.ndjson', `${line('one', 'hello', { mood: 'good' })}not json\n`);
    const { code, out } = await cli.midturn(['import', path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Imported 1 message of 1 session from 1 file \(\d+ bytes\) in [\d.]+ s\.\n/);
    expect(out).toContain(`${path}:2: not JSON`);
    expect(out).toContain('key `mood`');
  });

  it('names twenty skipped lines and counts the rest', async () => {
    const cli = commandLine();
    const path = cli.write('log.ndjson', line('one', 'hello') + 'not json\n'.repeat(25));
    const { out } = await cli.midturn(['import', path]);
    expect(out.match(/: not JSON$/gm)).toHaveLength(20);
    expect(out).toContain('and 5 more');
  });

  it('sums many sessions up by project', async () => {
    const cli = commandLine();
    const path = cli.write(
      'log.ndjson',
      Array.from({ length: 30 }, (_, at) => line(`s${at}`, `message ${at}`)).join(''),
    );
    expect((await cli.midturn(['import', path])).out).toMatch(/^ {2}shop {2}30 {2}sessions {2}30 messages$/m);
  });

  it('finds nothing new the second time', async () => {
    const cli = commandLine();
    const path = twoSessions(cli);
    await cli.midturn(['import', path]);
    const { code, out } = await cli.midturn(['import', path]);
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing new in 1 file.\n' });
  });

  it('takes the words of NDJSON users for no person, whatever --yes says', async () => {
    const cli = commandLine();
    await cli.midturn(['import', twoSessions(cli), '--yes']);
    expect(await speakers(cli)).toEqual(['agent']);
  });

  it('looks into the folders of the clients when no path is named', async () => {
    const cli = commandLine();
    const env = { CODEX_HOME: `${cli.folder}/codex`, CLAUDE_CONFIG_DIR: `${cli.folder}/claude` };
    expect(await cli.midturn('import', { env })).toMatchObject({
      code: 0,
      out: `No transcripts were found in ${env.CODEX_HOME} or ${env.CLAUDE_CONFIG_DIR}.\n`,
    });
    expect(await cli.midturn('import --client codex', { env })).toMatchObject({
      out: `No transcripts were found in ${env.CODEX_HOME}.\n`,
    });
    expect((await cli.midturn('import --json', { env })).json).toMatchObject({
      sessions: [],
      skipped: [],
      redacted: {},
    });
  });
});

describe('import of what cannot be imported', () => {
  it('fails for a path that is not there, and says so in the form that was asked for', async () => {
    const cli = commandLine();
    expect(await cli.midturn('import nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nowhere cannot be imported: it does not exist'),
    });
    const { code, err, out } = await cli.midturn('import nowhere --json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: { why: 'it does not exist' } });
  });

  it('fails for a file that holds no transcript', async () => {
    const cli = commandLine();
    const path = cli.write('picture.png', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]));
    const { code, out } = await cli.midturn(['import', path]);
    expect(code).toBe(1);
    expect(out).toContain(`${path}: no line of it is a transcript`);
  });

  it('fails for an empty file', async () => {
    const cli = commandLine();
    const path = cli.write('empty.ndjson', '');
    expect(await cli.midturn(['import', path])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${path} is empty`),
    });
  });

  it('imports the rest where one of several cannot be read', async () => {
    const cli = commandLine();
    const bad = cli.write('bad.txt', 'hello');
    const { code, json } = await cli.midturn(['import', bad, twoSessions(cli), '--json']);
    expect(code).toBe(0);
    expect(at(json, 'added')).toBe(3);
    expect(at(json, 'skipped')).toEqual([{ path: bad, line: null, reason: expect.any(String) }]);
  });

  it('refuses while capture is paused, without asking anything', async () => {
    const cli = commandLine();
    await cli.midturn('pause');
    const { err } = await cli.midturn(['import', twoSessions(cli)], { answers: [] });
    expect(err).toMatch(/paused/);
  });
});

describe('import at a terminal', () => {
  it('shows what it found and asks the first time, then no more', async () => {
    const cli = commandLine();
    const path = twoSessions(cli);
    const first = await cli.midturn(['import', path], { answers: [true, false] });
    expect(first.code).toBe(0);
    expect(first.err).toMatch(/Found 1 transcript, \d+ bytes:\n\n {2}ndjson {2}1 {2}file/);
    expect(cli.asked).toEqual([
      expect.stringMatching(/^Import these\?/),
      expect.stringMatching(/your own\?/),
    ]);
    cli.write('log.ndjson', line('three', 'more'));
    await cli.midturn(['import', path], { answers: [false] });
    expect(cli.asked.slice(2)).toEqual([expect.stringMatching(/your own\?/)]);
  });

  it.each([false, null])('imports nothing on the answer %j', async (answer) => {
    const cli = commandLine();
    const { code, out } = await cli.midturn(['import', twoSessions(cli)], { answers: [answer] });
    expect({ code, out }).toEqual({ code: 1, out: 'Nothing was imported.\n' });
    expect((await cli.midturn('status --json')).json).toMatchObject({ counts: { messages: 0 } });
  });

  it('imports nothing when the question about the words is left with Ctrl-C', async () => {
    const cli = commandLine();
    expect((await cli.midturn(['import', twoSessions(cli)], { answers: [true, null] })).code).toBe(1);
  });

  it('takes the words of NDJSON users for the owner’s once they say so', async () => {
    const cli = commandLine();
    await cli.midturn(['import', twoSessions(cli)], { answers: [true, true] });
    expect(await speakers(cli)).toEqual(['user']);
  });

  it('takes --yes of a present person for that answer', async () => {
    const cli = commandLine();
    await cli.midturn(['import', twoSessions(cli), '--yes'], { answers: [] });
    expect(await speakers(cli)).toEqual(['user']);
  });

  it('neither asks nor believes --yes where an agent drives the terminal', async () => {
    const cli = commandLine();
    await cli.midturn(['import', twoSessions(cli), '--yes'], { answers: [], env: { CLAUDECODE: '1' } });
    expect(await speakers(cli)).toEqual(['agent']);
    expect(cli.asked).toEqual([]);
  });

  it('asks nothing where JSON is wanted', async () => {
    const cli = commandLine();
    expect((await cli.midturn(['import', twoSessions(cli), '--json'], { answers: [] })).code).toBe(0);
  });
});

describe('import --dry-run', () => {
  it('shows files by client and project, and stores nothing', async () => {
    const cli = commandLine();
    const path = cli.write('log.ndjson', line('one', 'hello', { cwd: '/home/dev/bakery' }));
    const { code, out } = await cli.midturn(['import', path, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}ndjson {2}1 {2}file/m);
    expect(out).toMatch(/^ {2}bakery {2}1 {2}file/m);
    expect(await messages(cli)).toBe(0);
    expect((await cli.midturn(['import', path, '--dry-run', '--json'])).json).toMatchObject({
      files: [{ path, client: 'ndjson' }],
      projects: [{ project: 'bakery', files: 1 }],
    });
  });
});

describe('Ctrl-C during an import', () => {
  it('stops after the batch in hand, says how to go on, and goes on there', async () => {
    const cli = commandLine();
    const text = 'a message that is long enough for the file to be read in several pieces '.repeat(8);
    const path = cli.write(
      'log.ndjson',
      Array.from({ length: 4000 }, (_, at) => line(`s${at % 40}`, `${at} ${text}`)).join(''),
    );
    const stopped = await cli.midturn(['import', path], { interrupt: true });
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain('Stopping');
    expect(stopped.out).toContain(
      'Stopped before the end. What was read is stored; `midturn import` goes on from there.',
    );
    const held = await messages(cli);
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(4000);
    expect((await cli.midturn(['import', path])).code).toBe(0);
    expect(await messages(cli)).toBe(4000);
  });
});

describe('the progress of an import', () => {
  it('is one line on stderr, only where that is a terminal', async () => {
    const cli = commandLine();
    const path = twoSessions(cli);
    const { err } = await cli.midturn(['import', path, '--json'], { progress: true });
    expect(err.replaceAll('\u001b[K', '<clear>')).toMatch(/^\r#+ 100% [^\n]*<clear>\r<clear>$/);
    expect((await cli.midturn(['import', path, '--json'])).err).toBe('');
  });
});

/** Who is behind the imported messages of users, as history tells it. */
async function speakers(cli: CommandLine): Promise<unknown[]> {
  const { json } = await cli.midturn('history tabs semicolons deploy Tuesdays --role user --json');
  const hits = at(json, 'hits');
  return Array.isArray(hits) ? [...new Set(hits.map((hit) => at(hit, 'origin')))] : [];
}

async function messages(cli: CommandLine): Promise<unknown> {
  return at((await cli.midturn('status --json')).json, 'counts', 'messages');
}
