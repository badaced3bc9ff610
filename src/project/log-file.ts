/**
 * The log: one JSON line each in a file a day, kept for 14 days. Never any message text: what was done, how long it
 * took, and what went wrong. Writing is synchronous and never throws, so that hooks can use it.
 */
import { appendFileSync, mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { iso } from '../model/time.ts';
import type { HomeLayout } from './home.ts';

type LogLevel = 'info' | 'warn' | 'error';

/** One line. Further fields are short words and numbers. */
export type LogLine = {
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  /** `hook.stop-review`, `worker`, `review` … */
  readonly kind: string;
  readonly ok: boolean;
  /** How long it took. */
  readonly ms?: number;
  readonly [field: string]: string | number | boolean | null | undefined;
};

const DAY_MS = 86_400_000;
const KEPT_DAYS = 14;
/** A day's file that has grown past this takes no more lines: something writes in a circle. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_WORDS = 1000;
const NAME = /^midturn-(\d{4}-\d{2}-\d{2})\.ndjson$/;

/** False where the line could not be written: nothing depends on it. */
export function appendLog(layout: HomeLayout, line: LogLine): boolean {
  const path = join(layout.logs, fileName(line.at));
  try {
    const size = sizeOf(path);
    if (size > MOST_BYTES) return false;
    if (size < 0) makeFolder(layout.logs, line.at);
    appendFileSync(path, `${JSON.stringify(written(line))}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Lines since a time, oldest first; `until` (epoch ms) is not inside. A line that cannot be read is left out, and so is
 * one whose text `only` does not want: a long log is read ten times as fast where few lines are taken apart. Files that
 * are not there hold none. @throws the file system's error for a file that may not be read.
 */
export async function readLog(
  layout: HomeLayout,
  {
    since,
    until = Number.POSITIVE_INFINITY,
    only = () => true,
  }: { readonly since: number; readonly until?: number; readonly only?: (text: string) => boolean },
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (const name of (await namesIn(layout.logs)).sort()) {
    const day = dayOf(name);
    if (day === null || day + DAY_MS <= since || day >= until) continue;
    for (const text of (await readFile(join(layout.logs, name), 'utf8')).split('\n')) {
      const line = only(text) ? lineOf(text) : null;
      if (line !== null && line.at >= since && line.at < until) lines.push(line);
    }
  }
  return lines;
}

function written({ at, level, kind, ok, ms, ...more }: LogLine): Record<string, unknown> {
  const fields = Object.entries(more).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, MOST_WORDS) : value,
  ]);
  return {
    at: iso(at),
    level,
    kind,
    ok,
    ...(ms === undefined ? {} : { ms: Math.round(ms * 10) / 10 }),
    ...Object.fromEntries(fields),
  };
}

function lineOf(text: string): LogLine | null {
  if (text === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The end of a file that a full disk cut short.
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields: Record<string, unknown> = { ...value };
  const { at, level, kind, ok, ms, ...more } = fields;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time) || typeof kind !== 'string') return null;
  const plain: Record<string, string | number | boolean | null> = {};
  for (const [name, field] of Object.entries(more)) {
    if (
      field === null ||
      typeof field === 'string' ||
      typeof field === 'number' ||
      typeof field === 'boolean'
    )
      plain[name] = field;
  }
  return {
    ...plain,
    at: time,
    level: level === 'warn' || level === 'error' ? level : 'info',
    kind,
    ok: ok !== false,
    ...(typeof ms === 'number' ? { ms } : {}),
  };
}

function fileName(at: number): string {
  return `midturn-${iso(at).slice(0, 10)}.ndjson`;
}

/** The day of a log file, epoch ms of its beginning; null for any other file. */
function dayOf(name: string): number | null {
  const day = NAME.exec(name)?.[1];
  return day === undefined ? null : Date.parse(`${day}T00:00:00Z`);
}

/** Bytes; -1 where there is no such file. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

/** The first line of a day makes the folder and clears what is too old. */
function makeFolder(folder: string, now: number): void {
  try {
    // Not recursive: a home that was deleted under a running process does not come back for a line of a log.
    mkdirSync(folder, 0o700);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  for (const name of readdirSync(folder)) {
    const day = dayOf(name);
    if (day === null || day > now - KEPT_DAYS * DAY_MS) continue;
    try {
      unlinkSync(join(folder, name));
    } catch {
      // Another process has just done it, or the next day's first line tries again.
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
