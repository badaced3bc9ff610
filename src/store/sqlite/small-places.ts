/**
 * The words of small places: a project with few documents, or the owner's own memories where they are few. What such a
 * place holds is looked up from its own side: a common word has thousands of postings in a large store, and hardly one
 * of them here.
 */
import { unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';

type Name = 'messages' | 'memories';

/** Of an index, what one place holds of it. */
export type SmallPlace = {
  readonly documents: number;
  /** Terms of all its documents together. */
  readonly length: number;
  /** How many of its documents hold the term. */
  readonly frequency: (term: number) => number;
  /** Their rows. */
  readonly postings: (term: number) => readonly number[];
};

/** The place of what is the owner's own; rows of projects begin at 1. */
export const OWN = 0;

/** To see whether a place has changed costs about a microsecond a document, to read its words three. */
const MOST = 500;
/** Postings that are kept of all places together, of 8 bytes each. */
const MOST_KEPT = 1_000_000;

type Kept = {
  readonly place: SmallPlace;
  readonly postings: number;
  /** Of the place's documents, and of the whole index when that was last looked at. */
  readonly stamp: string;
  index: string;
};
type TokenRow = { readonly document: number; readonly terms: Buffer; readonly length: number };

const PROJECT = {
  messages: `SELECT row FROM messages INDEXED BY messages_by_project WHERE project = @place
    UNION ALL SELECT m.row FROM sessions s INDEXED BY sessions_by_project
      CROSS JOIN messages m INDEXED BY messages_without_project
      WHERE s.project = @place AND m.session = s.row AND m.project IS NULL`,
  memories: `SELECT row FROM memories INDEXED BY memories_by_place WHERE scope = 'project' AND project = @place`,
} as const satisfies Record<Name, string>;
const OWN_MEMORIES = `SELECT row FROM memories INDEXED BY memories_by_place WHERE scope = 'user' AND @place = ${OWN}`;

const ofConnections = new WeakMap<Connection, SmallPlaces>();

/** Search and the bounded view of a store ask for the same places. */
export function smallPlaces(connection: Connection): SmallPlaces {
  const known = ofConnections.get(connection) ?? new SmallPlaces(connection);
  ofConnections.set(connection, known);
  return known;
}

export class SmallPlaces {
  readonly #connection: Connection;
  readonly #statements = new Map<string, ReturnType<typeof prepareStatements>>();
  readonly #kept = new Map<string, Kept>();
  #postings = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All of these places; null where one of them is large. To be called within a read. */
  all(of: Name, places: readonly number[]): readonly SmallPlace[] | null {
    const found: SmallPlace[] = [];
    for (const place of places) {
      const small = this.find(of, place);
      if (small === null) return null;
      found.push(small);
    }
    return found;
  }

  /** @param place the row of a project, or OWN. Null = it is a large one. To be called within a read. */
  find(of: Name, place: number): SmallPlace | null {
    const kind = place === OWN ? 'own' : 'project';
    if (kind === 'own' && of === 'messages') return NOTHING;
    const prepared =
      this.#statements.get(`${of} ${kind}`) ?? prepareStatements(this.#connection, of, kind === 'own');
    this.#statements.set(`${of} ${kind}`, prepared);
    const key = `${of} ${place}`;
    const index = prepared.index.get(of) ?? '';
    const known = this.#kept.get(key);
    if (known !== undefined && known.index === index) return known.place;
    if ((prepared.count.get({ place, most: MOST + 1 }) ?? 0) > MOST) {
      this.#drop(key);
      return null;
    }
    const stamp = prepared.stamp.get({ place }) ?? '';
    if (known !== undefined && known.stamp === stamp) {
      known.index = index;
      return known.place;
    }
    this.#drop(key);
    const { place: made, postings } = placeOf(prepared.tokens.all({ place }));
    if (this.#postings + postings > MOST_KEPT) {
      this.#kept.clear();
      this.#postings = 0;
    }
    this.#kept.set(key, { place: made, postings, stamp, index });
    this.#postings += postings;
    return made;
  }

  #drop(key: string): void {
    this.#postings -= this.#kept.get(key)?.postings ?? 0;
    this.#kept.delete(key);
  }
}

const NOTHING: SmallPlace = { documents: 0, length: 0, frequency: () => 0, postings: () => [] };

/** Terms in order, with the places of their rows in one list: a map of lists takes ten times the room. */
function placeOf(documents: readonly TokenRow[]): { readonly place: SmallPlace; readonly postings: number } {
  const pairs: number[] = [];
  let length = 0;
  for (const [at, document] of documents.entries()) {
    length += document.length;
    for (const term of new Set(unpackTerms(document.terms, document.length)))
      pairs.push(term * (MOST + 1) + at);
  }
  const sorted = Float64Array.from(pairs).sort();
  const terms = new Uint32Array(sorted.length);
  const rows = new Uint32Array(sorted.length);
  for (const [place, pair] of sorted.entries()) {
    terms[place] = Math.floor(pair / (MOST + 1));
    rows[place] = documents[pair % (MOST + 1)]?.document ?? 0;
  }
  const from = (term: number): number => {
    let [low, high] = [0, terms.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((terms[middle] ?? 0) < term) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    postings: sorted.length,
    place: {
      documents: documents.length,
      length,
      frequency: (term) => from(term + 1) - from(term),
      postings: (term) => Array.from(rows.subarray(from(term), from(term + 1))),
    },
  };
}

function prepareStatements({ db }: Connection, of: Name, own: boolean) {
  const rows = own ? OWN_MEMORIES : PROJECT[of];
  const tokens = `FROM (${rows}) r CROSS JOIN ${of === 'messages' ? 'message' : 'memory'}_tokens k
    ON k.document = r.row WHERE k.indexed = 1`;
  return {
    // Whatever enters an index or leaves it changes these.
    index: db
      .prepare<[string], string>("SELECT documents || ' ' || terms FROM corpora WHERE name = ?")
      .pluck(),
    count: db
      .prepare<{ place: number; most: number }, number>(`SELECT count(*) FROM (${rows} LIMIT @most)`)
      .pluck(),
    stamp: db
      .prepare<{ place: number }, string>(
        `SELECT count(*) || ' ' || total(k.document) || ' ' || total(k.length) || ' ' || total(length(k.terms)) ${tokens}`,
      )
      .pluck(),
    tokens: db.prepare<{ place: number }, TokenRow>(`SELECT k.document, k.terms, k.length ${tokens}`),
  };
}
