/** The schema, as ordered migrations. `user_version` is the number of migrations applied. */
import type { Migration } from './migrate.ts';
import { indexUnindexedMemories } from './replaced-index.ts';
import { PROJECTS } from './schema-projects.ts';
import { PROMOTION } from './schema-promotion.ts';
import { REVIEW } from './schema-review.ts';
import { TOKENS } from './schema-tokens.ts';
import { findSummaries } from './session-summaries.ts';

/** "mtur": tells a midturn file from any other SQLite file. */
export const APPLICATION_ID = 0x6d747572;

/**
 * 1: the first schema. Text and JSON above 16 kB are stored as deflated blobs. The full-text tables hold term
 * numbers (base 36), not words: analysis lives in `text/`, and nothing readable is left in them after an erase.
 */
const FIRST = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE owners (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE projects (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  joined_to INTEGER REFERENCES projects(row), join_reason TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE project_aliases (
  project INTEGER NOT NULL REFERENCES projects(row), machine TEXT NOT NULL, kind TEXT NOT NULL,
  value TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (kind, value, machine, project)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_aliases_by_project ON project_aliases(project);

CREATE TABLE sources (
  row INTEGER PRIMARY KEY, client TEXT NOT NULL, machine TEXT NOT NULL, path TEXT NOT NULL,
  inode TEXT NOT NULL, head TEXT NOT NULL, tail TEXT NOT NULL, offset INTEGER NOT NULL, lines INTEGER NOT NULL,
  modified_at INTEGER NOT NULL, created_at INTEGER NOT NULL, epoch INTEGER NOT NULL, state TEXT,
  UNIQUE (machine, path)
) STRICT;
CREATE INDEX sources_by_inode ON sources(inode);
CREATE TABLE source_sessions (
  source INTEGER NOT NULL REFERENCES sources(row), session INTEGER NOT NULL, PRIMARY KEY (source, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE, client TEXT NOT NULL,
  external TEXT NOT NULL, nature TEXT, project INTEGER REFERENCES projects(row), cwd TEXT, title TEXT,
  started_at INTEGER, last_at INTEGER, next_number INTEGER NOT NULL, next_turn INTEGER NOT NULL,
  next_position INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_external ON sessions(external);
CREATE INDEX sessions_by_last ON sessions(last_at);
CREATE TABLE session_links (
  session INTEGER NOT NULL REFERENCES sessions(row), kind TEXT NOT NULL, target TEXT NOT NULL,
  target_external TEXT NOT NULL, call_id TEXT, place INTEGER, number INTEGER,
  PRIMARY KEY (session, kind, target)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_links_by_target ON session_links(target, kind);

CREATE TABLE turns (
  row INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions(row), number INTEGER NOT NULL,
  key TEXT NOT NULL, state TEXT NOT NULL, parent INTEGER, at INTEGER, cwd TEXT,
  project INTEGER REFERENCES projects(row), branch TEXT, commit_id TEXT, source INTEGER NOT NULL,
  place INTEGER NOT NULL, started_at INTEGER, UNIQUE (session, number), UNIQUE (session, key)
) STRICT;
CREATE INDEX turns_by_time ON turns(at);

CREATE TABLE rewinds (
  session INTEGER NOT NULL REFERENCES sessions(row), place INTEGER NOT NULL, started_at INTEGER NOT NULL,
  turns INTEGER NOT NULL, PRIMARY KEY (session, place, started_at, turns)
) STRICT, WITHOUT ROWID;
CREATE TABLE source_starts (
  session INTEGER NOT NULL REFERENCES sessions(row), source INTEGER NOT NULL, started_at INTEGER NOT NULL,
  PRIMARY KEY (session, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
  row INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions(row), number INTEGER NOT NULL,
  turn INTEGER, position INTEGER NOT NULL, key BLOB NOT NULL, digest BLOB NOT NULL, derived INTEGER NOT NULL,
  grade INTEGER NOT NULL, parent INTEGER, parent_key BLOB, role TEXT NOT NULL, kind TEXT NOT NULL,
  "by" TEXT NOT NULL, author TEXT, tool TEXT, project INTEGER REFERENCES projects(row), at INTEGER,
  state TEXT NOT NULL, text ANY NOT NULL, parts ANY, meta ANY, copy_of INTEGER, revision INTEGER NOT NULL,
  outside INTEGER NOT NULL, source INTEGER NOT NULL, place INTEGER NOT NULL,
  seen_source INTEGER, seen_epoch INTEGER, seen_place INTEGER, UNIQUE (session, number)
) STRICT;
CREATE UNIQUE INDEX messages_by_key ON messages(key, session);
CREATE INDEX messages_by_position ON messages(session, position);
CREATE INDEX messages_by_turn ON messages(session, turn, position);
CREATE INDEX messages_by_original ON messages(copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX messages_orphaned ON messages(session, parent_key) WHERE parent_key IS NOT NULL;
CREATE TABLE hops (
  session INTEGER NOT NULL, key BLOB NOT NULL, parent_key BLOB NOT NULL, PRIMARY KEY (session, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE calls (
  call_id TEXT NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (call_id, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE terms (
  number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE,
  messages INTEGER NOT NULL DEFAULT 0, memories INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE corpora (
  name TEXT PRIMARY KEY, documents INTEGER NOT NULL, terms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE message_tokens (
  document INTEGER PRIMARY KEY, terms BLOB NOT NULL, length INTEGER NOT NULL, scope TEXT NOT NULL,
  indexed INTEGER NOT NULL, cues INTEGER NOT NULL, author INTEGER NOT NULL
) STRICT;
CREATE TABLE authors (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL, program INTEGER NOT NULL, UNIQUE (name, program)
) STRICT;
CREATE TABLE author_words (
  word TEXT NOT NULL, author INTEGER NOT NULL REFERENCES authors(number), PRIMARY KEY (word, author)
) STRICT, WITHOUT ROWID;
CREATE TABLE memory_tokens (
  document INTEGER PRIMARY KEY, terms BLOB NOT NULL, length INTEGER NOT NULL, scope TEXT NOT NULL,
  indexed INTEGER NOT NULL, cues INTEGER NOT NULL, author INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE message_index USING fts5(body, scope, content='', tokenize='ascii');
CREATE VIRTUAL TABLE memory_index USING fts5(body, scope, content='', tokenize='ascii');
INSERT INTO message_index(message_index, rank) VALUES ('secure-delete', 1);
INSERT INTO memory_index(memory_index, rank) VALUES ('secure-delete', 1);
INSERT INTO corpora VALUES ('messages', 0, 0), ('memories', 0, 0);

CREATE TABLE memories (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  owner INTEGER NOT NULL REFERENCES owners(row), scope TEXT NOT NULL, project INTEGER REFERENCES projects(row),
  title TEXT NOT NULL, content TEXT NOT NULL, content_hash BLOB NOT NULL, state TEXT NOT NULL, reason TEXT,
  origin TEXT NOT NULL, claim TEXT, evidence TEXT NOT NULL, confidence REAL NOT NULL, tags TEXT NOT NULL,
  aliases TEXT NOT NULL, paths TEXT NOT NULL, sources TEXT NOT NULL, client TEXT, session TEXT,
  external_session TEXT, turn INTEGER, call_id TEXT, checkout TEXT, cwd TEXT, branch TEXT, commit_id TEXT,
  version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, approved_at INTEGER,
  valid_from INTEGER NOT NULL, valid_to INTEGER
) STRICT;
CREATE UNIQUE INDEX memories_live_content ON memories(owner, scope, ifnull(project, 0), content_hash)
  WHERE state IN ('active', 'waiting');
CREATE INDEX memories_by_state ON memories(state, scope, project);
CREATE INDEX memories_unproven ON memories(row) WHERE json_extract(evidence, '$.proven') = 0;
CREATE TABLE memory_versions (
  memory INTEGER NOT NULL REFERENCES memories(row), version INTEGER NOT NULL, at INTEGER NOT NULL,
  title TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, origin TEXT NOT NULL, sources TEXT NOT NULL,
  change TEXT NOT NULL, receipt TEXT NOT NULL, PRIMARY KEY (memory, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE links (
  source TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (source, kind, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_target ON links(target, kind);

CREATE TABLE receipts (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  owner INTEGER NOT NULL, surface TEXT NOT NULL, client TEXT, session TEXT, project INTEGER, at INTEGER NOT NULL
) STRICT;
CREATE TABLE receipt_operations (
  receipt INTEGER NOT NULL REFERENCES receipts(row), place INTEGER NOT NULL, op TEXT NOT NULL,
  outcome TEXT NOT NULL, memory TEXT NOT NULL, version INTEGER NOT NULL, before TEXT, PRIMARY KEY (receipt, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  row INTEGER PRIMARY KEY, memory TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT, how TEXT NOT NULL,
  owner INTEGER NOT NULL, at INTEGER NOT NULL, receipt TEXT NOT NULL
) STRICT;
CREATE TABLE once_keys (
  key TEXT PRIMARY KEY, content BLOB NOT NULL, receipt TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE feedback (
  row INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, session TEXT
) STRICT;
CREATE INDEX feedback_by_target ON feedback(target, kind);
CREATE TABLE notes (
  kind TEXT PRIMARY KEY, at INTEGER NOT NULL, error TEXT, detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tombstones (
  kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
`;

/**
 * 2: streams of neighbours are read from an index with their times; vectors; what was shown in a session, and what
 * was remembered in it, found by the session.
 */
const SECOND = `
DROP INDEX messages_by_position;
CREATE INDEX messages_by_position ON messages(session, position, at);
CREATE INDEX feedback_by_session ON feedback(session, kind, at) WHERE session IS NOT NULL;
CREATE INDEX memories_by_session ON memories(session, turn) WHERE session IS NOT NULL;

-- Summaries that name the session they describe by one of its messages: the key they name, and who holds it.
CREATE TABLE summary_leaves (message INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT;
CREATE INDEX summary_leaves_by_leaf ON summary_leaves(leaf);
CREATE TABLE session_summaries (
  message INTEGER NOT NULL, session INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (message, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_summaries_by_session ON session_summaries(session);

-- Vectors: ordinary tables, so that a build without the extension reads and checks the file. What a vector is of is
-- its document; whatever erases, forgets or rewrites that one takes its vectors along, in the same transaction.
CREATE TABLE vector_models (
  row INTEGER PRIMARY KEY, name TEXT NOT NULL, dimensions INTEGER NOT NULL, probe BLOB NOT NULL, centre BLOB,
  created_at INTEGER NOT NULL, wanted INTEGER NOT NULL
) STRICT;
CREATE TABLE vectors (
  row INTEGER PRIMARY KEY AUTOINCREMENT, model INTEGER NOT NULL REFERENCES vector_models(row), kind TEXT NOT NULL,
  document INTEGER NOT NULL, place INTEGER NOT NULL, code BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX vectors_by_document ON vectors(document, kind, model);
CREATE INDEX vectors_by_model ON vectors(model, kind);
CREATE TABLE vector_values (vector INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE vector_filler (
  one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, until INTEGER NOT NULL
) STRICT;
CREATE TRIGGER vector_dropped AFTER DELETE ON vectors BEGIN
  DELETE FROM vector_values WHERE vector = OLD.row;
END;
CREATE TRIGGER vectors_of_memory AFTER UPDATE OF state, title, content, aliases, tags ON memories
WHEN NEW.state = 'forgotten' OR NEW.title IS NOT OLD.title OR NEW.content IS NOT OLD.content
  OR NEW.aliases IS NOT OLD.aliases OR NEW.tags IS NOT OLD.tags
BEGIN
  DELETE FROM vectors WHERE document = NEW.row AND kind = 'memories';
END;
CREATE TRIGGER vectors_of_gone_memory AFTER DELETE ON memories BEGIN
  DELETE FROM vectors WHERE document = OLD.row AND kind = 'memories';
END;
CREATE TRIGGER vectors_of_message AFTER UPDATE OF state, text, parts ON messages
WHEN NEW.state IN ('purged', 'erased') OR NEW.text IS NOT OLD.text OR NEW.parts IS NOT OLD.parts
BEGIN
  DELETE FROM vectors WHERE kind = 'messages'
    AND document IN (SELECT NEW.row UNION ALL SELECT row FROM messages WHERE copy_of = NEW.row);
END;
CREATE TRIGGER vectors_of_gone_message AFTER DELETE ON messages BEGIN
  DELETE FROM vectors WHERE document = OLD.row AND kind = 'messages';
END;
`;

/** In order, never changed once released; {@link Migration} says what a data step may use. */
export const MIGRATIONS: readonly Migration[] = [
  { sql: FIRST },
  {
    sql: SECOND,
    run: (db, { connection, memoryTerms }) => {
      findSummaries(db);
      indexUnindexedMemories(connection, memoryTerms);
    },
  },
  PROMOTION,
  { ...REVIEW, sql: `${REVIEW.sql}${PROJECTS}` },
  TOKENS,
];
