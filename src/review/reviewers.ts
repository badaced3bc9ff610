/** Which reviewer a profile asks for, and which of them cost something. */
import { type Reviewer, ReviewFailure, type ReviewProfile, type ReviewProvider } from '../model/review.ts';

/** Makes the reviewers of a provider; what is not there is not configured. */
export type ReviewerFactories = Readonly<
  Partial<Record<ReviewProvider, (profile: ReviewProfile) => Reviewer | Promise<Reviewer>>>
>;

/** True where a call costs money or quota: known before the reviewer is made. */
export function isPaid(provider: ReviewProvider): boolean {
  return provider !== 'rules' && provider !== 'dummy';
}

/** @throws ReviewFailure `not_configured` */
export async function reviewerFor(profile: ReviewProfile, factories: ReviewerFactories): Promise<Reviewer> {
  const make = factories[profile.provider];
  if (make !== undefined) return make(profile);
  throw new ReviewFailure(
    'not_configured',
    `The profile ${profile.name} asks for the reviewer ${profile.provider}, which is not built in. Set [review] profile = "rules".`,
  );
}
