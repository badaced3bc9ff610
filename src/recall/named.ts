/** Records that a question names by their id: following a link, or opening a hit that was shown. */
import type { Memory } from '../model/memory.ts';
import type { RecordCandidate } from '../store/memories.ts';
import type { Asking, Unseen } from './asking.ts';
import { isInForce } from './scope.ts';

export type Named = {
  readonly records: readonly RecordCandidate[];
  readonly unseen: readonly Unseen[];
  /** The question without the ids. */
  readonly rest: string;
};

/** With its letter in front, in brackets or not; a long id alone is the whole question. */
const ID = /\[?\bm_([0-9a-hjkmnp-tv-z]{6,26})\b\]?/gi;
const LONG = /^["'`[\s]*([0-9a-hjkmnp-tv-z]{26})["'`\]\s]*$/i;
const MOST = 5;

/** Who names a record means it, whatever project it belongs to. A replaced one leads to what holds now. */
export async function namedRecords({ store, request, asOf, now }: Asking): Promise<Named> {
  const { query } = request;
  const long = LONG.exec(query)?.[1];
  const ids = long === undefined ? [...query.matchAll(ID)].map((match) => match[1] ?? '') : [long];
  if (ids.length === 0) return { records: [], unseen: [], rest: query };
  const records: RecordCandidate[] = [];
  const unseen: Unseen[] = [];
  for (const id of [...new Set(ids)].slice(0, MOST)) {
    const found = await store.memories.find(id);
    if (found.length === 0) unseen.push({ id: `m_${id}`, why: 'is not there' });
    for (const memory of found) {
      const row = await rowToShow(memory);
      const [record] = row === null ? [] : await store.memories.candidates([row]);
      const isThere =
        record !== undefined &&
        (asOf === null
          ? isInForce(record, now)
          : record.validFrom <= asOf.at && (record.validTo === null || record.validTo > asOf.at));
      if (record !== undefined && isThere) records.push(record);
      else
        unseen.push({ id: memory.short, why: asOf === null ? WHY[memory.state] : 'was not in force then' });
    }
  }
  const rest = long === undefined ? query.replace(ID, ' ') : '';
  return { records, unseen, rest };

  async function rowToShow({ row, id, state }: Memory): Promise<number | null> {
    if (state === 'waiting' || state === 'forgotten') return null;
    if (asOf !== null || state === 'active') return row;
    return (await store.memories.inForce([id])).get(id) ?? null;
  }
}

const WHY = {
  active: 'has run out',
  waiting: 'waits for review',
  superseded: 'was replaced by what is no longer there',
  expired: 'has run out',
  forgotten: 'was forgotten',
} as const satisfies Record<Memory['state'], string>;
