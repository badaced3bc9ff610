/**
 * Takes our entries out of a client's files: those the manifest lists and those that are ours by what they are. A file
 * that nobody has touched since becomes the bytes it was; one that was made by us and holds nothing else goes.
 */
import { ConfigError, messageOf } from '../model/errors.ts';
import { fingerprint, removeFile, sweepTemporaries, writeText } from './files.ts';
import { holdsNothing, jsonTrouble, type Put, takeEntries } from './json-edit.ts';
import type { Manifest, Row } from './manifest.ts';
import { SERVER } from './marks.ts';
import { takeTables, tomlTrouble } from './toml-block.ts';
import type { Change, ClientWiring, Edit, Leftover, Program, World } from './types.ts';

export type Removal = { readonly change: Change };
export type Removals = {
  readonly client: string;
  readonly name: string;
  readonly removals: readonly Removal[];
  /** Rows whose file holds nothing of us any more. */
  readonly settled: readonly Row[];
  readonly problems: readonly string[];
  /** What the person must know when it is done. */
  readonly notes: readonly string[];
};

const NO_WISHES = { keepTranscriptDays: null };

export async function planRemoval(
  world: World,
  wiring: ClientWiring,
  program: Program,
  manifest: Manifest,
): Promise<Removals> {
  const { edits } = await wiring.plan(world, program, NO_WISHES);
  const leftovers = (await wiring.leftovers?.(world, program)) ?? [];
  const rows = manifest.files.filter(({ client }) => client === wiring.id);
  const files = new Set([...rows, ...edits, ...leftovers].map(({ file }) => file));
  const removals: Removal[] = [];
  const settled: Row[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const row = rows.find((each) => each.file === file);
    const edit = edits.find((each) => each.file === file);
    try {
      const before = await world.files.read(file);
      const result =
        before === null
          ? { text: null, problem: null }
          : await without(world, before, {
              row,
              edit,
              program,
              leftovers: leftovers.filter((each) => each.file === file),
            });
      if (result.problem !== null) problems.push(`${file}: ${result.problem}`);
      else if (result.text !== before)
        removals.push({
          change: {
            client: wiring.id,
            file,
            format: formatOf(row?.kind ?? edit?.kind),
            before,
            after: result.text,
            why: 'take out what midturn setup has added',
          },
        });
      else if (row !== undefined) settled.push(row);
    } catch (error) {
      // Where setup has never been and nothing can be read, nothing of ours is.
      if (row === undefined && error instanceof ConfigError) continue;
      problems.push(`${file}: ${messageOf(error)}`);
    }
  }
  const notes = removals.length === 0 ? [] : ((await wiring.leaving?.(world, program)) ?? []);
  const plugin = (await wiring.plugin?.(world)) ?? null;
  const stays =
    plugin === null
      ? []
      : [
          `${wiring.name} keeps the plugin ${plugin}: \`${wiring.pluginRemoval?.(plugin) ?? ''}\` takes it out.`,
        ];
  return { client: wiring.id, name: wiring.name, removals, settled, problems, notes: [...notes, ...stays] };
}

/** Answers null when it was done, else why not. */
export async function takeOut(world: World, { change }: Removal): Promise<string | null> {
  try {
    if ((await world.files.read(change.file)) !== change.before)
      return 'it was changed meanwhile; run midturn uninstall again';
    await sweepTemporaries(change.file);
    if (change.after === null) await removeFile(change.file);
    else await writeText(change.file, change.after);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

type Text = { readonly text: string | null; readonly problem: string | null };

type Found = {
  readonly row: Row | undefined;
  readonly edit: Edit | undefined;
  readonly program: Program;
  readonly leftovers: readonly Leftover[];
};

async function without(
  world: World,
  before: string,
  { row, edit, program, leftovers }: Found,
): Promise<Text> {
  const untouched = row !== undefined && row.after === fingerprint(before);
  if (untouched && row.created) return { text: null, problem: null };
  if (untouched && row.backup !== null) {
    const backup = await world.files.read(row.backup);
    if (backup !== null && fingerprint(backup) === row.before) return { text: backup, problem: null };
  }
  switch (row?.kind ?? edit?.kind ?? 'toml') {
    case 'file':
      // Somebody has written into it since: it is theirs now, unless it still starts us.
      return { text: row !== undefined && before.includes(program.launcher) ? null : before, problem: null };
    case 'toml': {
      if (tomlTrouble(before) !== null && !before.includes(SERVER)) return { text: before, problem: null };
      const { text, problem } = takeTables(
        before,
        program,
        leftovers.map(({ table }) => table),
      );
      return { text: row?.created === true && text.trim() === '' ? null : text, problem };
    }
    default: {
      const trouble = jsonTrouble(before, false);
      if (trouble !== null)
        return { text: before, problem: before.includes(SERVER) ? `${trouble}: left alone` : null };
      const text = takeEntries(
        before,
        { puts: [...(row?.puts ?? []), ...putsOf(edit)], made: row?.made ?? null },
        program,
      );
      return { text: row?.created === true && holdsNothing(text) ? null : text, problem: null };
    }
  }
}

/** The places that the plan knows; its values do not count. */
function putsOf(edit: Edit | undefined): readonly Put[] {
  if (edit === undefined || (edit.kind !== 'json' && edit.kind !== 'jsonc')) return [];
  return edit.entries
    .filter((entry) => 'into' in entry || entry.replaces !== 'any')
    .map(
      (entry): Put =>
        'into' in entry ? { into: entry.into, value: entry.value } : { set: entry.set, value: entry.value },
    );
}

function formatOf(kind: Edit['kind'] | undefined): Change['format'] {
  return kind === 'file' ? 'text' : (kind ?? 'toml');
}
