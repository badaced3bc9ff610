/** A review service on a real store and home, with a reviewer that a test brings. */
import type { Caller } from '../../src/model/caller.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type {
  Reviewed,
  Reviewer,
  ReviewOutput,
  ReviewProfile,
  ReviewRequest,
  ReviewSnapshot,
} from '../../src/model/review.ts';
import { type ReviewDeps, type ReviewService, reviewService } from '../../src/review/index.ts';
import type { Store } from '../../src/store/store.ts';
import { compiler } from '../support/compile-world.ts';
import { person } from '../support/conversation.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

export const SETTINGS: ReviewDeps['settings'] = {
  enabled: true,
  max_characters: 24_000,
  every_turns: 4,
  daily_calls: 50,
  daily_tokens: 200_000,
  session_calls: 6,
  session_tokens: 60_000,
  snapshot_days: 14,
};

const PROFILE: ReviewProfile = {
  name: 'rules',
  provider: 'rules',
  model: null,
  baseUrl: null,
  apiKeyEnv: null,
  region: 'global',
  timeoutMs: 30_000,
  maxTokens: 4096,
  maxRetries: 2,
  retryBackoffMs: [2000, 5000],
  temperature: 0,
  command: [],
  payload: 'stdin',
  response: 'raw-json',
};
export const PAID: ReviewProfile = {
  ...PROFILE,
  name: 'paid',
  provider: 'openai-compatible',
  model: 'small',
};

export function output(...facts: readonly string[]): ReviewOutput {
  return {
    memory_updates: facts.map((content) => ({ action: 'add', scope: 'project', content })),
    recall_candidate: [],
    skill_action: [],
  };
}

type Act = (snapshot: ReviewSnapshot, request: ReviewRequest) => Promise<ReviewOutput>;

/** A reviewer that does what the test says, and remembers what it was shown. */
class FakeReviewer implements Reviewer {
  readonly provider: string;
  readonly model: string | null;
  readonly paid: boolean;
  readonly shown: ReviewSnapshot[] = [];
  act: Act;

  constructor(act: Act = async () => output(), profile: ReviewProfile = PROFILE) {
    this.act = act;
    this.provider = profile.provider;
    this.model = profile.model;
    this.paid = profile.provider !== 'rules';
  }

  async review(snapshot: ReviewSnapshot, request: ReviewRequest): Promise<Reviewed> {
    this.shown.push(snapshot);
    return {
      output: await this.act(snapshot, request),
      usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
      notes: [],
    };
  }
}

export type ReviewWorld = {
  readonly home: string;
  readonly store: Store;
  readonly shop: ProjectId;
  readonly caller: Caller;
  readonly reviewer: FakeReviewer;
  readonly service: ReviewService;
  readonly compile: ReturnType<typeof compiler>;
  /** Another process, so to say: the same home and store, other settings. */
  readonly with: (changes: Partial<ReviewDeps>) => ReviewService;
  readonly clock: { now: number };
};

export async function reviewWorld(changes: Partial<ReviewDeps> = {}): Promise<ReviewWorld> {
  const home = tempFolder();
  const clock = { now: Date.UTC(2026, 10, 21, 12) };
  const store = await tempStore(home, () => clock.now);
  const shop = await project(store, 'shop');
  const compile = compiler(store, home, { now: () => clock.now });
  const reviewer = new FakeReviewer(undefined, changes.profile ?? PROFILE);
  const deps: ReviewDeps = {
    store,
    now: () => clock.now,
    settings: SETTINGS,
    profile: PROFILE,
    reviewer: async () => reviewer,
    submit: (caller, sent, options) => compile.submit(caller, sent, options),
    projectOf: async () => null,
    withheld: { paused: async () => false, path: () => false, time: () => false },
    home,
    budgets: { user: 1375, project: 2200 },
    ...changes,
  };
  return {
    home,
    store,
    shop,
    caller: await person(store, null),
    reviewer,
    service: reviewService(deps),
    compile,
    with: (more) => reviewService({ ...deps, ...more }),
    clock,
  };
}
