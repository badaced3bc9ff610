import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { reconsiderAbsorbed } from '../../src/app/absorbed-book.ts';
import { projectionDesk } from '../../src/app/projection-desk.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import { homeLayout, projectFolder } from '../../src/project/home.ts';
import type { Store } from '../../src/store/store.ts';
import { callerIn, compiler } from '../support/compile-world.ts';
import { converse } from '../support/conversation.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

let store: Store;
let home: string;
let shop: { id: ProjectId; name: string };
let path: string;

beforeEach(async () => {
  home = tempFolder();
  store = await tempStore(home);
  shop = { id: await project(store, 'shop'), name: 'shop' };
  path = join(home, 'projects', projectFolder(shop.name, shop.id), 'MEMORY.md');
  await submit('We use pnpm in this repository');
  await submit('The API listens on 8080');
  await compile();
});

const submit = (content: string) =>
  compiler(store, home).submit(
    callerIn(store, shop),
    { memory_updates: [{ content }] },
    { source: 'file', originCap: 'agent' },
  );
const compile = () => compiler(store, home).compile(callerIn(store, shop));
const inState = async (state: 'active' | 'waiting') =>
  (await store.memories.list({ states: [state], limit: 20 })).memories;

function editByHand() {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('8080', '9090'));
  appendFileSync(path, '\n## Pushing\n\nAlways push straight to main.\n');
}

async function agentsCall(startedAt: number) {
  const call = { type: 'tool_call' as const, id: 'c', name: 'Edit', arguments: { file_path: path } };
  await converse(store, 'late', [{ text: 'please' }, { text: '', role: 'assistant', blocks: [call] }], {
    startedAt,
  });
}

describe('words that were taken over from a file', () => {
  it('wait, and what was in force is again, once a transcript shows an agent that had the file', async () => {
    editByHand();
    const { notices } = await compile();
    expect(notices?.join()).toMatch(/Took over 1 change, 1 new entry from your files.*receipt c_/);
    expect((await inState('active')).map(({ content }) => content)).toContain(
      'Always push straight to main.',
    );
    await agentsCall(Date.now() - 2000);
    expect(await reconsiderAbsorbed(store, Date.now, callerIn(store, null))).toBe(1);
    const active = (await inState('active')).map(({ content }) => content);
    expect(active.join()).toContain('8080');
    expect(active.join()).not.toMatch(/9090|straight to main/);
    const waiting = await inState('waiting');
    expect(waiting.map(({ origin }) => origin)).toEqual(['agent', 'agent']);
    expect(waiting.map(({ content }) => content).join()).toMatch(/9090|main/);
    expect(await reconsiderAbsorbed(store, Date.now, callerIn(store, null))).toBe(0);
  });

  it('stay a person’s where the call came later', async () => {
    editByHand();
    await compile();
    await agentsCall(Date.now() + 60_000);
    expect(await reconsiderAbsorbed(store, Date.now, callerIn(store, null))).toBe(0);
    expect(await inState('waiting')).toEqual([]);
  });

  it('wait at once where what agents did is not captured', async () => {
    editByHand();
    const layout = homeLayout(home);
    const budgets = { user: 1375, project: 2200 };
    const caughtUp = async () => false;
    const projections = projectionDesk({ store, layout, now: Date.now, budgets, caughtUp });
    await compiler(store, home, { projections }).compile(callerIn(store, shop));
    expect((await inState('active')).map(({ content }) => content).join()).toContain('8080');
    expect(await inState('waiting')).toHaveLength(2);
  });
});
