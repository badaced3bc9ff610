/** What agents that compile may cost: a run is written down before it is made, and its price when it has ended. */
import type { RunEnd } from '../../store/reviews.ts';
import { estimateTokens } from '../../text/token-estimate.ts';
import type { AgentBackend } from './agent.ts';
import type { AgentPayload } from './agent-payload.ts';

export type AgentCost = RunEnd;

/** The budget of a day, which agents that compile share with reviewers. */
export type AgentSpending = {
  /** The run's number in the ledger, or in one or two sentences for a person why it may not be made. */
  readonly reserve: (run: {
    readonly backend: AgentBackend;
    /** Null = the agent's own. */
    readonly model: string | null;
    /** Estimated, of what it is sent. */
    readonly tokens: number;
  }) => Promise<{ readonly entry: number } | { readonly stop: string }>;
  readonly settle: (entry: number, cost: AgentCost) => Promise<void>;
};

/** About what the instructions around a payload cost: 2.1 kB of words. */
const INSTRUCTION_TOKENS = 600;

export function tokensOf(payload: AgentPayload): number {
  return INSTRUCTION_TOKENS + estimateTokens(JSON.stringify(payload));
}
