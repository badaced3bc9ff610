/** Migration 4: reviews: the jobs, what a reviewer was shown, and what its calls cost. */
import type { Migration } from './migrate.ts';

/**
 * Words that came from outside lie in `review_snapshots` (an erase takes the row away, which overwrites it) and in
 * `review_jobs.error`. The ledger holds numbers only.
 */
const SQL = `
-- One session up to one message, for one reviewer. A token names the attempt that runs.
CREATE TABLE review_jobs (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES owners(row), session TEXT NOT NULL, project INTEGER REFERENCES projects(row),
  cause TEXT NOT NULL, through INTEGER NOT NULL, through_position INTEGER NOT NULL, through_turn INTEGER NOT NULL,
  provider TEXT NOT NULL, model TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL,
  token TEXT UNIQUE, pid INTEGER, process_start TEXT, boot TEXT, host TEXT, acquired_at INTEGER, heartbeat_at INTEGER,
  error TEXT, created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER, envelope TEXT,
  memory_updates INTEGER NOT NULL, recall_candidate INTEGER NOT NULL, skill_action INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX review_jobs_by_message ON review_jobs(session, through, provider, ifnull(model, ''));
CREATE INDEX review_jobs_by_state ON review_jobs(state, not_before);
CREATE UNIQUE INDEX review_jobs_running ON review_jobs(session) WHERE state = 'running';

CREATE TABLE review_snapshots (
  job INTEGER PRIMARY KEY REFERENCES review_jobs(row), snapshot ANY NOT NULL, answer ANY, sources ANY NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX review_snapshots_by_end ON review_snapshots(expires_at);

CREATE TABLE usage_ledger (
  row INTEGER PRIMARY KEY, at INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT,
  job INTEGER REFERENCES review_jobs(row), session TEXT, attempt TEXT, calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, estimated INTEGER NOT NULL, outcome TEXT NOT NULL
) STRICT;
CREATE INDEX usage_ledger_by_time ON usage_ledger(at, calls, input_tokens, output_tokens);
CREATE INDEX usage_ledger_by_session ON usage_ledger(session) WHERE session IS NOT NULL;
CREATE INDEX usage_ledger_by_attempt ON usage_ledger(attempt) WHERE attempt IS NOT NULL;
`;

export const REVIEW: Migration = { sql: SQL };
