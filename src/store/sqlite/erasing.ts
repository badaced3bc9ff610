/** Forgetting and erasing in SQLite. */
import { setTimeout as sleep } from 'node:timers/promises';
import { textsIn } from '../../text/probes.ts';
import type { ErasingPort, ForgetTarget, HeldWords, Holders, Purged } from '../erasing.ts';
import { type Packed, unpack, unpackJson, unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';
import { CopyIndex } from './copy-index.ts';
import { eraseReviews } from './erase-reviews.ts';
import { EraseTarget, holdsOne } from './erase-target.ts';
import { EraseWords } from './erase-words.ts';
import { MessageCueBook } from './message-cues.ts';
import { isBusy } from './store-errors.ts';
import type { CorpusName, TermIndex } from './term-index.ts';

/** Tries to empty the journal while other processes read. */
const SETTLE_TRIES = 20;
const SETTLE_PAUSE_MS = 50;
const NAMED = 20;
/** Texts that are searched for afterwards: of more, the first ones. */
const TEXTS = 3_000;

/** Where words stand beside records. */
const BESIDE = [
  {
    sql: "SELECT kind AS key, ifnull(error, '') || char(10) || detail AS text FROM notes",
    blank: "UPDATE notes SET error = NULL, detail = '{}' WHERE kind = ?",
  },
  {
    sql: 'SELECT row AS key, reason AS text FROM decisions WHERE reason IS NOT NULL',
    blank: 'UPDATE decisions SET reason = NULL WHERE row = ?',
  },
  {
    sql: "SELECT id AS key, reason AS text FROM tombstones WHERE kind IN ('memory', 'message', 'session', 'skill')",
    blank: "UPDATE tombstones SET reason = 'erased' WHERE id = ? AND kind <> 'session-state'",
  },
  {
    sql: 'SELECT id AS key, title AS text FROM sessions WHERE title IS NOT NULL',
    blank: 'UPDATE sessions SET title = NULL WHERE id = ?',
  },
  {
    sql: "SELECT row AS key, ifnull(stats, '') || ifnull(fallback, '') AS text FROM receipts WHERE stats IS NOT NULL",
    blank: 'UPDATE receipts SET stats = NULL, fallback = NULL WHERE row = ?',
  },
  {
    sql: 'SELECT row AS key, error AS text FROM review_jobs WHERE error IS NOT NULL',
    blank: "UPDATE review_jobs SET error = 'erased' WHERE row = ?",
  },
  {
    sql: 'SELECT row AS key, state AS text FROM sources WHERE state IS NOT NULL',
    blank: 'UPDATE sources SET state = NULL, offset = 0, lines = 0, epoch = epoch + 1 WHERE row = ?',
  },
] as const;

type Kept = { row: number; text: Packed; parts: Packed | null; meta: Packed | null };
type Tokens = { terms: Buffer; length: number; cues: number; author: number };

export function sqliteErasing(
  connection: Connection,
  indexes: Readonly<Record<CorpusName, TermIndex>>,
): ErasingPort {
  const { db } = connection;
  const rowsOf = new EraseTarget(connection);
  const words = new EraseWords(connection, indexes);
  const dropReviewed = eraseReviews(connection, rowsOf);
  const copies = new CopyIndex(connection, indexes.messages, new MessageCueBook(connection));
  const statements = prepare(connection);

  const hide = (row: number, state: Purged): boolean => {
    if (statements.hide.run(state, row, state).changes === 0) return false;
    indexes.messages.remove(row);
    return true;
  };

  /** A purged original's text passes on to the first copy that stays; the other copies point there. */
  const passOn = (row: number, leaving: ReadonlySet<number>): void => {
    const heir = statements.copies.all(row).find((copy) => !leaving.has(copy));
    if (heir === undefined) return;
    const tokens = statements.tokens.get(row);
    const session = statements.sessionOf.get(heir);
    indexes.messages.remove(heir);
    statements.inherit.run({ heir, row });
    statements.repoint.run(heir, row, heir);
    if (tokens === undefined || session === undefined) return;
    const numbers = unpackTerms(tokens.terms, tokens.length);
    indexes.messages.add(heir, numbers, `s${session}`, { cues: tokens.cues, author: tokens.author });
    copies.settle(heir);
  };

  const condemn = (target: ForgetTarget, holders: Holders, probes: readonly string[]): void => {
    const now = connection.now();
    const mark = (kind: string, id: string): void => {
      statements.tombstone.run(`erased-${kind}`, id, now, 'erased');
    };
    const ids = [...holders.memories, ...holders.skills];
    const { items, envelopes } = rowsOf.suggestions(target, ids, probes);
    for (const id of holders.memories) mark('memory', id);
    for (const id of holders.skills) mark('skill', id);
    for (const id of items) {
      mark('item', id);
      const open = statements.openItem.get(id);
      if (open === undefined) continue;
      statements.discard.run(now, open.row);
      statements.discarded.run({ row: open.row, now, from: open.state });
    }
    for (const id of envelopes) mark('envelope', id);
    dropReviewed(target, holders, probes);
  };

  return {
    holders: (target, probes) =>
      connection.read('look for what holds the text', () => rowsOf.holders(target, probes)),

    words: (target, holders) =>
      connection.read('read what is to be erased', () => heldWords(connection, rowsOf, target, holders)),

    hide: (target, state, reason) =>
      connection.write('forget', () => {
        const { own, elsewhere } = rowsOf.messages(target);
        const rows = state === 'erased' ? [...own, ...elsewhere] : own;
        const leaving = new Set(rows);
        let hidden = 0;
        for (const row of rows) {
          if (state === 'purged') passOn(row, leaving);
          if (hide(row, state)) hidden += 1;
        }
        if (state === 'purged') for (const row of elsewhere) copies.settle(row);
        const now = connection.now();
        for (const ref of target.kind === 'message' ? rows.map((row) => `${row}`) : [])
          statements.tombstone.run('message', ref, now, reason);
        for (const id of rowsOf.sessions(target)) {
          statements.tombstone.run('session', id, now, reason);
          statements.state.run(id, state);
          statements.untitle.run(id);
        }
        indexes.messages.flush();
        return hidden;
      }),

    condemn: async (target, holders, probes) => {
      await connection.write('mark what is to be erased', () => condemn(target, holders, probes));
    },

    overwrite: () => connection.write('erase', () => words.slice()),

    scrub: async (probes) => {
      if (probes.length === 0) return;
      await connection.write('erase', () => {
        for (const { sql, blank } of BESIDE) {
          const put = db.prepare<[string | number]>(blank);
          for (const { key, text } of db.prepare<[], { key: string | number; text: string }>(sql).all()) {
            if (holdsOne([text], probes)) put.run(key);
          }
        }
      });
    },

    settle: async (rewrite) => {
      for (let attempt = 0; attempt < SETTLE_TRIES; attempt += 1) {
        try {
          if (rewrite) db.exec('VACUUM');
          const [row] = db.prepare<[], { busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)').all();
          if (row?.busy === 0) return true;
        } catch (error) {
          if (!isBusy(error)) throw error;
        }
        await sleep(SETTLE_PAUSE_MS);
      }
      return false;
    },

    stillHeld: (probes) =>
      connection.read('look for what holds the text', () => {
        const held: string[] = [];
        for (const memory of statements.everyMemory.iterate()) {
          if (held.length < NAMED && holdsOne([memory.text], probes)) held.push(`m_${memory.short}`);
        }
        for (const message of statements.everyMessage.iterate()) {
          if (held.length >= NAMED) break;
          if (holdsOne([message.text, message.parts], probes)) held.push(message.ref);
        }
        return held;
      }),
  };
}

/** Every text of the target, and of what was made of it, deflated ones as they lie. */
function heldWords(
  { db }: Connection,
  rowsOf: EraseTarget,
  target: ForgetTarget,
  holders: Holders | null,
): HeldWords {
  const texts: string[] = [];
  const blobs: Uint8Array[] = [];
  const take = (value: Packed | null | undefined): void => {
    if (value === null || value === undefined || value.length === 0) return;
    texts.push(unpack(value));
    if (typeof value !== 'string') blobs.push(value);
  };
  const { own, elsewhere } = rowsOf.messages(target);
  const message = db.prepare<[number], Kept>('SELECT row, text, parts, meta FROM messages WHERE row = ?');
  for (const row of [...own, ...elsewhere].slice(0, TEXTS)) {
    const kept = message.get(row);
    take(kept?.text);
    if (kept === undefined || kept.parts === null) continue;
    texts.push(...textsIn(unpackJson(kept.parts)));
    if (typeof kept.parts !== 'string') blobs.push(kept.parts);
  }
  const memories = target.kind === 'memory' ? [target.id] : (holders?.memories ?? []);
  for (const id of memories.slice(0, TEXTS)) {
    for (const text of db
      .prepare<[{ id: string }], string>(
        `SELECT r.content FROM memories r WHERE r.id = @id UNION SELECT r.title FROM memories r WHERE r.id = @id UNION
         SELECT v.content FROM memory_versions v JOIN memories r ON r.row = v.memory WHERE r.id = @id UNION
         SELECT v.title FROM memory_versions v JOIN memories r ON r.row = v.memory WHERE r.id = @id`,
      )
      .pluck()
      .all({ id }))
      take(text);
  }
  for (const id of (holders?.skills ?? []).slice(0, TEXTS)) {
    for (const text of db
      .prepare<[{ id: string }], string>(
        `SELECT r.content FROM skills r WHERE r.id = @id UNION
         SELECT v.content FROM skill_versions v JOIN skills r ON r.row = v.skill WHERE r.id = @id`,
      )
      .pluck()
      .all({ id }))
      take(text);
  }
  return { texts, blobs };
}

function prepare({ db }: Connection) {
  return {
    hide: db.prepare<[Purged, number, Purged]>(
      "UPDATE messages SET state = ? WHERE row = ? AND state <> ? AND state <> 'erased'",
    ),
    copies: db
      .prepare<[number], number>("SELECT row FROM messages WHERE copy_of = ? AND state = 'kept' ORDER BY row")
      .pluck(),
    sessionOf: db.prepare<[number], number>('SELECT session FROM messages WHERE row = ?').pluck(),
    tokens: db.prepare<[number], Tokens>(
      'SELECT terms, length, cues, author FROM message_tokens WHERE document = ?',
    ),
    inherit: db.prepare<{ heir: number; row: number }>(
      `UPDATE messages SET copy_of = NULL, text = (SELECT text FROM messages WHERE row = @row),
         parts = (SELECT parts FROM messages WHERE row = @row) WHERE row = @heir`,
    ),
    repoint: db.prepare<[number, number, number]>(
      'UPDATE messages SET copy_of = ? WHERE copy_of = ? AND row <> ?',
    ),
    tombstone: db.prepare<[string, string, number, string]>(
      'INSERT INTO tombstones (kind, id, at, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    state: db.prepare<[string, Purged]>(
      `INSERT INTO tombstones (kind, id, at, reason) VALUES ('session-state', ?, 0, ?)
       ON CONFLICT DO UPDATE SET reason = excluded.reason`,
    ),
    untitle: db.prepare<[string]>('UPDATE sessions SET title = NULL WHERE id = ?'),
    openItem: db.prepare<[string], { row: number; state: string }>(
      "SELECT row, state FROM suggestion_items WHERE id = ? AND state IN ('pending', 'processing')",
    ),
    discard: db.prepare<[number, number]>(
      "UPDATE suggestion_items SET state = 'discarded', reason = 'erased', lease = NULL, updated_at = ? WHERE row = ?",
    ),
    discarded: db.prepare<{ row: number; now: number; from: string }>(
      `INSERT INTO item_transitions (item, step, at, from_state, to_state, reason)
       SELECT @row, ifnull(max(step), -1) + 1, @now, @from, 'discarded', 'erased' FROM item_transitions WHERE item = @row`,
    ),
    everyMemory: db.prepare<[], { short: string; text: string }>(
      'SELECT short, title || char(10) || content AS text FROM memories',
    ),
    everyMessage: db.prepare<[], { ref: string; text: Packed; parts: Packed | null }>(
      `SELECT s.short || '/' || m.number AS ref, m.text, m.parts FROM messages m JOIN sessions s ON s.row = m.session
       WHERE m.state <> 'erased'`,
    ),
  };
}
