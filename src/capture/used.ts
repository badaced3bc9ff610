/**
 * Finds what was of use: of the hits that a session was shown, those that a later answer or tool call of it speaks of,
 * by id, or by a path or command that the session had not named before.
 */
import type { SessionId } from '../model/ids.ts';
import type { Message, Part } from '../model/message.ts';
import { type CaptureEntry, partsOf } from '../store/capture.ts';
import type { ShownHit } from '../store/feedback.ts';
import type { Store } from '../store/store.ts';
import { stripFenced } from '../text/fence.ts';
import { isIdentifier } from '../text/identifiers.ts';
import { commandOf, isOwnTool, mentionsOwnTool } from './calls.ts';

/** Hits looked at for one batch: what was shown long ago is not what an answer rests on. */
const LOOKED_AT = 100;
/** Messages read back to see what a session knew before. */
const READ_BACK = 500;
const MARK = { least: 4, most: 300 } as const;
/** A text without end should not be taken apart for its marks. */
const READ = 20_000;
const MOST_MARKS = 40;

type Said = Pick<Message, 'role' | 'kind' | 'tool' | 'text' | 'parts'>;

/** Records the use of hits that messages of this batch show. `added` are the sessions that have grown. */
export async function noteUse(
  store: Store,
  entries: Iterable<CaptureEntry>,
  added: ReadonlyMap<SessionId, number>,
): Promise<void> {
  const shown = await store.feedback.unused([...added.keys()], LOOKED_AT);
  if (shown.length === 0) return;
  const grown = new Map<SessionId, string[]>();
  for (const entry of entries) {
    if (entry.type !== 'message') continue;
    const texts = doneBy({ ...entry.message, parts: partsOf(entry.message) });
    if (texts.length > 0) grown.set(entry.session, [...(grown.get(entry.session) ?? []), ...texts]);
  }
  const stories = new Map<SessionId, Promise<readonly Message[]>>();
  const storyOf = (session: SessionId) => {
    const known = stories.get(session) ?? readStory(store, session);
    stories.set(session, known);
    return known;
  };
  const used: ShownHit[] = [];
  for (const hit of shown) {
    const texts = grown.get(hit.readBy) ?? [];
    if (texts.length > 0 && (await isUsed(store, hit, texts, storyOf))) used.push(hit);
  }
  await store.feedback.recordUse(used);
}

/** @param texts what the session has done in this batch */
async function isUsed(
  store: Store,
  hit: ShownHit,
  texts: readonly string[],
  storyOf: (session: SessionId) => Promise<readonly Message[]>,
): Promise<boolean> {
  const marks = [hit.target, ...(await marksOf(store, hit.target))];
  const found = marks.filter((mark) => texts.some((text) => names(text, mark)));
  if (found.length === 0) return false;
  const { before, after } = parted(await storyOf(hit.readBy), hit);
  const later = after.flatMap(doneBy);
  const known = before.flatMap(saidBy);
  return found.some(
    (mark) =>
      later.some((text) => names(text, mark)) &&
      (mark === hit.target || !known.some((text) => names(text, mark))),
  );
}

/** The last messages of a session, oldest first. */
async function readStory(store: Store, session: SessionId): Promise<readonly Message[]> {
  const upTo = Number.MAX_SAFE_INTEGER;
  return [...(await store.messages.evidence({ session, upTo, limit: READ_BACK }))].reverse();
}

/**
 * What stands before the answer of ours that showed the hit, and behind it. Its place in the transcript tells, not the
 * clock: an agent may act within a second of it, and we note what was shown a little later than it was. Only where the
 * transcript does not hold the answer, the clock is all there is.
 */
function parted(
  story: readonly Message[],
  hit: ShownHit,
): { before: readonly Message[]; after: readonly Message[] } {
  const at = story.findIndex((message) => isOwn(message) && names(message.text, hit.target));
  if (at >= 0) return { before: story.slice(0, at), after: story.slice(at + 1) };
  const isLater = (message: Message) => message.at !== null && message.at >= hit.at;
  return { before: story.filter((message) => !isLater(message)), after: story.filter(isLater) };
}

