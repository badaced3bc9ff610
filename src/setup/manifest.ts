/**
 * `<home>/setup.json`: what setup has put where, so that uninstall takes out exactly that. A client's file can be
 * found clean without it too (entries are recognised by what they are), but not what stood there before.
 */
import { rename } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomic } from '../platform/atomic.ts';
import { pathsOf } from '../platform/paths.ts';
import { makePrivateDir } from '../platform/permissions.ts';
import type { Put } from './json-edit.ts';
import { isObject } from './marks.ts';
import type { Edit, World } from './types.ts';

const FORMAT = 1;
const place = z.array(z.string());
const put = z.union([
  z.object({ set: place, value: z.json(), was: z.json().optional() }),
  z.object({ into: place, value: z.json() }),
]);

const row = z.object({
  client: z.string(),
  file: z.string(),
  kind: z.enum(['json', 'jsonc', 'toml', 'file']),
  /** There was no such file. */
  created: z.boolean(),
  /** Folders that were made for it, the outermost first. */
  folders: z.array(z.string()),
  /** sha256 of the text before and after us, as long as nobody else has written in between; else null. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** The copy of the text before us. */
  backup: z.string().nullable(),
  puts: z.array(put),
  /** Objects and lists that were made in it. */
  made: z.array(place),
});
const manifest = z.object({ format: z.literal(FORMAT), node: z.string().nullable(), files: z.array(row) });

export type Row = Omit<z.infer<typeof row>, 'puts' | 'kind'> & {
  readonly kind: Edit['kind'];
  readonly puts: readonly Put[];
};
export type Manifest = {
  /** The Node by which the clients start midturn; null where none is wired. */
  readonly node: string | null;
  readonly files: readonly Row[];
};

/** A file that a newer midturn has written, or one that is no manifest at all. */
type Unreadable = 'newer' | 'damaged';

/** Empty where there is none; null where there is one that cannot be understood. */
export async function readManifest(world: World): Promise<Manifest | null> {
  const found = await lookAtManifest(world);
  return typeof found === 'string' ? null : found;
}

/** As `readManifest`, and says why one cannot be understood. */
export async function lookAtManifest(world: World): Promise<Manifest | Unreadable> {
  const text = await world.files.read(manifestPath(world));
  if (text === null) return { node: null, files: [] };
  try {
    const { node, files } = manifest.parse(JSON.parse(text));
    return { node, files: files.map((each) => ({ ...each, puts: each.puts.map(asPut) })) };
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    if (error instanceof z.ZodError) return isNewer(JSON.parse(text)) ? 'newer' : 'damaged';
    throw error;
  }
}

function isNewer(value: unknown): boolean {
  return isObject(value) && typeof value.format === 'number' && value.format > FORMAT;
}

/** Moves a damaged one to the backups: it is about to be written anew, by what is found in the clients' files. */
export async function keepDamaged(world: World): Promise<void> {
  if ((await lookAtManifest(world)) !== 'damaged') return;
  const { layout, os } = world;
  await makePrivateDir(layout.backups, os);
  await rename(manifestPath(world), pathsOf(os).join(layout.backups, 'setup-damaged.json'));
}

export async function writeManifest(world: World, { node, files }: Manifest): Promise<void> {
  await writeFileAtomic(manifestPath(world), `${JSON.stringify({ format: FORMAT, node, files }, null, 2)}\n`);
}

export function manifestPath({ layout, os }: World): string {
  return pathsOf(os).join(layout.root, 'setup.json');
}

function asPut(each: z.infer<typeof put>): Put {
  if ('into' in each) return each;
  const { set, value, was } = each;
  return was === undefined ? { set, value } : { set, value, was };
}
