/** midturn token: made once and shown once, listed without its secret, revoked for good. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, type CommandLine, commandLine } from './command-line.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 30);
const TOKEN = /^mtk_([0-9a-z]{6,})_[0-9a-z]{52}$/;

async function listed(cli: CommandLine): Promise<unknown> {
  return at((await cli.midturn('token list --json')).json, 'tokens');
}

describe('token create', () => {
  it('shows the token once, for a script: it reads and writes in all projects, without end', async () => {
    const cli = commandLine();
    const { json, code } = await cli.midturn('token create --json --label laptop', { now: NOW });
    expect(code).toBe(0);
    expect(json).toEqual({
      id: expect.stringMatching(/^a_[0-9a-z]{6}$/),
      token: expect.stringMatching(TOKEN),
      label: 'laptop',
      scopes: ['read', 'write'],
      projects: null,
      created_at: '2026-11-21T09:30:00.000Z',
      expires_at: null,
      last_used_at: null,
      revoked_at: null,
    });
    const secret = String(at(json, 'token')).slice(-52);
    const list = await listed(cli);
    expect(list).toEqual([
      expect.objectContaining({ id: at(json, 'id'), label: 'laptop', last_used_at: null }),
    ]);
    for (const shown of [
      list,
      (await cli.midturn('token list')).out,
      (await cli.midturn('status --json')).json,
    ])
      expect(JSON.stringify(shown)).not.toContain(secret);
    for (const name of readdirSync(cli.home).filter((file) => /\.db/.test(file)))
      expect(readFileSync(join(cli.home, name), 'latin1')).not.toContain(secret);
  });

  it('shows a person what it opens and how it ends, and the token on a line of its own', async () => {
    const cli = commandLine();
    const words = 'token create --scope read --scope admin --project . --expires 30d';
    const { out } = await cli.midturn(words, { now: NOW, answers: [] });
    expect(out).toMatch(
      /^a_\w+ may read and admin, in shop alone, until 2026-12-21 09:30 UTC\.\n\nmtk_\w+\n\n/,
    );
    expect(out).toMatch(/not shown again[\s\S]*midturn token revoke a_/);
    const table = (await cli.midturn('token', { now: NOW })).out;
    expect(table).toMatch(
      /a_\w+ {2}read admin {2}shop {2}until 2026-12-21 09:30 UTC {2}never used {2}made 2026/,
    );
  });

  it.each([
    ['--scope admin', [/reads nothing/, /admin alone approves nothing/]],
    ['--scope write', [/reads nothing/]],
    ['--scope read --scope admin', [/admin alone approves nothing/]],
    ['--scope read', []],
    ['--scope write,admin,read', []],
  ])('says what a token cannot do for want of another scope: %s', async (words, said) => {
    const { out, code } = await commandLine().midturn(`token create ${words}`, { now: NOW });
    expect(code).toBe(0);
    for (const each of said) expect(out).toMatch(each);
    expect(out.match(/nothing/g) ?? []).toHaveLength(said.length);
  });

  it('takes projects by folder, name or id, each once', async () => {
    const cli = commandLine();
    await cli.midturn('token create --project . --json');
    const id = String(at((await cli.midturn('project list --json')).json, 'projects', 0, 'id'));
    const words = `token create --project shop --project ${id} --project ../shop --json`;
    expect(at((await cli.midturn(words)).json, 'projects')).toEqual([{ id, name: 'shop' }]);
    const unknown = await cli.midturn('token create --project ../none');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/no project .*none/)]);
    expect(await listed(cli)).toHaveLength(2);
  });

  it.each([
    ['--expires 2026-12-24', '2026-12-24T23:59:59.999Z'],
    ['--expires 2026-12-24T08:00:00Z', '2026-12-24T08:00:00.000Z'],
    ['--expires 2w', '2026-12-05T09:30:00.000Z'],
  ])('ends %s', async (words, end) => {
    const cli = commandLine();
    const { json } = await cli.midturn(`token create --json ${words}`, { now: NOW });
    expect(at(json, 'expires_at')).toBe(end);
  });

  it.each([
    ['--scope all', /--scope takes read, write or admin/],
    ['--scope read,none', /--scope takes read, write or admin/],
    ['--expires 2026-01-01', /lies in the past/],
    ['--expires soon', /--expires is not a time/],
    ['--expires 0d', /--expires is not a length of time/],
  ])('refuses %s', async (words, error) => {
    const cli = commandLine();
    const ran = await cli.midturn(`token create ${words}`, { now: NOW });
    expect([ran.code, ran.out, ran.err]).toEqual([2, '', expect.stringMatching(error)]);
    expect(await listed(cli)).toEqual([]);
  });
});

describe('token revoke', () => {
  it('ends a token for good, and says so in the list', async () => {
    const cli = commandLine();
    const id = String(at((await cli.midturn('token create --json', { now: NOW })).json, 'id'));
    const revoked = await cli.midturn(`token revoke ${id} --json`, { now: NOW + 1000 });
    expect(revoked.json).toMatchObject({ id, revoked_at: '2026-11-21T09:30:01.000Z' });
    expect((await cli.midturn(`token revoke ${id}`)).out).toContain(`${id} opens nothing any more`);
    expect((await cli.midturn('token list')).out).toMatch(/revoked 2026-11-21 09:30 UTC/);
    const unknown = await cli.midturn('token revoke a_zzzzzz');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/There is no token a_zzzzzz/)]);
  });
});

describe('an agent', () => {
  it.each([{ CLAUDECODE: '1' }, { CODEX_THREAD_ID: 'x' }, { GEMINI_CLI: '1' }])(
    'makes no token and revokes none: %j',
    async (env) => {
      const cli = commandLine();
      const id = String(at((await cli.midturn('token create --json')).json, 'id'));
      for (const words of ['token create', 'token create --json', `token revoke ${id}`]) {
        for (const setting of [{ env }, { env, answers: [] }]) {
          const ran = await cli.midturn(words, setting);
          expect([ran.code, ran.out, ran.err]).toEqual([
            2,
            '',
            expect.stringMatching(/needs a person.*agent/),
          ]);
        }
      }
      expect(await listed(cli)).toEqual([expect.objectContaining({ id, revoked_at: null })]);
      expect((await cli.midturn('token list', { env })).code).toBe(0);
    },
  );
});

it('without tokens says how one is made', async () => {
  const cli = commandLine();
  expect((await cli.midturn('token list')).out).toMatch(/no token yet.*midturn token create/);
  expect((await cli.midturn('token list --json')).json).toEqual({ tokens: [], next_cursor: null });
  expect((await cli.midturn('token nonsense')).err).toMatch(/no command 'nonsense'/);
});
