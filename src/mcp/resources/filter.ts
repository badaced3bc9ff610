/** What a client wants to hear of, as `subscriptions/listen` of 2026-07-28 says it. */

/** Resources watched for one connection, or one listener over HTTP: what lies beyond is not watched. */
export const MOST_URIS = 500;

export type Filter = {
  readonly uris: ReadonlySet<string>;
  /** The list of resources. */
  readonly list: boolean;
};

/** Of a `subscriptions/listen` request; null for any other message, and where it asks for nothing of resources. */
export function filterOf(message: unknown): Filter | null {
  return field(message, 'method') === 'subscriptions/listen'
    ? honouredFilter(field(message, 'params'))
    : null;
}

/** Of the params of such a request, or of its acknowledgement. */
export function honouredFilter(params: unknown): Filter | null {
  const wanted = field(params, 'notifications');
  const named = field(wanted, 'resourceSubscriptions');
  const uris = Array.isArray(named) ? named.filter((uri) => typeof uri === 'string').slice(0, MOST_URIS) : [];
  const list = field(wanted, 'resourcesListChanged') === true;
  return uris.length === 0 && !list ? null : { uris: new Set(uris), list };
}

export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
