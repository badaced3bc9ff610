/**
 * What an agent that was run without a person has printed: the text of its answer, what it cost, or the error that it
 * reports. The formats are those of `codex exec --json`, `claude -p --output-format json` (or `stream-json`) and
 * `opencode run --format json`; `raw-json` is a program that prints its answer.
 */
import type { ReviewProfile } from '../model/review.ts';
import {
  type Event,
  eventsOf,
  type Reading,
  readClaude,
  readCodex,
  readOpencode,
} from './agent-output-events.ts';
import { type FirstObject, firstObject } from './first-object.ts';

export type AgentFormat = ReviewProfile['response'];

export type AgentAnswer = {
  /** Everything that it said, in order. */
  readonly text: string;
  /** The last thing that it said. */
  readonly last: string;
  /** Tokens as it counts them; null where it does not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
};

/** It reported an error, or said nothing. */
export class AgentOutputError extends Error {
  override readonly name = 'AgentOutputError';
  /** HTTP status of the model's server, where one is named. */
  readonly status: number | null;
  /** It printed nothing at all that is an answer or an error. */
  readonly empty: boolean;

  constructor(
    message: string,
    { status = null, empty = false }: { status?: number | null; empty?: boolean } = {},
  ) {
    super(message);
    this.status = status;
    this.empty = empty;
  }
}

const READERS: Readonly<Record<Exclude<AgentFormat, 'raw-json'>, (events: readonly Event[]) => Reading>> = {
  'codex-events': readCodex,
  'claude-json': readClaude,
  'opencode-events': readOpencode,
};

/**
 * The answer in what a program printed. A program of another format than expected is read as one that prints its answer.
 * @throws AgentOutputError
 */
export function readAgentOutput(stdout: string, format: AgentFormat): AgentAnswer {
  if (stdout.trim() === '') throw new AgentOutputError('it printed nothing', { empty: true });
  const events = format === 'raw-json' ? [] : eventsOf(stdout);
  const reading = format === 'raw-json' ? null : READERS[format](events);
  if (reading === null || !reading.known)
    return { text: stdout, last: stdout, inputTokens: null, outputTokens: null };
  const { texts, errors, inputTokens, outputTokens } = reading;
  const text = texts.join(format === 'opencode-events' ? '' : '\n');
  if (text.trim() !== '') return { text, last: texts.at(-1) ?? '', inputTokens, outputTokens };
  const [first] = errors;
  if (first === undefined) throw new AgentOutputError('it ended without an answer', { empty: true });
  const status =
    first.status === null || first.message.includes(String(first.status)) ? '' : ` (HTTP ${first.status})`;
  throw new AgentOutputError(`${first.message}${status}`, { status: first.status });
}

/** The object of an answer: what it said last counts most, then the first one of all that it said. */
export function agentObject({ text, last }: AgentAnswer): FirstObject {
  const own = firstObject(last);
  return own.ok || last === text ? own : firstObject(text);
}
