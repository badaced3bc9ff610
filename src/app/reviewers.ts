/** Reviewers that ask a model or run a program, a bundle of its own: loaded only where one is configured. */
import type { AgentTurn } from '../model/agent.ts';
import type { Reviewer, ReviewProfile } from '../model/review.ts';
import type { HomeLayout } from '../project/home.ts';
import { readKeys } from '../project/keys.ts';
import { reviewerOf } from '../review/providers/index.ts';
import type { Environment } from './caller.ts';
import { ownPrompt } from './own-prompt.ts';

/** @throws ReviewFailure `not_configured`: no key, a wrong address, no program */
export async function openReviewer(
  profile: ReviewProfile,
  { env, layout, turn }: { readonly env: Environment; readonly layout: HomeLayout; readonly turn: AgentTurn },
): Promise<Reviewer> {
  const keys = await readKeys(layout, env);
  const prompt = await ownPrompt(layout, 'reviewer');
  return reviewerOf(profile, { env, key: keys.get, cache: layout.cache, prompt, turn });
}
