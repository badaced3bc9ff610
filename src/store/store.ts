/**
 * The store: all ports of one engine on one file. Every method is async, and every write is one method and one
 * transaction. Engines live in a folder each (`sqlite/`) with the same file names as the ports.
 */
import type { CapturePort } from './capture.ts';
import type { ChangesPort } from './changes.ts';
import type { EraseJobsPort } from './erase-jobs.ts';
import type { ErasingPort } from './erasing.ts';
import type { FeedbackPort } from './feedback.ts';
import type { HealthPort } from './health.ts';
import type { LeasesPort } from './leases.ts';
import type { MemoriesPort } from './memories.ts';
import type { MessagesPort } from './messages.ts';
import type { PlansPort } from './plans.ts';
import type { ProjectionsPort } from './projections.ts';
import type { ProjectsPort } from './projects.ts';
import type { ReachPort } from './reach.ts';
import type { ReceiptsPort } from './receipts.ts';
import type { ReviewsPort } from './reviews.ts';
import type { SearchPort } from './search.ts';
import type { SessionsPort } from './sessions.ts';
import type { SkillsPort } from './skills.ts';
import type { SourcesPort } from './sources.ts';
import type { SuggestionsPort } from './suggestions.ts';
import type { TokensPort } from './tokens.ts';
import type { VectorsPort } from './vectors.ts';

export interface Store {
  readonly projects: ProjectsPort;
  readonly sources: SourcesPort;
  readonly capture: CapturePort;
  readonly sessions: SessionsPort;
  readonly messages: MessagesPort;
  readonly search: SearchPort;
  readonly memories: MemoriesPort;
  readonly plans: PlansPort;
  readonly suggestions: SuggestionsPort;
  readonly leases: LeasesPort;
  readonly receipts: ReceiptsPort;
  readonly skills: SkillsPort;
  readonly projections: ProjectionsPort;
  readonly eraseJobs: EraseJobsPort;
  readonly erasing: ErasingPort;
  readonly feedback: FeedbackPort;
  readonly reviews: ReviewsPort;
  readonly health: HealthPort;
  readonly vectors: VectorsPort;
  readonly changes: ChangesPort;
  readonly tokens: TokensPort;
  readonly reach: ReachPort;

  /** The store's own secret, 32 bytes: digests are keyed with it. */
  readonly digestKey: Uint8Array;

  /** The one owner of a single-person store. */
  readonly owner: string;

  /** A number that changes when another process has changed the store. */
  changed(): Promise<number>;

  close(): void;
}