/** Paths, commands and identifiers that the hit brings along. */
async function marksOf(store: Store, target: string): Promise<readonly string[]> {
  if (target.startsWith('m_')) {
    const memory = (await store.memories.find(target)).find(({ short }) => short === target);
    if (memory === undefined) return [];
    return [...new Set([...memory.paths.map(({ path }) => path), ...quoted(memory.content)])];
  }
  const [, short, number] = /^([0-9a-z]+)\/(\d+)$/.exec(target) ?? [];
  if (short === undefined) return [];
  const session = (await store.sessions.find(short)).find((one) => one.short === short);
  const message = session === undefined ? null : await store.messages.get(session.id, Number(number));
  return message === null || message.state !== 'kept' ? [] : marksOfMessage(message);
}

function marksOfMessage(message: Message): readonly string[] {
  const marks = new Set(quoted(message.text));
  for (const token of message.text.slice(0, READ).match(PATH) ?? []) marks.add(token);
  for (const part of message.parts ?? []) {
    if (part.type !== 'tool_call') continue;
    const command = commandOf(part.arguments);
    if (command !== undefined && isTelling(command)) marks.add(squeezed(command));
  }
  return [...marks].slice(0, MOST_MARKS);
}

/** A path with a folder and an ending: `src/store/feedback.ts`. */
const PATH = /(?<![\w./-])[\w.@-]+(?:\/[\w.@-]+)+\.[A-Za-z]\w{0,7}(?![\w/-])/g;

/** What stands in backticks and says something by itself: a command of several words, or a name as code writes it. */
function quoted(text: string): string[] {
  return [...text.slice(0, READ).matchAll(/`([^`\n]+)`/g)]
    .map(([, inside = '']) => squeezed(inside))
    .filter(isTelling)
    .slice(0, MOST_MARKS);
}

function isTelling(mark: string): boolean {
  const text = mark.trim();
  if (text.length < MARK.least || text.length > MARK.most) return false;
  return /\S\s+\S/.test(text) || isIdentifier(text);
}

/** What the agent said and called in a message: neither the person's words, nor results, nor midturn's own calls. */
function doneBy(message: Said): string[] {
  if (message.kind !== 'said' || (message.role !== 'assistant' && message.role !== 'tool')) return [];
  const { parts } = message;
  if (parts === null) return message.role === 'assistant' ? [ownWords(message.text)] : [];
  return parts.flatMap((part) => {
    if (part.type === 'text' && message.role === 'assistant')
      return [ownWords(message.text.slice(part.span[0], part.span[1]))];
    return part.type === 'tool_call' && !isOwnCall(part) ? strings(part.arguments).map(squeezed) : [];
  });
}

/** All that a message brought into the session, but for midturn's own calls and answers. */
function saidBy(message: Message): string[] {
  return isOwn(message) ? [] : [ownWords(message.text), ...callsOf(message)];
}

function isOwn({ tool, parts }: Said): boolean {
  return (tool !== null && isOwnTool(tool)) || (parts ?? []).some(isOwnCall);
}

function isOwnCall(part: Part): boolean {
  return part.type === 'tool_call' && (isOwnTool(part.name) || mentionsOwnTool(part.arguments));
}

function callsOf({ parts }: Said): string[] {
  return (parts ?? []).flatMap((part) =>
    part.type === 'tool_call' ? strings(part.arguments).map(squeezed) : [],
  );
}

/** Every string in a call's arguments. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) {
    const inside = value.flatMap(strings);
    // A command given word by word is one line.
    return value.every((one) => typeof one === 'string') ? [...inside, inside.join(' ')] : inside;
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

function ownWords(text: string): string {
  return squeezed(stripFenced(text).text);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** True where the text holds the mark as a whole: `src/a.ts` is in `/home/dev/src/a.ts`, not in `src/a.tsx`. */
function names(text: string, mark: string): boolean {
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    const end = at + mark.length;
    if (!/[\w-]$/.test(text.slice(Math.max(0, at - 1), at)) && !GOES_ON.test(text.slice(end, end + 2)))
      return true;
  }
  return false;
}

const GOES_ON = /^(?:[\w-]|[./]\w)/;
