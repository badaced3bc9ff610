/**
 * Writes what was shown: the text before is copied into the home, the manifest says what is about to be done, and then
 * it is done. Whatever is cut off in the middle can be taken out, and is finished by the next run.
 */
import { writeFile } from 'node:fs/promises';
import { ConfigError, messageOf } from '../model/errors.ts';
import { pathsOf } from '../platform/paths.ts';
import { makePrivateDir } from '../platform/permissions.ts';
import { backupFolder, pruneBackups } from './backups.ts';
import { type Draft, editText, type Planned } from './changes.ts';
import { fingerprint, missingFolders, sweepTemporaries, writeText } from './files.ts';
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

/** One file after the other; the manifest is written ahead of each. Nobody else may run this at the same time. */
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
  let rows = manifest.files;
  const keep = async (next: readonly Row[]): Promise<void> => {
    rows = next;
    await writeManifest(world, { node: program.node, files: rows });
  };
  for (const { client, drafts } of plans) {
    for (const draft of drafts) {
      const { file } = draft.edit;
      const before = rows;
      const at = rows.findIndex((row) => row.client === client && row.file === file);
      try {
        await sweepTemporaries(file);
        const next = await prepare(world, draft, { client, program, folder, known: rows[at] });
        if (next === null) continue;
        await keep(at === -1 ? [...rows, next.row] : rows.with(at, next.row));
        await writeText(file, next.text, next.mode);
        written.push({ client, file, backup: next.backup });
      } catch (error) {
        if (rows !== before) await keep(before);
        failed.push({ client, file, why: messageOf(error) });
      }
    }
  }
  await pruneBackups(world, rows);
  return { written, failed };
}

type Where = {
  readonly client: string;
  readonly program: Program;
  readonly folder: string;
  readonly known: Row | undefined;
};

type Prepared = {
  readonly row: Row;
  readonly text: string;
  readonly mode: number | undefined;
  /** The copy of what stands there now. */
  readonly backup: string | null;
};

/** Null where another setup has done just that since it was shown. */
async function prepare(
  world: World,
  draft: Draft,
  { client, program, folder, known }: Where,
): Promise<Prepared | null> {
  const { edit, change } = draft;
  const { file } = edit;
  const before = await world.files.read(file);
  const same = before === change.before;
  if (!same && known !== undefined && before === change.after) return null;
  if (!same && edit.volatile !== true)
    throw new ConfigError({
      what: 'it was changed since it was shown',
      next: 'Run midturn setup again',
    });
  const edited = same
    ? { ...draft.edited, text: change.after ?? '', problems: [] }
    : editText(before, edit, program, known !== undefined);
  if (edited.problems.length > 0) throw new ConfigError({ what: edited.problems.join('; ') });
  const backup = before === null ? null : await backUp(folder, file, before, world);
  const folders = [...(known?.folders ?? []), ...(await missingFolders(file))];
  const row = {
    client,
    file,
    kind: edit.kind,
    folders: [...new Set(folders)],
    puts: mergedPuts(known?.puts ?? [], edited.puts),
    made: [...(known?.made ?? []), ...edited.made.map((path) => [...path])],
    ...history({ known, before, after: edited.text, backup }),
  };
  return { row, text: edited.text, mode: edit.kind === 'file' ? edit.mode : undefined, backup };
}

type Step = {
  readonly known: Row | undefined;
  readonly before: string | null;
  readonly after: string;
  readonly backup: string | null;
};

/** What uninstall needs to give the very bytes back. */
function history({ known, before, after, backup }: Step) {
  const now = before === null ? null : fingerprint(before);
  // Not only the first time: also where what was begun then never came to pass, or was undone by hand.
  const fresh = known === undefined || (now === null ? known.created : known.before === now);
  if (fresh) return { created: before === null, before: now, after: fingerprint(after), backup };
  const { created } = known;
  // Whoever has written since the last time has made that text the one before us; what they wrote is not in our copy.
  if (now === null || known.after !== now) return { created, before: null, after: null, backup: null };
  return { created, before: known.before, after: fingerprint(after), backup: known.backup };
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
