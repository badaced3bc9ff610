/** Clones of one repository count as one project, forks do not, and what a person took apart stays apart. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProjectBook } from '../../../src/app/projects/book.ts';
import { ProjectDesk } from '../../../src/app/projects/desk.ts';
import { takeProjectNews } from '../../../src/app/projects/news.ts';
import { claimOf, factAliases } from '../../../src/project/aliases.ts';
import { askGit } from '../../../src/project/git-facts.ts';
import { locate } from '../../../src/project/locate.ts';
import type { Store } from '../../../src/store/store.ts';
import { ENVIRONMENT, git, put, repository, temporaryFolder } from '../../project/repositories.ts';
import { tempStore } from '../../support/temp-store.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function place(): string {
  count += 1;
  const path = join(top, String(count));
  mkdirSync(path);
  return path;
}

function deps(store: Store) {
  return {
    store,
    machine: 'here',
    env: ENVIRONMENT,
    now: Date.now,
    onError: (error: unknown) => {
      throw error;
    },
  };
}

function book(store: Store): ProjectBook {
  return new ProjectBook(deps(store));
}

/** Asks in a new process, as it were, which lives until git has answered. */
async function idAt(store: Store, path: string): Promise<string | null> {
  const asked = book(store);
  const id = await asked.idOf(path);
  await asked.settled();
  return id;
}

/** What a process says that starts after all is learned. */
async function idsAt(store: Store, ...paths: readonly string[]): Promise<readonly (string | null)[]> {
  const ids: (string | null)[] = [];
  for (const path of paths) ids.push(await idAt(store, path));
  for (const [at, path] of paths.entries()) ids[at] = await idAt(store, path);
  return ids;
}

function cloned(home: string, origin: string, ...names: readonly string[]): readonly string[] {
  return names.map((name) => {
    git(home, 'clone', '-q', origin, name);
    return join(home, name);
  });
}

describe('two clones of one repository', () => {
  it('count as one project, the older one, and that is said once', async () => {
    const store = await tempStore();
    const home = place();
    const origin = repository(join(home, 'origin'));
    const [a = '', b = ''] = cloned(home, origin, 'a', 'b');
    const first = await idAt(store, a);
    expect(await idsAt(store, a, b)).toEqual([first, first]);
    const project = await book(store).callerProject(b);
    expect(project?.ids).toHaveLength(2);
    expect(project?.root).toBe(b);
    const news = await takeProjectNews(store);
    expect(news).toEqual([expect.stringMatching(/^b \(.*\) is a clone of a \(.*project split/)]);
    expect(await takeProjectNews(store)).toEqual([]);
    await idsAt(store, a, b);
    expect(await takeProjectNews(store)).toEqual([]);
  });

  it('are joined also where everything was known before, by a program that joined nothing', async () => {
    const store = await tempStore();
    const home = place();
    const clones = cloned(home, repository(join(home, 'origin')), 'a', 'b');
    for (const clone of clones) {
      const location = await locate(clone);
      if (location.kind !== 'git') throw new Error('no repository');
      const facts = await askGit(location, { env: ENVIRONMENT });
      if (facts === null) throw new Error('git was not heard');
      const claim = claimOf(location, 'here');
      await store.projects.claim({ ...claim, extra: [...claim.extra, ...factAliases(facts, 'here')] });
    }
    expect(await store.projects.list()).toHaveLength(2);
    expect(new Set(await idsAt(store, ...clones)).size).toBe(1);
  });

  it('and their work trees are one', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b');
    git(b, 'worktree', 'add', '-q', join(home, 'tree'), '-b', 'topic');
    const ids = await idsAt(store, a, b, join(home, 'tree'));
    expect(new Set(ids).size).toBe(1);
  });

  it('keep their memory: what was in either is found from both, and dirties the files', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b');
    const [, id] = await idsAt(store, a, b);
    expect((await store.projections.dirty()).map(({ project }) => project)).toEqual([id]);
  });
});

