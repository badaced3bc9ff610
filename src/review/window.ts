/**
 * The window on a session: its turns from the newest back, whole as long as they fit, then what people said and the
 * conclusions of those that nobody has reviewed yet. Only what is shown is read, however long the session is.
 */
import type { SessionId } from '../model/ids.ts';
import type { Message } from '../model/message.ts';
import type { SnapshotMessage } from '../model/review.ts';
import type { Store } from '../store/store.ts';
import { type Line, linesOf, ROOMY, shown, sizeOf, TIGHT } from './snapshot-messages.ts';

/** Messages read at once. */
const PAGE = 48;
/** Of one turn, so many messages are read from its end; of all turns together. */
const TURN_MESSAGES = 400;
const ALL_MESSAGES = 1_600;
/** Words of people that are found again in a turn which is too long to be read. */
const PROMPTS = 40;
/** Characters of the session's first prompt, where its turn is not in the window. */
const FIRST_PROMPT = 2_000;

export type WindowQuery = {
  readonly session: SessionId;
  /** The position of the last message. */
  readonly upTo: number;
  /** Of the first words of a person. */
  readonly firstPrompt: number;
  readonly reviewedUpTo: number;
  readonly characters: number;
  readonly root: string | null;
  readonly withheld: (message: Message) => boolean;
};

export type Window = {
  /** Oldest first; begins with the session's first prompt, wherever it stands. */
  readonly messages: readonly SnapshotMessage[];
  readonly turns: readonly [number, number];
  /** Messages that were read. */
  readonly read: number;
};

/** Newest first. `whole`: its beginning was read as well. */
type Turn = { readonly number: number; readonly messages: readonly Message[]; readonly whole: boolean };

/** Null = there is nothing to review. */
export async function windowOn(store: Store, query: WindowQuery): Promise<Window | null> {
  const first = await firstLine(store, query);
  const firstSize = Math.min(first?.text.length ?? 0, FIRST_PROMPT);
  let left = query.characters - firstSize;
  let read = 0;
  let wholeTurns = true;
  const chosen: Array<{ readonly number: number; readonly messages: readonly SnapshotMessage[] }> = [];
  for await (const turn of turnsBack(store, query)) {
    read += turn.messages.length;
    const lines = linesOf(turn.messages, query.root);
    if (lines.length === 0) continue;
    const isNew = isUnseen(turn.number, query);
    const whole: SnapshotMessage[] | null = wholeTurns && turn.whole ? wholeTurn(lines, left) : null;
    const fitting = whole ?? (chosen.length === 0 ? trimmed(lines, left) : isNew ? bones(lines, left) : null);
    if (fitting === null) break;
    wholeTurns &&= whole !== null;
    left -= sumOf(fitting);
    chosen.unshift({ number: turn.number, messages: fitting });
  }
  if (!chosen.some(({ number }) => isUnseen(number, query))) return null;
  const messages = chosen.flatMap((turn) => turn.messages);
  const numbers = chosen.map(({ number }) => number);
  const has = messages.some(({ number }) => number === first?.message.number);
  const opening = first === null || has ? [] : [shown(first, { ...ROOMY, person: FIRST_PROMPT })];
  return {
    messages: [...opening, ...messages],
    turns: [Math.min(...numbers), Math.max(...numbers)],
    read,
  };
}

/** Messages outside of any turn count as new as long as nothing was reviewed. */
function isUnseen(turn: number, { reviewedUpTo }: WindowQuery): boolean {
  return turn > reviewedUpTo || (turn === 0 && reviewedUpTo === 0);
}

async function firstLine(store: Store, { session, firstPrompt, root, withheld }: WindowQuery) {
  const [message] = await store.messages.window(session, firstPrompt, 0, 0);
  if (message === undefined || withheld(message)) return null;
  const line = linesOf([message], root)[0];
  return line?.bone === true ? line : null;
}

async function* turnsBack(store: Store, query: WindowQuery): AsyncGenerator<Turn> {
  let open: Message[] = [];
  let seen = 0;
  for await (const message of messagesBack(store, query)) {
    const [newest] = open;
    if (newest !== undefined && turnOf(message) !== turnOf(newest)) {
      yield { number: turnOf(newest), messages: open.toReversed(), whole: true };
      open = [];
    }
    open.push(message);
    seen += 1;
    if (open.length >= TURN_MESSAGES || seen >= ALL_MESSAGES) {
      yield await cutTurn(store, query, open);
      return;
    }
  }
  const [newest] = open;
  if (newest !== undefined) yield { number: turnOf(newest), messages: open.toReversed(), whole: true };
}

/** A turn that is too long: its end, and what people said in it. */
async function cutTurn(store: Store, query: WindowQuery, open: readonly Message[]): Promise<Turn> {
  const number = open[0] === undefined ? 0 : turnOf(open[0]);
  const oldest = open.at(-1)?.position ?? 0;
  const said = await store.messages.evidence({
    session: query.session,
    upTo: oldest - 1,
    by: 'person',
    limit: PROMPTS,
  });
  const prompts = said.filter((message) => turnOf(message) === number && !query.withheld(message));
  return { number, messages: [...open, ...prompts].toReversed(), whole: false };
}

/** From the newest back. */
async function* messagesBack(
  store: Store,
  { session, upTo, withheld }: WindowQuery,
): AsyncGenerator<Message> {
  let before = upTo + 1;
  for (;;) {
    const page = (await store.messages.window(session, before, PAGE, 0)).filter(
      ({ position }) => position < before,
    );
    const [oldest] = page;
    if (oldest === undefined) return;
    for (const message of page.toReversed()) if (!withheld(message)) yield message;
    before = oldest.position;
  }
}

function turnOf({ turn }: Message): number {
  return turn ?? 0;
}

function wholeTurn(lines: readonly Line[], room: number): SnapshotMessage[] | null {
  for (const caps of [ROOMY, TIGHT]) {
    const all = lines.map((line) => shown(line, caps));
    if (sumOf(all) <= room) return all;
  }
  return null;
}

/** The newest turn, when it does not fit: what people said and the conclusion in any case, and the rest from its end. */
function trimmed(lines: readonly Line[], room: number): SnapshotMessage[] {
  const kept = new Map<Line, SnapshotMessage>();
  for (const line of lines) if (line.bone) kept.set(line, shown(line, TIGHT));
  let left = room - sumOf([...kept.values()]);
  for (const line of lines.toReversed()) {
    if (line.bone) continue;
    const message = shown(line, TIGHT);
    const size = sizeOf(message);
    if (size > left) break;
    left -= size;
    kept.set(line, message);
  }
  return lines.flatMap((line) => kept.get(line) ?? []);
}

function bones(lines: readonly Line[], room: number): SnapshotMessage[] | null {
  const kept = lines.filter(({ bone }) => bone).map((line) => shown(line, TIGHT));
  return kept.length > 0 && sumOf(kept) <= room ? kept : null;
}

function sumOf(messages: readonly SnapshotMessage[]): number {
  return messages.reduce((sum, message) => sum + sizeOf(message), 0);
}
