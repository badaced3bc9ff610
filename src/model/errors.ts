/**
 * The error classes, by who must act. Every message says what happened, why, and what to do next;
 * surfaces map them once to an exit code, `isError` or an HTTP status.
 */

export type ErrorWords = {
  /** What happened, one clause without a final stop. */
  readonly what: string;
  /** Why it happened. */
  readonly why?: string;
  /** What to do next. */
  readonly next?: string;
};

/** Tells our errors by a mark, not by their class: bundles that are loaded apart have classes of their own. */
const MARK = Symbol.for('midturn.error');

/** The base of all errors that midturn raises on purpose. */
export class MidturnError extends Error {
  static readonly mark: string = 'midturn';
  readonly words: ErrorWords;
  readonly [MARK]: string;

  constructor(words: ErrorWords, options?: { cause?: unknown }) {
    super(sentence(words), options);
    this.words = words;
    this[MARK] = new.target.mark;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return markOf(value) !== null;
  }
}

/** The input was wrong: the person or the model that called must send something else. Exit 2. */
export class UserInputError extends MidturnError {
  static override readonly mark = 'user-input';
  static override [Symbol.hasInstance](value: unknown): boolean {
    return markOf(value) === UserInputError.mark;
  }
}

/** The configuration or the home is wrong: the person who installed midturn must act. Exit 1. */
export class ConfigError extends MidturnError {
  static override readonly mark = 'config';
  static override [Symbol.hasInstance](value: unknown): boolean {
    return markOf(value) === ConfigError.mark;
  }
}

/** The store could not do it (locked past the deadline, full disk, corrupt, newer file). Exit 1. */
export class StoreError extends MidturnError {
  static override readonly mark = 'store';
  static override [Symbol.hasInstance](value: unknown): boolean {
    return markOf(value) === StoreError.mark;
  }
}

/** A source file could not be read or is not what it claims to be. Exit 1. */
export class SourceError extends MidturnError {
  static override readonly mark = 'source';
  static override [Symbol.hasInstance](value: unknown): boolean {
    return markOf(value) === SourceError.mark;
  }
}

/** The mark that one of our errors carries, or null. */
function markOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !(MARK in value)) return null;
  return typeof value[MARK] === 'string' ? value[MARK] : null;
}

/** Joins the words of an error to one line: `what: why. next.` */
export function sentence(words: ErrorWords): string {
  const head = words.why === undefined ? words.what : `${words.what}: ${words.why}`;
  return words.next === undefined ? `${stop(head)}` : `${stop(head)} ${stop(words.next)}`;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node or SQLite error (`ENOENT`, `SQLITE_BUSY` …), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function stop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
