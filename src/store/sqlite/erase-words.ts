/**
 * Overwrites the words of what is marked as erased, wherever rows hold them. Each slice is whole in itself: what it
 * has overwritten is not found by the next one.
 */
import { type Packed, unpack } from './blob.ts';
import type { Connection } from './connection.ts';
import type { CorpusName, TermIndex } from './term-index.ts';

const SLICE = 200;
/** Stands before the number of a word that is gone: its number is never given to another. */
const GONE = '\u0001';
const NO_EVIDENCE = '{"proven":true,"why":"erased","refs":[]}';

type Said = { row: number; session: number; text: Packed; author: string | null };

type Statements = ReturnType<typeof prepare>;

export class EraseWords {
  readonly #statements: Statements;
  readonly #indexes: Readonly<Record<CorpusName, TermIndex>>;

  constructor(connection: Connection, indexes: Readonly<Record<CorpusName, TermIndex>>) {
    this.#statements = prepare(connection);
    this.#indexes = indexes;
  }

  /** Inside a transaction; false when there was nothing left. */
  slice(): boolean {
    const said = this.#statements.messages.all(SLICE);
    for (const message of said) this.#message(message);
    if (said.length > 0) return true;
    let changed = this.#records();
    changed ||= this.#suggestions();
    if (changed) return true;
    this.#dictionary();
    return false;
  }

  #message({ row, session, text, author }: Said): void {
    const title = this.#statements.title.get(session) ?? null;
    if (title !== null && isOf(title, unpack(text))) {
      this.#statements.dropTitle.run(session);
      this.#statements.untitled.run(session);
    }
    this.#indexes.messages.remove(row);
    this.#statements.blankMessage.run(row);
    this.#indexes.messages.flush();
    if (author !== null && this.#statements.authorUsed.get(author) === undefined) {
      for (const number of this.#statements.authors.all(author)) {
        this.#statements.dropAuthorWords.run(number);
        this.#statements.blankAuthor.run(number);
      }
    }
  }

  #records(): boolean {
    const { memories, skills } = this.#statements;
    const [memory, skill] = [memories.all(SLICE), skills.all(SLICE)];
    for (const { row, id } of memory) {
      this.#indexes.memories.remove(row);
      this.#statements.blankMemory.run({ row, evidence: NO_EVIDENCE });
      this.#statements.blankVersions.run(row);
      this.#journal(id);
    }
    for (const { row, id } of skill) {
      this.#statements.blankSkill.run({ row, evidence: NO_EVIDENCE });
      this.#statements.blankSkillVersions.run(row);
      this.#journal(id);
    }
    this.#indexes.memories.flush();
    return memory.length + skill.length > 0;
  }

  #journal(id: string): void {
    this.#statements.blankChanges.run(id);
    this.#statements.blankOperations.run(id);
    this.#statements.blankDecisions.run(id);
    this.#statements.blankReason.run(id);
  }

  #suggestions(): boolean {
    const [items, envelopes] = [this.#statements.items.all(SLICE), this.#statements.envelopes.all(SLICE)];
    for (const { row, id } of items) {
      this.#statements.blankItem.run(row);
      this.#statements.blankTransitions.run(row);
      this.#statements.blankReceiptItem.run(id);
    }
    for (const { row } of envelopes) this.#statements.blankEnvelope.run(row);
    return items.length + envelopes.length > 0;
  }

  /** Words that no document holds any more. */
  #dictionary(): void {
    if (this.#statements.blankTerms.run(GONE, GONE).changes > 0) this.#statements.erased.run();
    this.#indexes.messages.emptied();
    this.#indexes.memories.emptied();
  }
}

/** A session is often named by the beginning of its first prompt. */
function isOf(title: string, text: string): boolean {
  const start = title.replace(/(?:…|\.{3})$/, '').trim();
  return start !== '' && (text.includes(start) || (text.length >= 12 && title.includes(text)));
}

