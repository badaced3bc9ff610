/** Which project a folder belongs to after folders were moved and others put in their place. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProjectBook } from '../../../src/app/projects/book.ts';
import { fileIdentity, nodeDisk } from '../../../src/platform/disk.ts';
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

/** A repository with a root commit of its own. */
function repositoryAt(path: string, first: string): string {
  repository(path);
  put(join(path, 'first.txt'), first);
  git(path, 'add', '.');
  git(path, 'commit', '-q', '-m', first);
  return path;
}

function book(store: Store, disk = nodeDisk): ProjectBook {
  return new ProjectBook({
    store,
    machine: 'here',
    env: ENVIRONMENT,
    now: Date.now,
    disk,
    onError: (error) => {
      throw error;
    },
  });
}

/** Asks in a new process, as it were. */
function idAt(store: Store, path: string, disk = nodeDisk): Promise<string | null> {
  return book(store, disk).idOf(path);
}

/** Waits for what is asked of git off the path. */
async function learned(store: Store): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const all = await store.projects.list();
    if (all.every(({ aliases }) => aliases.some(({ kind }) => kind === 'root-commit'))) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error('git was not heard');
}

/** A folder with something in it: the birth time of one that never changed is not believed. */
async function used(path: string): Promise<string> {
  mkdirSync(path);
  await new Promise((done) => setTimeout(done, 20));
  mkdirSync(join(path, 'inside'));
  return path;
}

/** False on a disk that keeps no birth times. */
const born = fileIdentity(await nodeDisk.stat(await used(join(top, 'used')))).birthtimeMs !== null;

describe.runIf(born)('a new repository where an old one was', () => {
  it('is another project by its root commit, and the moved one keeps its own', async () => {
    const store = await tempStore();
    const home = place();
    const app = repositoryAt(join(home, 'app'), 'one');
    const old = await idAt(store, app);
    await learned(store);
    renameSync(app, join(home, 'app-old'));
    repositoryAt(app, 'two');
    const fresh = await idAt(store, app);
    expect(fresh).not.toBe(old);
    expect(await idAt(store, join(home, 'app-old'))).toBe(old);
    expect(await idAt(store, app)).toBe(fresh);
  });

  it('is another project when the old one is seen elsewhere, without any commit', async () => {
    const store = await tempStore();
    const home = place();
    const app = repository(join(home, 'app'));
    const old = await idAt(store, app);
    renameSync(app, join(home, 'app-old'));
    expect(await idAt(store, join(home, 'app-old'))).toBe(old);
    repository(app);
    const fresh = await idAt(store, app);
    expect(fresh).not.toBe(old);
    expect([await idAt(store, app), await idAt(store, join(home, 'app-old'))]).toEqual([fresh, old]);
  });

  it('is the same project when it was cloned again', async () => {
    const store = await tempStore();
    const home = place();
    const origin = repositoryAt(join(home, 'origin'), 'one');
    git(home, 'clone', '-q', origin, 'app');
    const app = join(home, 'app');
    const old = await idAt(store, app);
    await learned(store);
    rmSync(app, { recursive: true });
    git(home, 'clone', '-q', origin, 'app');
    expect([await idAt(store, app), await idAt(store, app)]).toEqual([old, old]);
  });

  it('is no reason to conclude anything on a disk without birth times', async () => {
    const store = await tempStore();
    const disk = {
      ...nodeDisk,
      stat: async (path: string) => ({ ...(await nodeDisk.stat(path)), birthtimeMs: 0 }),
    };
    const home = place();
    const app = repositoryAt(join(home, 'app'), 'one');
    const old = await idAt(store, app, disk);
    await learned(store);
    renameSync(app, join(home, 'app-old'));
    repositoryAt(app, 'two');
    expect(await idAt(store, app, disk)).toBe(old);
  });
});

describe.runIf(born)('a plain folder where another one was', () => {
  it('is another project when the old one is seen elsewhere, and the same when that one is gone', async () => {
    const store = await tempStore();
    const home = place();
    const notes = await used(join(home, 'notes'));
    const old = await idAt(store, notes);
    rmSync(notes, { recursive: true });
    await used(notes);
    expect(await idAt(store, notes)).toBe(old);
    const drafts = await used(join(home, 'drafts'));
    const moved = await idAt(store, drafts);
    renameSync(drafts, join(home, 'drafts-old'));
    expect(await idAt(store, join(home, 'drafts-old'))).toBe(moved);
    await used(drafts);
    expect(await idAt(store, drafts)).not.toBe(moved);
  });
});

describe('a book that is opened for one question', () => {
  it('leaves what git says of a project to those who stay', async () => {
    const store = await tempStore();
    const path = repositoryAt(place(), 'one');
    const asks = { store, machine: 'here', env: ENVIRONMENT, now: Date.now, onError: () => undefined };
    const quick = new ProjectBook({ ...asks, learns: false });
    const id = await quick.idOf(path);
    await quick.settled();
    const rooted = async () =>
      (await store.projects.list()).some(({ aliases }) => aliases.some(({ kind }) => kind === 'root-commit'));
    expect(await rooted()).toBe(false);
    const stays = new ProjectBook(asks);
    expect(await stays.idOf(path)).toBe(id);
    await stays.settled();
    expect(await rooted()).toBe(true);
  });
});
