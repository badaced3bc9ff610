/** What a reviewer has answered, as it is kept and handed on. */
import * as z from 'zod';
import type { ReviewOutput } from '../model/review.ts';
import type { FamilyCounts } from '../store/reviews.ts';

const Output = z.strictObject({
  memory_updates: z.array(z.unknown()).default([]),
  recall_candidate: z.array(z.unknown()).default([]),
  skill_action: z.array(z.unknown()).default([]),
});

/** @throws ZodError for what is none. */
export function readOutput(value: unknown): ReviewOutput {
  return Output.parse(value);
}

export function countsOf(output: ReviewOutput): FamilyCounts {
  return {
    memory_updates: output.memory_updates.length,
    recall_candidate: output.recall_candidate.length,
    skill_action: output.skill_action.length,
  };
}

export function isEmpty(output: ReviewOutput): boolean {
  return Object.values(countsOf(output)).every((count) => count === 0);
}
