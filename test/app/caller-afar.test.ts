/** Callers over the network: their project, how far they see, and that this process's own folder is never theirs. */
import { appendFileSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { cliCall, httpCall } from '../../src/app/caller.ts';
import { mangle } from '../../src/capture/claude-folders.ts';
import type { Principal } from '../../src/model/access.ts';
import { type ProjectId, projectId, sessionId } from '../../src/model/ids.ts';
import { git, put, repository } from '../project/repositories.ts';
import { tempFolder } from '../support/temp-store.ts';

const apps: App[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

/** A server that runs in a project of its own, and another project, `shop`, that callers ask about. */
async function world() {
  const folder = realpathSync(tempFolder());
  const [here, shop] = [repository(join(folder, 'here')), repository(join(folder, 'shop'))];
  const app = new App({
    env: { HOME: folder, MIDTURN_HOME: join(folder, 'home') },
    cwd: here,
    version: '0.0.0',
  });
  apps.push(app);
  const idOf = async (cwd: string) => {
    const { project } = await app.caller(cliCall({}, cwd, false));
    if (project === null) throw new Error('no project');
    return project.id;
  };
  const [hereId, shopId] = [await idOf(here), await idOf(shop)];
  const call = (project: ProjectId | null, projects: readonly ProjectId[] | null = null) =>
    app.caller(httpCall({ clientName: 'codex', meta: {}, principal: { ...PRINCIPAL, projects }, project }));
  return { app, folder, here, shop, hereId, shopId, call, idOf };
}

const PRINCIPAL: Principal = {
  id: 'a_4f9k2c',
  owner: 'o',
  rights: { read: true, write: true, admin: false },
  projects: null,
  expiresAt: null,
};

describe('the caller over HTTP', () => {
  it('stands at the root of the checkout that its project has on this machine', async () => {
    const { app, shop, shopId, call } = await world();
    const caller = await call(shopId);
    expect(caller).toMatchObject({
      owner: (await app.store()).owner,
      surface: 'http',
      token: 'a_4f9k2c',
      cwd: shop,
      reach: null,
      personPresent: false,
    });
    expect(caller.project).toEqual({
      id: shopId,
      ids: [shopId],
      name: 'shop',
      root: shop,
      cwd: '',
      branch: 'main',
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it('without a project stands nowhere, whatever folder the server runs in', async () => {
    const { call } = await world();
    expect(await call(null)).toMatchObject({ project: null, cwd: '' });
    expect(await call(projectId('0'.repeat(26)))).toMatchObject({ project: null, cwd: '' });
  });

  it('has a project without a root where its checkout is gone', async () => {
    const { shop, shopId, call } = await world();
    rmSync(shop, { recursive: true });
    const gone = { id: shopId, ids: [shopId], name: 'shop', root: null, cwd: '', branch: null, commit: null };
    expect(await call(shopId)).toMatchObject({ project: gone, cwd: '' });
  });

  it('does not stand in another project that has taken the place of its own', async () => {
    const { app, shop, folder, shopId, call } = await world();
    // Git is heard on what tells the two apart.
    await (await app.projectDesk()).list();
    renameSync(shop, join(folder, 'moved'));
    repository(shop);
    put(join(shop, 'other.txt'), 'x');
    git(shop, 'add', '.');
    git(shop, 'commit', '-q', '--amend', '-m', 'another beginning');
    const later = new App({ env: { MIDTURN_HOME: app.layout.root }, cwd: folder, version: '0.0.0' });
    apps.push(later);
    const other = (await later.caller(cliCall({}, shop, false))).project;
    expect(other?.id).not.toBe(shopId);
    expect((await call(shopId)).project).toMatchObject({ id: shopId, root: null });
    expect((await call(other?.id ?? null)).project).toMatchObject({ id: other?.id, root: shop });
  });

  it('finds the repository itself before its further work trees', async () => {
    const { shop, folder, shopId, call, idOf } = await world();
    const tree = join(folder, 'a-tree');
    git(shop, 'worktree', 'add', '-q', '-b', 'fix', tree);
    expect(await idOf(tree)).toBe(shopId);
    expect((await call(shopId)).project).toMatchObject({ root: shop, branch: 'main' });
  });

  it('sees the projects of its token and those that count as them, and is in no other one', async () => {
    const { app, folder, hereId, shopId, call, idOf } = await world();
    mkdirSync(join(folder, 'old-shop'));
    const old = await idOf(join(folder, 'old-shop'));
    expect((await call(shopId, [shopId])).reach).toEqual([shopId]);
    await (await app.projectDesk()).join('old-shop', 'shop');
    const caller = await call(shopId, [old]);
    expect([...(caller.reach ?? [])].sort()).toEqual([old, shopId].sort());
    expect(caller.project?.id).toBe(shopId);
    expect(await call(hereId, [old])).toMatchObject({ project: null, cwd: '' });
    expect((await call(null, [])).reach).toEqual([]);
    expect((await call(shopId, [])).project).toBeNull();
  });
});

describe('a call that names no project', () => {
  it('is told how one is named, where nothing fits and where nothing can be kept', async () => {
    const { app, call, shopId } = await world();
    const [caller, placed] = [await call(null), await call(shopId)];
    const recall = await app.recall();
    const closing = async (who: typeof caller, scope?: 'user' | 'all') =>
      (
        await recall.ask(who, { query: 'staging port', ...(scope === undefined ? {} : { scope }) })
      ).closing.join(' ');
    expect(await closing(caller)).toContain('`Midturn-Project`');
    for (const scope of ['user', 'all'] as const)
      expect(await closing(caller, scope)).not.toContain('Midturn-Project');
    expect(await closing(placed)).not.toContain('Midturn-Project');
    await expect(
      (await app.memories()).remember(caller, { content: 'The staging database has port 6543' }),
    ).rejects.toThrow(/connection names none.*`Midturn-Project`/);
  });
});

describe('the files of what it remembers', () => {
  it('are taken from the root of its project, and nothing else of this machine', async () => {
    const { app, here, shop, shopId, call } = await world();
    put(join(shop, 'src', 'pay.ts'), 'export {};');
    put(join(here, 'server.ts'), 'export {};');
    const caller = await call(shopId);
    const result = await (await app.memories()).remember(caller, {
      content: 'Payments are rounded half to even in src/pay.ts',
      paths: ['src/pay.ts', 'server.ts', '../here/server.ts', join(here, 'server.ts'), '/etc/hosts'],
    });
    expect(result.status).toBe('accepted');
    const { memory } = await (await app.memories()).show(caller, result.id ?? '');
    expect(memory.checkout).toBe(shop);
    expect(memory.paths.map(({ path, sha256 }) => [path, sha256 !== null])).toEqual([
      ['src/pay.ts', true],
      ['server.ts', false],
    ]);
  });

  it('are none where its project has no checkout here', async () => {
    const { app, here, shop, shopId, call } = await world();
    put(join(here, 'server.ts'), 'export {};');
    rmSync(shop, { recursive: true });
    const caller = await call(shopId);
    const result = await (await app.memories()).remember(caller, {
      content: 'The server is started with npm start',
      paths: ['server.ts', join(here, 'server.ts')],
    });
    const { memory } = await (await app.memories()).show(caller, result.id ?? '');
    expect([memory.paths, memory.checkout, memory.cwd]).toEqual([[], null, '']);
  });
});

it('a call over HTTP counts as an agent’s: its silence about evidence shows nothing', async () => {
  const { app, shopId } = await world();
  const principal = PRINCIPAL;
  const caller = await app.caller(httpCall({ clientName: null, meta: {}, principal, project: shopId }));
  expect(caller.client).toBeNull();
  expect(await (await app.capture()).caughtUp(caller, null)).toBe(false);
});

describe('Claude Code over HTTP beside its transcripts', () => {
  const EXTERNAL = '5b0d7c1a-3f24-4e8b-a6c9-12d34e56f701';
  const CALL = 'toolu_01quokka';

  async function running(projectsOf: (shop: ProjectId) => readonly ProjectId[] | null) {
    const { app, folder, shop, shopId } = await world();
    const transcripts = join(folder, '.claude', 'projects', mangle(shop));
    mkdirSync(transcripts, { recursive: true });
    const write = (role: 'user' | 'assistant', content: unknown): void =>
      appendFileSync(
        join(transcripts, `${EXTERNAL}.jsonl`),
        `${JSON.stringify({
          type: role,
          uuid: `00000000-0000-4000-8000-00000000000${role === 'user' ? 1 : 2}`,
          parentUuid: role === 'user' ? null : '00000000-0000-4000-8000-000000000001',
          isSidechain: false,
          sessionId: EXTERNAL,
          cwd: shop,
          version: '2.1.329',
          userType: 'external',
          timestamp: '2026-11-21T10:00:00Z',
          message: { role, content },
        })}\n`,
      );
    const principal = { ...PRINCIPAL, projects: projectsOf(shopId) };
    const meta = { 'claudecode/toolUseId': CALL };
    const caller = await app.caller(
      httpCall({ clientName: 'claude-code', meta, principal, project: shopId }),
    );
    return { app, caller, write };
  }

  it.each([
    ['any token', () => null],
    ['a token that is bound to the project', (shop: ProjectId) => [shop]],
  ])('is in the session that holds its call, and its turn is no hit, with %s', async (_, projectsOf) => {
    const { app, caller, write } = await running(projectsOf);
    const asks = async () => {
      const now = await (await app.capture()).refresh(caller);
      const { hits } = await (await app.history()).ask(now, { query: 'quokka lighthouse' });
      return { session: now.session, hits: hits.length };
    };
    write('user', 'Where is the quokka lighthouse?');
    const asking = asks();
    // As the client does: after it has sent the call.
    await sleep(40);
    write('assistant', [{ type: 'tool_use', id: CALL, name: 'mcp__midturn__recall_history', input: {} }]);
    expect(await asking).toEqual({ session: sessionId('claude-code', EXTERNAL), hits: 0 });
  });

  it('is in none where no transcript holds its call', async () => {
    const { app, caller, write } = await running(() => null);
    write('user', 'Where is the quokka lighthouse?');
    expect((await (await app.capture()).refresh(caller)).session).toBeNull();
  });
});
