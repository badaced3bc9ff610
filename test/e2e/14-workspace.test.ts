/** Servers that a client starts beside any project: its roots say where the person works. */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
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

/** What a client answers to `roots/list`, in turn; `asked` is how often it was. */
function answering(...answers: ReadonlyArray<readonly string[] | Promise<readonly string[]>>) {
  let asked = 0;
  const waiting: Array<{ readonly count: number; readonly done: () => void }> = [];
  const roots: Roots = async () => {
    asked += 1;
    for (const { count, done } of waiting) if (asked >= count) done();
    return (await answers[asked - 1]) ?? [];
  };
  /** The client's answer goes out before its next call. */
  const answered = async (count: number) => {
    if (asked < count) await new Promise<void>((done) => waiting.push({ count, done }));
    await setImmediate();
  };
  return { roots, answered, asked: () => asked };
}

describe('a server that was started in the home folder', () => {
  it.each(OLDER)('works where the client’s first root is (%s)', async (era) => {
    const { home, shop, blog } = place();
    const { roots, answered, asked } = answering([urlOf(shop), urlOf(blog)]);
    const server = await connect(era, { home, cwd: home, roots });
    await answered(1);
    await server.call('remember', { content: 'The walrus of the shop sleeps on Tuesdays' });
    expect(await projectsOf(home)).toEqual(['shop']);
    expect(asked()).toBe(1);
    expect(server.stderr()).toBe('');
  });

  it.each(OLDER)('goes with its client to another root, and back where there is none (%s)', async (era) => {
    const { home, shop, blog } = place();
    const { roots, answered } = answering([urlOf(shop)], [urlOf(blog)], []);
    const server = await connect(era, { home, cwd: home, roots });
    await answered(1);
    await server.call('remember', { content: 'The walrus of the shop sleeps on Tuesdays' });
    await server.rootsChanged();
    await answered(2);
    await server.call('remember', { content: 'A walrus in the blog eats seven fish at noon' });
    await server.rootsChanged();
    await answered(3);
    await server.call('remember', { content: 'No walrus at home knows where the harbour lies' });
    expect(await projectsOf(home)).toEqual(['blog', 'shop', basename(home)].sort());
  });

  it('asks nobody over the protocol of 2026-07-28, nor where the client has no roots, a workspace was named, or it stands in a repository', async () => {
    const { home, shop, blog } = place();
    mkdirSync(join(blog, '.git'));
    const { roots, asked } = answering([urlOf(shop)]);
    for (const server of [
      await connect('2026', { home, cwd: home, roots }),
      await connect('2025', { home, cwd: home }),
      await connect('2025', { home, cwd: home, args: ['--workspace', blog], roots }),
      await connect('sdk1', { home, cwd: blog, roots }),
    ])
      expect((await server.call('recall', { query: 'What is remembered?' })).isError).toBe(false);
    expect(asked()).toBe(0);
  });

  it('works in its own folder until the client answers, however late that is', async () => {
    const { home, shop } = place();
    let answer: (urls: readonly string[]) => void = () => {};
    const { roots } = answering(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    const server = await connect('2025', { home, cwd: home, roots });
    await server.call('remember', { content: 'A walrus waits for nobody at all' });
    answer([urlOf(shop)]);
    await setImmediate();
    await server.call('remember', { content: 'The walrus of the shop sleeps on Tuesdays' });
    expect(await projectsOf(home)).toEqual([basename(home), 'shop'].sort());
  });

  it('works in its own folder where the client refuses to answer, and says so', async () => {
    const { home } = place();
    const refusal = Promise.reject(new Error('no folder is open'));
    refusal.catch(() => undefined);
    const { roots, answered } = answering(refusal);
    const server = await connect('2025', { home, cwd: home, roots });
    await answered(1);
    await server.call('remember', { content: 'A walrus waits for nobody at all' });
    expect(await projectsOf(home)).toEqual([basename(home)]);
    expect(server.stderr()).toContain('no folder is open');
    const { counters } = JSON.parse((await run(['status', '--json'], { home, cwd: home })).stdout);
    expect(counters).toMatchObject({ 'roots.failures': 1 });
  });
});
