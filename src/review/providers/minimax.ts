/** MiniMax: OpenAI's dialect at a host of each region, with errors of its own in answers of status 200. */
import type { ReviewFailureKind, ReviewProfile } from '../../model/review.ts';
import { isRecord } from '../../text/first-object.ts';
import type { Json, ServerError } from './dialect.ts';

export const MINIMAX = {
  baseUrl: {
    global: 'https://api.minimax.io/v1',
    cn: 'https://api.minimaxi.com/v1',
  } satisfies Record<ReviewProfile['region'], string>,
  keyName: 'MINIMAX_API_KEY',
  model: 'MiniMax-M2.7',
} as const;

/** Codes that may pass; of the others some need a person (a wrong key, no balance), the rest refuse the text. */
const PASSING: ReadonlyMap<number, ReviewFailureKind> = new Map([
  [1000, 'unreachable'],
  [1001, 'timeout'],
  [1002, 'rate_limited'],
  [1013, 'unreachable'],
  [1033, 'unreachable'],
  [1039, 'rate_limited'],
]);
const FOR_A_PERSON = new Set([1004, 1008, 2049, 2056]);

export function minimaxError({ base_resp }: Json): ServerError | null {
  if (!isRecord(base_resp) || typeof base_resp.status_code !== 'number' || base_resp.status_code === 0)
    return null;
  const { status_code: code, status_msg } = base_resp;
  const words = typeof status_msg === 'string' && status_msg !== '' ? `: ${status_msg}` : '';
  const failure = PASSING.get(code) ?? (FOR_A_PERSON.has(code) ? 'not_configured' : 'refused');
  return {
    kind: 'error',
    failure,
    words: `it answered with error ${code}${words}`,
    again: PASSING.has(code),
  };
}
