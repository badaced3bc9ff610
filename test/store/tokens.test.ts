/** Tokens, as every engine keeps them. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { projectId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import type { NewToken } from '../../src/store/tokens.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

const NOW = 1_795_253_400_000;

function token(store: Store, changes: Partial<NewToken> = {}): NewToken {
  return {
    owner: store.owner,
    label: 'laptop',
    hash: randomBytes(32),
    scopes: ['read'],
    projects: null,
    expiresAt: null,
    ...changes,
  };
}

describe('a token', () => {
  it('is found by its own letters alone, with its hash, which is shown nowhere else', async () => {
    const store = await tempStore(tempFolder(), () => NOW);
    const hash = randomBytes(32);
    const made = await store.tokens.create(
      token(store, { hash, scopes: ['read', 'admin'], expiresAt: NOW + 1 }),
    );
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{26}$/),
      short: `a_${made.id.slice(0, 6)}`,
      owner: store.owner,
      label: 'laptop',
      scopes: ['read', 'admin'],
      projects: null,
      createdAt: NOW,
      expiresAt: NOW + 1,
      lastUsedAt: null,
      revokedAt: null,
    });
    const found = await store.tokens.forKey(made.id.slice(0, 6));
    expect(found?.token).toEqual(made);
    expect(Buffer.from(found?.hash ?? []).equals(hash)).toBe(true);
    for (const other of ['', made.id.slice(0, 5), made.short, made.id, '%', '*'])
      expect(await store.tokens.forKey(other)).toBeNull();
    expect(JSON.stringify([await store.tokens.list(), await store.tokens.find(made.short)])).not.toContain(
      'hash',
    );
  });

  it('is bound to the projects that it names, each once', async () => {
    const store = await tempStore();
    const [a, b] = [await project(store, 'a'), await project(store, 'b')];
    const made = await store.tokens.create(token(store, { projects: [b, a, b] }));
    expect([...(made.projects ?? [])].sort()).toEqual([a, b].sort());
    expect((await store.tokens.list())[0]?.projects).toEqual(made.projects);
  });

  it('for a project that is not there is not stored at all', async () => {
    const store = await tempStore();
    const known = await project(store, 'a');
    const projects = [known, projectId('0'.repeat(26))];
    await expect(store.tokens.create(token(store, { projects }))).rejects.toThrow(
      /project .* not in the store/,
    );
    expect(await store.tokens.list()).toEqual([]);
  });

  it('is revoked once: when, stays', async () => {
    let now = NOW;
    const store = await tempStore(tempFolder(), () => now);
    const { id } = await store.tokens.create(token(store));
    expect(await store.tokens.revoke(id)).toBe(NOW);
    now += 5000;
    expect(await store.tokens.revoke(id)).toBe(NOW);
    expect((await store.tokens.list())[0]?.revokedAt).toBe(NOW);
    expect(await store.tokens.revoke('0'.repeat(26))).toBeNull();
  });

  it('that nobody was given is taken away with what it was bound to', async () => {
    const store = await tempStore();
    const made = await store.tokens.create(token(store, { projects: [await project(store, 'a')] }));
    await store.tokens.discard(made.id);
    expect(await store.tokens.list()).toEqual([]);
    expect(await store.tokens.find(made.id)).toEqual([]);
  });

  it('keeps the last of its uses, in whatever order they are told', async () => {
    const store = await tempStore();
    const { id } = await store.tokens.create(token(store));
    for (const at of [NOW, NOW + 9, NOW + 3]) await store.tokens.used(id, at);
    expect((await store.tokens.list())[0]?.lastUsedAt).toBe(NOW + 9);
  });

  it('is found by what a person types', async () => {
    const store = await tempStore();
    const made = await store.tokens.create(token(store));
    for (const text of [
      made.short,
      made.id,
      made.id.slice(0, 10),
      `[${made.short}]`,
      ` ${made.short.toUpperCase()} `,
    ])
      expect((await store.tokens.find(text)).map(({ id }) => id)).toEqual([made.id]);
    for (const text of ['', 'a_', 'zz', 'a_%', "a_' OR 1=1"])
      expect(await store.tokens.find(text)).toEqual([]);
  });
});
