/**
 * A program as a reviewer: `codex`, `claude` and `opencode` by their recipes, or any other one. It gets the snapshot by
 * stdin or as a file, and its whole tree is ended at the deadline.
 */

import type { AgentTurn } from '../../model/agent.ts';
import type { ReviewProfile } from '../../model/review.ts';
import { runAgent, startTrouble } from '../../platform/run-agent.ts';
import type { ProgramEnd } from '../../platform/run-program.ts';
import { AgentOutputError, agentObject, readAgentOutput } from '../../text/agent-output.ts';
import { redact } from '../../text/redaction.ts';
import { type Ask, type CallResult, failed, NO_TOKENS } from './calls.ts';
import type { Prompted } from './dialect.ts';

export type CommandDeps = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home's cache: it runs in an empty folder of it. */
  readonly cache: string;
  /** A key that the profile names, handed on in the environment. */
  readonly key: { readonly name: string; readonly value: string } | null;
  /** One agent at a time on this home. */
  readonly turn?: AgentTurn;
};

/** What may pass, in the words of programs. The short list of the system that this replaces. */
const PASSING =
  /\b(?:429|500|502|503|504|529)\b|overloaded|rate.?limit|too many requests|timed? ?out|connection (?:reset|refused|closed)|temporarily unavailable/i;
const LIMITED = /\b(?:429|529)\b|overloaded|rate.?limit|too many requests|(?:usage|session|weekly) limit/i;
/** What a person has to mend: to log in, to pay, to write down a key. */
const FOR_A_PERSON =
  /\b40[123]\b|unauthori[sz]ed|forbidden|log ?in\b|logged (?:in|out)|api.?key|authenticat|credentials?\b|credit balance|billing|environment variable/i;
const LONGEST_WORDS = 200;

export function askProgram(
  profile: Pick<ReviewProfile, 'command' | 'model' | 'payload' | 'response' | 'timeoutMs'>,
  { instructions, snapshot }: Prompted,
  { env, cache, key, turn = (act) => act() }: CommandDeps,
): Ask {
  const [program = '', ...args] = profile.command;
  const prompt = {
    'raw-json': (file: string | null) => wrapped(instructions, snapshot, file),
    text: (file: string | null) => spoken(instructions, snapshot, file),
  }[profile.response === 'raw-json' ? 'raw-json' : 'text'];
  return async ({ signal }) => {
    try {
      const act = () =>
        runAgent({
          command: [program, ...args],
          model: profile.model,
          input: prompt,
          payload: snapshot,
          payloadInFile: profile.payload === 'file',
          env: key === null ? env : { ...env, [key.name]: key.value },
          named: key === null ? [] : [key.name],
          cache,
          timeoutMs: profile.timeoutMs,
          signal,
        });
      const end = await turn(act, { waitMs: profile.timeoutMs, signal });
      if (end === null) return notItsTurn(signal);
      return resultOf(end, profile, key?.value ?? null);
    } catch (error) {
      const trouble = startTrouble(error, program);
      if (trouble === null) throw error;
      return failed('not_configured', trouble, { tokens: NO_TOKENS });
    }
  };
}

function notItsTurn({ aborted }: AbortSignal): CallResult {
  const tokens = NO_TOKENS;
  if (aborted) return failed('aborted', 'it was called off', { tokens });
  return failed('unreachable', 'another agent of this home still runs', { tokens });
}

/** An agent reads words. */
function spoken(instructions: string, payload: string, file: string | null): string {
  const where =
    file === null ? `The payload:\n\n${payload}` : `The payload is the JSON in the file ${file}: read it.`;
  return `${instructions.trim()}\n\n${where}\n`;
}

/** A program that answers in JSON is asked in JSON. */
function wrapped(instructions: string, payload: string, file: string | null): string {
  if (file !== null) return `${JSON.stringify({ instructions, payload_file: file })}\n`;
  return `{"instructions":${JSON.stringify(instructions)},"payload":${payload}}\n`;
}

function resultOf(
  end: ProgramEnd,
  { response, timeoutMs }: Pick<ReviewProfile, 'response' | 'timeoutMs'>,
  key: string | null,
): CallResult {
  if (end.aborted) return failed('aborted', 'it was called off');
  if (end.timedOut)
    return failed('timeout', `it did not end within ${Math.round(timeoutMs / 1000)} s`, { again: true });
  if (end.truncated) return failed('refused', 'it printed without end');
  try {
    const answer = readAgentOutput(end.stdout, response);
    const found = agentObject(answer);
    // A program that fails after it has answered has answered.
    if (end.code !== 0 && !found.ok) return passing(said(end, answer.text), end, key);
    const text = found.ok ? JSON.stringify(found.value) : answer.text;
    const { inputTokens: input, outputTokens: output } = answer;
    return { kind: 'text', text, truncated: false, tokens: { input, output } };
  } catch (error) {
    if (!(error instanceof AgentOutputError)) throw error;
    return passing(error.empty ? said(end, error.message) : error.message, end, key);
  }
}

function passing(words: string, end: ProgramEnd, key: string | null): CallResult {
  const again = PASSING.test(words);
  const without = redact(key === null ? words : words.replaceAll(key, '[key]'))
    .text.replace(/\s+/g, ' ')
    .trim();
  const short = without.length > LONGEST_WORDS ? `${without.slice(0, LONGEST_WORDS)}…` : without;
  const failure = LIMITED.test(words)
    ? 'rate_limited'
    : again
      ? 'unreachable'
      : FOR_A_PERSON.test(words)
        ? 'not_configured'
        : 'refused';
  return failed(failure, end.code === 0 ? short : `it ended with ${end.code ?? end.signal}: ${short}`, {
    again,
  });
}

/** The end of what it said of its failure. */
function said({ stderr, code }: ProgramEnd, otherwise: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 || code === 0 ? otherwise : lines.slice(-3).join(' ');
}
