/** Opens the review service: the reviewer that is configured, and what it needs of compile, projects and the home. */
import type { CompileService } from '../compile/index.ts';
import type { CallerProject } from '../model/caller.ts';
import type { Reviewer, ReviewProfile } from '../model/review.ts';
import type { Clock } from '../model/time.ts';
import { reviewProfile, type Settings } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import { isInPause, type PauseState, readPause } from '../project/pause.ts';
import {
  dummyReviewer,
  type ReviewerFactories,
  type ReviewService,
  reviewerFor,
  reviewService,
  rulesReviewer,
  storedProcedures,
  type Withheld,
} from '../review/index.ts';
import type { Store } from '../store/store.ts';
import { agentTurn } from './agent-turn.ts';
import type { Environment } from './caller.ts';
import { exclusionOf } from './exclusion.ts';
import { once } from './once.ts';

type ReviewDeskDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly layout: HomeLayout;
  readonly settings: Settings;
  readonly env: Environment;
  readonly compile: () => Promise<CompileService>;
  readonly projectOf: (cwd: string) => Promise<CallerProject | null>;
};

export function openReview(deps: ReviewDeskDeps): ReviewService {
  const { store, now, layout, settings, projectOf } = deps;
  const profile = reviewProfile(settings);
  return reviewService({
    store,
    now,
    settings: settings.review,
    profile,
    reviewer: once(() => reviewerFor(profile, factories(deps))),
    submit: async (caller, sent, options) => (await deps.compile()).submit(caller, sent, options),
    projectOf,
    withheld: withheldBy(deps),
    home: layout.root,
    budgets: { user: settings.compile.user_characters, project: settings.compile.project_characters },
  });
}

function factories(deps: ReviewDeskDeps): ReviewerFactories {
  const outside = (profile: ReviewProfile): Promise<Reviewer> => costing(profile, deps);
  return {
    rules: () => rulesReviewer({ procedures: storedProcedures(deps.store) }),
    dummy: () => dummyReviewer(deps.env.MIDTURN_REVIEW_STUB?.trim() || null),
    'openai-compatible': outside,
    'anthropic-style': outside,
    minimax: outside,
    command: outside,
  };
}

/** Models and programs: loaded when one is asked for. */
async function costing(profile: ReviewProfile, { env, layout, store }: ReviewDeskDeps): Promise<Reviewer> {
  const { openReviewer } = await import('./reviewers.ts');
  return openReviewer(profile, { env, layout, turn: agentTurn(store) });
}

/** As capture keeps it out. The pauses are those of the last look, which comes before every review. */
function withheldBy({ layout, settings, now }: ReviewDeskDeps): Withheld {
  let pauses: PauseState = { current: null, past: [] };
  return {
    paused: async () => {
      pauses = await readPause(layout);
      return isInPause({ ...pauses, past: [] }, now());
    },
    // Agents that midturn starts work in its home: what they say there is nobody's session.
    path: exclusionOf([...settings.capture.exclude, layout.root]),
    time: (at) => isInPause(pauses, at),
  };
}
