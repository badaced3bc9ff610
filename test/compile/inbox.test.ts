import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CompileDeps } from '../../src/compile/index.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { callerIn, compiler } from '../support/compile-world.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

let store: Store;
let home: string;
let shop: { id: ProjectId; name: string };
let inbox: string;

beforeEach(async () => {
  home = tempFolder();
  store = await tempStore(home);
  shop = { id: await project(store, 'shop'), name: 'shop' };
  inbox = join(home, 'inbox');
  mkdirSync(inbox);
});

const service = (changes: Partial<CompileDeps> = {}) =>
  compiler(store, home, {
    projectOf: async (cwd) => (cwd === '/home/dev/shop' ? callerIn(store, shop).project : null),
    ...changes,
  });

/** @param age how long ago it was written, in ms */
function drop(name: string, text: string, age = 5000): void {
  writeFileSync(join(inbox, name), text);
  const at = (Date.now() - age) / 1000;
  utimesSync(join(inbox, name), at, at);
}

const envelope = (content: string, more = {}) =>
  JSON.stringify({ cwd: '/home/dev/shop', memory_updates: [{ content }], ...more });

const active = async () => (await store.memories.list({ states: ['active'], limit: 10 })).memories;

describe('the folder into which other programs drop suggestions', () => {
  it('is emptied by a compile, as an agent’s words at most, for the project that each file names', async () => {
    drop(
      '1.json',
      envelope('We use pnpm', { said_by: undefined, thread_id: 't', reviewer_timestamp: 'now' }),
    );
    expect(await service().compile(callerIn(store, shop))).toMatchObject({ processed: 1 });
    expect(await active()).toMatchObject([{ content: 'We use pnpm', origin: 'agent', project: shop.id }]);
    expect(readdirSync(join(inbox, 'done'))).toEqual(['1.json']);
  });

  it('moves what cannot be taken aside with the reason, and goes on with the rest', async () => {
    drop('a.json', '{"memory_updates": [');
    drop('b.json', JSON.stringify({ facts: [] }));
    drop('c.json', JSON.stringify({ memory_updates: [{ content: 'A fact of no project' }] }));
    writeFileSync(join(inbox, 'd.json'), Buffer.from([0xff, 0x00, 0x80]));
    utimesSync(join(inbox, 'd.json'), 1000, 1000);
    drop('e.json', envelope('We use pnpm'));
    expect(await service().inbox(callerIn(store, shop))).toEqual({ taken: 1, failed: 4 });
    expect(readdirSync(join(inbox, 'failed')).sort()).toEqual(
      ['a', 'b', 'c', 'd'].flatMap((name) => [`${name}.json`, `${name}.json.reason`]),
    );
    expect(readFileSync(join(inbox, 'failed', 'b.json.reason'), 'utf8')).toContain('unknown key `facts`');
    expect(readFileSync(join(inbox, 'failed', 'c.json.reason'), 'utf8')).toContain('no project');
  });

  it('leaves a file alone that may still be written, and files that are no envelopes', async () => {
    drop('new.json', '{"memory_upd', 0);
    drop('.hidden.json', envelope('x'));
    drop('notes.txt', 'x');
    expect(await service().inbox(callerIn(store, shop))).toEqual({ taken: 0, failed: 0 });
    expect(existsSync(join(inbox, 'new.json'))).toBe(true);
    const later = service({ now: () => Date.now() + 2000 });
    drop('new.json', envelope('We use pnpm'), 0);
    expect(await later.inbox(callerIn(store, shop))).toEqual({ taken: 1, failed: 0 });
  });

  it('takes the same envelope once, and keeps both files', async () => {
    drop('1.json', envelope('We use pnpm'));
    await service().inbox(callerIn(store, shop));
    drop('1.json', envelope('We use pnpm'));
    await service().compile(callerIn(store, shop));
    expect(await active()).toHaveLength(1);
    expect(await store.suggestions.counts()).toMatchObject({ done: 1 });
    expect(readdirSync(join(inbox, 'done'))).toHaveLength(2);
  });
});
