/** Writes what was shown: the text before is copied into the home first, and the manifest says what was done. */
import { writeFile } from 'node:fs/promises';
import { ConfigError, messageOf } from '../model/errors.ts';
import { pathsOf } from '../platform/paths.ts';
import { makePrivateDir } from '../platform/permissions.ts';
import { type Draft, editText, type Planned } from './changes.ts';
import { fingerprint, writeText } from './files.ts';
import type { Put } from './json-edit.ts';
import { type Manifest, type Row, writeManifest } from './manifest.ts';
import type { Program, World } from './types.ts';

export type Applied = {
  readonly written: ReadonlyArray<{
    readonly client: string;
    readonly file: string;
    readonly backup: string | null;
  }>;
  /** Files that were not written, and why. */
  readonly failed: ReadonlyArray<{ readonly client: string; readonly file: string; readonly why: string }>;
};

/** One file after the other; the manifest is written behind each, so that what is cut off here can be taken out. */
export async function applyChanges(
  world: World,
  {
    program,
    plans,
    manifest,
  }: { readonly program: Program; readonly plans: readonly Planned[]; readonly manifest: Manifest },
): Promise<Applied> {
  const written: Applied['written'][number][] = [];
  const failed: Applied['failed'][number][] = [];
  const folder = await backupFolder(world);
  let rows = [...manifest.files];
  for (const { client, drafts } of plans) {
    for (const draft of drafts) {
      const { file } = draft.edit;
      try {
        const at = rows.findIndex((row) => row.client === client && row.file === file);
        const row = await writeOne(world, draft, { client, program, folder, known: rows[at] });
        rows = at === -1 ? [...rows, row] : rows.with(at, row);
        await writeManifest(world, { node: program.node, files: rows });
        written.push({ client, file, backup: row.backup });
      } catch (error) {
        failed.push({ client, file, why: messageOf(error) });
      }
    }
  }
  return { written, failed };
}

type Where = {
  readonly client: string;
  readonly program: Program;
  readonly folder: string;
  readonly known: Row | undefined;
};

async function writeOne(world: World, draft: Draft, { client, program, folder, known }: Where): Promise<Row> {
  const { edit, change } = draft;
  const before = await world.files.read(edit.file);
  const same = before === change.before;
  if (!same && edit.volatile !== true)
    throw new ConfigError({
      what: `${edit.file} was not written`,
      why: 'it was changed since it was shown',
      next: 'Run midturn setup again',
    });
  const edited = same
    ? { ...draft.edited, text: change.after ?? '', problems: [] }
    : editText(before, edit, program, known !== undefined);
  if (edited.problems.length > 0)
    throw new ConfigError({ what: `${edit.file} was not written`, why: edited.problems.join('; ') });
  const backup = before === null ? null : await backUp(folder, edit.file, before, world);
  const folders = await writeText(edit.file, edited.text, edit.kind === 'file' ? edit.mode : undefined);
  // Whoever has written since the last time has made that text the one before us; what they wrote is not in our copy.
  const chained = known !== undefined && before !== null && known.after === fingerprint(before);
  return {
    client,
    file: edit.file,
    kind: edit.kind,
    created: known?.created ?? before === null,
    folders: [...(known?.folders ?? []), ...folders],
    before:
      known === undefined ? (before === null ? null : fingerprint(before)) : chained ? known.before : null,
    after: known === undefined || chained ? fingerprint(edited.text) : null,
    backup: known === undefined ? backup : chained ? known.backup : null,
    puts: mergedPuts(known?.puts ?? [], edited.puts),
    made: [...(known?.made ?? []), ...edited.made.map((path) => [...path])],
  };
}

/** The newest of each place; what stood there before the first time stays known. */
function mergedPuts(old: readonly Put[], young: readonly Put[]): Put[] {
  const sets = young.map((put): Put => {
    if (!('set' in put)) return put;
    const first = old.find((each) => 'set' in each && each.set.join('\0') === put.set.join('\0'));
    return first !== undefined && 'set' in first && first.was !== undefined
      ? { ...put, was: first.was }
      : put;
  });
  const kept = old.filter(
    (put) =>
      'set' in put && !sets.some((each) => 'set' in each && each.set.join('\0') === put.set.join('\0')),
  );
  return [...kept, ...sets];
}

/** `<home>/backups/setup/2026-11-21T15-04-05Z` */
async function backupFolder({ layout, os, now }: World): Promise<string> {
  const time = new Date(now()).toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  return pathsOf(os).join(layout.backups, 'setup', time);
}

async function backUp(folder: string, file: string, text: string, { os }: World): Promise<string> {
  await makePrivateDir(folder, os);
  // The whole path, so that two files of one name do not meet.
  const name = file
    .replace(/[^\w.-]+/g, '_')
    .replace(/^_/, '')
    .slice(-150);
  const path = pathsOf(os).join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
