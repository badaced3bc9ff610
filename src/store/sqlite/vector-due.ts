/** Which documents have no vector yet: those that the search index holds, so that what it leaves out stays out here. */
import type { Due, VectorsPort } from '../vectors.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { memoryReader } from './memory-rows.ts';
import { MESSAGE_COLUMNS, MESSAGE_TABLES, type MessageRow, messageOf } from './message-rows.ts';

type Looked = { document: number; has: number | null };

export function dueDocuments(connection: Connection): VectorsPort['due'] {
  const { db } = connection;
  const prepare = keyed((kind) => ({
    looked: db.prepare<[string, number, number, number], Looked>(
      `SELECT d.document, (SELECT 1 FROM vectors v WHERE v.document = d.document AND v.kind = ? AND v.model = ?) AS has
       FROM (SELECT document FROM ${kind === 'messages' ? 'message_tokens' : 'memory_tokens'}
             WHERE document < ? AND indexed = 1 ORDER BY document DESC LIMIT ?) d`,
    ),
    message: db.prepare<[number], MessageRow>(
      `SELECT ${MESSAGE_COLUMNS} FROM ${MESSAGE_TABLES} WHERE m.row = ? AND m.state = 'kept'`,
    ),
    memories: memoryReader(connection),
  }));
  return (model, kind, { before, limit, scan }) =>
    connection.read('look for what has no vector', () => {
      const { looked, message, memories } = prepare(kind);
      const rows = looked.all(kind, model.row, before ?? Number.MAX_SAFE_INTEGER, scan);
      const due: Due[] = [];
      for (const { document, has } of rows) {
        if (has !== null) continue;
        if (due.length === limit) return { due, next: document + 1 };
        if (kind === 'messages') {
          const row = message.get(document);
          if (row !== undefined)
            due.push({ kind, row: document, version: row.revision, message: messageOf(row) });
        } else {
          const memory = memories.one('r.row = ?', document);
          if (memory !== null) due.push({ kind, row: document, version: memory.version, memory });
        }
      }
      return { due, next: rows.length < scan ? null : (rows.at(-1)?.document ?? null) };
    });
}
