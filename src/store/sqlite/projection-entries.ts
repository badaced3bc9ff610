/**
 * The entries of rendered files. Their places leave gaps, so that one entry more or less does not rewrite all that
 * stand behind it.
 */
import type { ProjectionEntry } from '../projections.ts';
import type { Connection } from './connection.ts';

/** Between the places of two entries that are written in one go. */
const GAP = 1024;

type Row = ProjectionEntry & { place: number };

export function entryWriter({ db }: Connection) {
  const all = db.prepare<[string], Row>(
    'SELECT place, record, version, hash FROM projection_entries WHERE path = ? ORDER BY place',
  );
  const clear = db.prepare<[string]>('DELETE FROM projection_entries WHERE path = ?');
  const drop = db.prepare<[string, number]>('DELETE FROM projection_entries WHERE path = ? AND place = ?');
  const put = db.prepare<[string, number, string, number, Buffer]>(
    'INSERT OR REPLACE INTO projection_entries (path, place, record, version, hash) VALUES (?, ?, ?, ?, ?)',
  );

  return {
    read: (path: string): readonly ProjectionEntry[] =>
      all.all(path).map(({ record, version, hash }) => ({ record, version, hash })),

    write: (path: string, entries: readonly ProjectionEntry[]): void => {
      const old = all.all(path);
      const places = old.length === 0 ? null : placesFor(old, entries);
      if (places === null) clear.run(path);
      else {
        const used = new Set(places);
        for (const { place } of old) if (!used.has(place)) drop.run(path, place);
      }
      const byPlace = new Map(places === null ? [] : old.map((row) => [row.place, row]));
      entries.forEach((entry, at) => {
        const place = places?.[at] ?? (at + 1) * GAP;
        const known = byPlace.get(place);
        if (known !== undefined && isSame(known, entry)) return;
        put.run(path, place, entry.record, entry.version, bufferOf(entry.hash));
      });
    },
  };
}

/** A place for each entry, those that stay in order keeping theirs; null when there is no room between them. */
function placesFor(old: readonly Row[], entries: readonly ProjectionEntry[]): readonly number[] | null {
  const known = new Map(old.map(({ record, place }) => [record, place]));
  const kept: Array<number | null> = entries.map(({ record }) => known.get(record) ?? null);
  // What moved to the front must not take away the places of all behind it: of two that changed places the one that
  // went farther is the mover, and is placed anew.
  let last = 0;
  const least = kept.slice();
  let after = Number.POSITIVE_INFINITY;
  for (let at = least.length - 1; at >= 0; at -= 1) {
    const place = least[at] ?? null;
    least[at] = after === Number.POSITIVE_INFINITY ? null : after;
    if (place !== null) after = Math.min(after, place);
  }
  for (const [at, place] of kept.entries()) {
    const next = least[at] ?? null;
    if (place === null) continue;
    if (place <= last || (next !== null && place > next)) kept[at] = null;
    else last = place;
  }
  return filled(kept);
}

function filled(kept: readonly (number | null)[]): readonly number[] | null {
  const places: number[] = [];
  let before = 0;
  for (let at = 0; at < kept.length; ) {
    const own = kept[at] ?? null;
    if (own !== null) {
      places.push(own);
      before = own;
      at += 1;
      continue;
    }
    let end = at;
    while (end < kept.length && (kept[end] ?? null) === null) end += 1;
    const next = kept[end] ?? before + (end - at + 1) * GAP;
    const step = Math.floor((next - before) / (end - at + 1));
    if (step < 1) return null;
    for (; at < end; at += 1) {
      before += step;
      places.push(before);
    }
  }
  return places;
}

function isSame(a: ProjectionEntry, b: ProjectionEntry): boolean {
  return a.record === b.record && a.version === b.version && Buffer.compare(a.hash, b.hash) === 0;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}
