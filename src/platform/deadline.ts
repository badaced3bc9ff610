/** Waiting for something no longer than a limit. */

export type Deadlined<T> = { readonly timedOut: false; readonly value: T } | { readonly timedOut: true };

/**
 * The promise's value, or `timedOut` after `ms` milliseconds. What the promise does later is its own affair: a late
 * rejection is not unhandled, since the race has taken it.
 */
export async function withDeadline<T>(promise: Promise<T>, ms: number): Promise<Deadlined<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ readonly timedOut: true }>((resolve) => {
    timer = setTimeout(() => resolve({ timedOut: true }), ms);
  });
  try {
    return await Promise.race([promise.then((value) => ({ timedOut: false as const, value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
