/**
 * Puts records that were replaced or have run out into the index: a question in their words leads to what holds now.
 * Stores made before schema 2 held them in no index. Nothing changes where they are in it already.
 */
import type { IndexTerms } from '../health.ts';
import type { Connection } from './connection.ts';
import { memoryReader } from './memory-rows.ts';
import { TermIndex } from './term-index.ts';

const SLICE = 500;

/** Call inside a write transaction. Returns how many records were added. */
export function indexUnindexedMemories(
  connection: Connection,
  terms: IndexTerms['memory'],
  index: TermIndex = new TermIndex(connection, 'memories'),
): number {
  const reader = memoryReader(connection);
  let added = 0;
  for (let last = 0, more = true; more; ) {
    const memories = reader.all(
      `r.row > ? AND r.state <> 'forgotten' AND r.row NOT IN (SELECT document FROM memory_tokens)
       ORDER BY r.row LIMIT ?`,
      last,
      SLICE,
    );
    for (const memory of memories) index.add(memory.row, terms(memory), '');
    last = memories.at(-1)?.row ?? last;
    added += memories.length;
    more = memories.length === SLICE;
  }
  index.flush();
  return added;
}
