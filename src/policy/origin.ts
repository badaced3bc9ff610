/**
 * Decides the origin of a statement by evidence: the words of a person in the session, or a tool result that the
 * session has read before. What a caller claims is never looked at.
 */
import type { SessionId } from '../model/ids.ts';
import type { Evidence, Origin } from '../model/memory.ts';
import type { Message } from '../model/message.ts';
import type { Store } from '../store/store.ts';
import { looksLikeInstruction } from '../text/instructions.ts';
import { spokenWords } from '../text/spoken.ts';
import { analyseQuery, contentWords, discriminators } from '../text/terms.ts';

/** Share of a statement's content words that one message must hold to be its evidence. */
const OVERLAP = 0.6;
/** Messages looked at, newest first. */
const PERSON_MESSAGES = 200;
const TOOL_MESSAGES = 200;
/** A headless prompt that another session's tool call of this span holds was written by that agent. */
const LAUNCH_SPAN_MS = 12 * 3_600_000;
const PROMPT_PROBE = 60;

const KEEP_REQUEST =
  /\b(?:remember|memori[sz]e|save|store|keep|note (?:it|this|that|down)|write (?:it|this|that) down|merk(?:e|en)?|speicher\w*|recuerda|guarda|anota|retiens|note[sz]?-le|lembr\w+|salva|ricorda)\b|记住|记下|保存|覚えて|記憶して|기억해|запомни|сохрани/i;

export type OriginQuestion = {
  readonly content: string;
  readonly session: SessionId;
  /** The position of the call: only what stands before it counts. */
  readonly upTo: number;
  readonly turn: number | null;
};

export type ProvenOrigin = {
  readonly origin: Origin;
  readonly evidence: Evidence;
  /** A person asked in the same turn to keep what is found. */
  readonly keepAsked: boolean;
};

/** Looks through the captured session; `evidence.proven` is true, since the session was there to be looked at. */
export async function originOf(store: Store, question: OriginQuestion): Promise<ProvenOrigin> {
  const statement = statementOf(question.content);
  const said = await store.messages.evidence({
    session: question.session,
    upTo: question.upTo,
    by: 'person',
    limit: PERSON_MESSAGES,
  });
  const person = said.filter((message) => message.kind === 'said' && message.role === 'user');
  const keepAsked = person.some(
    (message) => message.turn === question.turn && KEEP_REQUEST.test(message.text),
  );
  const spoken = person.find((message) => holds(statement, spokenWords(message.text)));
  if (spoken !== undefined && !(await writtenByAnAgent(store, question.session, spoken))) {
    return {
      origin: 'user',
      keepAsked,
      evidence: proof('the words stand in a message of the person', spoken),
    };
  }
  const read = await store.messages.evidence({
    session: question.session,
    upTo: question.upTo,
    role: 'tool',
    limit: TOOL_MESSAGES,
  });
  const sources = read.filter(
    (message) => message.by === 'tool' && !isOwnAnswer(message) && holds(statement, message.text),
  );
  const outside = sources.find((message) => message.outside);
  if (outside !== undefined) {
    return {
      origin: 'tool',
      keepAsked,
      evidence: proof('the words stand in a result from outside the workspace', outside),
    };
  }
  const [source] = sources;
  if (source !== undefined && looksLikeInstruction(question.content)) {
    return {
      origin: 'tool',
      keepAsked,
      evidence: proof('an instruction that stands in a tool result', source),
    };
  }
  if (source !== undefined) {
    return { origin: 'agent', keepAsked, evidence: proof('a fact read in the workspace', source) };
  }
  const why =
    spoken === undefined
      ? 'no message of the person holds the words'
      : 'the prompt was written by another agent';
  return { origin: 'agent', keepAsked, evidence: { proven: true, why, refs: [] } };
}

type Statement = { readonly words: ReadonlySet<string>; readonly marks: readonly string[] };

function statementOf(content: string): Statement {
  return { words: new Set(contentWords(content)), marks: discriminators(content) };
}

/** Enough of the words, and every number, identifier, path and negation: "use X" is no evidence for "never use X". */
function holds({ words, marks }: Statement, text: string): boolean {
  if (words.size === 0) return false;
  const there = new Set(contentWords(text));
  let found = 0;
  for (const word of words) if (there.has(word)) found += 1;
  if (found / words.size < OVERLAP || (found < 2 && found < words.size)) return false;
  const theirs = new Set(discriminators(text));
  return marks.every((mark) => theirs.has(mark) || there.has(mark));
}

/** A headless prompt counts as a person's, unless another captured session's tool call of that time holds it. */
async function writtenByAnAgent(store: Store, id: SessionId, message: Message): Promise<boolean> {
  const session = await store.sessions.get(id);
  if (session?.nature === 'subagent') return true;
  if (session?.nature !== 'headless') return false;
  const probe = message.text.replace(/\s+/g, ' ').trim().slice(0, PROMPT_PROBE);
  const { terms } = analyseQuery(probe);
  if (terms.length === 0) return false;
  const corpus = await store.search.corpus('messages', terms);
  const at = message.at ?? session.startedAt;
  const span = at === null ? {} : { since: at - LAUNCH_SPAN_MS, until: at + LAUNCH_SPAN_MS };
  const candidates = await store.search.messages(corpus.terms, { projects: null, ...span }, 20_000, 40);
  const found = await store.messages.byRows(candidates.map(({ row }) => row));
  return found.some(
    (other) =>
      other.session !== id &&
      (other.role === 'tool' || other.role === 'assistant') &&
      callsHold(other, probe),
  );
}

function callsHold(message: Message, probe: string): boolean {
  return (message.parts ?? []).some(
    (part) =>
      part.type === 'tool_call' &&
      (JSON.stringify(part.arguments) ?? '').replace(/\\n|\s+/g, ' ').includes(probe),
  );
}

/** What midturn itself answered is no source: it would vouch for itself. */
function isOwnAnswer(message: Message): boolean {
  return (
    message.tool !== null &&
    /^mcp__[\w-]+__(?:recall|recall_history|remember|submit_suggestion|compile|status)$/.test(message.tool)
  );
}

function proof(why: string, message: Message): Evidence {
  return { proven: true, why, refs: [`${message.sessionShort}/${message.number}`] };
}
