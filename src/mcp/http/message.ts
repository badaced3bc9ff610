/** What the door needs to know of a message before the protocol reads it: its ids, its kind, who sends it. */
import { CLIENT_INFO_META_KEY, type RequestId } from '@modelcontextprotocol/server';
import { CODES, Refusal } from './refusal.ts';

/** JSON-RPC itself sets no limit, and a batch runs all at once. */
const MOST_IN_BATCH = 50;

/** @throws Refusal 400 for a batch that is empty or too long */
export function countMessages(body: unknown): number {
  if (!Array.isArray(body)) return 1;
  if (body.length > 0 && body.length <= MOST_IN_BATCH) return body.length;
  const message =
    body.length === 0
      ? 'Invalid request: the batch is empty.'
      : `Invalid request: a batch has at most ${MOST_IN_BATCH} messages.`;
  throw new Refusal({ status: 400, code: CODES.request, message });
}

/** Of the requests in a message or a batch: what is answered. */
export function requestIds(body: unknown): readonly RequestId[] {
  return (Array.isArray(body) ? body : [body]).flatMap((message) => {
    const id = isObject(message) && typeof message.method === 'string' ? message.id : undefined;
    return typeof id === 'string' || typeof id === 'number' ? [id] : [];
  });
}

/** The id that an error of the door answers; null for a batch, a notification, an answer. */
export function answeredId(body: unknown): RequestId | null {
  return Array.isArray(body) ? null : (requestIds(body)[0] ?? null);
}

export function cancelledRequest(body: unknown): RequestId | null {
  if (!isObject(body) || body.method !== 'notifications/cancelled' || !isObject(body.params)) return null;
  const { requestId } = body.params;
  return typeof requestId === 'string' || typeof requestId === 'number' ? requestId : null;
}

/** The method of JSON-RPC; `batch` for several messages, null for an answer. */
export function rpcMethod(body: unknown): string | null {
  if (Array.isArray(body)) return 'batch';
  return isObject(body) && typeof body.method === 'string' ? body.method : null;
}

export function calledTool(body: unknown): string | null {
  if (rpcMethod(body) !== 'tools/call' || !isObject(body) || !isObject(body.params)) return null;
  return typeof body.params.name === 'string' ? body.params.name : null;
}

/** `clientInfo.name`: in the handshake of earlier protocols, with every request since 2026-07-28. */
export function sentClientName(body: unknown): string | null {
  const params = isObject(body) && isObject(body.params) ? body.params : {};
  const info = params.clientInfo ?? (isObject(params._meta) ? params._meta[CLIENT_INFO_META_KEY] : undefined);
  return isObject(info) && typeof info.name === 'string' ? info.name : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
