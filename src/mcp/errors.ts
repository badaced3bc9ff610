/** Errors as a model reads them: what, why, what to do next. Over the network they tell nothing of this machine. */
import { randomBytes } from 'node:crypto';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';
import { MidturnError, messageOf, UserInputError } from '../model/errors.ts';
import type { ToolAnswer } from './define-tool.ts';
import { plain } from './plain.ts';

/** Where a call has failed. */
export type FailedAt = {
  readonly app: App;
  /** Null = it is not known who calls: as little is told as over the network. */
  readonly surface: CallFacts['surface'] | null;
  readonly log: (line: string) => void;
};

/** Maps what a tool, prompt or resource threw. What midturn did not raise on purpose is logged, with its stack. */
export function errorAnswer(what: string, error: unknown, at: FailedAt): ToolAnswer {
  return { text: errorWords(what, error, at), isError: true };
}

/** What was sent is given back without what nobody sees, and without secrets. */
export function errorWords(what: string, error: unknown, at: FailedAt): string {
  return plain(wordsOf(what, error, at));
}

function wordsOf(what: string, error: unknown, { app, surface, log }: FailedAt): string {
  const isLocal = surface === 'mcp' || surface === 'cli';
  if (error instanceof MidturnError) {
    if (isLocal) return error.message;
    const bare = error.message.replaceAll(app.layout.root, '<home>');
    // What a caller has sent is answered in its own words.
    return error instanceof UserInputError ? bare : withoutPaths(bare);
  }
  const stack = plain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const advice = 'Nothing else is affected; go on without it, and run `midturn doctor` if it happens again.';
  if (isLocal) {
    log(`midturn: ${what} failed: ${stack}`);
    return `${what} failed inside midturn: ${messageOf(error)}. ${advice}`;
  }
  const id = randomBytes(4).toString('hex');
  log(`midturn: ${what} failed [${id}]: ${stack}`);
  app.log({
    at: app.now(),
    level: 'error',
    kind: 'mcp',
    ok: false,
    what,
    id,
    error: plain(messageOf(error)),
  });
  return `${what} failed inside midturn (error ${id}, which the log names too). ${advice}`;
}

/** True for what the caller can put right by sending something else. */
export function isInputError(error: unknown): boolean {
  return error instanceof UserInputError;
}

/** `/…`, `C:\…` and `\\server\…`, as far as a path goes without a blank; what follows a scheme is no path. */
const PATH = /(?<![\w.:/\\<>-])(?:\/[^\s"'`,;()<>]+|[A-Za-z]:[\\/][^\s"'`,;()<>]+|\\\\[^\s"'`,;()<>]+)/g;

function withoutPaths(text: string): string {
  return text.replace(PATH, (path) => `<path>${/[.:!?]$/.exec(path)?.[0] ?? ''}`);
}
