/** Help, wrong usage, and how errors look. */
import { describe, expect, it } from 'vitest';
import { commandLine } from './command-line.ts';

const COMMANDS =
  'mcp import recall history remember forget memories suggest compile compile-preflight scan undo review skills pause resume status doctor'.split(
    ' ',
  );

describe('the help', () => {
  it('names every command, also the server that is a program of its own', async () => {
    const { code, out } = await commandLine().midturn('--help');
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  it('is what midturn shows without a command', async () => {
    const line = commandLine();
    const { code, out, err } = await line.midturn([]);
    expect({ code, out, err }).toEqual({ code: 0, out: (await line.midturn('--help')).out, err: '' });
  });

  it.each([
    ...COMMANDS,
    'memories list',
    'memories show',
    'review list',
    'review show',
    'review approve',
    'review reject',
    'review edit',
    'skills list',
    'skills show',
    'skills publish',
    'skills unpublish',
    'skills retire',
  ])('of %s shows how it is called and the flags that hold everywhere', async (command) => {
    const { code, out, err } = await commandLine().midturn(`${command} --help`);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toContain(`Usage: midturn ${command}`);
    expect(out).toMatch(/--home <dir>/);
    expect(out).toMatch(/--json/);
  });

  it('of the server holds the lines for the clients', async () => {
    const { out } = await commandLine().midturn('help mcp');
    expect(out).toContain('[mcp_servers.midturn]');
    expect(out).toContain('claude mcp add');
  });

  it('gives the version', async () => {
    expect(await commandLine().midturn('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('wrong usage', () => {
  const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
    [['improt'], /unknown command 'improt'\. Did you mean import\? See `midturn --help`/],
    [
      ['history', '--limi', '3'],
      /unknown option '--limi'\. Did you mean --limit\? See `midturn history --help`/,
    ],
    [['recall'], /missing required argument 'query'\. See `midturn recall --help`/],
    [['recall', ''], /the query is empty/],
    [['recall', ' ', ' '], /the query is empty/],
    [['recall', 'x', '--limit', '0'], /--limit takes a whole number from 1 to 20: 0 was given/],
    [['recall', 'x', '--limit', '1.5'], /--limit takes a whole number/],
    [['recall', 'x', '--limit', '-1'], /--limit takes a whole number/],
    [['recall', 'x', '--limit', 'many'], /--limit takes a whole number/],
    [['recall', 'x', '--limit'], /option '--limit <n>' argument missing/],
    [['recall', 'x', '--max-tokens', '99'], /--max-tokens takes a whole number from 100 to 8000/],
    [
      ['recall', 'x', '--scope', 'team'],
      /argument 'team' is invalid: Allowed choices are project, user, all/,
    ],
    [['history', '--since', 'whenever'], /--since is not a time: whenever was given/],
    [['history', '--since', ''], /--since is empty/],
    [['history', '--turns', '0'], /--turns takes up to 20 numbers/],
    [['history', '--turns', '3-1'], /--turns takes up to 20 numbers/],
    [['history', '--turns', '1-99999999'], /--turns takes up to 20 numbers/],
    [['history', '--role', 'boss'], /argument 'boss' is invalid/],
    [['history', '--ref', 'nonsense'], /names no message/],
    [['remember'], /missing required argument 'text'/],
    [['remember', ''], /the text is empty/],
    [['remember', '- a list item'], /Put -- before text that begins with a dash/],
    [['remember', 'x', '--tag', ''], /--tag is empty/],
    [['remember', 'x', '--scope', 'global'], /argument 'global' is invalid/],
    [['remember', 'x', '--said-by', 'somebody'], /argument 'somebody' is invalid/],
    [['forget'], /what to forget is empty\. See `midturn forget --help`/],
    [['forget', ''], /what to forget is empty/],
    [['forget', 'm_zzzzzz'], /no memory m_zzzzzz/],
    [
      ['memories', 'lst'],
      /no command 'lst' here\. There are list, show, history\. See `midturn memories --help`/,
    ],
    [['memories', '--limit', '0'], /--limit takes a whole number from 1 to 1000/],
    [['memories', 'show'], /missing required argument 'id'/],
    [['review', 'aprove', 'x'], /no command 'aprove' here/],
    [['pause', '--for', 'ever'], /--for is not a length of time: ever was given/],
    [['pause', '--for', '0h'], /--for is not a length of time/],
    [['pause', '--until', '2020-01-01'], /--until lies in the past/],
    [['pause', '--for', '1h', '--until', '2999-01-01'], /exclude each other/],
    [['status', 'now'], /too many arguments for 'status'/],
    [['import', ''], /a path is empty/],
    [['import', '--client', 'emacs'], /argument 'emacs' is invalid/],
    [['status', '--home', ''], /--home is empty/],
  ];

  it.each(wrong)('%j is told in one line on stderr, exit 2', async (argv, message) => {
    const { code, out, err } = await commandLine().midturn(argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err).toMatch(/^midturn: [^\n]+\n$/);
  });

  it('is JSON on stderr where JSON was asked for', async () => {
    const { code, out, err } = await commandLine().midturn('recall x --limit 99 --json');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(JSON.parse(err)).toEqual({
      error: {
        what: '--limit takes a whole number from 1 to 20',
        why: '99 was given',
        next: 'See `midturn recall --help`',
      },
    });
  });

  it('does not take a --json behind -- for the flag', async () => {
    expect((await commandLine().midturn('forget -- --json')).err).toMatch(/^midturn: /);
  });
});

describe('an error', () => {
  it('has a stack only where MIDTURN_DEBUG=1 asks for it', async () => {
    const line = commandLine();
    expect((await line.midturn('forget m_zzzzzz')).err).not.toMatch(/^\s+at /m);
    expect((await line.midturn('forget m_zzzzzz', { env: { MIDTURN_DEBUG: '1' } })).err).toMatch(/^\s+at /m);
  });

  it('shows no control characters that were in an argument', async () => {
    const { err } = await commandLine().midturn(['forget', 'm_\u001b[31mred\u0007']);
    expect(err).toMatch(/no memory m_red/);
  });

  it('of a home that is a file is told with what to do, exit 1', async () => {
    const line = commandLine();
    const file = line.write('file', '');
    const { code, err } = await line.midturn(['status', '--home', file]);
    expect(code).toBe(1);
    expect(err).toMatch(/cannot be used: .* is a file/);
  });

  it('of a store that is no database leaves it as it was, exit 1', async () => {
    const line = commandLine();
    const file = line.write(
      'home/midturn.db',
      'not a database, but long enough to be taken for one'.repeat(50),
    );
    const { code, err } = await line.midturn('status');
    expect(code).toBe(1);
    expect(err).toMatch(/^midturn: [^\n]+\n$/);
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(file, 'utf8')).toMatch(/^not a database/);
  });

  it('of the server is where to start it', async () => {
    expect(await commandLine().midturn('mcp')).toMatchObject({
      code: 1,
      err: expect.stringContaining('midturn mcp'),
    });
  });
});
