/**
 * `midturn pause | resume`: nothing is captured while a pause lasts. Past pauses are kept, since transcripts are
 * read later: what was said during one stays out for good.
 */
import * as z from 'zod';
import { ConfigError, messageOf } from '../model/errors.ts';
import { readIfExists, writeFileAtomic } from '../platform/atomic.ts';
import type { HomeLayout } from './home.ts';

/** Epoch milliseconds; `from` is inside, `to` is not. */
type PauseWindow = { readonly from: number; readonly to: number };

export type PauseState = {
  /** The pause that was begun last and not ended by hand; `until` null: it lasts until `resume`. */
  readonly current: { readonly since: number; readonly until: number | null } | null;
  readonly past: readonly PauseWindow[];
};

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const PauseFile = z.object({
  since: Time.optional(),
  until: Time.optional(),
  past: z.array(z.object({ from: Time, to: Time })).default([]),
});

/** The state in the home. A file that cannot be understood is an error: guessing would capture what should stay out. */
export async function readPause(layout: HomeLayout): Promise<PauseState> {
  const text = await readIfExists(layout.pause);
  if (text === null) return { current: null, past: [] };
  try {
    const { since, until, past } = PauseFile.parse(JSON.parse(text));
    return { current: since === undefined ? null : { since, until: until ?? null }, past };
  } catch (cause) {
    throw new ConfigError(
      {
        what: `${layout.pause} cannot be read, so nothing is captured`,
        why: messageOf(cause).split('\n', 1)[0] ?? '',
        next: 'Delete the file; then `midturn pause` again if capture should rest',
      },
      { cause },
    );
  }
}

/** Begins a pause, or changes the end of the one that lasts. Needs the home to exist. */
export async function pause(
  layout: HomeLayout,
  now: number,
  until: number | null = null,
): Promise<PauseState> {
  const before = settled(await readPause(layout), now);
  return write(layout, { current: { since: before.current?.since ?? now, until }, past: before.past });
}

/** Ends the pause. Answers the state; without a pause it changes nothing. */
export async function resume(layout: HomeLayout, now: number): Promise<PauseState> {
  const before = settled(await readPause(layout), now);
  if (before.current === null) return before;
  const { since } = before.current;
  return write(layout, {
    current: null,
    past: now > since ? [...before.past, { from: since, to: now }] : before.past,
  });
}

/** True while a pause lasts. */
export async function isPaused(layout: HomeLayout, now: number): Promise<boolean> {
  return settled(await readPause(layout), now).current !== null;
}

/** The pause that lasts, with its end (epoch ms; null = until `resume`); null where there is none. */
export async function pausedUntil(
  layout: HomeLayout,
  now: number,
): Promise<{ readonly until: number | null } | null> {
  const { current } = settled(await readPause(layout), now);
  return current === null ? null : { until: current.until };
}

/** True for a time that lies in a pause, past or current: what was said then is not captured. */
export function isInPause(state: PauseState, time: number): boolean {
  const { current, past } = state;
  if (current !== null && time >= current.since && (current.until === null || time < current.until))
    return true;
  return past.some((window) => time >= window.from && time < window.to);
}

/** Moves a pause whose end has come to the past ones. */
function settled(state: PauseState, now: number): PauseState {
  const { current, past } = state;
  if (current === null || current.until === null || current.until > now) return state;
  return { current: null, past: [...past, { from: current.since, to: current.until }] };
}

async function write(layout: HomeLayout, state: PauseState): Promise<PauseState> {
  const iso = (time: number) => new Date(time).toISOString();
  const file = {
    since: state.current === null ? undefined : iso(state.current.since),
    until: state.current?.until == null ? undefined : iso(state.current.until),
    past: state.past.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
  };
  await writeFileAtomic(layout.pause, `${JSON.stringify(file, null, 2)}\n`);
  return state;
}
