/** A question for whatever there was at a time: the messages of that time, what tells most of them first. */
import { day } from '../model/time.ts';
import type { Candidate, MessageFilter } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import type { DateRange } from '../text/dates.ts';
import type { Found } from './find.ts';
import type { Understood } from './understand.ts';

/** Messages of one period that are put in order; the rest of a busier one is found by more words. */
const MOST = 5_000;
/** Turns are looked up by their beginning: one that went on into the period began this long before it at most. */
const TURN_MS = 86_400_000;
/** Periods that an answer names. */
const NAMED = 3;

/** What there was at the times that the question names, by those whom it names. */
export async function messagesOf(
  store: Store,
  { periods, signals }: Pick<Understood, 'periods' | 'signals'>,
  filter: MessageFilter,
): Promise<Found> {
  const rows = await rowsOfPeriods(store, periods, filter, signals.authors);
  return {
    ranked: rows.map((row) => ({ ...UNRANKED, row })),
    verdict: rows.length === 0 ? 'none' : 'good',
    weak: () => false,
    phraseMissing: false,
    timeMissing: false,
  };
}

const UNRANKED = {
  at: null,
  score: 0,
  coverage: 0,
  own: 0,
  matched: 0,
  exact: 0,
  certain: 0,
  answers: false,
  told: 1,
} as const;

/** Rows of the messages written in these periods: prompts and conclusions first, each part in the order of time. */
async function rowsOfPeriods(
  store: Store,
  periods: readonly DateRange[],
  filter: MessageFilter,
  authors: ReadonlySet<number> | null,
): Promise<readonly number[]> {
  const telling: number[] = [];
  const others: number[] = [];
  const seen = new Set<number>();
  for (const { from, until } of [...periods].sort((a, b) => a.from - b.from)) {
    const within = {
      ...filter,
      since: Math.max(from, filter.since ?? from),
      until: Math.min(until, filter.until ?? until),
    };
    const look = (role: MessageFilter['role']) =>
      store.search.dated(
        [{ from: from - TURN_MS, until }],
        role === undefined ? within : { ...within, role },
        MOST,
      );
    const all = await writtenBy(store, await look(undefined), authors);
    const ends =
      filter.role === undefined ? turnEnds(await look('user'), await look('assistant')) : new Set<number>();
    for (const { row } of all) {
      if (seen.has(row)) continue;
      seen.add(row);
      (ends.has(row) ? telling : others).push(row);
    }
  }
  return [...telling, ...others];
}

async function writtenBy(
  store: Store,
  all: readonly Candidate[],
  authors: ReadonlySet<number> | null,
): Promise<readonly Candidate[]> {
  if (authors === null || all.length === 0) return all;
  const streams = await store.search.neighbours(all, 0);
  const own = new Set(streams.filter(({ author }) => authors.has(author)).map(({ row }) => row));
  return all.filter(({ row }) => own.has(row));
}

/** What was asked, and the last that was answered before the next was asked. */
function turnEnds(prompts: readonly Candidate[], answers: readonly Candidate[]): ReadonlySet<number> {
  const ends = new Set(prompts.map(({ row }) => row));
  const asked = new Set(ends);
  const line = [...prompts, ...answers].sort((a, b) => a.session - b.session || a.place - b.place);
  for (const [at, { row, session }] of line.entries()) {
    const next = line[at + 1];
    if (next === undefined || next.session !== session || asked.has(next.row)) ends.add(row);
  }
  return ends;
}

/** `2026-05-07`, `2026-05-01 to 2026-05-31`, the newest of several last. */
export function wordsOfPeriods(periods: readonly DateRange[]): string {
  const words = periods.map(({ from, until }) => {
    if (from === 0) return `before ${day(until + 1)}`;
    return day(from) === day(until) ? day(from) : `${day(from)} to ${day(until)}`;
  });
  return [...new Set(words)].sort().slice(-NAMED).join(' or ');
}
