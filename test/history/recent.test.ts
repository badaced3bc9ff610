import { describe, expect, it } from 'vitest';
import { converse, type Said } from '../support/conversation.ts';
import { project } from '../support/temp-store.ts';
import { append, cursorOf, world } from './world.ts';

const DAY = 86_400_000;

function turns(count: number, from = 1): Said[] {
  return Array.from({ length: count }, (_, at): Said[] => [
    { text: `Please do task number ${from + at} now` },
    { role: 'assistant', text: `Task ${from + at} is done.` },
  ]).flat();
}

describe('recall_history without arguments', () => {
  it('lists recent turns of the project newest first, each with its exact call', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'a', turns(3), { project: shop });
    const answer = await history.ask(agent, {});
    const [record] = await store.sessions.list({ projects: null, limit: 1 });
    const short = record?.short ?? '';
    expect(answer.sentence).toBe('3 recent turns of this project, newest first:');
    expect(answer.blocks.map(({ text }) => text)).toEqual([
      `${short}#3 · 2026-11-01 00:00 · claude-code · "Please do task number 3 now" · Task 3 is done. — recall_history({session:"${short}", turns:[3]})`,
      `${short}#2 · 2026-11-01 00:00 · claude-code · "Please do task number 2 now" · Task 2 is done. — recall_history({session:"${short}", turns:[2]})`,
      `${short}#1 · 2026-11-01 00:00 · claude-code · "Please do task number 1 now" · Task 1 is done. — recall_history({session:"${short}", turns:[1]})`,
    ]);
    expect(answer.next(3)).toBeNull();
    expect(answer.hits.map(({ ref, turn }) => [ref, turn])).toEqual([
      [`${short}#3`, 3],
      [`${short}#2`, 2],
      [`${short}#1`, 1],
    ]);
  });

  it('flags a turn in which a tool failed, and gives one without an answer a breadcrumb all the same', async () => {
    const { store, shop, texts } = await world();
    await converse(
      store,
      'a',
      [{ text: 'Run the tests' }, { role: 'tool', tool: 'Bash', text: 'boom', meta: { failed: true } }],
      { project: shop },
    );
    expect((await texts({}))[0]).toMatch(/"Run the tests" · FAIL · 2 messages — recall_history/);
  });

  it('flags a turn that ended badly, not one in which something failed on the way', async () => {
    const { store, shop, history, agent, texts } = await world();
    const ran = (text: string, meta: Record<string, unknown> = {}, tool = 'Bash') => ({
      role: 'tool' as const,
      tool,
      text,
      meta,
    });
    const bad = { failed: true, exit_code: 1 };
    const answer = { role: 'assistant' as const, text: 'That is it.' };
    const flagged = async (name: string, ...steps: Said[]) => {
      await converse(store, name, [{ text: `Do ${name}` }, ...steps], { project: shop });
      const line = (await texts({})).find((text) => text.includes(`"Do ${name}"`)) ?? '';
      const [, session = '', turn = ''] = /(\w+)#(\d+)/.exec(line) ?? [];
      const { blocks } = await history.ask(agent, { session, turns: [Number(turn)] });
      expect(blocks[0]?.text.split('\n')[0]?.includes(' · FAIL')).toBe(line.includes(' · FAIL'));
      return line.includes(' · FAIL');
    };
    expect(await flagged('mended', ran('boom', bad), ran('patched', {}, 'Edit'), ran('ok'), answer)).toBe(
      false,
    );
    expect(await flagged('unproven', ran('boom', bad), ran('patched', {}, 'Edit'), answer)).toBe(true);
    expect(await flagged('broken', ran('ok'), ran('boom', bad), answer)).toBe(true);
    expect(await flagged('looked', ran('no such file', { failed: true }, 'Read'), ran('ok'), answer)).toBe(
      false,
    );
    const stopped = { role: 'user' as const, kind: 'event' as const, text: '[Request interrupted by user]' };
    expect(await flagged('stopped', ran('ok'), stopped)).toBe(true);
    expect(await flagged('resumed', ran('ok'), stopped, answer)).toBe(false);
  });

  it('cuts a long prompt to a title in one line', async () => {
    const { store, shop, texts } = await world();
    await converse(store, 'a', [{ text: `Say "hello"\nand then ${'on and '.repeat(60)}` }], {
      project: shop,
    });
    const title = /"([^"]*)"/.exec((await texts({}))[0] ?? '')?.[1] ?? '';
    expect(title.length).toBeLessThanOrEqual(52);
    expect(title).toMatch(/^Say 'hello' and then .*…$/);
  });

  it('shows twelve, says how many are older, and goes on where it stopped', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'a', turns(30), { project: shop });
    const first = await history.ask(agent, {});
    expect(first.blocks).toHaveLength(12);
    expect(first.closing.at(-1)).toBe('18 older turns exist.');
    expect(first.next(12)).toMatch(/^recall_history\(\{cursor:"[\w-]+"\}\)$/);
    const seen = first.blocks.map(({ ref }) => ref);
    for (let cursor = cursorOf(first); cursor !== null; ) {
      const page = await history.ask(agent, { cursor });
      seen.push(...page.blocks.map(({ ref }) => ref));
      cursor = cursorOf(page);
    }
    expect(seen.map((ref) => Number(ref.split('#')[1]))).toEqual(
      Array.from({ length: 30 }, (_, at) => 30 - at),
    );
  });

  it('goes on after what was shown when the answer had to be cut', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'a', turns(6), { project: shop });
    const first = await history.ask(agent, {});
    const second = await history.ask(agent, { cursor: cursorOf(first, 2) ?? '' });
    expect(second.blocks[0]?.ref).toBe(first.blocks[2]?.ref);
  });

  it('never lists the turn that is going on', async () => {
    const { store, shop, history, inside } = await world();
    const now = await converse(store, 'now', turns(2), { project: shop });
    const answer = await history.ask(await inside(now), {});
    expect(answer.blocks.map(({ ref }) => ref.split('#')[1])).toEqual(['1']);
  });

  it('says in plain words that this is the first turn, or that there is no history', async () => {
    const { store, shop, history, inside, agent } = await world();
    expect((await history.ask(agent, {})).sentence).toBe('No history of this project is stored yet.');
    const now = await converse(store, 'now', turns(1), { project: shop });
    const first = await history.ask(await inside(now), {});
    expect(first.sentence).toMatch(/^This is the first turn of this project that is stored/);
    expect(first.abstained).toBe(true);
  });

  it('keeps to the project, and names each project when asked for all', async () => {
    const { store, shop, texts } = await world();
    const blog = await project(store, 'blog');
    await converse(store, 'a', turns(1), { project: shop });
    await converse(store, 'b', turns(1), { project: blog });
    expect(await texts({})).toHaveLength(1);
    expect(await texts({ project: 'blog' })).toHaveLength(1);
    const all = await texts({ project: 'all' });
    expect(all.map((line) => / · claude-code · (\w+) · /.exec(line)?.[1]).sort()).toEqual(['blog', 'shop']);
  });

  it('narrows by time and client, inclusively', async () => {
    const { store, shop, refs, history, agent } = await world();
    for (let day = 0; day < 4; day += 1) {
      await converse(store, `d${day}`, turns(1), {
        project: shop,
        startedAt: Date.UTC(2026, 3, 1) + day * DAY,
        client: day % 2 === 0 ? 'codex' : 'claude-code',
      });
    }
    const day = Date.UTC(2026, 3, 2);
    expect(await refs({ since: day })).toHaveLength(3);
    expect(await refs({ until: day })).toHaveLength(2);
    expect(await refs({ since: day, until: day })).toHaveLength(1);
    expect(await refs({ client: 'codex' })).toHaveLength(2);
    const none = await history.ask(agent, { since: Date.UTC(2027, 0, 1) });
    expect(none.sentence).toBe('No turn of this project fits these filters.');
  });

  it('leaves out rewound turns', async () => {
    const { store, shop, refs } = await world();
    const { session } = await converse(store, 'a', turns(3), { project: shop });
    await append(store, [{ type: 'rewind', session, turns: 1, place: 1_000_000 }]);
    expect((await refs({})).map((ref) => ref.split('#')[1])).toEqual(['2', '1']);
  });

  it('lists the turns that a fork has copied once', async () => {
    const { store, shop, refs } = await world();
    const shared = turns(2).map((one, at): Said => ({ ...one, key: `k${at}` }));
    const { session } = await converse(store, 'first', shared, { project: shop });
    await converse(store, 'fork', [...shared, ...turns(1, 9)], { project: shop });
    const short = (await store.sessions.get(session))?.short;
    const listed = await refs({});
    expect(listed).toHaveLength(3);
    expect(listed.filter((ref) => ref.startsWith(`${short}#`))).toHaveLength(2);
  });

  it('treats empty arguments as absent', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'a', turns(1), { project: shop });
    const answer = await history.ask(agent, {
      query: ' ',
      ref: '',
      session: '',
      cursor: '',
      turns: [],
      project: '',
    });
    expect(answer.sentence).toBe('1 recent turn of this project, newest first:');
  });
});

describe('a cursor', () => {
  it('is refused when it was changed, is another tool’s, or stands beside another request', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'a', turns(30), { project: shop });
    const cursor = cursorOf(await history.ask(agent, {})) ?? '';
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const bad of [
      '!!',
      'abc',
      made(7),
      made({ v: 1, o: -1, r: {} }),
      made({ v: 2, o: 1, r: {} }),
      made({ v: 1, o: 1, r: { limit: '9' } }),
      made({ v: 1, o: 1, r: { more: 1 } }),
      made({ v: 1, o: 1, r: { role: 'boss' } }),
    ]) {
      await expect(history.ask(agent, { cursor: bad })).rejects.toThrow(/`cursor` is none of recall_history/);
    }
    await expect(history.ask(agent, { cursor, query: 'invoices' })).rejects.toThrow(/another shape/);
    expect((await history.ask(agent, { cursor, limit: 3 })).blocks).toHaveLength(3);
  });
});
