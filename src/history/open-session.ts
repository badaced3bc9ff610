/** A session: the index of its turns with what it is linked to, or some of its turns whole. */
import type { Caller } from '../model/caller.ts';
import type { ProjectId } from '../model/ids.ts';
import type { LinkKind, Message } from '../model/message.ts';
import { iso } from '../model/time.ts';
import type { SessionRecord } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { clean } from '../text/clean.ts';
import { type HistoryAnswer, type Item, item, nothing, page } from './answer.ts';
import { callOf, hitOf, messageHead, oneLine, refOf, sessionLine, turnLine } from './lines.ts';
import { messageText } from './message-text.ts';
import { hitOfTurn, olderTurns } from './recent.ts';
import type { Asked } from './request.ts';
import { type CurrentTurn, currentTurn } from './scope.ts';
import { oneSession, ownSession } from './session-of.ts';
import { conclusionOf, conclusionText, isShown, stepText, turnHead, turnText } from './turn-text.ts';
import type { HistoryHit } from './types.ts';

type SessionAsked = Extract<Asked, { form: 'session' }>;
type TurnsAsked = Extract<Asked, { form: 'turns' }>;

/** Messages read of one turn; a turn of more is shown by its beginning and its end. */
const MOST_MESSAGES = 3000;
const LINE = 200;

export async function openSession(store: Store, caller: Caller, asked: SessionAsked): Promise<HistoryAnswer> {
  const session = await sessionFor(store, caller, asked.session);
  if ('blocks' in session) return session;
  const current = await currentIn(store, caller, session);
  const { turns, total } = await store.sessions.turns({
    projects: null,
    session: session.id,
    withdrawn: asked.full,
    limit: asked.limit,
    offset: asked.offset,
    ...(current === null ? {} : { exclude: current.running }),
  });
  if (total === 0 && current === null) return sessionMessages(store, caller, session, asked);
  const own = isOwn(session, caller);
  const about = asked.offset === 0 ? await aboutSession(store, session) : null;
  const items: Item[] = turns.map((turn, index) => {
    const line = turnLine(turn, { project: false });
    const hit = hitOfTurn(turn, clean(line), own);
    const text = about !== null && index === 0 ? `${about}\n${line}` : line;
    return item(text, `${turn.sessionShort}#${turn.number}`, asked.offset + index, { hit });
  });
  if (about !== null && items.length === 0) items.push(item(about, session.short, 0));
  const seen = asked.offset + turns.length;
  const rest = seen < total ? seen : null;
  const closing = [
    ...(asked.full ? [] : [`Rewound turns too: ${callOf({ session: session.short, full: true })}`]),
    ...(rest === null ? [] : [olderTurns(total - seen)]),
  ];
  const sentence =
    turns.length === 0
      ? `Session ${session.short} has no earlier turn than the one going on.`
      : `Session ${session.short}: ${turns.length} of ${total} ${total === 1 ? 'turn' : 'turns'}, newest first:`;
  return page({ sentence, items, closing, request: asked.request, rest });
}

export async function openTurns(store: Store, caller: Caller, asked: TurnsAsked): Promise<HistoryAnswer> {
  const session = await sessionFor(store, caller, asked.session);
  if ('blocks' in session) return session;
  const current = await currentIn(store, caller, session);
  const wanted = asked.turns ?? (await newest(store, session, current, asked.last ?? 1));
  const items: Item[] = [];
  const missing: string[] = [];
  let firstRef: string | undefined;
  for (const turn of wanted) {
    const messages = turn === current?.turn ? [] : await readTurn(store, session, turn, asked.full);
    const [first] = messages;
    if (first !== undefined) firstRef ??= refOf(first);
    if (first === undefined) missing.push(await whyMissing(store, session, turn, current, asked.full));
    else items.push(...turnItems(turn, messages, asked.full, caller, items.length));
  }
  const notes = missing.filter((line, index) => missing.indexOf(line) === index);
  const index = `Its turns: ${callOf({ session: session.short })}`;
  if (items.length === 0) {
    const sentence = notes[0] ?? `Session ${session.short} has no earlier turn to show.`;
    return nothing(sentence, 'no matching turns', [...notes.slice(1), index]);
  }
  const left = items.slice(asked.offset);
  if (left.length === 0) return nothing('There is no more of these turns.', 'end of the turns', [index]);
  const count = wanted.length - missing.length;
  return page({
    sentence: `${count === 1 ? 'One turn' : `${count} turns`} of session ${session.short}${asked.offset > 0 ? ', continued' : ''}:`,
    items: left,
    closing: [
      ...notes,
      ...(firstRef === undefined ? [] : [`Any message of it, whole: ${callOf({ ref: firstRef })}`]),
      'What will be needed again is worth a `remember`.',
    ],
    request: asked.request,
    rest: null,
  });
}

async function sessionFor(
  store: Store,
  caller: Caller,
  session: string | null,
): Promise<SessionRecord | HistoryAnswer> {
  return session === null ? ownSession(store, caller) : oneSession(store, session);
}

async function currentIn(store: Store, caller: Caller, session: SessionRecord): Promise<CurrentTurn | null> {
  const current = await currentTurn(store, caller);
  return current?.session === session.id ? current : null;
}

async function newest(
  store: Store,
  session: SessionRecord,
  current: CurrentTurn | null,
  count: number,
): Promise<number[]> {
  const exclude = current === null ? {} : { exclude: current.running };
  const { turns } = await store.sessions.turns({
    projects: null,
    session: session.id,
    limit: count,
    offset: 0,
    ...exclude,
  });
  return turns.map(({ number }) => number);
}