function prepare({ db }: Connection) {
  type Row = { row: number; id: string };
  const marked = (table: string, kind: string, held: string) =>
    db.prepare<[number], Row>(
      `SELECT r.row, r.id FROM tombstones t JOIN ${table} r ON r.id = t.id WHERE t.kind = 'erased-${kind}' AND ${held} LIMIT ?`,
    );
  return {
    messages: db.prepare<[number], Said>(
      `SELECT row, session, text, author FROM messages WHERE state = 'erased'
         AND (length(text) > 0 OR parts IS NOT NULL OR meta IS NOT NULL OR author IS NOT NULL OR tool IS NOT NULL) LIMIT ?`,
    ),
    blankMessage: db.prepare<[number]>(
      "UPDATE messages SET text = '', parts = NULL, meta = NULL, author = NULL, tool = NULL WHERE row = ?",
    ),
    title: db.prepare<[number], string | null>('SELECT title FROM sessions WHERE row = ?').pluck(),
    dropTitle: db.prepare<[number]>('UPDATE sessions SET title = NULL WHERE row = ?'),
    untitled: db.prepare<[number]>(
      `INSERT INTO tombstones (kind, id, at, reason) SELECT 'untitled', id, 0, '' FROM sessions WHERE row = ?
       ON CONFLICT DO NOTHING`,
    ),
    authorUsed: db.prepare<[string], number>('SELECT 1 FROM messages WHERE author = ? LIMIT 1').pluck(),
    authors: db
      .prepare<[string], number>('SELECT number FROM authors WHERE name = ? AND program = 0')
      .pluck(),
    dropAuthorWords: db.prepare<[number]>('DELETE FROM author_words WHERE author = ?'),
    blankAuthor: db.prepare<[number]>('UPDATE authors SET name = char(1) || number WHERE number = ?'),

    memories: marked('memories', 'memory', "(r.content <> '' OR r.title <> '')"),
    blankMemory: db.prepare<{ row: number; evidence: string }>(
      `UPDATE memories SET title = '', content = '', reason = 'erased', claim = NULL, evidence = @evidence, tags = '[]',
         aliases = '[]', paths = '[]' WHERE row = @row`,
    ),
    blankVersions: db.prepare<[number]>(
      "UPDATE memory_versions SET title = '', content = '' WHERE memory = ?",
    ),
    skills: marked('skills', 'skill', "(r.content <> '' OR r.title <> '')"),
    blankSkill: db.prepare<{ row: number; evidence: string }>(
      `UPDATE skills SET slug = 'erased-' || short, title = '', description = '', content = '', reason = 'erased',
         claim = NULL, evidence = @evidence, paths = '[]' WHERE row = @row`,
    ),
    blankSkillVersions: db.prepare<[number]>(
      "UPDATE skill_versions SET title = '', description = '', content = '' WHERE skill = ?",
    ),
    blankChanges: db.prepare<[string]>(
      `UPDATE receipt_changes SET before = CASE WHEN before IS NULL THEN NULL ELSE '{}' END, after = '{}'
       WHERE record = ?`,
    ),
    blankOperations: db.prepare<[string]>('UPDATE receipt_operations SET before = NULL WHERE memory = ?'),
    blankDecisions: db.prepare<[string]>('UPDATE decisions SET reason = NULL WHERE memory = ?'),
    blankReason: db.prepare<[string]>("UPDATE tombstones SET reason = 'erased' WHERE id = ?"),

    items: marked('suggestion_items', 'item', "(r.summary <> '' OR r.payload <> '{}')"),
    blankItem: db.prepare<[number]>(
      `UPDATE suggestion_items SET summary = '', payload = '{}', reason = CASE WHEN reason IS NULL THEN NULL ELSE 'erased' END
       WHERE row = ?`,
    ),
    blankTransitions: db.prepare<[number]>(
      "UPDATE item_transitions SET reason = 'erased' WHERE item = ? AND reason IS NOT NULL",
    ),
    blankReceiptItem: db.prepare<[string]>(
      "UPDATE receipt_items SET reason = 'erased' WHERE item = ? AND reason IS NOT NULL",
    ),
    envelopes: marked('envelopes', 'envelope', "(r.payload <> '{}' OR r.snapshot IS NOT NULL)"),
    blankEnvelope: db.prepare<[number]>("UPDATE envelopes SET payload = '{}', snapshot = NULL WHERE row = ?"),
    erased: db.prepare<[]>(
      `INSERT INTO counters (name, value) VALUES ('terms.erased', 1) ON CONFLICT DO UPDATE SET value = value + 1`,
    ),
    blankTerms: db.prepare<[string, string]>(
      `UPDATE terms SET term = ? || number WHERE messages <= 0 AND memories <= 0 AND substr(term, 1, 1) <> ?`,
    ),
  };
}
