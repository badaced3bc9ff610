/**
 * Decides the origin of a statement by evidence: the words of a person in the session, or a tool result that the
 * session has read before. What a caller claims is never looked at.
 */
import type { SessionId } from '../model/ids.ts';
import type { Evidence, Origin } from '../model/memory.ts';
import type { Message } from '../model/message.ts';
import type { Store } from '../store/store.ts';
import { stripFenced } from '../text/fence.ts';
import { looksLikeInstruction } from '../text/instructions.ts';
import { isMidturnTool, isNamedLikeMidturns } from '../text/own-tools.ts';
import { spokenWords } from '../text/spoken.ts';
import { analyseQuery } from '../text/terms.ts';
import { asksToKeep } from './keep-request.ts';
import { clauseOf, clausesOf, holds } from './statement.ts';

/** Messages looked at, newest first. What came from outside is looked for further back: it must not be outlived. */
const PERSON_MESSAGES = 2000;
const OUTSIDE_MESSAGES = 2000;
const TOOL_MESSAGES = 200;
/** A headless prompt that another session's tool call of this span holds was written by that agent. */
const LAUNCH_SPAN_MS = 12 * 3_600_000;
const PROMPT_PROBE = 60;

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
  const said = await store.messages.evidence({
    session: question.session,
    upTo: question.upTo,
    by: 'person',
    limit: PERSON_MESSAGES,
  });
  const speech = said
    .filter((message) => message.kind === 'said' && message.role === 'user')
    .map((message) => ({ message, words: spokenWords(message.text) }));
  const isPersons = personTest(store, question.session);
  const asking = speech.filter(({ message }) => message.turn === question.turn && asksToKeep(message.text));
  const keepAsked = await anyOf(asking, ({ message }) => isPersons(message));
  const { vouching, disowned } = await vouch(question.content, speech, isPersons);
  if (vouching.length > 0) {
    return {
      origin: 'user',
      keepAsked,
      evidence: proof('the words stand in a message of the person', vouching),
    };
  }
  const sources = await toolSources(store, question);
  const outside = sources.find((message) => message.outside);
  if (outside !== undefined) {
    return {
      origin: 'tool',
      keepAsked,
      evidence: proof('the words stand in a result from outside the workspace', [outside]),
    };
  }
  const [source] = sources;
  if (source !== undefined && looksLikeInstruction(question.content)) {
    return {
      origin: 'tool',
      keepAsked,
      evidence: proof('an instruction that stands in a tool result', [source]),
    };
  }
  if (source !== undefined) {
    return { origin: 'agent', keepAsked, evidence: proof('a fact read in the workspace', [source]) };
  }
  const why = disowned
    ? 'the prompt was written by another agent'
    : 'no message of the person holds the words';
  return { origin: 'agent', keepAsked, evidence: { proven: true, why, refs: [] } };
}

type Speech = { readonly message: Message; readonly words: string };

/**
 * The messages that hold every clause, and all of it together; none when a clause is in no message of a person's.
 * `disowned`: a message holds the words, but another agent wrote it.
 */
async function vouch(
  content: string,
  speech: readonly Speech[],
  isPersons: (message: Message) => Promise<boolean>,
): Promise<{ readonly vouching: readonly Message[]; readonly disowned: boolean }> {
  const used: Speech[] = [];
  let disowned = false;
  for (const clause of clausesOf(content)) {
    let found: Speech | undefined;
    for (const candidate of speech) {
      if (!holds(clause, candidate.words)) continue;
      if (await isPersons(candidate.message)) {
        found = candidate;
        break;
      }
      disowned = true;
    }
    if (found === undefined) return { vouching: [], disowned };
    if (!used.includes(found)) used.push(found);
  }
  const together = used.map(({ words }) => words).join('\n');
  return { vouching: holds(clauseOf(content), together) ? used.map(({ message }) => message) : [], disowned };
}

/** Tool results that hold the statement, those from outside the workspace however old they are. */
async function toolSources(store: Store, question: OriginQuestion): Promise<readonly Message[]> {
  const { session, upTo } = question;
  const outside = await store.messages.evidence({
    session,
    upTo,
    role: 'tool',
    outside: true,
    limit: OUTSIDE_MESSAGES,
  });
  const inside = await store.messages.evidence({
    session,
    upTo,
    role: 'tool',
    outside: false,
    limit: TOOL_MESSAGES,
  });
  const statement = clauseOf(question.content);
  return [...outside, ...inside].filter(
    (message) => message.by === 'tool' && holds(statement, resultOf(message)),
  );
}

/** Answers for each message once whether a person wrote it. */
function personTest(store: Store, session: SessionId): (message: Message) => Promise<boolean> {
  const known = new Map<number, boolean>();
  return async (message) => {
    const before = known.get(message.row);
    if (before !== undefined) return before;
    const persons = !(await writtenByAnAgent(store, session, message));
    known.set(message.row, persons);
    return persons;
  };
}

async function anyOf<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await test(item)) return true;
  return false;
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

/** Longest answer of `remember` as JSON. */
const LONGEST_ANSWER = 1000;
const ANSWER =
  /^\s*\{\s*"status"\s*:\s*"(?:accepted|merged|replaced|needs_review|rejected)"[^{}]*"id"\s*:\s*"m_[0-9a-z]+"[^{}]*\}\s*$/;

/**
 * What a call brought in, without its arguments, which the agent wrote. What midturn itself answered is no source:
 * it would vouch for itself. A server of another name may be midturn too: there our fences and answers count as
 * ours, and everything else is what that server says.
 */
function resultOf(message: Message): string {
  const { tool, parts, text } = message;
  if (tool !== null && isMidturnTool(tool)) return '';
  const result =
    parts === null
      ? text
      : parts
          .flatMap((part) =>
            part.type === 'tool_result' || part.type === 'text' ? [text.slice(...part.span)] : [],
          )
          .join('\n');
  if (tool === null || !isNamedLikeMidturns(tool)) return result;
  return result.length <= LONGEST_ANSWER && ANSWER.test(result) ? '' : stripFenced(result).text;
}

function proof(why: string, messages: readonly Message[]): Evidence {
  return { proven: true, why, refs: messages.map(({ sessionShort, number }) => `${sessionShort}/${number}`) };
}
