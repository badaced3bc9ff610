/** midturn remember, forget, memories and recall: one fact through its life. */
import { describe, expect, it } from 'vitest';
import { at, type CommandLine, commandLine } from './command-line.ts';

describe('remember', () => {
  it('keeps what a person says at a terminal as their word', async () => {
    const cli = commandLine();
    const { code, out } = await cli.midturn(['remember', 'We deploy on Tuesdays'], { answers: [] });
    expect(code).toBe(0);
    expect(out).toMatch(/^Remembered as m_[0-9a-z]{6} for project shop\.\n$/);
    expect(await memories(cli)).toMatchObject([
      { title: 'We deploy on Tuesdays', origin: 'user', state: 'active' },
    ]);
  });

  it.each([
    ['a script runs it', {}],
    [
      'an agent drives the terminal',
      { answers: [], env: { CODEX_THREAD_ID: '01a1fd5a-43fb-7841-8d14-0302122a0061' } },
    ],
  ])('does not take it for a person’s word where %s', async (_who, setting) => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays', setting);
    expect(await memories(cli)).toMatchObject([{ origin: 'agent' }]);
  });

  it('takes title, scope, tags, paths and aliases', async () => {
    const cli = commandLine();
    cli.write('shop/Makefile', 'test:\n');
    const { json } = await cli.midturn([
      'remember',
      'Tests run with make test',
      '--title',
      'Tests',
      '--tag',
      'build',
      '--tag',
      'ci',
      '--path',
      'Makefile',
      '--alias',
      'run the specs',
      '--json',
    ]);
    expect(json).toMatchObject({
      status: 'accepted',
      id: expect.stringMatching(/^m_/),
      title: 'Tests',
      scope: 'project',
    });
    expect(await memories(cli)).toMatchObject([
      {
        title: 'Tests',
        tags: ['build', 'ci'],
        aliases: ['run the specs'],
        paths: [{ path: 'Makefile', sha256: expect.any(String) }],
      },
    ]);
    await cli.midturn('remember --scope user I like short answers');
    expect(await memories(cli)).toMatchObject([
      { scope: 'user', project: null },
      { scope: 'project', project: 'shop' },
    ]);
  });

  it('reads the text from stdin', async () => {
    const cli = commandLine();
    await cli.midturn('remember -', { stdin: 'Releases are tagged vX.Y.Z\n' });
    expect(await memories(cli)).toMatchObject([{ content: 'Releases are tagged vX.Y.Z' }]);
  });

  it('takes text that begins with a dash behind --', async () => {
    const cli = commandLine();
    await cli.midturn(['remember', '--', '- a list item that matters']);
    expect(await memories(cli)).toMatchObject([{ content: '- a list item that matters' }]);
  });

  it('leaves an endless stdin after a bounded part of it', async () => {
    const cli = commandLine();
    let read = 0;
    const endless = (async function* () {
      for (;;) {
        read += 1;
        yield 'y\n'.repeat(5000);
      }
    })();
    expect(await cli.midturn('remember -', { stdin: endless })).toMatchObject({
      code: 2,
      err: expect.stringContaining('more than 100000 bytes'),
    });
    expect(read).toBeLessThan(20);
    expect(await memories(cli)).toEqual([]);
  });

  it.each([
    ['nothing', '', /stdin is empty/],
    ['blanks', ' \n', /stdin is empty/],
    ['no text', Uint8Array.from([0xff, 0xfe, 0x00]), /stdin is not UTF-8 text/],
    ['more than a memory takes', 'x '.repeat(3000), /a memory takes 4000/],
  ])('refuses %s on stdin', async (_what, stdin, message) => {
    const cli = commandLine();
    const { code, err } = await cli.midturn('remember -', { stdin });
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('replaces what it is told to, and fails where there is no such thing', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const id = await idOf(cli, 'We deploy on Tuesdays');
    expect(await cli.midturn(['remember', 'We deploy on Fridays', '--replaces', id])).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        new RegExp(`^Remembered as m_\\w+, in place of ${id}\\.\\nNo terminal of a person `),
      ),
    });
    const missing = await cli.midturn('remember We deploy daily --replaces m_zzzzzz');
    expect(missing).toMatchObject({ code: 1, out: expect.stringMatching(/^Not remembered: /) });
    expect((await cli.midturn('remember We deploy daily --replaces m_zzzzzz --json')).json).toMatchObject({
      status: 'rejected',
    });
  });

  it('says that it was known already', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    expect((await cli.midturn('remember We deploy on Tuesdays')).out).toMatch(
      /^Already known: merged into m_/,
    );
  });
});

