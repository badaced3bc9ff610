/** Migration 3: what turns suggestions into memory: envelopes, leases, skills, full receipts, projections, erasing. */
import type { Migration } from './migrate.ts';

/**
 * Words that came from outside lie in `envelopes.payload` and `snapshot`, `suggestion_items.summary`, `payload` and
 * `reason`, `skills` and `skill_versions`, and `receipt_changes.before` and `after`: an erase overwrites them there.
 * Keys and hashes stay, so that what was erased is known when it comes again.
 */
const SQL = `
CREATE TABLE envelopes (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES owners(row), project INTEGER REFERENCES projects(row), key BLOB NOT NULL UNIQUE,
  surface TEXT NOT NULL, source TEXT NOT NULL, origin_cap TEXT, client TEXT, session TEXT, external_session TEXT,
  turn INTEGER, turn_key TEXT, call_id TEXT, checkout TEXT, cwd TEXT, branch TEXT, commit_id TEXT,
  payload ANY NOT NULL, snapshot ANY, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX envelopes_by_session ON envelopes(session, created_at) WHERE session IS NOT NULL;

-- Arrival order is the row. The project is the envelope's, kept here so that a queue is read from one index.
CREATE TABLE suggestion_items (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE,
  envelope INTEGER NOT NULL REFERENCES envelopes(row), project INTEGER REFERENCES projects(row),
  family TEXT NOT NULL, place INTEGER NOT NULL, action TEXT NOT NULL, scope TEXT NOT NULL, summary TEXT NOT NULL,
  payload ANY NOT NULL, confidence REAL NOT NULL, state TEXT NOT NULL, outcome TEXT, reason TEXT, target TEXT,
  attempts INTEGER NOT NULL, lease TEXT, receipt TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX suggestion_items_by_envelope ON suggestion_items(envelope);
CREATE INDEX suggestion_items_by_state ON suggestion_items(state);
CREATE INDEX suggestion_items_by_project ON suggestion_items(ifnull(project, 0), state);
CREATE INDEX suggestion_items_by_target ON suggestion_items(target) WHERE target IS NOT NULL;
CREATE TABLE item_transitions (
  item INTEGER NOT NULL REFERENCES suggestion_items(row), step INTEGER NOT NULL, at INTEGER NOT NULL,
  from_state TEXT, to_state TEXT NOT NULL, reason TEXT, receipt TEXT, PRIMARY KEY (item, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  name TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, pid INTEGER NOT NULL, process_start TEXT, boot TEXT,
  host TEXT NOT NULL, acquired_at INTEGER NOT NULL, heartbeat_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A draft waits for a person. One that would change another skill names it, and the version that it was made from.
CREATE TABLE skills (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE, slug TEXT NOT NULL,
  owner INTEGER NOT NULL REFERENCES owners(row), scope TEXT NOT NULL, project INTEGER REFERENCES projects(row),
  title TEXT NOT NULL, description TEXT NOT NULL, content TEXT NOT NULL, content_hash BLOB NOT NULL,
  state TEXT NOT NULL, reason TEXT, origin TEXT NOT NULL, claim TEXT, evidence TEXT NOT NULL, confidence REAL NOT NULL,
  paths TEXT NOT NULL, sources TEXT NOT NULL, client TEXT, session TEXT, external_session TEXT, turn INTEGER,
  call_id TEXT, checkout TEXT, cwd TEXT, branch TEXT, commit_id TEXT, revises TEXT, revised_version INTEGER,
  version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, approved_at INTEGER,
  retired_at INTEGER
) STRICT;
CREATE UNIQUE INDEX skills_active_slug ON skills(owner, scope, ifnull(project, 0), slug) WHERE state = 'active';
CREATE INDEX skills_by_slug ON skills(slug);
CREATE INDEX skills_by_state ON skills(state, scope, project);
CREATE INDEX skills_by_revised ON skills(revises) WHERE revises IS NOT NULL;
CREATE TABLE skill_versions (
  row INTEGER PRIMARY KEY, skill INTEGER NOT NULL REFERENCES skills(row), version INTEGER NOT NULL, at INTEGER NOT NULL, title TEXT NOT NULL,
  description TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, origin TEXT NOT NULL, sources TEXT NOT NULL,
  change TEXT NOT NULL, receipt TEXT NOT NULL, UNIQUE (skill, version)
) STRICT;
-- Folders that are ours: what was written there, so that what a person changed in them is seen.
CREATE TABLE skill_folders (
  machine TEXT NOT NULL, path TEXT NOT NULL, skill INTEGER NOT NULL REFERENCES skills(row), version INTEGER NOT NULL,
  hash BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (machine, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX skill_folders_by_skill ON skill_folders(skill);

ALTER TABLE receipts ADD COLUMN status TEXT NOT NULL DEFAULT 'success';
ALTER TABLE receipts ADD COLUMN backend TEXT;
ALTER TABLE receipts ADD COLUMN fallback TEXT;
ALTER TABLE receipts ADD COLUMN stats TEXT;
ALTER TABLE receipts ADD COLUMN undoes TEXT;
ALTER TABLE receipts ADD COLUMN undone_by TEXT;
CREATE INDEX receipts_by_kind ON receipts(kind);
ALTER TABLE receipt_operations ADD COLUMN item TEXT;
CREATE INDEX receipt_operations_by_record ON receipt_operations(memory);
-- Every record that a receipt changed, in the order of the changes, as it was and as it became. An operation may
-- change several. Version 0 stands before a record that was made.
CREATE TABLE receipt_changes (
  row INTEGER PRIMARY KEY, receipt INTEGER NOT NULL REFERENCES receipts(row), step INTEGER NOT NULL,
  place INTEGER NOT NULL, kind TEXT NOT NULL, record TEXT NOT NULL, from_version INTEGER NOT NULL,
  to_version INTEGER NOT NULL, before ANY, after ANY NOT NULL, UNIQUE (receipt, step)
) STRICT;
CREATE INDEX receipt_changes_by_record ON receipt_changes(record, receipt);
-- How each suggestion ended that the receipt speaks of.
CREATE TABLE receipt_items (
  receipt INTEGER NOT NULL REFERENCES receipts(row), item TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT, reason TEXT,
  PRIMARY KEY (receipt, item)
) STRICT, WITHOUT ROWID;

-- What was rendered. A project of 0 is none: the owner's own.
CREATE TABLE projections (
  path TEXT PRIMARY KEY, scope TEXT NOT NULL, project INTEGER NOT NULL, hash BLOB NOT NULL,
  budget INTEGER NOT NULL, rendered_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE projection_entries (
  path TEXT NOT NULL REFERENCES projections(path) ON DELETE CASCADE, place INTEGER NOT NULL, record TEXT NOT NULL,
  version INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (path, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX projection_entries_by_record ON projection_entries(record);
-- The mark is the receipt that made it dirty: a rendering clears only what it has seen.
CREATE TABLE dirty_projections (
  scope TEXT NOT NULL, project INTEGER NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (scope, project)
) STRICT, WITHOUT ROWID;
INSERT INTO dirty_projections SELECT DISTINCT scope, ifnull(project, 0), 0 FROM memories WHERE state = 'active';

-- Records with an end are few: compile asks at each run which have passed it.
CREATE INDEX memories_ending ON memories(valid_to) WHERE state = 'active' AND valid_to IS NOT NULL;

-- Names what is to go, never its words. Done steps are in order and are not done again.
CREATE TABLE erase_jobs (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, target TEXT NOT NULL, step TEXT,
  at INTEGER NOT NULL, done_at INTEGER
) STRICT;
CREATE INDEX erase_jobs_open ON erase_jobs(row) WHERE done_at IS NULL;
`;

export const PROMOTION: Migration = { sql: SQL };
