/** The end of `midturn serve`: a signal lets running calls end, a second one does not wait. */

type Signals = {
  readonly onSignal: (listener: () => void) => void;
  /** Never rejects. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `listener` for each signal that asks a program to end. */
export function onEndSignals(listener: () => void): void {
  for (const signal of SIGNALS) process.on(signal, listener);
}

export function endOnSignals({ onSignal, close, exit }: Signals): void {
  let isEnding = false;
  onSignal(() => {
    if (isEnding) return exit(1);
    isEnding = true;
    void close().then(() => exit(0));
  });
}
