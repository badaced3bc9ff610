/** What the processes of the loop's property test are told to do, and what they answer. */
import * as z from 'zod';

const act = z.discriminatedUnion('do', [
  z.object({ do: z.literal('submit'), envelope: z.record(z.string(), z.unknown()) }),
  z.object({ do: z.literal('compile'), limit: z.number().nullable() }),
  z.object({ do: z.literal('remember'), content: z.string(), scope: z.enum(['user', 'project']) }),
  z.object({ do: z.literal('forget'), at: z.number() }),
  z.object({ do: z.literal('decide'), at: z.number(), decision: z.enum(['approve', 'reject']) }),
  z.object({ do: z.literal('undo'), at: z.number() }),
]);
const order = z.object({
  home: z.string(),
  project: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** The place at which the process kills itself; null = it lives. */
  killAt: z.number().nullable(),
  act,
});
const answer = z.object({
  items: z.array(z.string()).optional(),
  memory: z.string().optional(),
  refused: z.string().optional(),
  fault: z.string().optional(),
});

export type Act = z.infer<typeof act>;
export type Order = z.infer<typeof order>;
export type Answer = z.infer<typeof answer>;

export const orderFrom = (message: unknown): Order => order.parse(message);
export const answerFrom = (message: unknown): Answer => answer.parse(message);
