/** Puts hits into words: the sentence before them, a block for each, and the calls that lead on. */
import type { AnswerBlock } from '../model/answer.ts';
import type { Caller } from '../model/caller.ts';
import type { Memory } from '../model/memory.ts';
import { day, iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import type { Moment } from './as-of.ts';
import type { Fitting } from './asking.ts';
import type { FilesNow } from './files.ts';
import type { ShownLink } from './links.ts';
import type { RecallHit, RecallRequest } from './types.ts';

export type Detailed = {
  readonly fitting: Fitting;
  readonly files: FilesNow | null;
  readonly links: readonly ShownLink[];
  readonly why: string | null;
};

export function sentenceOf(shown: readonly Fitting[], phraseMissing: boolean, asOf: Moment | null): string {
  const one = shown.length === 1;
  const count = `${shown.length} ${one ? 'memory' : 'memories'}`;
  const then = asOf === null ? '' : ` as of ${asOf.label}`;
  if (phraseMissing)
    return `No memory holds the quoted words as they stand; ${count} ${one ? 'comes' : 'come'} close${then}:`;
  if (shown.every(({ weak }) => weak)) return `${count} may fit${then} (weak ${one ? 'match' : 'matches'}):`;
  return `${count} ${one ? 'fits' : 'fit'}${then}:`;
}

export function closingOf(details: readonly Detailed[]): string[] {
  const closing: string[] = [];
  if (details.some(({ files }) => files?.state === 'changed' || files?.state === 'missing')) {
    closing.push('Files that a memory speaks of have changed since: check it before relying on it.');
  }
  const source = details.flatMap(({ fitting }) => fitting.memory.sources)[0];
  if (source !== undefined && /^[0-9a-z]{4,26}\/\d{1,9}$/.test(source)) {
    closing.push(`To read what was said there: recall_history({ref:${JSON.stringify(source)}})`);
  }
  const link = details.flatMap(({ links }) => links).find(({ kind }) => kind !== 'replaces');
  if (link !== undefined) closing.push(`To follow a link: recall({query:${JSON.stringify(link.id)}})`);
  return closing;
}

/** The exact call for what does not fit into the answer, or lies past its limit. */
export function nextCall(
  { query, scope, kinds, asOf, explain }: RecallRequest,
  fit: number,
  shown: number,
  found: number,
  most: number,
): string | null {
  if (fit >= shown && (shown >= found || shown >= most)) return null;
  const parts = [
    `query:${JSON.stringify(query)}`,
    ...(scope === undefined ? [] : [`scope:${JSON.stringify(scope)}`]),
    ...(kinds === undefined ? [] : [`kinds:${JSON.stringify(kinds)}`]),
    ...(asOf === undefined ? [] : [`as_of:${JSON.stringify(asOf)}`]),
    ...(explain === true ? ['explain:true'] : []),
    `limit:${fit < shown ? shown : Math.min(most, found)}`,
    ...(fit < shown ? ['max_tokens:8000'] : []),
  ];
  return `recall({${parts.join(', ')}})`;
}

const STATES = { unchanged: 'unchanged', changed: 'changed since', missing: 'missing' } as const;

/** `[m_4f9k2c] title · scope · 2026-11-21 · origin · unchanged`, the content, and where it comes from. */
export function blockOf(
  { fitting, files, links, why }: Detailed,
  caller: Caller,
  asOf: Moment | null,
): AnswerBlock {
  const { memory, weak, like } = fitting;
  const { short, title, content, updatedAt, validFrom, origin, evidence, sources, paths } = memory;
  const head = [
    isClipped(title, content) ? `[${short}]` : `[${short}] ${oneLine(title)}`,
    scopeName(memory, caller),
    day(asOf === null ? updatedAt : validFrom),
    origin,
    asOf === null ? null : `as of ${asOf.label}`,
    files === null || files.state === null ? null : STATES[files.state],
    origin === 'agent' && !evidence.proven ? 'unproven' : null,
    weak ? 'weak match' : null,
    like === 0 ? null : `and ${like} like it`,
  ].filter((part) => part !== null);
  const from = [
    sources.length === 0 ? null : `source ${sources.join(', ')}`,
    paths.length === 0
      ? null
      : `files ${paths.map(({ path }) => named(path, paths.length > 1 ? files : null)).join(', ')}`,
  ].filter((part) => part !== null);
  const body = oneLine(content).replace(/[.。]$/, '') === oneLine(title) ? [] : [content];
  const lines = [
    // Without a title the id stands before the rest with a blank only.
    head.join(' · ').replace(/^(\[\w+\]) · /, '$1 '),
    ...body,
    ...linkLines(links),
    ...(from.length === 0 ? [] : [from.join(' · ')]),
    ...(why === null ? [] : [`why: ${why}`]),
  ];
  return { text: clean(lines.join('\n')), keep: 'start', ref: short };
}

/** The title is the beginning of the content, cut: said once, in the content. */
function isClipped(title: string, content: string): boolean {
  const start = oneLine(title).replace(/…$/, '');
  return start !== oneLine(title) && start !== '' && oneLine(content).startsWith(start);
}

/** Of several files, those that are not as they were are told one by one. */
function named(path: string, files: FilesNow | null): string {
  const state = files?.altered.get(path);
  return state === undefined ? path : `${path} (${STATES[state]})`;
}

const LINKS = {
  replaces: 'replaces',
  replaced_by: 'replaced since by',
  part_of: 'part of',
  see_also: 'see also',
  whole_of: 'parts',
  seen_from: 'seen from',
} as const;

/** `replaces: "Traefik" (2026-05-02), before that "Kong" (2025-01-09)`, `part of: [m_4f9k2c] Billing`. */
function linkLines(links: readonly ShownLink[]): string[] {
  const kinds = [...new Set(links.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const each = links
      .filter((link) => link.kind === kind)
      .map(({ id, title, since }) =>
        kind === 'replaces' ? `"${oneLine(title)}" (${day(since)})` : `[${id}] ${oneLine(title)}`,
      );
    return `${LINKS[kind]}: ${each.join(kind === 'replaces' ? ', before that ' : ', ')}`;
  });
}

/** Another project is named; the caller's own is just `project`. */
export function scopeName(
  { scope, project, projectName }: Pick<Memory, 'scope' | 'project' | 'projectName'>,
  caller: Caller,
): string {
  if (scope === 'user') return 'user';
  if (project === null || caller.project?.ids.includes(project) === true) return 'project';
  return `project ${oneLine(projectName ?? project)}`;
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

export function hitOf({ fitting, files, links, why }: Detailed): RecallHit {
  const { memory, score, weak } = fitting;
  const { short, title, content, scope, projectName, origin, state, updatedAt, sources } = memory;
  return {
    id: short,
    title: clean(title),
    text: clean(content),
    scope,
    project: projectName,
    origin,
    state,
    at: iso(updatedAt),
    score: Math.round(score * 1000) / 1000,
    files: files?.state ?? null,
    sources,
    weak,
    links: links.map(({ kind, id, title: other }) => ({ kind, id, title: clean(other) })),
    ...(why === null ? {} : { why }),
  };
}
