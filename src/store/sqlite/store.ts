/** The SQLite store: one connection, all ports over it. */

import { StoreError } from '../../model/errors.ts';
import type { Clock } from '../../model/time.ts';
import type { IndexTerms } from '../health.ts';
import type { Store } from '../store.ts';
import { sqliteCapture } from './capture.ts';
import { Connection } from './connection.ts';
import { sqliteEraseJobs } from './erase-jobs.ts';
import { sqliteErasing } from './erasing.ts';
import { sqliteFeedback } from './feedback.ts';
import { sqliteHealth } from './health.ts';
import { sqliteLeases } from './leases.ts';
import { sqliteMemories } from './memories.ts';
import { sqliteMessages } from './messages.ts';
import { sqlitePlans } from './plans.ts';
import { sqliteProjections } from './projections.ts';
import { sqliteProjects } from './projects.ts';
import { sqliteReceipts } from './receipts.ts';
import { sqliteSearch } from './search.ts';
import { sqliteSessions } from './sessions.ts';
import { sqliteSkills } from './skills.ts';
import { sqliteSources } from './sources.ts';
import { sqliteSuggestions } from './suggestions.ts';
import { TermIndex } from './term-index.ts';
import { sqliteVectors } from './vectors.ts';

export type SqliteOptions = {
  readonly path: string;
  readonly now: Clock;
  /** How a memory becomes index terms. */
  readonly memoryTerms: IndexTerms['memory'];
  /** The folder for the backup before an upgrade. Default: `backups` beside the file. */
  readonly backups?: string;
  /** How long a write waits for another process's lock, in ms. */
  readonly writeDeadline?: number;
};

/**
 * Opens or creates the store at `path`, and upgrades an older one after a backup.
 * @throws StoreError for a file that is corrupt, newer than this program, not midturn's, or not to be backed up.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const connection = await Connection.open(options);
  const { db } = connection;
  const digestKey = db
    .prepare<[string], Buffer>('SELECT value FROM meta WHERE key = ?')
    .pluck()
    .get('digest_key');
  const owner = db.prepare<[], string>('SELECT id FROM owners ORDER BY row LIMIT 1').pluck().get();
  if (digestKey === undefined || owner === undefined) {
    connection.close();
    throw new StoreError({
      what: `${options.path} lacks its own key`,
      why: 'the file is damaged',
      next: 'Restore a backup',
    });
  }
  const indexes = {
    messages: new TermIndex(connection, 'messages'),
    memories: new TermIndex(connection, 'memories'),
  };
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();

  return {
    projects: sqliteProjects(connection),
    sources: sqliteSources(connection),
    capture: sqliteCapture(connection, indexes.messages),
    sessions: sqliteSessions(connection),
    messages: sqliteMessages(connection),
    search: sqliteSearch(connection),
    memories: sqliteMemories(connection),
    plans: sqlitePlans(connection, indexes.memories, options.memoryTerms),
    suggestions: sqliteSuggestions(connection),
    leases: sqliteLeases(connection),
    receipts: sqliteReceipts(connection),
    skills: sqliteSkills(connection),
    projections: sqliteProjections(connection),
    eraseJobs: sqliteEraseJobs(connection),
    erasing: sqliteErasing(connection, indexes),
    feedback: sqliteFeedback(connection),
    health: sqliteHealth(connection, indexes),
    vectors: sqliteVectors(connection),
    digestKey,
    owner,
    changed: async () => dataVersion.get() ?? 0,
    close: () => connection.close(),
  };
}
