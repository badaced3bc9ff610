/** A home with a store in it, what a test erases from it, and a look at every byte that is left. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { type MemoriesService, memoriesService } from '../../src/memories/index.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { person } from './conversation.ts';
import { project, tempFolder, tempStore } from './temp-store.ts';

export type EraseWorld = {
  readonly home: string;
  readonly store: Store;
  readonly shop: ProjectId;
  readonly caller: Caller;
  readonly memories: MemoriesService;
  readonly write: (name: string, content: string) => void;
  /** Files of the home in which the text stands, as it is or deflated. */
  readonly holding: (text: string) => string[];
};

export async function eraseWorld(home = tempFolder()): Promise<EraseWorld> {
  const store = await tempStore(home);
  const shop = await project(store, 'shop');
  const caller = await person(store, shop);
  return {
    home,
    store,
    shop,
    caller,
    memories: memoriesService({
      store,
      now: Date.now,
      policy: 'tiered',
      findCall: async () => ({ call: null, readable: false }),
      home,
    }),
    write: (name, content) => {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), content);
    },
    holding: (text) => holding(home, text),
  };
}

/** Every file below the folder whose bytes hold the text. */
export function holding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => readFileSync(join(folder, name)).includes(text))
    .sort();
}

/** The text of a deflated value, or null. */
export function inflated(value: unknown): string | null {
  return value instanceof Uint8Array ? inflateRawSync(value).toString('utf8') : null;
}
