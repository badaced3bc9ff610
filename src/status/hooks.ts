/** Hooks: when each last ran, by the notes that its worker has left, and how they did, by the log. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { day } from '../model/time.ts';
import type { HomeLayout } from '../project/home.ts';
import { type LogLine, readLog } from '../project/log-file.ts';
import type { Note } from '../store/health.ts';
import type { Store } from '../store/store.ts';

/** The commands that clients call, in the order of a session. */
export const HOOK_EVENTS = [
  'session-start',
  'user-prompt',
  'post-tool',
  'stop-review',
  'pre-compact',
  'session-end',
] as const;

export type HookActivity = {
  readonly event: string;
  readonly count: number;
  readonly failed: number;
  /** Milliseconds within which 95 of 100 ended. */
  readonly p95: number;
  readonly lastError: string | null;
};

const DAY_MS = 24 * 3_600_000;
/** A longer log is not read for a status, which an agent waits for. */
const MOST_BYTES = 8_000_000;
const PREFIX = 'hook.';

/** Of one client, those that have run. */
export async function lastHooks(
  { health }: Pick<Store, 'health'>,
  client: string,
): Promise<ReadonlyArray<{ readonly event: string; readonly at: number; readonly error: string | null }>> {
  const notes = await Promise.all(
    HOOK_EVENTS.map(
      async (event): Promise<readonly [string, Note | null]> => [
        event,
        await health.note(`${PREFIX}${event}.${client}`),
      ],
    ),
  );
  return notes.flatMap(([event, note]) => (note === null ? [] : [{ event, at: note.at, error: note.error }]));
}

/** Of the hooks in these lines, those that ran, in the order of a session. */
export function hookActivity(lines: readonly LogLine[]): readonly HookActivity[] {
  return HOOK_EVENTS.flatMap((event) => {
    const own = lines.filter(({ kind }) => kind === `${PREFIX}${event}`);
    if (own.length === 0) return [];
    const failed = own.filter(({ ok }) => !ok);
    const times = own.map(({ ms = 0 }) => ms).sort((a, b) => a - b);
    const error = failed.at(-1)?.error;
    return [
      {
        event,
        count: own.length,
        failed: failed.length,
        p95: Math.round(times[Math.ceil(times.length * 0.95) - 1] ?? 0),
        lastError: typeof error === 'string' ? error : null,
      },
    ];
  });
}

/**
 * What went wrong in the last 24 hours by the log, and the runs of the scheduler; nothing where the log is too long to
 * be read at once, or cannot be read. The other lines are left out: an agent waits for a status.
 */
export async function lastTroubles(layout: HomeLayout, now: number): Promise<readonly LogLine[]> {
  const since = now - DAY_MS;
  try {
    const sizes = await Promise.all([since, now].map((at) => sizeOf(layout, at)));
    if (sizes.reduce((sum, size) => sum + size, 0) > MOST_BYTES) return [];
    return await readLog(layout, {
      since,
      only: (text) => text.includes('"ok":false') || text.includes('"kind":"scheduler"'),
    });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

async function sizeOf({ logs }: HomeLayout, at: number): Promise<number> {
  const found = await stat(join(logs, `midturn-${day(at)}.ndjson`)).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  return found?.size ?? 0;
}
