// How the work is done, said in so many words but without a sign such as "always" or "from now on": what makes it a
// standing order is that it speaks of all commits, tests, branches and the like, not of one thing at hand.
import type { Match } from '../standing.ts';

export type Practice = {
  /** A state of things that may also be told as a fault; an order; a wish of the person's own. */
  readonly form: 'statement' | 'order' | 'person';
  /** Of a regular expression for the beginning of a clause. No repeat within a repeat of unlimited length. */
  readonly source: string;
  /** Has to be found behind it as well, or in it. */
  readonly needs?: string;
};

export type PracticeForm = Practice['form'];
export type PracticeMatch = Match & { readonly form: PracticeForm };
