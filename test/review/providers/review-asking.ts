/** What every provider is asked with: a profile, a snapshot, and a request that counts. */
import type { ReviewProfile, ReviewRequest, ReviewSnapshot, ReviewUsage } from '../../../src/model/review.ts';

export function aProfile(changes: Partial<ReviewProfile>): ReviewProfile {
  return {
    name: 'test',
    provider: 'openai-compatible',
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
    ...changes,
  };
}

export function aSnapshot(): ReviewSnapshot {
  return {
    schema_version: 1,
    context: {
      session: 'k3f9a2',
      external_session: 's1',
      client: 'codex',
      turns: [1, 1],
      reviewed_up_to: 0,
      cwd: '/home/dev/shop',
      project: 'shop',
      trigger: 'stop',
      triggered_at: '2026-11-21T10:00:00.000Z',
    },
    transcript: [
      {
        ref: 'k3f9a2/1',
        number: 1,
        turn: 1,
        role: 'user',
        by: 'person',
        at: null,
        text: 'Use pnpm here',
        cut: false,
        tool: null,
      },
    ],
    comparison: { user_md: '', memory_md: '', recall: [], skills: [] },
    source_authority: ['transcript'],
  };
}

export type CountingRequest = ReviewRequest & { asks: number; readonly spentCalls: ReviewUsage[] };

/** @param calls how many may be made */
export function asRequest(calls: number): CountingRequest {
  const request: CountingRequest = {
    asks: 0,
    spentCalls: [],
    signal: new AbortController().signal,
    mayCall: async () => {
      request.asks += 1;
      return request.asks <= calls;
    },
    spent: async (usage) => {
      request.spentCalls.push(usage);
    },
  };
  return request;
}
