/**
 * What a session begins with: the contract, what is remembered, the index of recent turns, and lines on what a person
 * has to know. Always in this order, with no time and nothing by chance in it: the same store gives the same bytes.
 */
import type { Caller } from '../model/caller.ts';
import { clipEnd } from '../text/clip.ts';
import { fence } from '../text/fence.ts';
import { contractFor } from './contract.ts';
import { type Index, recentIndex, renderIndex } from './index-lines.ts';
import { linesFor } from './news.ts';
import { type Entry, inOrder, type Remembered, remembered } from './remembered.ts';
import type { InjectDeps, SessionSource } from './types.ts';

/** The index keeps this share of the room even where the memories would fill it all. */
const INDEX_SHARE = 0.3;
/** Of memories that do not hold any more. */
const NAMED = 20;
const JOINT = '\n\n';

export async function sessionStart(
  deps: InjectDeps,
  caller: Caller,
  source: SessionSource,
): Promise<string | null> {
  if (!deps.settings.sessionStart) return null;
  const { store } = deps;
  const { session } = caller;
  const groups = await remembered(deps, caller);
  if (source === 'resume' && session !== null) {
    const seen = await store.feedback.shownTo(session);
    // One that began before midturn was there is given all of it.
    if (seen.size > 0) return resumed(deps, caller, groups, seen);
  }
  if (session !== null && source !== 'startup') await store.feedback.emptied(session);
  const most = deps.settings.maxCharacters;
  const fixed = [
    clipEnd(contractFor(caller, deps.contract ?? null), Math.floor(most / 2)).text,
    ...(await linesFor(deps, caller, Math.floor(most / 6))),
  ];
  const index = await recentIndex(deps, caller, source);
  const room = most - lengthOf(fixed) - JOINT.length;
  const { text: memories, shown } = fitMemories(
    groups,
    room - JOINT.length,
    Math.min(lengthOfIndex(index), room * INDEX_SHARE),
  );
  const turns = renderIndex(index, room - (memories === null ? 0 : memories.length + JOINT.length));
  const [contract = '', ...lines] = fixed;
  await note(deps, caller, shown);
  const text = [contract, memories, turns, ...lines]
    .filter((part) => part !== null && part !== '')
    .join(JOINT);
  return text === '' || text.length > most ? null : text;
}

/**
 * A session that is taken up again still holds what it began with, in its own transcript: only what is new or was
 * changed since is added, and what does not hold any more is named; where nothing was, nothing is.
 */
async function resumed(
  deps: InjectDeps,
  caller: Caller,
  groups: readonly Remembered[],
  seen: ReadonlyMap<string, number>,
): Promise<string | null> {
  const news = groups.map((group) => ({
    ...group,
    left: 0,
    entries: group.entries.filter(({ short, record }) => record.updatedAt > (seen.get(short) ?? -1)),
  }));
  const sentence = 'New or changed in memory since this session was last open:';
  const over = await overSince(deps, seen);
  const named = over.slice(0, NAMED).join(', ');
  const more = over.length > NAMED ? ` and ${over.length - NAMED} more` : '';
  const gone = over.length === 0 ? null : `Not in force any more, do not go by it: ${named}${more}.`;
  const room = deps.settings.maxCharacters - sentence.length - 1 - (gone === null ? 0 : gone.length + 1);
  const { text, shown } = fitMemories(news, room, 0);
  await note(deps, caller, [...shown, ...over.map((short) => ({ short }))]);
  const parts = [...(text === null ? [] : [sentence, text]), ...(gone === null ? [] : [gone])];
  return parts.length === 0 ? null : parts.join('\n');
}

/** Memories that the session was shown, and that were forgotten, replaced or left to a person since. */
async function overSince(
  { store }: InjectDeps,
  seen: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const over: string[] = [];
  for (const [target, at] of seen) {
    if (!target.startsWith('m_')) continue;
    const memory = (await store.memories.find(target)).find(({ short }) => short === target);
    if (memory !== undefined && memory.state !== 'active' && memory.updatedAt > at) over.push(target);
  }
  return over.toSorted();
}

/** What was shown is not shown again before each prompt. A busy store is not waited for. */
async function note(
  { store }: InjectDeps,
  { session }: Caller,
  shown: readonly Pick<Entry, 'short'>[],
): Promise<void> {
  if (session === null || shown.length === 0) return;
  await store.feedback.record(shown.map(({ short }) => ({ kind: 'shown', target: short, session })));
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + JOINT.length, 0);
}

function lengthOfIndex(index: Index | null): number {
  return index === null ? 0 : (renderIndex(index, Number.POSITIVE_INFINITY)?.length ?? 0);
}

/** Those worth least go first until the rest fits beside what is `kept` free for the index. */
function fitMemories(
  groups: readonly Remembered[],
  room: number,
  kept: number,
): { readonly text: string | null; readonly shown: readonly Entry[] } {
  const all = groups.flatMap(({ entries }) => entries);
  const past = groups.reduce((sum, { left }) => sum + left, 0);
  // Both lists stand best first; of the two, the one with more left gives one away.
  const counts = groups.map(({ entries }) => entries.length);
  for (;;) {
    const taken = groups.map((group, at) => ({ ...group, entries: group.entries.slice(0, counts[at]) }));
    const shown = taken.flatMap(({ entries }) => entries);
    if (shown.length === 0) return { text: null, shown };
    const text = renderMemories(taken, past + all.length - shown.length);
    if (text.length <= room - kept) return { text, shown };
    const over = text.length - (room - kept);
    giveAway(groups, counts, over);
  }
}

/** At least one entry, and about as many as stand for `over` characters. */
function giveAway(groups: readonly Remembered[], counts: number[], over: number): void {
  let left = over;
  do {
    const most = Math.max(...counts);
    const at = counts.lastIndexOf(most);
    const entry = groups[at]?.entries[most - 1];
    counts[at] = most - 1;
    left -= entry === undefined ? left : entry.record.title.length + entry.record.content.length;
  } while (left > 0 && counts.some((count) => count > 0));
}

function renderMemories(groups: readonly Remembered[], left: number): string {
  const sections = groups
    .filter(({ entries }) => entries.length > 0)
    .map(({ name, entries }) => {
      const heading = name === null ? '# About the user' : `# About the project ${oneLine(name)}`;
      return [heading, ...inOrder(entries).map(entryText)].join('\n\n');
    });
  const body = fence(sections.join('\n\n'), { kind: 'session-start' });
  if (left === 0) return body;
  return `${body}\n${left} more ${left === 1 ? 'entry was' : 'entries were'} left out here; \`recall\` finds ${left === 1 ? 'it' : 'them'}.`;
}

function entryText({ short, record: { title, content } }: Entry): string {
  const name = oneLine(title);
  const [first = '', ...rest] = content.trim().split('\n');
  // Many titles are the beginning of the text, or all of it: said once, in full.
  const begins = first !== '' && oneLine(first).startsWith(name.replace(/…$/, ''));
  const head = `## ${withoutMark(begins ? oneLine(first) : name)} [${short}]`;
  const below = begins ? rest.join('\n').trim() : content.trim();
  return below === '' ? head : `${head}\n${disarmed(below)}`;
}

/** The headings are ours: a text that begins a line with one could pass for another entry, or for the user's part. */
function disarmed(text: string): string {
  return text.replace(/^([ \t]*)(?=#{1,6}(?:[ \t]|$))/gm, '$1\\');
}

function withoutMark(title: string): string {
  return title.replace(/^[#\s]+(?=\S)/, '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