describe('recall', () => {
  it('answers in plain lines, with no fence around them', async () => {
    const cli = commandLine();
    await cli.midturn('remember The staging database listens on port 6543');
    const { code, out } = await cli.midturn('recall which port has the staging database');
    expect(code).toBe(0);
    expect(out).toMatch(/^1 memory fits:\n\n\[m_\w+\] The staging database listens on port 6543/);
    expect(out).not.toContain('midturn-data');
  });

  it('gives hits as JSON', async () => {
    const cli = commandLine();
    await cli.midturn('remember The staging database listens on port 6543');
    const { json } = await cli.midturn('recall staging database port --json');
    expect(json).toMatchObject({
      hits: [
        {
          id: expect.stringMatching(/^m_/),
          title: expect.any(String),
          text: 'The staging database listens on port 6543',
          scope: 'project',
          project: 'shop',
          origin: 'agent',
          state: 'active',
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          score: expect.any(Number),
        },
      ],
      abstained: false,
    });
  });

  it('says so when nothing fits, and succeeds', async () => {
    const cli = commandLine();
    const { code, json } = await cli.midturn('recall zeppelin moorings --json');
    expect(code).toBe(0);
    expect(json).toMatchObject({ hits: [], abstained: true, reason: expect.any(String) });
    expect((await cli.midturn('recall zeppelin moorings')).out).toContain("midturn history 'the same words'");
  });

  it('stops at the length it is given', async () => {
    const cli = commandLine();
    for (const name of ['one', 'two', 'three', 'four']) {
      await cli.midturn(
        `remember Service ${name} writes its zeppelin log to ${'a very long folder name '.repeat(20)}${name}`,
      );
    }
    const all = at((await cli.midturn('recall zeppelin log --json')).json, 'hits');
    expect(all).toHaveLength(4);
    expect(at((await cli.midturn('recall zeppelin log --max-tokens 100 --json')).json, 'hits')).toHaveLength(
      1,
    );
    expect((await cli.midturn('recall zeppelin log --max-tokens 100')).out).toContain(
      '3 more were left out to fit 100 tokens.',
    );
  });

  it('shows no control characters that were remembered', async () => {
    const cli = commandLine();
    await cli.midturn(['remember', 'The zeppelin is \u001b[31mred\u0007\u202e']);
    expect((await cli.midturn('recall zeppelin')).out).toContain('The zeppelin is red ');
  });
});

