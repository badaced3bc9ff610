/** Servers that a client starts beside any project: its roots say where the person works. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { connect, ERAS, type Roots, run } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

const OLDER = ERAS.filter((era) => era !== '2026');

function place() {
  const home = tempFolder();
  const [shop, blog] = [join(home, 'shop'), join(home, 'blog')];
  for (const folder of [shop, blog]) mkdirSync(folder);
  return { home, shop, blog };
}

const urlOf = (path: string) => pathToFileURL(path).href;

/** The projects of what is remembered, by name. */
async function projectsOf(home: string): Promise<readonly string[]> {
  const { stdout } = await run(['recall', 'walrus', '--scope', 'all', '--json'], { home, cwd: home });
  const { hits }: { hits: { project: string }[] } = JSON.parse(stdout);
  return hits.map(({ project }) => project).sort();
}

describe('a server that was started in the home folder', () => {
  it.each(OLDER)('works where the client’s first root is, from the first call on (%s)', async (era) => {
    const { home, shop, blog } = place();
    let asked = 0;
    const roots: Roots = async () => {
      asked += 1;
      await sleep(30);
      return [urlOf(shop), urlOf(blog)];
    };
    const server = await connect(era, { home, cwd: home, roots });
    await server.call('remember', { content: 'The walrus of the shop sleeps on Tuesdays' });
    expect(await projectsOf(home)).toEqual(['shop']);
    expect(asked).toBe(1);
    expect(server.stderr()).toBe('');
  });

  it.each(OLDER)('goes with its client to another root, and back where there is none (%s)', async (era) => {
    const { home, shop, blog } = place();
    let now = [urlOf(shop)];
    const server = await connect(era, { home, cwd: home, roots: async () => now });
    await server.call('remember', { content: 'The walrus of the shop sleeps on Tuesdays' });
    for (const [next, word] of [
      [[urlOf(blog)], 'blog'],
      [[], 'home'],
    ] as const) {
      now = [...next];
      await server.rootsChanged();
      await server.call('remember', { content: `A walrus in the ${word} eats ${word} fish at noon` });
    }
    expect(await projectsOf(home)).toEqual(['blog', 'shop', home.split('/').at(-1)].sort());
  });

  it('asks nobody over the protocol of 2026-07-28, nor where the client has none, a workspace was named, or it stands in a repository', async () => {
    const { home, shop, blog } = place();
    mkdirSync(join(blog, '.git'));
    let asked = 0;
    const roots: Roots = async () => {
      asked += 1;
      return [urlOf(shop)];
    };
    const text = 'What is remembered?';
    for (const server of [
      await connect('2026', { home, cwd: home, roots }),
      await connect('2025', { home, cwd: home }),
      await connect('2025', { home, cwd: home, args: ['--workspace', blog], roots }),
      await connect('sdk1', { home, cwd: blog, roots }),
    ])
      expect((await server.call('recall', { query: text })).isError).toBe(false);
    expect(asked).toBe(0);
  });

  it('answers from its own folder when the client does not answer, and has said so when it refuses', async () => {
    const { home, shop } = place();
    const silent = await connect('2025', { home, cwd: home, roots: () => new Promise(() => undefined) });
    await silent.call('remember', { content: 'A walrus waits for nobody at all' });
    const name = home.split('/').at(-1);
    expect(await projectsOf(home)).toEqual([name]);
    const refusing = await connect('2025', {
      home,
      cwd: home,
      roots: () => Promise.reject(new Error('no folder is open')),
    });
    expect((await refusing.call('recall', { query: 'walrus waits' })).text).toContain('nobody at all');
    expect(refusing.stderr()).toContain('no folder is open');
    const late = await connect('2025', {
      home,
      cwd: home,
      roots: async () => {
        await sleep(1000);
        return [urlOf(shop)];
      },
    });
    expect((await late.call('recall', { query: 'walrus waits' })).text).toContain('nobody at all');
    await sleep(1200);
    expect((await late.call('recall', { query: 'walrus waits' })).text).not.toContain('nobody at all');
  });
});
