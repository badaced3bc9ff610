/** Counts, notes, integrity and rebuilding of the SQLite store. */
import { statSync } from 'node:fs';
import type { Memory } from '../../model/memory.ts';
import type { Finding, HealthPort, IndexTerms, Note } from '../health.ts';
import { unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';
import { CopyIndex, MISPLACED_COPIES } from './copy-index.ts';
import { memoryReader } from './memory-rows.ts';
import { MessageCueBook } from './message-cues.ts';
import { MESSAGE_COLUMNS, MESSAGE_TABLES, type MessageRow, messageOf, recordOf } from './message-rows.ts';
import { indexUnindexedMemories } from './replaced-index.ts';
import { checkSchema } from './schema-check.ts';
import { asStoreError } from './store-errors.ts';
import type { CorpusName, TermIndex } from './term-index.ts';

type TokenRow = { document: number; terms: Buffer; length: number };

/** Documents that one slice of a rebuild or a check holds in memory. */
const SLICE = 500;

export function sqliteHealth(connection: Connection, indexes: Record<CorpusName, TermIndex>): HealthPort {
  const { db } = connection;
  const count = (sql: string): number => Number(db.prepare(sql).pluck().get());
  const note = db.prepare<[string], { at: number; error: string | null; detail: string }>(
    'SELECT at, error, detail FROM notes WHERE kind = ?',
  );
  const putNote = db.prepare<[string, number, string | null, string]>(
    `INSERT INTO notes (kind, at, error, detail) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET at = excluded.at, error = excluded.error, detail = excluded.detail`,
  );
  const put = (kind: string, { at, error, detail }: Note): void =>
    void putNote.run(kind, at, error, JSON.stringify(detail));
  const addCounter = db.prepare<[string, number]>(
    'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
  );

  return {
    counts: () =>
      connection.read('count', () => {
        const memories: Record<string, number> = {};
        for (const row of db
          .prepare<[], { state: string; n: number }>(
            'SELECT state, count(*) AS n FROM memories GROUP BY state',
          )
          .all()) {
          memories[row.state] = row.n;
        }
        return {
          projects: count('SELECT count(*) FROM projects WHERE joined_to IS NULL'),
          sessions: count('SELECT count(*) FROM sessions'),
          messages: count('SELECT count(*) FROM messages'),
          memories,
          waiting: memories.waiting ?? 0,
          bytes: fileBytes(connection.path),
        };
      }),

    outdated: () =>
      connection.read(
        'read the schema',
        () => Number(db.pragma('user_version', { simple: true })) > connection.schema,
      ),

    note: (kind) =>
      connection.read('read a note', () => {
        const row = note.get(kind);
        return row === undefined
          ? null
          : ({ at: row.at, error: row.error, detail: recordOf(JSON.parse(row.detail)) } satisfies Note);
      }),

    setNote: async (kind, note) => {
      await connection.write('record a note', () => put(kind, note), false);
    },

    tryNote: async (kind, note) =>
      (await connection.tryWrite('record a note', () => {
        put(kind, note);
        return true;
      })) === true,

    count: (counters) =>
      connection.write(
        'count',
        () => {
          for (const [name, value] of Object.entries(counters)) if (value !== 0) addCounter.run(name, value);
        },
        false,
      ),

    counters: () =>
      connection.read('read counters', () =>
        Object.fromEntries(
          db
            .prepare<[], { name: string; value: number }>('SELECT name, value FROM counters ORDER BY name')
            .all()
            .map(({ name, value }) => [name, value]),
        ),
      ),

    check: async (terms) => [
      await checkSchema(connection),
      await checkFile(connection),
      ...(await checkIndex(connection, 'messages', terms)),
      ...(await checkIndex(connection, 'memories', terms)),
    ],

    rebuild: (terms) => rebuild(connection, indexes, terms),
  };
}

function fileBytes(path: string): number {
  let bytes = 0;
  for (const suffix of ['', '-wal'])
    bytes += statSync(`${path}${suffix}`, { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

async function checkFile(connection: Connection): Promise<Finding> {
  try {
    const rows = await connection.read('check the file', () =>
      connection.db.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all(),
    );
    const foreign = connection.db.prepare('PRAGMA foreign_key_check').all().length;
    if (rows.length === 1 && rows[0] === 'ok' && foreign === 0) {
      return { id: 'store.integrity', status: 'ok', words: 'The database file is whole' };
    }
    return {
      id: 'store.integrity',
      status: 'fail',
      words: `The database file is damaged: ${foreign > 0 ? `${foreign} rows point nowhere; ` : ''}${rows.slice(0, 3).join('; ')}`,
      fix: 'Copy the home folder first, then restore the newest backup from backups/',
    };
  } catch (error) {
    return {
      id: 'store.integrity',
      status: 'fail',
      words: asStoreError(error, 'The check failed', connection.path).message,
    };
  }
}

/** FTS structure, document frequencies, and every token stream against the text it was made from. */
async function checkIndex(connection: Connection, name: CorpusName, terms: IndexTerms): Promise<Finding[]> {
  const { db } = connection;
  const kind = name === 'messages' ? 'message' : 'memory';
  const id = `index.${name}`;
  const fix = 'midturn doctor --rebuild';
  try {
    await connection.write('check the index', () =>
      db.exec(`INSERT INTO ${kind}_index(${kind}_index) VALUES ('integrity-check')`),
    );
  } catch (error) {
    return [
      {
        id,
        status: 'fail',
        words: asStoreError(error, 'The full-text index is damaged', connection.path).message,
        fix,
      },
    ];
  }
  const words = new Map<number, string>();
  for (const row of db
    .prepare<[], { number: number; term: string }>('SELECT number, term FROM terms')
    .iterate())
    words.set(row.number, row.term);
  const frequencies = new Map<number, number>();
  const tokens = db.prepare<[number, number], TokenRow>(
    `SELECT document, terms, length FROM ${kind}_tokens WHERE indexed = 1 AND document > ? ORDER BY document LIMIT ?`,
  );
  const reader = memoryReader(connection);
  const message = db.prepare<[number], MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM ${MESSAGE_TABLES} WHERE m.row = (SELECT ifnull(copy_of, row) FROM messages WHERE row = ?)`,
  );
  let documents = 0;
  let stale = 0;
  for (let last = 0, rows = tokens.all(0, SLICE); rows.length > 0; rows = tokens.all(last, SLICE)) {
    for (const row of rows) {
      last = row.document;
      documents += 1;
      const numbers = unpackTerms(row.terms, row.length);
      for (const number of new Set(numbers)) frequencies.set(number, (frequencies.get(number) ?? 0) + 1);
      const kept = [...numbers].map((number) => words.get(number)).join(' ');
      const expected =
        name === 'messages'
          ? expectedMessage(message.get(row.document), terms)
          : expectedMemory(reader.one('r.row = ?', row.document), terms);
      if (expected?.join(' ') !== kept) stale += 1;
    }
  }
  const wrong = db
    .prepare<[], { number: number; documents: number }>(`SELECT number, ${name} AS documents FROM terms`)
    .all()
    .filter((row) => (frequencies.get(row.number) ?? 0) !== row.documents).length;
  // A copy is indexed in place of its original while that one is hidden.
  if (name === 'messages') stale += Number(db.prepare(MISPLACED_COPIES).pluck().get());
  const indexed = Number(db.prepare(`SELECT count(*) FROM ${kind}_index_docsize`).pluck().get());
  const recorded = Number(db.prepare('SELECT documents FROM corpora WHERE name = ?').pluck().get(name));
  if (stale === 0 && wrong === 0 && indexed === documents && recorded === documents) {
    return [
      { id, status: 'ok', words: `The index of ${name} equals what is stored (${documents} documents)` },
    ];
  }
  return [
    {
      id,
      status: 'fail',
      words: `The index of ${name} differs from what is stored: ${stale} stale documents, ${wrong} wrong frequencies, ${indexed} indexed of ${documents}`,
      fix,
    },
  ];
}

function expectedMessage(row: MessageRow | undefined, terms: IndexTerms): readonly string[] | null {
  return row === undefined ? null : terms.message(messageOf(row));
}

function expectedMemory(memory: Memory | null, terms: IndexTerms): readonly string[] | null {
  return memory === null ? null : terms.memory(memory);
}

/** Empties both indexes and fills them again in slices, so that other processes can write in between. */
async function rebuild(
  connection: Connection,
  indexes: Record<CorpusName, TermIndex>,
  terms: IndexTerms,
): Promise<number> {
  const { db } = connection;
  await connection.write('empty the indexes', () => {
    for (const kind of ['message', 'memory']) {
      db.exec(`INSERT INTO ${kind}_index(${kind}_index) VALUES ('delete-all'); DELETE FROM ${kind}_tokens`);
    }
    db.exec('UPDATE terms SET messages = 0, memories = 0; UPDATE corpora SET documents = 0, terms = 0');
    indexes.messages.emptied();
    indexes.memories.emptied();
  });
  const cues = new MessageCueBook(connection);
  const copies = new CopyIndex(connection, indexes.messages, cues);
  const select = db.prepare<[number, number], MessageRow & { sessionRow: number }>(
    `SELECT ${MESSAGE_COLUMNS}, s.row AS sessionRow FROM ${MESSAGE_TABLES}
     WHERE m.row > ? AND m.copy_of IS NULL AND m.state = 'kept' ORDER BY m.row LIMIT ?`,
  );
  const known = db.prepare<[number], number>('SELECT 1 FROM message_tokens WHERE document = ?').pluck();
  let documents = 0;
  for (let last = 0, more = true; more; ) {
    more = await connection.write('rebuild the index', () => {
      const rows = select.all(last, SLICE);
      for (const row of rows) {
        last = row.row;
        const message = messageOf(row);
        const list = terms.message(message);
        if (list.length === 0 || known.get(row.row) !== undefined) continue;
        indexes.messages.add(row.row, list, `s${row.sessionRow}`, cues.of(message));
        if (message.turnState === 'withdrawn') copies.settle(row.row);
        documents += 1;
      }
      indexes.messages.flush();
      return rows.length === SLICE;
    });
  }
  return documents + (await rebuildMemories(connection, indexes.memories, terms));
}

function rebuildMemories(connection: Connection, index: TermIndex, terms: IndexTerms): Promise<number> {
  return connection.write('rebuild the index', () => indexUnindexedMemories(connection, terms.memory, index));
}
