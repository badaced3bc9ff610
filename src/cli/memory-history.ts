/** `midturn memories history`: how a memory came to be what it is. */
import type { HistoryEntry, MemoryHistory } from '../memories/index.ts';
import type { Memory } from '../model/memory.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import type { Invocation } from './invocation.ts';
import { oneLine, time } from './layout.ts';
import { memoryJson, memoryRows } from './memory.ts';
import { by as byOf, byWords } from './undo.ts';

export async function history(invocation: Invocation): Promise<number> {
  const id = invocation.word('the id');
  const caller = await invocation.reader();
  const found = await (await invocation.app.memories()).history(caller, id);
  if (invocation.json) invocation.printJson(historyJson(found));
  else invocation.print(...historyText(found, invocation.io.columns.stdout));
  return 0;
}

/** Fields may be added, never renamed. */
function historyJson({ memory, versions, replaced, replacedBy }: MemoryHistory): unknown {
  return {
    memory: memoryJson(memory),
    versions: versions.map(({ version, at, change, state, title, content, by, diff }) => ({
      version,
      at: iso(at),
      change,
      state,
      title,
      content,
      receipt: by?.short ?? null,
      by: by === null ? null : byOf(by),
      ...(version === 1 ? { from: memory.client } : {}),
      undone: by !== null && by.undoneBy !== null,
      diff: diff.filter(({ mark }) => mark !== ' ').map(({ mark, text }) => `${mark}${text}`),
    })),
    replaces: replaced.map(link),
    replaced_by: replacedBy.map(link),
  };
}

function link({ short, title, state, validFrom }: Memory): unknown {
  return { id: short, title, state, valid_from: iso(validFrom) };
}

function historyText({ memory, versions, replaced, replacedBy }: MemoryHistory, width: number): string[] {
  return [
    `${memory.short}  ${oneLine(memory.title, 200)}`,
    ...versions.flatMap((entry) => versionText(entry, memory)),
    ...(replaced.length === 0 ? [] : ['', 'It took the place of:', ...memoryRows(replaced, width)]),
    ...(replacedBy.length === 0 ? [] : ['', 'Its place was taken by:', ...memoryRows(replacedBy, width)]),
  ];
}

function versionText(entry: HistoryEntry, { client }: Memory): string[] {
  const { version, at, change, state, content, by, diff } = entry;
  // Whoever ran the compile did not say what another program had put into the inbox.
  const whose = version === 1 && client === 'inbox' ? () => 'inbox' : byWords;
  const who = by === null ? '' : `, ${whose(by)}, ${by.short}${by.undoneBy === null ? '' : ' (undone)'}`;
  const shown = version === 1 ? content.split(/\r?\n/).map((line) => `+${line}`) : changed(diff);
  return [
    '',
    `${version}  ${time(at)}  ${change}${change === state ? '' : `, ${state}`}${who}`,
    ...shown.map((line) => `   ${clean(line)}`),
  ];
}

function changed(diff: HistoryEntry['diff']): string[] {
  return diff.map(({ mark, text }) => `${mark}${text}`);
}
