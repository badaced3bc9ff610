/** The events that agents print, one reader for each agent. Seen with Codex 0.20-0.169, Claude Code 1.0-2.1, OpenCode 1.18. */
import { isRecord } from './first-object.ts';

export type Event = Readonly<Record<string, unknown>>;

type ReportedError = { readonly message: string; readonly status: number | null };

export type Reading = {
  /** At least one event is of this agent. */
  readonly known: boolean;
  readonly texts: readonly string[];
  /** What ended it first, then what it only warned of. */
  readonly errors: readonly ReportedError[];
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
};

/** How a line of an event begins. */
const EVENT = /^\s*\{\s*"/;
/** Lines that begin so and are none: each costs an error, 10 µs. */
const MOST_BROKEN = 10_000;

/** The JSON objects of a stream: one a line, or one document that is an object or a list of them. */
export function eventsOf(stdout: string): readonly Event[] {
  const whole = parsed(stdout);
  if (Array.isArray(whole)) return whole.filter(isRecord);
  if (isRecord(whole)) return [whole];
  const events: Event[] = [];
  let broken = 0;
  for (const line of stdout.split('\n')) {
    if (!EVENT.test(line)) continue;
    const event = parsed(line);
    if (isRecord(event)) events.push(event);
    else if (++broken > MOST_BROKEN) break;
  }
  return events;
}

export function readCodex(events: readonly Event[]): Reading {
  const book = new Book();
  for (const event of events) {
    const { item, error, usage } = event;
    switch (event.type) {
      case 'item.completed':
        if (!isRecord(item)) break;
        book.known = true;
        if (item.type === 'agent_message') book.say(item.text);
        // Warnings come as items, too: a deprecated setting, an unknown model.
        else if (item.type === 'error') book.warn(item.message);
        break;
      case 'turn.failed':
        book.fail(isRecord(error) ? error.message : null);
        break;
      case 'error':
        book.fail(event.message);
        break;
      case 'turn.completed':
        book.known = true;
        if (isRecord(usage)) book.count(usage.input_tokens, usage.output_tokens);
        break;
      case 'thread.started':
        book.known = true;
        break;
      default:
        if (isRecord(event.msg)) oldCodex(event.msg, book);
    }
  }
  return book.reading();
}

/** Before 0.44 each event was `{id, msg: {type, …}}`. */
function oldCodex(msg: Event, book: Book): void {
  book.known = true;
  if (msg.type === 'agent_message') book.say(msg.message);
  else if (msg.type === 'error') book.fail(msg.message);
  else if (msg.type === 'token_count') book.count(msg.input_tokens, msg.output_tokens);
}

export function readClaude(events: readonly Event[]): Reading {
  const book = new Book();
  const said: string[] = [];
  for (const event of events) {
    if (event.type === 'assistant' || event.type === 'system') book.known = true;
    if (event.type === 'assistant' && isRecord(event.message)) said.push(...textsOf(event.message.content));
    if (event.type !== 'result') continue;
    book.known = true;
    const { result, subtype, is_error, usage, errors } = event;
    if (isRecord(usage)) {
      const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = usage;
      book.count(total(input_tokens, cache_creation_input_tokens, cache_read_input_tokens), output_tokens);
    }
    const listed = Array.isArray(errors) ? errors.find((one) => typeof one === 'string') : undefined;
    if (is_error === true || typeof result !== 'string')
      book.fail(
        typeof result === 'string' && result !== '' ? result : (listed ?? subtype),
        event.api_error_status,
      );
    else book.say(result);
  }
  // The result repeats what was said last; without one (it was ended) that is all there is.
  if (!book.answered) for (const text of said) book.say(text);
  return book.reading();
}

function textsOf(content: unknown): readonly string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) =>
    isRecord(block) && block.type === 'text' && typeof block.text === 'string' ? [block.text] : [],
  );
}

export function readOpencode(events: readonly Event[]): Reading {
  const book = new Book();
  for (const { type, part, error } of events) {
    if (type === 'text' && isRecord(part)) {
      book.known = true;
      book.say(part.text);
    } else if (type === 'error') {
      const data = isRecord(error) && isRecord(error.data) ? error.data : null;
      const shown = isRecord(error) ? (data?.message ?? error.message ?? error.name) : error;
      book.fail(shown, data?.statusCode);
    } else if (isRecord(part) && typeof part.type === 'string') {
      book.known = true;
      if (!isRecord(part.tokens)) continue;
      const { input, output, reasoning, cache } = part.tokens;
      const kept = isRecord(cache) ? total(cache.read, cache.write) : 0;
      book.count(total(input, kept), total(output, reasoning));
    }
  }
  return book.reading();
}

/** Gathers what a stream says. */
class Book {
  known = false;
  /** It came to an end, well or badly. */
  answered = false;
  readonly #texts: string[] = [];
  readonly #failures: ReportedError[] = [];
  readonly #warnings: ReportedError[] = [];
  #input: number | null = null;
  #output: number | null = null;

  say(text: unknown): void {
    if (typeof text !== 'string' || text === '') return;
    this.answered = true;
    this.#texts.push(text);
  }

  fail(message: unknown, status?: unknown): void {
    this.known = true;
    this.answered = true;
    this.#failures.push(reported(message, status));
  }

  warn(message: unknown): void {
    this.#warnings.push(reported(message, null));
  }

  count(input: unknown, output: unknown): void {
    if (typeof input === 'number') this.#input = (this.#input ?? 0) + input;
    if (typeof output === 'number') this.#output = (this.#output ?? 0) + output;
  }

  reading(): Reading {
    return {
      known: this.known,
      texts: this.#texts,
      errors: [...this.#failures, ...this.#warnings],
      inputTokens: this.#input,
      outputTokens: this.#output,
    };
  }
}

/** `unexpected status 401 Unauthorized`, `API Error: 529 {…}`, `HTTP 429`. */
const STATUS = /\b(?:status(?: code)?|http|error)\W{0,3}([45]\d\d)\b/i;

function reported(message: unknown, status: unknown): ReportedError {
  const words =
    typeof message === 'string' && message.trim() !== '' ? message.trim() : 'it reported an error';
  const named = STATUS.exec(words)?.[1];
  const number = typeof status === 'number' ? status : named === undefined ? null : Number(named);
  return { message: words, status: number };
}

function total(...counts: readonly unknown[]): number {
  return counts.reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
