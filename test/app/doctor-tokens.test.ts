/** What the doctor says of who may come in over HTTP. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkTokens } from '../../src/app/doctor/tokens.ts';
import { doctorWorld } from '../support/doctor-world.ts';

const WISH = { label: '', projects: null, expiresAt: null } as const;

it('says nothing where there is no token', async () => {
  const { app } = await doctorWorld();
  expect(await checkTokens(app, await app.store())).toEqual([]);
});

it('counts the tokens in force, and names those that may approve for ever', async () => {
  const { app } = await doctorWorld();
  const [access, caller, store] = [await app.access(), await app.self(), await app.store()];
  const person = { ...caller, client: null, rights: { read: true, write: true, admin: true } };
  const make = (scopes: readonly ('read' | 'admin')[], expiresAt: number | null = null) =>
    access.create(person, { ...WISH, scopes, expiresAt });
  const first = await make(['read']);
  expect(await checkTokens(app, store)).toEqual([
    { id: 'http.tokens', status: 'ok', words: '1 token opens the HTTP server' },
  ]);
  const endless = await make(['admin']);
  await make(['admin'], app.now() + 60_000);
  await access.revoke(person, first.id);
  expect(await checkTokens(app, store)).toEqual([
    {
      id: 'http.tokens',
      status: 'ok',
      words: `2 tokens open the HTTP server; may approve, and never expires: ${endless.id}`,
    },
  ]);
});

it.skipIf(process.platform === 'win32')(
  'warns of a token file that others can read, and does not just close it',
  async () => {
    const { app, home, examine } = await doctorWorld();
    const { path, created } = await (await app.access()).ensureDefault();
    expect([path, created]).toEqual([join(home, 'http-token'), true]);
    expect((await checkTokens(app, await app.store())).map(({ id }) => id)).toEqual(['http.tokens']);
    chmodSync(path, 0o644);
    const { checks } = await examine({ fix: true });
    expect(checks).toContainEqual({
      id: 'http.token_file',
      status: 'warn',
      words: expect.stringMatching(/http-token has mode 0644: other users/),
      fix: expect.stringMatching(/^Revoke its token/),
    });
  },
);
