/** Short forms: a prefix of the id, fixed at insert and never given to another record of its table. */
import { SHORT_LENGTH } from '../../model/ids.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';

type Table = 'memories' | 'receipts' | 'skills' | 'envelopes' | 'suggestion_items' | 'review_jobs' | 'tokens';

/** Gives the short form for a new id; belongs to the transaction that stores it. */
export function shortIds({ db }: Connection): (table: Table, id: string) => string {
  const taken = keyed((table) =>
    db.prepare<[string], number>(`SELECT 1 FROM ${table} WHERE short = ?`).pluck(),
  );
  return (table, id) => {
    for (let length = SHORT_LENGTH; length < id.length; length += 2) {
      if (taken(table).get(id.slice(0, length)) === undefined) return id.slice(0, length);
    }
    return id;
  };
}
