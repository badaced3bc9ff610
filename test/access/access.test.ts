/** Tokens: made, listed, revoked, and whom they let in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { projectId } from '../../src/model/ids.ts';
import { redact } from '../../src/text/redaction.ts';
import { project } from '../support/temp-store.ts';
import { accessWorld, NOW, WISH } from './access-world.ts';

const compared = vi.hoisted(() => ({ times: 0 }));
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return {
    ...crypto,
    timingSafeEqual: (...both: Parameters<typeof crypto.timingSafeEqual>) => {
      compared.times += 1;
      return crypto.timingSafeEqual(...both);
    },
  };
});

describe('a new token', () => {
  it('is shown once, and says what it opens', async () => {
    const { access, person, store } = await accessWorld();
    const shop = await project(store, 'shop');
    const made = await access.create(person, {
      label: '  my\u001b[31m laptop ',
      scopes: ['write', 'read', 'read'],
      projects: [shop],
      expiresAt: NOW + 1000,
    });
    expect(made).toEqual({
      id: expect.stringMatching(/^a_[0-9a-z]{6}$/),
      token: expect.stringMatching(new RegExp(`^mtk_${made.id.slice(2)}_[0-9a-z]{52}$`)),
      label: 'my laptop',
      scopes: ['read', 'write'],
      projects: [{ id: shop, name: 'shop' }],
      createdAt: NOW,
      expiresAt: NOW + 1000,
      lastUsedAt: null,
      revokedAt: null,
    });
    const listed = await access.list(person);
    const { token, ...view } = made;
    expect(listed).toEqual([view]);
    expect(JSON.stringify(listed)).not.toContain(token.slice(-52));
  });

  it('is a secret of 256 bits that stands nowhere in the home, and that redaction knows', async () => {
    const { access, person, folder, store } = await accessWorld();
    const [one, two] = [await access.create(person, WISH), await access.create(person, WISH)];
    expect(one.token.slice(-52)).not.toBe(two.token.slice(-52));
    expect(redact(`Authorization is ${one.token}, he said`).text).toBe(
      'Authorization is [redacted:midturn-token], he said',
    );
    store.close();
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name), 'latin1');
      expect(bytes).not.toContain(one.token.slice(-52));
    }
  });

  it('is not made by an agent, nor revoked by one', async () => {
    const { access, person, agent } = await accessWorld();
    await expect(access.create(agent, WISH)).rejects.toThrow(/needs a person/);
    const { id } = await access.create(person, WISH);
    await expect(access.revoke(agent, id)).rejects.toThrow(/needs a person/);
    await expect(
      access.create({ ...person, rights: { read: true, write: true, admin: false } }, WISH),
    ).rejects.toThrow(/needs a person/);
    expect((await access.list(person)).map(({ revokedAt }) => revokedAt)).toEqual([null]);
  });

  it.each([
    ['no scope', { scopes: [] }, /without a scope/],
    ['no project', { projects: [] }, /for no project/],
    ['an end that has passed', { expiresAt: NOW }, /expired already/],
    ['an unknown project', { projects: [projectId('0'.repeat(26))] }, /not in the store/],
  ])('is refused with %s', async (_, change, words) => {
    const { access, person } = await accessWorld();
    await expect(access.create(person, { ...WISH, ...change })).rejects.toThrow(words);
    expect(await access.list(person)).toEqual([]);
  });
});

describe('whom a token lets in', () => {
  it('is its owner, with its scopes and projects', async () => {
    const { access, person, store } = await accessWorld();
    const shop = await project(store, 'shop');
    const made = await access.create(person, {
      ...WISH,
      scopes: ['read'],
      projects: [shop],
      expiresAt: NOW + 9,
    });
    expect(await access.authenticate(made.token)).toEqual({
      id: made.id,
      owner: store.owner,
      rights: { read: true, write: false, admin: false },
      projects: [shop],
      expiresAt: NOW + 9,
    });
  });

  it('is nobody for what is no token, or not this one', async () => {
    const { access, person } = await accessWorld();
    const { token } = await access.create(person, WISH);
    const other = await access.create(person, WISH);
    const [, key = ''] = token.split('_');
    const wrong = [
      '',
      'mtk_',
      token.slice(0, -1),
      `${token}0`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
      token.replace('mtk_', ''),
      `mtk_${key}_${'0'.repeat(52)}`,
      `mtk_zzzzzz_${token.slice(-52)}`,
      `mtk_${key}_${other.token.slice(-52)}`,
      `Bearer ${token}`,
      'x'.repeat(1_000_000),
    ];
    for (const text of wrong) expect(await access.authenticate(text)).toBeNull();
    expect(await access.authenticate(token)).not.toBeNull();
  });

  it('takes one comparison, whether or not the id is known', async () => {
    const { access, person } = await accessWorld();
    const { token } = await access.create(person, WISH);
    compared.times = 0;
    await access.authenticate(token);
    expect(compared.times).toBe(1);
    await access.authenticate(`mtk_zzzzzz_${token.slice(-52)}`);
    expect(compared.times).toBe(2);
  });

  it('is nobody from the moment that it expires', async () => {
    const { access, person, clock } = await accessWorld();
    const { token } = await access.create(person, { ...WISH, expiresAt: NOW + 1000 });
    clock.now = NOW + 999;
    expect(await access.authenticate(token)).not.toBeNull();
    clock.now = NOW + 1000;
    expect(await access.authenticate(token)).toBeNull();
  });

  it('is nobody once another process has revoked it', async () => {
    const { access, person, folder } = await accessWorld();
    const { token, id } = await access.create(person, WISH);
    expect(await access.authenticate(token)).not.toBeNull();
    const elsewhere = await accessWorld(folder);
    expect(await elsewhere.access.revoke(elsewhere.person, id)).toMatchObject({ id, revokedAt: NOW });
    expect(await access.authenticate(token)).toBeNull();
  });

  it('is noted behind the answer, once a minute', async () => {
    const { access, person, clock, failures } = await accessWorld();
    const { token } = await access.create(person, WISH);
    const used = async () => (await access.list(person))[0]?.lastUsedAt;
    await access.authenticate(token);
    expect(await used()).toBeNull();
    await vi.waitFor(async () => expect(await used()).toBe(NOW));
    clock.now = NOW + 59_999;
    await access.authenticate(token);
    await new Promise((done) => setTimeout(done, 20));
    expect(await used()).toBe(NOW);
    clock.now = NOW + 60_000;
    await access.authenticate(token);
    await vi.waitFor(async () => expect(await used()).toBe(NOW + 60_000));
    expect(failures).toEqual([]);
  });

  it('is not taken for used while a server only looks whether it still holds', async () => {
    const { access, person } = await accessWorld();
    const { token } = await access.create(person, WISH);
    expect(await access.authenticate(token, 'recheck')).not.toBeNull();
    await new Promise((done) => setTimeout(done, 20));
    expect((await access.list(person))[0]?.lastUsedAt).toBeNull();
  });

  it('is told all the same when its use cannot be noted, which is counted', async () => {
    const { access, person, store, failures } = await accessWorld();
    const { token } = await access.create(person, WISH);
    const found = await access.authenticate(token);
    expect(found).not.toBeNull();
    store.close();
    await vi.waitFor(() => expect(failures).toHaveLength(1));
  });
});

describe('revoking', () => {
  it('takes a prefix, and is no error twice', async () => {
    const { access, person } = await accessWorld();
    const { id } = await access.create(person, WISH);
    expect(await access.revoke(person, id.slice(2, 7))).toMatchObject({ id, revokedAt: NOW });
    expect(await access.revoke(person, id)).toMatchObject({ id, revokedAt: NOW });
  });

  it('of what is not there says so, and never repeats a token that was typed', async () => {
    const { access, person } = await accessWorld();
    await expect(access.revoke(person, 'a_zzzzzz')).rejects.toThrow(/There is no token a_zzzzzz/);
    const { token } = await access.create(person, WISH);
    const error: unknown = await access.revoke(person, token).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('[redacted:midturn-token]');
    expect(String(error)).not.toContain(token.slice(-20));
  });
});

describe('the project of a call', () => {
  const all = { projects: null };

  it('is the only one that the token is for, where none is named', async () => {
    const { access, store } = await accessWorld();
    const [a, b] = [await project(store, 'a'), await project(store, 'b')];
    const as = (projects: readonly (typeof a)[] | null) => ({ ...PRINCIPAL, projects });
    expect(await access.projectFor(as([a]), null)).toBe(a);
    expect(await access.projectFor(as([a]), ' ')).toBe(a);
    expect(await access.projectFor(as([a, b]), null)).toBeNull();
    expect(await access.projectFor(as(null), null)).toBeNull();
    await store.projects.join(b, a, 'clone');
    expect(await access.projectFor(as([a, b]), null)).toBe(a);
    expect(await access.projectFor(as([b]), null)).toBe(a);
  });

  it('is named by its name, its id, a folder of it, or by those of a clone', async () => {
    const { access, store } = await accessWorld();
    const [shop, copy] = [await project(store, 'Shop'), await project(store, 'shop-copy')];
    await store.projects.join(copy, shop, 'clone');
    for (const named of [
      'shop',
      'SHOP',
      ' Shop ',
      shop,
      shop.slice(0, 8),
      `p_${shop.slice(0, 8)}`,
      '/home/dev/Shop',
      '/home/dev/Shop/',
      '/home/dev/Shop/src/deep',
      'shop-copy',
      copy,
      '/home/dev/shop-copy',
    ])
      expect(await access.projectFor({ ...PRINCIPAL, ...all }, named)).toBe(shop);
  });

  it('that the token is not for is refused in the words for one that does not exist', async () => {
    const { access, store } = await accessWorld();
    const [mine, other] = [await project(store, 'mine'), await project(store, 'secret')];
    const refused = (named: string) =>
      access.projectFor({ ...PRINCIPAL, projects: [mine] }, named).then(
        () => 'let in',
        (error: unknown) => String(error).replaceAll(JSON.stringify(named), '…'),
      );
    const unknown = await refused('nothing');
    expect(unknown).toMatch(/There is no project …/);
    for (const named of [
      'secret',
      other,
      other.slice(0, 8),
      '/home/dev/secret',
      '/home/dev/secret/x',
      '/',
      '../mine',
    ])
      expect(await refused(named)).toBe(unknown);
    expect(await access.projectFor({ ...PRINCIPAL, projects: [mine] }, 'mine')).toBe(mine);
  });

  it('that is refused is answered with those that can be sent, and with no other one', async () => {
    const { access, store } = await accessWorld();
    const [mine, other] = [await project(store, 'mine'), await project(store, 'secret')];
    const refused = (projects: readonly (typeof mine)[] | null) =>
      access.projectFor({ ...PRINCIPAL, projects }, 'nothing').catch(String);
    const one = await refused([mine]);
    expect(one).toContain(`"mine" (${mine.slice(0, 8)})`);
    expect(one).not.toMatch(/secret/);
    expect(one).not.toContain(other.slice(0, 8));
    expect(await refused(null)).toContain(`"secret" (${other.slice(0, 8)}), "mine" (${mine.slice(0, 8)})`);
    expect(await refused([])).toMatch(/Send none/);
    for (let more = 0; more < 11; more += 1) await project(store, `more-${more}`);
    const many = String(await refused(null));
    expect(many).toMatch(/"more-10".*"secret" \(\w+\) and 1 more/);
  });

  it('is found by its name however the letters of that are written', async () => {
    const { access, store } = await accessWorld();
    const books = await project(store, 'Übersicht'.normalize('NFD'));
    for (const named of ['Übersicht', 'übersicht', 'ÜBERSICHT', 'übersicht'.normalize('NFD')])
      expect(await access.projectFor({ ...PRINCIPAL, ...all }, named)).toBe(books);
  });

  it('is the folder that a path with dots leads to, and never one on the way', async () => {
    const { access, store } = await accessWorld();
    const [shop, other] = [await project(store, 'shop'), await project(store, 'other')];
    const named = (path: string) => access.projectFor({ ...PRINCIPAL, ...all }, path);
    expect(await named('/home/dev/shop/../other/src')).toBe(other);
    expect(await named('/home/dev/shop/./src/..')).toBe(shop);
    await expect(named('/home/dev/shop/../none')).rejects.toThrow(/There is no project/);
  });

  it('is found among the projects of the token, where others have the same name', async () => {
    const { access, store } = await accessWorld();
    const at = (value: string) => ({ machine: 'here', kind: 'path' as const, value });
    const claim = (path: string) => store.projects.claim({ name: 'app', identity: [at(path)], extra: [] });
    const [one, two] = [await claim('/a/app'), await claim('/b/app')];
    expect(await access.projectFor({ ...PRINCIPAL, projects: [two.id] }, 'app')).toBe(two.id);
    await expect(access.projectFor({ ...PRINCIPAL, projects: null }, 'app')).rejects.toThrow(
      /Several projects fit/,
    );
    expect(await access.projectFor({ ...PRINCIPAL, projects: null }, '/a/app')).toBe(one.id);
    expect(await access.knownProjects(['app', '/a/app', '/b/app', 'none', ''])).toEqual([one.id, two.id]);
  });

  it('is not found by a path of another machine', async () => {
    const { access, store } = await accessWorld();
    const there = { machine: 'there', kind: 'path' as const, value: '/home/dev/shop' };
    await store.projects.claim({ name: 'shop', identity: [there], extra: [] });
    await expect(access.projectFor({ ...PRINCIPAL, projects: null }, '/home/dev/shop')).rejects.toThrow(
      /There is no/,
    );
  });

  it.each(['x'.repeat(100_000), '/'.repeat(100_000), '/a'.repeat(2000), 'a\0b', '%', '*', "' OR 1=1 --"])(
    'is not confused by %j',
    async (named) => {
      const { access, store } = await accessWorld();
      await project(store, 'shop');
      await expect(access.projectFor({ ...PRINCIPAL, projects: null }, named)).rejects.toThrow(
        /There is no project/,
      );
    },
  );
});

const PRINCIPAL = {
  id: 'a_4f9k2c',
  owner: 'o',
  rights: { read: true, write: true, admin: false },
  projects: null,
  expiresAt: null,
};
