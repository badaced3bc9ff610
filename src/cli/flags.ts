/** The flags of a command as typed values; a value that does not fit is wrong usage. */

import { UserInputError } from '../model/errors.ts';
import { type Clock, requireTime } from '../model/time.ts';
import type { Command } from './command.ts';

const DURATION = /^(\d{1,5})\s*(m|min|h|d|w)$/i;
const DURATION_UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

export class Flags {
  readonly #command: Command;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #now: Clock;

  constructor(command: Command, now: Clock) {
    this.#command = command;
    this.#values = command.optsWithGlobals();
    this.#now = now;
  }

  /** `--name`, given or not. */
  has(name: string): boolean {
    return this.#values[property(name)] === true;
  }

  /** The words behind `--name`; undefined when it was not given. */
  text(name: string): string | undefined {
    const value = this.#values[property(name)];
    if (typeof value !== 'string') return undefined;
    if (value.trim() === '') throw this.#command.wrong(`--${name} is empty`);
    return value;
  }

  /** One of the words that the option itself allows (`Option.choices`). */
  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    return choices.find((choice) => choice === value);
  }

  /** All words of a flag that may be given several times. */
  texts(name: string): readonly string[] {
    const values = this.#values[property(name)];
    if (!Array.isArray(values)) return [];
    const texts = values.filter((value) => typeof value === 'string');
    if (texts.some((value) => value.trim() === '')) throw this.#command.wrong(`--${name} is empty`);
    return texts;
  }

  whole(name: string, { least, most }: { least: number; most: number }): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw this.#command.wrong(`--${name} takes a whole number from ${least} to ${most}`, {
      why: `${value} was given`,
    });
  }

  /** Numbers and ranges, as in `1,2` or `3-5`. */
  wholes(name: string, most: number): readonly number[] | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const numbers = value.split(',').flatMap((part) => range(part.trim(), most));
    if (numbers.length > 0 && numbers.length <= most && numbers.every((number) => number >= 1))
      return [...new Set(numbers)];
    throw this.#command.wrong(`--${name} takes up to ${most} numbers, as in 1,2 or 3-5`, {
      why: `${value} was given`,
    });
  }

  /** A time, as epoch milliseconds; of a day, month or year this end. */
  time(name: string, edge: 'start' | 'end' = 'start'): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      return requireTime(`--${name}`, value, this.#now(), edge);
    } catch (error) {
      if (!(error instanceof UserInputError)) throw error;
      throw this.#command.wrong(`--${name} is not a time`, {
        why: `${value} was given`,
        hint: 'Give a day (2026-11-21), a month (2026-11), a time (2026-11-21T09:30:00Z) or an age (30m, 12h, 7d).',
      });
    }
  }

  /** A length of time, in milliseconds. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const match = DURATION.exec(value.trim());
    const length = Number(match?.[1] ?? 0) * (DURATION_UNITS[match?.[2]?.toLowerCase() ?? ''] ?? 0);
    if (length > 0) return length;
    throw this.#command.wrong(`--${name} is not a length of time`, {
      why: `${value} was given`,
      hint: 'Write 30m, 2h, 1d or 1w.',
    });
  }
}

/** Commander keeps `--max-tokens` as `maxTokens`. */
function property(name: string): string {
  return name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}

function range(text: string, most: number): number[] {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text);
  if (match?.[1] === undefined) return [0];
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (to < from || to - from >= most) return [0];
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