describe('the first question in a new clone', () => {
  it('is answered from the memory of the repository, also where the process asks once and ends', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b');
    const first = await idAt(store, a);
    const hook = new ProjectBook({ ...deps(store), learns: false });
    expect((await hook.callerProject(b))?.id).toBe(first);
  });

  it('records nothing where it only reads', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b');
    const first = await idAt(store, a);
    const before = await store.projects.list();
    expect((await book(store).callerProject(b, 1000, false))?.id).toBe(first);
    expect((await book(store).callerProject(home, 1000, false))?.ids).toEqual([]);
    expect(await store.projects.list()).toEqual(before);
    expect(await store.projects.joined()).toEqual([]);
  });
});

describe('what is no clone', () => {
  it.each(['alone', 'with the original as its upstream'])('a fork %s stays its own', async (how) => {
    const store = await tempStore();
    const home = place();
    const origin = repository(join(home, 'origin'));
    git(home, 'clone', '-q', '--bare', origin, 'fork.git');
    const [mine = '', theirs = ''] = [
      ...cloned(home, origin, 'app'),
      ...cloned(home, join(home, 'fork.git'), 'my-app'),
    ];
    if (how !== 'alone') git(theirs, 'remote', 'add', 'upstream', origin);
    const ids = await idsAt(store, mine, theirs);
    expect(new Set(ids).size).toBe(2);
    expect(await takeProjectNews(store)).toEqual([]);
  });

  it('another history at the same address stays its own', async () => {
    const store = await tempStore();
    const home = place();
    const [a = ''] = cloned(home, repository(join(home, 'origin')), 'a');
    const b = join(home, 'b');
    mkdirSync(b);
    git(b, 'init', '-q');
    put(join(b, 'other.txt'), 'other');
    git(b, 'add', '.');
    git(b, 'commit', '-q', '-m', 'other');
    git(b, 'remote', 'add', 'origin', join(home, 'origin'));
    expect(new Set(await idsAt(store, a, b)).size).toBe(2);
  });

  it('repositories without any address stay their own', async () => {
    const store = await tempStore();
    const home = place();
    const origin = repository(join(home, 'origin'));
    const [copy = ''] = cloned(home, origin, 'copy');
    git(copy, 'remote', 'remove', 'origin');
    expect(new Set(await idsAt(store, origin, copy)).size).toBe(2);
  });
});

describe('projects that a person took apart', () => {
  it('stay apart, until the person joins them', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = '', c = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b', 'c');
    const [one] = await idsAt(store, a, b, c);
    const desk = new ProjectDesk({ store, book: book(store) });
    const { taken, from } = await desk.split('b');
    expect([taken.paths, from.id, from.joined.map(({ name }) => name)]).toEqual([[b], one, ['c']]);
    expect(await idsAt(store, a, b, c)).toEqual([one, taken.id, one]);
    expect((await store.projections.dirty()).map(({ project }) => project)).toEqual(
      expect.arrayContaining([one, taken.id]),
    );

    await desk.join('b', 'a');
    expect(await idsAt(store, a, b, c)).toEqual([one, one, one]);
  });

  it('are not made by a folder that somebody has only named', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b');
    const [one] = await idsAt(store, a, b);
    rmSync(b, { recursive: true });
    const desk = new ProjectDesk({ store, book: book(store) });
    await expect(desk.show(join(home, 'none'))).rejects.toThrow(/no project .*none/);
    await expect(desk.join(join(home, 'none'), a)).rejects.toThrow(/no project .*none/);
    expect((await desk.show(b)).id).toBe(one);
    expect(await desk.list()).toHaveLength(1);
  });

  it('are named by id, name or folder, and nothing is guessed', async () => {
    const store = await tempStore();
    const home = place();
    const [a = '', b = '', c = ''] = cloned(home, repository(join(home, 'origin')), 'a', 'b', 'c');
    const [one = ''] = await idsAt(store, a, b, c);
    const desk = new ProjectDesk({ store, book: book(store) });
    await expect(desk.split('a')).rejects.toThrow(/Several were joined to a: b .*, c /);
    await expect(desk.split('nothing')).rejects.toThrow(/no project nothing/);
    await expect(desk.join('b', 'a')).rejects.toThrow(/one project already/);
    expect((await desk.show(b)).id).toBe(one);
    expect((await desk.show(String(one).slice(0, 8))).joined).toHaveLength(2);
    await desk.split(c);
    expect((await desk.split('a')).taken.name).toBe('b');
    await expect(desk.split('a')).rejects.toThrow(/Nothing was joined to a/);
    expect(await desk.list()).toHaveLength(3);
  });
});
