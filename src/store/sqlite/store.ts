/** The SQLite store: one connection, all ports over it. */

import { StoreError } from '../../model/errors.ts';
import type { Clock } from '../../model/time.ts';
import type { IndexTerms } from '../health.ts';
import type { Store } from '../store.ts';
import { sqliteCapture } from './capture.ts';
import { sqliteChanges } from './changes.ts';
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
import { sqliteReach } from './reach.ts';
import { sqliteReceipts } from './receipts.ts';
import { sqliteReviews } from './reviews.ts';
import { sqliteSearch } from './search.ts';
import { sqliteSessions } from './sessions.ts';
import { sqliteSkills } from './skills.ts';
import { sqliteSources } from './sources.ts';
import { sqliteSuggestions } from './suggestions.ts';
import { TermIndex } from './term-index.ts';
import { sqliteTokens } from './tokens.ts';
import { sqliteVectors } from './vectors.ts';

export type SqliteOptions = {
  readonly path: string;
  readonly now: Clock;
  /** How a memory becomes index terms. */
  readonly memoryTerms: IndexTerms['memory'];
  /** The folder for the backup before an upgrade. Default: `backups` beside the file. */
  readonly backups?: string;
  /** False: an older store is refused instead of upgraded. */
  readonly upgrades?: boolean;
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

  // A port prepares its statements when it is first used: a hook uses few of them, and has a tenth of a second.
  const ports = {
    projects: once(() => sqliteProjects(connection)),
    sources: once(() => sqliteSources(connection)),
    capture: once(() => sqliteCapture(connection, indexes.messages)),
    sessions: once(() => sqliteSessions(connection)),
    messages: once(() => sqliteMessages(connection)),
    search: once(() => sqliteSearch(connection)),
    memories: once(() => sqliteMemories(connection)),
    plans: once(() => sqlitePlans(connection, indexes.memories, options.memoryTerms)),
    suggestions: once(() => sqliteSuggestions(connection)),
    leases: once(() => sqliteLeases(connection)),
    receipts: once(() => sqliteReceipts(connection)),
    skills: once(() => sqliteSkills(connection)),
    projections: once(() => sqliteProjections(connection)),
    eraseJobs: once(() => sqliteEraseJobs(connection)),
    erasing: once(() => sqliteErasing(connection, indexes)),
    feedback: once(() => sqliteFeedback(connection)),
    reviews: once(() => sqliteReviews(connection)),
    health: once(() => sqliteHealth(connection, indexes)),
    vectors: once(() => sqliteVectors(connection)),
    changes: once(() => sqliteChanges(connection)),
    tokens: once(() => sqliteTokens(connection)),
    reach: once(() => sqliteReach(connection)),
  };

  return {
    get projects() {
      return ports.projects();
    },
    get sources() {
      return ports.sources();
    },
    get capture() {
      return ports.capture();
    },
    get sessions() {
      return ports.sessions();
    },
    get messages() {
      return ports.messages();
    },
    get search() {
      return ports.search();
    },
    get memories() {
      return ports.memories();
    },
    get plans() {
      return ports.plans();
    },
    get suggestions() {
      return ports.suggestions();
    },
    get leases() {
      return ports.leases();
    },
    get receipts() {
      return ports.receipts();
    },
    get skills() {
      return ports.skills();
    },
    get projections() {
      return ports.projections();
    },
    get eraseJobs() {
      return ports.eraseJobs();
    },
    get erasing() {
      return ports.erasing();
    },
    get feedback() {
      return ports.feedback();
    },
    get reviews() {
      return ports.reviews();
    },
    get health() {
      return ports.health();
    },
    get vectors() {
      return ports.vectors();
    },
    get changes() {
      return ports.changes();
    },
    get tokens() {
      return ports.tokens();
    },
    get reach() {
      return ports.reach();
    },
    digestKey,
    owner,
    changed: async () => dataVersion.get() ?? 0,
    close: () => connection.close(),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly port: T } | undefined;
  return () => {
    made ??= { port: make() };
    return made.port;
  };
}
