/** What a command sees of the process it runs in: streams, terminal, environment. Tests bring their own. */
import type { Environment } from '../app/caller.ts';
import type { Clock } from '../model/time.ts';

export type Io = {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Width of each, in characters; what goes into a pipe is not cut to a terminal's. */
  readonly columns: { readonly stdout: number; readonly stderr: number };
  readonly env: Environment;
  readonly cwd: string;
  readonly ask: Prompts;
  /** Calls `stop` on Ctrl-C; the function that is returned ends that. */
  readonly onInterrupt: (stop: () => void) => () => void;
  readonly now?: Clock;
};

/** Questions to a person at a terminal; null where they left the question with Ctrl-C. */
export type Prompts = {
  /** `suggested` is what Enter alone answers. */
  readonly confirm: (question: string, suggested: boolean) => Promise<boolean | null>;
  readonly text: (question: string) => Promise<string | null>;
  /** Opens the text in the person's editor and answers what they saved; null where the editor failed. */
  readonly edit: (text: string, editor: string) => Promise<string | null>;
};

const PIPE_COLUMNS = 200;
/** Of a terminal that does not know its size, as one that a program has opened. */
const TERMINAL_COLUMNS = 80;

/** @param columns what the stream says of itself: undefined for a pipe, often 0 where nobody has said it */
export function widthOf({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): number {
  if (columns !== undefined && columns > 0) return columns;
  return isTTY === true ? TERMINAL_COLUMNS : PIPE_COLUMNS;
}

/** The process as it is. */
export function processIo(ask: Prompts): Io {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTTY: { stdin: stdin.isTTY === true, stdout: stdout.isTTY === true, stderr: stderr.isTTY === true },
    columns: { stdout: widthOf(stdout), stderr: widthOf(stderr) },
    env,
    cwd: process.cwd(),
    ask,
    onInterrupt: (stop) => {
      // Once each: a second Ctrl-C ends the process as it would any other.
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
      return () => {
        process.off('SIGINT', stop);
        process.off('SIGTERM', stop);
      };
    },
  };
}
