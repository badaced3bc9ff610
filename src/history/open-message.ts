/** One message whole, by its ref, with its neighbours clipped. */
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { Message } from '../model/message.ts';
import type { Store } from '../store/store.ts';
import { clean } from '../text/clean.ts';
import { clipEnd } from '../text/clip.ts';
import { type HistoryAnswer, type Item, item, nothing, page } from './answer.ts';
import { callOf, hitOf, messageHead, refOf } from './lines.ts';
import { messageText } from './message-text.ts';
import type { Asked } from './request.ts';
import { oneSession } from './session-of.ts';

type RefAsked = Extract<Asked, { form: 'ref' }>;

/** A block's size: the answer's budget cuts between blocks, so that nothing of a long message is out of reach. */
const CHUNK = 2000;
const NEIGHBOUR = 400;

export async function openMessage(store: Store, caller: Caller, asked: RefAsked): Promise<HistoryAnswer> {
  const session = await oneSession(store, asked.ref.session);
  if ('blocks' in session) return session;
  const message = await store.messages.get(session.id, asked.ref.number);
  if (message === null) {
    throw new UserInputError({
      what: `Session ${session.short} has no message ${asked.ref.number}`,
      why: session.messages === 0 ? 'it has none yet' : `its messages are numbered 1 to ${session.messages}`,
      next: `Its turns: ${callOf({ session: session.short })}`,
    });
  }
  const ref = refOf(message);
  if (message.state !== 'kept') return gone(ref, message.state);
  const projects = caller.project?.ids ?? [];
  const text = clean(messageText(message, { whole: true, thinking: asked.full }));
  const chunks = chunked(text);
  const whole = hitOf(message, { text, score: 1, projects });
  const items: Item[] = chunks.map((chunk, offset) =>
    item(offset === 0 ? `${messageHead(message)}\n${chunk}` : chunk, ref, offset, {
      hit: offset === 0 ? whole : null,
    }),
  );
  for (const neighbour of await neighbours(store, message, asked.around)) {
    const shown = clipped(neighbour);
    const hit = hitOf(neighbour, { text: shown, score: 0, projects });
    items.push(item(shown, refOf(neighbour), items.length, { hit }));
  }
  const rest = items.slice(asked.offset);
  if (rest.length === 0) return nothing(`Nothing of message ${ref} is left to show.`, 'end of the message');
  return page({
    sentence: sentenceOf(message, asked.offset, rest.length),
    items: rest,
    closing: await closingOf(store, message),
    request: asked.request,
    rest: null,
  });
}

function sentenceOf(message: Message, offset: number, blocks: number): string {
  const ref = refOf(message);
  if (offset > 0) return `Message ${ref} and what stands around it, continued:`;
  const withdrawn = message.turnState === 'withdrawn' ? ', *withdrawn* (its turn was rewound)' : '';
  return `Message ${ref}${withdrawn}${blocks > 1 ? ', with what stands around it' : ''}:`;
}

async function closingOf(store: Store, message: Message): Promise<string[]> {
  const closing: string[] = [];
  if (message.copyOf !== null) {
    const [original] = await store.messages.byRows([message.copyOf]);
    if (original !== undefined)
      closing.push(`It is a copy of ${refOf(original)}: the session was forked from there.`);
  }
  if (message.turn !== null) {
    const full = message.turnState === 'withdrawn' ? { full: true } : {};
    closing.push(
      `Its whole turn: ${callOf({ session: message.sessionShort, turns: [message.turn], ...full })}`,
    );
  }
  closing.push('What will be needed again is worth a `remember`.');
  return closing;
}

async function neighbours(store: Store, message: Message, around: number): Promise<Message[]> {
  if (around === 0) return [];
  const near = await store.messages.window(message.session, message.position, around, around);
  const before = near.filter(({ position }) => position < message.position);
  const after = near.filter(({ position }) => position > message.position);
  return [...before.slice(-around), ...after.slice(0, around)];
}

function clipped(message: Message): string {
  const { text, cut } = clipEnd(messageText(message, { whole: false, thinking: false }), NEIGHBOUR);
  return `${messageHead(message)}\n${text}${cut > 0 ? `… (${cut} more characters)` : ''}`;
}

/** Pieces of `CHUNK` characters at most, cut at a line's end where one is near. */
function chunked(text: string): string[] {
  const chunks: string[] = [];
  let rest = text;
  while (rest.length > CHUNK) {
    const head = clipEnd(rest, CHUNK).text;
    const line = head.lastIndexOf('\n') + 1;
    const piece = line > CHUNK / 2 ? head.slice(0, line) : head;
    chunks.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...chunks, rest];
}

function gone(ref: string, state: Exclude<Message['state'], 'kept'>): HistoryAnswer {
  const why = {
    hidden: `Message ${ref} is hidden: a later reading of the transcript found that nobody said it.`,
    purged: `Message ${ref} was removed when its time was up; only its number is left.`,
    erased: `Message ${ref} was erased on request; only its number is left.`,
  } as const;
  return nothing(why[state], state);
}
