/** Which clients are wired, by the list that setup keeps, and when their hooks last ran. No file of a client is read. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { codeOf } from '../model/errors.ts';
import { iso } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { lastHooks } from './hooks.ts';
import type { Wired } from './types.ts';

const Setup = z.object({ files: z.array(z.object({ client: z.string(), file: z.string() })) });
/** Clients whose hooks may come from elsewhere: a plugin, or a person's own hand. */
const WITH_HOOKS = ['codex', 'claude-code'];

export async function wiringOf(store: Pick<Store, 'health'>, home: string): Promise<readonly Wired[]> {
  const files = await filesOf(join(home, 'setup.json'));
  const known = new Set(files.map(({ client }) => client));
  const wired: Wired[] = [];
  for (const client of new Set([...known, ...WITH_HOOKS])) {
    const ran = await lastHooks(store, client);
    if (ran.length === 0 && !known.has(client)) continue;
    const own = files.filter((each) => each.client === client);
    const there = await Promise.all(own.map(({ file }) => isThere(file)));
    wired.push({
      client,
      status: !known.has(client) ? 'by other means' : there.every(Boolean) ? 'wired' : 'incomplete',
      hooks: Object.fromEntries(ran.map(({ event, at }) => [event, iso(at)])),
    });
  }
  return wired;
}

/** None where there is no such list, or one that another version has written. */
async function filesOf(path: string): Promise<z.infer<typeof Setup>['files']> {
  try {
    return Setup.parse(JSON.parse(await readFile(path, 'utf8'))).files;
  } catch (error) {
    if (codeOf(error) !== undefined || error instanceof SyntaxError || error instanceof z.ZodError) return [];
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    // A file that may not be looked at is not gone.
    return codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR';
  }
}
