/** A reviewer that proposes nothing, or always the same: for trying out what comes after a review. */
import { type Reviewer, ReviewFailure } from '../../model/review.ts';
import { readOutput } from '../output.ts';

/**
 * @param canned an envelope as JSON; null = nothing is proposed
 */
export function dummyReviewer(canned: string | null = null): Reviewer {
  return {
    provider: 'dummy',
    model: null,
    paid: false,
    review: async () => ({
      output: canned === null ? readOutput({}) : parsed(canned),
      usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
      notes: [],
    }),
  };
}

function parsed(canned: string) {
  try {
    return readOutput(JSON.parse(canned));
  } catch (cause) {
    throw new ReviewFailure('invalid_output', 'The canned output is not an envelope as JSON', {
      raw: [canned],
      cause,
    });
  }
}