async function readTurn(
  store: Store,
  session: SessionRecord,
  turn: number,
  full: boolean,
): Promise<readonly Message[]> {
  const found = await store.messages.list({
    session: session.id,
    turns: [turn],
    withdrawn: full,
    limit: MOST_MESSAGES,
  });
  if (found.total <= found.messages.length) return found.messages;
  const offset = found.total - MOST_MESSAGES / 2;
  const end = await store.messages.list({
    session: session.id,
    turns: [turn],
    withdrawn: full,
    offset,
    limit: MOST_MESSAGES,
  });
  return [...found.messages.slice(0, MOST_MESSAGES / 2), ...end.messages];
}

async function whyMissing(
  store: Store,
  session: SessionRecord,
  turn: number,
  current: CurrentTurn | null,
  full: boolean,
): Promise<string> {
  if (turn === current?.turn) return `Turn ${turn} is the one going on: what it says is in front of you.`;
  if (!full) {
    const { total } = await store.messages.list({
      session: session.id,
      turns: [turn],
      withdrawn: true,
      limit: 1,
    });
    const call = callOf({ session: session.short, turns: [turn], full: true });
    if (total > 0) return `Turn ${turn} was rewound (*withdrawn*); to read it all the same: ${call}`;
  }
  return `Session ${session.short} has no turn ${turn}.`;
}

/** One block a turn; with `full` what came of it first, then every message whole. */
function turnItems(
  turn: number,
  messages: readonly Message[],
  full: boolean,
  caller: Caller,
  from: number,
): Item[] {
  const ref = `${messages[0]?.sessionShort ?? ''}#${turn}`;
  if (!full) {
    const text = turnText(turn, messages);
    return [item(text, ref, from, { keep: 'both', hit: hitOfWhole(turn, ref, messages, text, caller) })];
  }
  const conclusion = conclusionOf(messages);
  const prompt = messages.find((message) => message.role === 'user' && isShown(message));
  const head = [
    turnHead(turn, messages),
    prompt === undefined ? '' : stepText(prompt),
    conclusionText(conclusion),
  ];
  const text = head.filter((line) => line !== '').join('\n');
  const items = [item(text, ref, from, { keep: 'both', hit: hitOfWhole(turn, ref, messages, text, caller) })];
  for (const message of messages) {
    const body = messageText(message, { whole: true, thinking: true });
    if (body.trim() === '') continue;
    items.push(
      item(`${messageHead(message)}\n${body}`, refOf(message), from + items.length, { keep: 'both' }),
    );
  }
  return items;
}

function hitOfWhole(
  turn: number,
  ref: string,
  messages: readonly Message[],
  text: string,
  caller: Caller,
): HistoryHit {
  const [first] = messages;
  const prompt = messages.find(({ role, kind }) => role === 'user' && kind === 'said');
  const at = messages.find((message) => message.at !== null)?.at ?? null;
  const project = first?.project ?? null;
  return {
    ref,
    title: prompt === undefined ? '' : oneLine(messageText(prompt, { whole: false, thinking: false }), 52),
    text: clean(text),
    scope: project !== null && caller.project?.ids.includes(project) === true ? 'project' : 'other',
    project: first?.projectName ?? null,
    origin: 'user',
    state: first?.turnState === 'withdrawn' ? 'withdrawn' : 'kept',
    at: at === null ? null : iso(at),
    score: 1,
    role: 'user',
    client: first?.client ?? '',
    turn,
  };
}

const LINK_WORDS: Readonly<Record<LinkKind, string>> = {
  forked_from: 'forked from',
  spawned_by: 'spawned by',
  continues: 'continues',
  same_as: 'the same as',
};

/** What the session is, and what it came from, with the message where each link starts. */
async function aboutSession(store: Store, session: SessionRecord): Promise<string> {
  const lines = [sessionLine(session)];
  for (const { kind, to, number } of session.links) {
    const other = await store.sessions.get(to);
    if (other === null) lines.push(`${LINK_WORDS[kind]} a session that is not captured`);
    else if (number === null)
      lines.push(`${LINK_WORDS[kind]} session ${other.short} — ${callOf({ session: other.short })}`);
    else
      lines.push(
        `${LINK_WORDS[kind]} [${other.short}/${number}] — ${callOf({ ref: `${other.short}/${number}` })}`,
      );
  }
  return lines.join('\n');
}

/** A session whose source knows no turns: its messages one by one. */
async function sessionMessages(
  store: Store,
  caller: Caller,
  session: SessionRecord,
  asked: SessionAsked,
): Promise<HistoryAnswer> {
  const { messages, total } = await store.messages.list({
    session: session.id,
    withdrawn: asked.full,
    offset: asked.offset,
    limit: asked.limit,
  });
  if (messages.length === 0)
    return nothing(`Session ${session.short} holds no message to show.`, 'no messages');
  const projects: readonly ProjectId[] = caller.project?.ids ?? [];
  const about = asked.offset === 0 ? `${await aboutSession(store, session)}\n` : '';
  const items: Item[] = messages.map((message, index) => {
    const body = messageText(message, { whole: asked.full, thinking: asked.full });
    const line = `${messageHead(message)}\n${asked.full ? body : oneLine(body, LINE)}`;
    const text = index === 0 ? about + line : line;
    return item(text, refOf(message), asked.offset + index, {
      keep: 'both',
      hit: hitOf(message, { text, score: 0, projects }),
    });
  });
  const seen = asked.offset + messages.length;
  const first = messages[0];
  return page({
    sentence: `Session ${session.short}: ${messages.length} of ${total} messages, in order:`,
    items,
    closing: first === undefined ? [] : [`To read one whole: ${callOf({ ref: refOf(first) })}`],
    request: asked.request,
    rest: seen < total ? seen : null,
  });
}

function isOwn({ project }: SessionRecord, caller: Caller): boolean {
  return project !== null && caller.project?.ids.includes(project) === true;
}
