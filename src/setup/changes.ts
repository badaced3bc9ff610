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
};

/** @param owned a file at this path is ours as a whole, by the manifest */
export async function planClient(
  world: World,
  wiring: ClientWiring,
  {
    program,
    wishes,
    owned,
  }: { readonly program: Program; readonly wishes: Wishes; readonly owned: (path: string) => boolean },
): Promise<Planned> {
  const { edits, notes, problems } = await wiring.plan(world, program, wishes);
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
  return { client: wiring.id, name: wiring.name, drafts, fitting, notes, problems: troubles };
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
