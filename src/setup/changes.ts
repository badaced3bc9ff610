/** From what belongs into the files to how each file looks before and after: nothing is written here. */

import { messageOf } from '../model/errors.ts';
import { type JsonEdited, jsonTrouble, putEntries } from './json-edit.ts';
import { putBlock, tomlTrouble } from './toml-block.ts';
import type { Change, ClientWiring, Edit, Program, Wishes, World } from './types.ts';

/** One file of one client. `edited` is what the manifest keeps of it. */
export type Draft = {
  readonly change: Change;
  readonly edit: Edit;
  readonly edited: Pick<JsonEdited, 'puts' | 'made'>;
};

export type Planned = {
  readonly client: string;
  readonly name: string;
  /** Files that would change. */
  readonly drafts: readonly Draft[];
  /** Files that are as they should be. */
  readonly fitting: readonly string[];
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  /** The name of a plugin that does the same: then nothing is written. */
  readonly plugin: string | null;
  readonly transcriptDays: number | null;
};

/**
 * @param owned a file at this path is ours as a whole, by the manifest
 * @param wired setup has wired this client before
 */
export async function planClient(
  world: World,
  wiring: ClientWiring,
  {
    program,
    wishes,
    owned,
    wired,
  }: {
    readonly program: Program;
    readonly wishes: Wishes;
    readonly owned: (path: string) => boolean;
    readonly wired: boolean;
  },
): Promise<Planned> {
  const { id, name } = wiring;
  const plugin = (await wiring.plugin?.(world)) ?? null;
  if (plugin !== null) {
    const words = pluginWords(wiring, plugin, wired);
    const said = wired ? { notes: [], problems: [words] } : { notes: [words], problems: [] };
    return { client: id, name, drafts: [], fitting: [], ...said, plugin, transcriptDays: null };
  }
  const { edits, notes, problems, transcriptDays = null } = await wiring.plan(world, program, wishes);
  const drafts: Draft[] = [];
  const fitting: string[] = [];
  const troubles = [...problems];
  for (const edit of edits) {
    try {
      const before = await world.files.read(edit.file);
      const result = editText(before, edit, program, owned(edit.file));
      troubles.push(...result.problems.map((problem) => `${edit.file}: ${problem}`));
      if (result.text === (before ?? '')) fitting.push(edit.file);
      else drafts.push({ edit, edited: result, change: changeOf(wiring, edit, before, result.text) });
    } catch (error) {
      troubles.push(messageOf(error));
    }
  }
  return { client: id, name, drafts, fitting, notes, problems: troubles, plugin, transcriptDays };
}

/** What it means that a plugin is there. */
export function pluginWords(
  { id, name, pluginRemoval }: ClientWiring,
  plugin: string,
  wired: boolean,
): string {
  const command = pluginRemoval?.(plugin) ?? '';
  return wired
    ? `${name} has midturn twice, by setup and as the plugin ${plugin}: tools and hints come double. Take one out: \`${command}\` or \`midturn uninstall ${id}\``
    : `${name} has midturn as the plugin ${plugin}: setup writes nothing there, it would all be done twice. To have setup do it instead: \`${command}\`, then \`midturn setup ${id}\``;
}

/** The text with the edit done; as it is where it cannot be done, and then `problems` says why. */
export function editText(before: string | null, edit: Edit, program: Program, owned: boolean): JsonEdited {
  const text = before ?? '';
  const left = (problem: string): JsonEdited => ({ text, puts: [], made: [], problems: [problem] });
  switch (edit.kind) {
    case 'toml': {
      const trouble = tomlTrouble(text);
      if (trouble !== null) return left(`${trouble}: left alone`);
      const { text: after, problem } = putBlock(text, edit.block, edit.defines, program);
      return { text: after, puts: [], made: [], problems: problem === null ? [] : [problem] };
    }
    case 'file':
      if (before !== null && before !== edit.text && !owned)
        return left('there is such a file already, and it is not ours: left alone');
      return { text: edit.text, puts: [], made: [], problems: [] };
    default: {
      const trouble = jsonTrouble(text, edit.kind === 'json');
      return trouble === null ? putEntries(text, edit.entries, program) : left(`${trouble}: left alone`);
    }
  }
}

function changeOf(
  { id }: ClientWiring,
  { file, kind, why }: Edit,
  before: string | null,
  after: string,
): Change {
  return { client: id, file, format: kind === 'file' ? 'text' : kind, before, after, why };
}
