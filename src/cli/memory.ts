/** A memory as commands show it: in the JSON that people script against, and in words. */

import type { Memory, MemoryLink, MemoryState } from '../model/memory.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import { block, columns, oneLine, time } from './layout.ts';
import { filledRows, isoOrNull, originWords, placeOf } from './record.ts';

const STATE_WORDS = {
  active: 'in force',
  waiting: 'needs review',
  superseded: 'replaced',
  expired: 'expired',
  forgotten: 'forgotten',
} as const satisfies Record<MemoryState, string>;

/** Fields may be added, never renamed. Times are ISO 8601. */
export function memoryJson(memory: Memory): Readonly<Record<string, unknown>> {
  return {
    id: memory.short,
    long_id: memory.id,
    kind: memory.kind,
    scope: memory.scope,
    project: memory.projectName,
    state: memory.state,
    origin: memory.origin,
    title: memory.title,
    content: memory.content,
    aliases: memory.aliases,
    tags: memory.tags,
    sources: memory.sources,
    paths: memory.paths,
    reason: memory.reason,
    replaces: memory.replaces,
    links: memory.links.map(({ kind, short, title }) => ({ kind, id: short, title })),
    version: memory.version,
    valid_from: iso(memory.validFrom),
    valid_to: isoOrNull(memory.validTo),
    created_at: iso(memory.createdAt),
    updated_at: iso(memory.updatedAt),
    approved_at: isoOrNull(memory.approvedAt),
  };
}

/** One row each: id, when it was stored, where it holds, who said it, its state where it is not in force, title. */
export function memoryRows(memories: readonly Memory[], width: number): string[] {
  const showState = memories.some(({ state }) => state !== 'active');
  const rows = memories.map((memory) => ({
    cells: [
      memory.short,
      iso(memory.createdAt).slice(0, 10),
      placeOf(memory),
      memory.origin,
      ...(showState ? [STATE_WORDS[memory.state]] : []),
    ],
    words: memory.title,
  }));
  return filledRows(rows, width);
}

/** Why what is in force is not given to a session unasked; null where it may be, or is not in force. */
export function unshownReason(
  { state, origin, approvedAt }: Pick<Memory, 'state' | 'origin' | 'approvedAt'>,
  trust: 'user' | 'agent',
): string | null {
  if (state !== 'active' || origin === 'user' || approvedAt !== null) return null;
  if (origin === 'agent') return trust === 'agent' ? null : 'no message of yours holds it, an agent said it';
  return 'it was read in a tool result';
}

/** All of one memory, in words. `trust`: whose words are given to sessions unasked; absent = that is not told. */
export function memoryText(memory: Memory, trust: 'user' | 'agent' | null = null): string[] {
  const unshown = trust === null ? null : unshownReason(memory, trust);
  const facts: string[][] = [
    ['state', `${STATE_WORDS[memory.state]}${memory.reason === null ? '' : `: ${clean(memory.reason)}`}`],
    ['holds for', memory.scope === 'user' ? 'you, everywhere' : placeOf(memory)],
    ['origin', originWords(memory)],
    ...(unshown === null
      ? []
      : [
          [
            'at start',
            `not shown: ${unshown}; recalled when asked for (\`midturn review approve ${memory.short}\` makes it yours)`,
          ],
        ]),
    ['since', time(memory.validFrom)],
    ...(memory.validTo === null ? [] : [['until', time(memory.validTo)]]),
    ...(memory.sources.length === 0 ? [] : [['sources', memory.sources.join(', ')]]),
    ...(memory.paths.length === 0 ? [] : [['files', clean(memory.paths.map(({ path }) => path).join(', '))]]),
    ...(memory.tags.length === 0 ? [] : [['tags', clean(memory.tags.join(', '))]]),
    ...(memory.aliases.length === 0 ? [] : [['also found by', clean(memory.aliases.join(', '))]]),
    ...(memory.replaces.length === 0 ? [] : [['replaces', memory.replaces.join(', ')]]),
    ...linkFacts(memory, 'part_of', 'part of'),
    ...linkFacts(memory, 'see_also', 'see also'),
  ];
  return [`${memory.short}  ${oneLine(memory.title, 200)}`, '', block(memory.content), '', ...columns(facts)];
}

function linkFacts({ links }: Memory, kind: MemoryLink['kind'], name: string): string[][] {
  const shown = links
    .filter((link) => link.kind === kind)
    .map(({ short, title }) => `${short} ${oneLine(title, 60)}`);
  return shown.length === 0 ? [] : [[name, shown.join(', ')]];
}
