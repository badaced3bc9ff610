/** Migration 5: tokens of callers over the network, by which of them something was written, and what lies in a project. */
import type { Migration } from './migrate.ts';
import { PLACES_SQL } from './schema-places.ts';

/**
 * The hash is SHA-256 of 256 random bits: nothing can be tried out against it. `token` in the other tables names the
 * token (`a_4f9k2c`) or the bearer that an identity provider vouches for, as text: what was done stays told when the
 * token is gone.
 */
const SQL = `
CREATE TABLE tokens (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, short TEXT NOT NULL UNIQUE,
  owner INTEGER NOT NULL REFERENCES owners(row), label TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), scopes TEXT NOT NULL, every_project INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER, revoked_at INTEGER
) STRICT;
-- A token without every_project sees these, and nothing where there are none.
CREATE TABLE token_projects (
  token INTEGER NOT NULL REFERENCES tokens(row) ON DELETE CASCADE, project INTEGER NOT NULL REFERENCES projects(row),
  PRIMARY KEY (token, project)
) STRICT, WITHOUT ROWID;

ALTER TABLE receipts ADD COLUMN token TEXT;
ALTER TABLE decisions ADD COLUMN token TEXT;
ALTER TABLE envelopes ADD COLUMN token TEXT;
`;

export const TOKENS: Migration = { sql: `${SQL}${PLACES_SQL}` };