describe('memories', () => {
  it('lists aligned rows, newest first, cut to the terminal', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays, and on no other day of the week but Fridays');
    await cli.midturn('remember --scope user I like short answers');
    const { out } = await cli.midturn('memories', { width: 72 });
    const lines = out.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}m_\w+ {2}\d{4}-\d\d-\d\d {2}user {2}agent {2}I like short answers$/),
      expect.stringMatching(
        /^ {2}m_\w+ {2}\d{4}-\d\d-\d\d {2}shop {2}agent {2}We deploy on Tuesdays, and.*…$/,
      ),
      '',
      '2 of these are recalled, not shown at session start: no word of yours.',
      '`midturn review approve ID` makes one yours.',
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(72);
  });

  it('pages through many', async () => {
    const cli = commandLine();
    for (const day of ['Monday', 'Tuesday', 'Wednesday'])
      await cli.midturn(`remember ${day} belongs to another team`);
    const first = await cli.midturn('memories list --limit 2 --json');
    expect(at(first.json, 'memories')).toHaveLength(2);
    expect(at(first.json, 'next_cursor')).toBe('2');
    const rest = await cli.midturn('memories list --limit 2 --cursor 2 --json');
    expect(rest.json).toMatchObject({
      memories: [{ title: 'Monday belongs to another team' }],
      next_cursor: null,
    });
    expect((await cli.midturn('memories list --limit 2')).out).toContain('1 more: add --cursor 2');
    expect((await cli.midturn('memories list --cursor 3')).out).toBe('There are no more.\n');
  });

  it('keeps other projects apart until all are asked for', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    cli.write('bakery/.git/HEAD', 'ref: refs/heads/main\n');
    const cwd = `${cli.folder}/bakery`;
    expect((await cli.midturn('memories', { cwd })).out).toBe('Nothing is remembered here yet.\n');
    expect((await cli.midturn('memories --scope all', { cwd })).out).toContain('We deploy on Tuesdays');
  });

  it('shows one in full, with its versions', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays --tag ops');
    const id = await idOf(cli, 'We deploy on Tuesdays');
    const { out } = await cli.midturn(`memories show ${id}`);
    expect(out).toMatch(
      new RegExp(
        `^${id}  We deploy on Tuesdays\\n\\n  We deploy on Tuesdays\\n\\n  state      in force\\n  holds for  shop\\n`,
      ),
    );
    expect(out).toMatch(/^ {2}since {6}\d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
    const { json } = await cli.midturn(`memories show ${id.slice(2)} --json`);
    expect(json).toMatchObject({
      memories: [
        {
          id,
          kind: 'memory',
          scope: 'project',
          sources: [],
          valid_from: expect.stringMatching(/Z$/),
          valid_to: null,
          versions: [{ version: 1, change: 'added' }],
        },
      ],
    });
  });
});

describe('forget', () => {
  it('forgets, and only `--all` remembers that there was something', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const id = await idOf(cli, 'We deploy on Tuesdays');
    expect(await cli.midturn(['forget', id, '--reason', 'not true'])).toMatchObject({
      code: 0,
      out: `Forgotten: ${id}, "We deploy on Tuesdays".\n`,
    });
    expect(await memories(cli)).toEqual([]);
    expect((await cli.midturn('recall deploy Tuesdays --json')).json).toMatchObject({ hits: [] });
    expect((await cli.midturn('memories --all')).out).toMatch(/forgotten {2}We deploy/);
    expect((await cli.midturn(`memories show ${id}`)).out).toContain('forgotten: not true');
    expect((await cli.midturn(`forget ${id}`)).code).toBe(2);
  });

  it('asks a person first, unless they said --yes', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const id = await idOf(cli, 'We deploy on Tuesdays');
    for (const answer of [false, null]) {
      expect(await cli.midturn(`forget ${id}`, { answers: [answer] })).toMatchObject({
        code: 1,
        out: 'Nothing was forgotten.\n',
      });
    }
    expect(cli.asked[0]).toBe(`Forget ${id}, "We deploy on Tuesdays"?`);
    expect(await memories(cli)).toHaveLength(1);
    expect((await cli.midturn(`forget ${id} --yes`, { answers: [] })).code).toBe(0);
  });

  it('gives its result as JSON', async () => {
    const cli = commandLine();
    await cli.midturn('remember We deploy on Tuesdays');
    const id = await idOf(cli, 'We deploy on Tuesdays');
    expect((await cli.midturn(`forget ${id} --json`)).json).toMatchObject({
      id,
      title: 'We deploy on Tuesdays',
      receipt: expect.any(String),
    });
  });
});

async function memories(cli: CommandLine): Promise<unknown> {
  return at((await cli.midturn('memories list --json')).json, 'memories');
}

async function idOf(cli: CommandLine, title: string): Promise<string> {
  const listed = await memories(cli);
  const found: unknown = Array.isArray(listed)
    ? listed.find((memory) => at(memory, 'title') === title)
    : undefined;
  const id = at(found, 'id');
  if (typeof id !== 'string') throw new Error(`no memory is titled ${title}`);
  return id;
}
