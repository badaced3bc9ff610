/**
 * Runs one hook from its arguments to its answer. Whatever happens it ends in time, with exit status 0 and with an
 * answer that the client can read: a memory that does not work must not be noticed by a session.
 */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from '../app/app.ts';
import type { Environment } from '../app/caller.ts';
import { HookDesk, type HookDeskDeps, type SpoolKind } from '../app/hook-desk.ts';
import { messageOf } from '../model/errors.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { type Hook, type HookCall, type HookResult, SILENT } from './hook.ts';
import { emptyPayload, type HookPayload, readPayload } from './payload.ts';
import { postTool } from './post-tool.ts';
import { preCompact } from './pre-compact.ts';
import { sessionEnd } from './session-end.ts';
import { sessionStart } from './session-start.ts';
import { readStdin } from './stdin.ts';
import { stopReview } from './stop-review.ts';
import { userPrompt } from './user-prompt.ts';

const HOOKS: readonly Hook[] = [sessionStart, userPrompt, postTool, stopReview, preCompact, sessionEnd];

export type HookRun = {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly stdin: Parameters<typeof readStdin>[0];
  readonly version: string;
  /** Milliseconds since the process was started. */
  readonly elapsed: () => number;
  /** Prints the answer; resolves when it is out. */
  readonly print: (text: string) => Promise<void>;
  readonly limits?: Partial<HookLimits>;
  /** False where the process ends right after: its store need not be closed. Default true. */
  readonly closes?: boolean;
} & Pick<HookDeskDeps, 'program' | 'start'>;

type HookLimits = {
  /** From the start of the process: then it ends with nothing. */
  readonly totalMs: number;
  /** However late the process came to run, it has this long. */
  readonly leastMs: number;
  readonly stdinMs: number;
  readonly stdinBytes: number;
  /** How long a question waits until a project that is new is recorded. */
  readonly patienceMs: number;
};

const LIMITS: HookLimits = {
  totalMs: 1500,
  leastMs: 300,
  stdinMs: 1000,
  stdinBytes: 64 * 1024 * 1024,
  patienceMs: 200,
};

/** Resolves when the answer is out and nothing is left to do but to end. */
export async function runHook(run: HookRun): Promise<void> {
  // An agent that midturn has started itself: its session is nobody's.
  if ((run.env.MIDTURN_AGENT ?? '') !== '') return;
  const limits = { ...LIMITS, ...run.limits };
  const args = readArguments(run.argv);
  const hook = HOOKS.find(({ event }) => event === args.event);
  if (hook === undefined) return;
  let app: App;
  try {
    app = new App({ env: run.env, cwd: run.cwd, version: run.version, home: args.home, isHook: true });
  } catch {
    // There is no home: there is nobody to tell, and nothing to remember.
    return;
  }
  await new Running(run, hook, args, app, limits).go();
}

class Running {
  readonly #run: HookRun;
  readonly #hook: Hook;
  readonly #args: Arguments;
  readonly #app: App;
  readonly #desk: HookDesk;
  readonly #limits: HookLimits;
  #payload: HookPayload;

  constructor(run: HookRun, hook: Hook, args: Arguments, app: App, limits: HookLimits) {
    this.#run = run;
    this.#hook = hook;
    this.#args = args;
    this.#app = app;
    this.#limits = limits;
    this.#payload = emptyPayload(run.env, args.client);
    const { program, start } = run;
    this.#desk = new HookDesk({
      layout: app.layout,
      env: run.env,
      now: app.now,
      ...(program === undefined ? {} : { program }),
      ...(start === undefined ? {} : { start }),
    });
  }

  async go(): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<Wrong>((done) => {
      // What asks nothing of the store is over at once: on a busy machine its word must not be lost to a limit.
      if (this.#hook.whenFailed !== undefined) return;
      const { totalMs, leastMs } = this.#limits;
      const left = Math.max(leastMs, totalMs - this.#run.elapsed());
      late = setTimeout(() => done({ wrong: `it took longer than ${totalMs} ms` }), left);
    });
    const outcome = await Promise.race([this.#outcome(), tooLate]);
    clearTimeout(late);
    await this.#finish(outcome);
  }

  async #outcome(): Promise<HookResult | Wrong> {
    try {
      const wrong = await this.#read();
      return wrong === null ? await this.#hook.run(this.#call()) : { wrong };
    } catch (error) {
      return { wrong: messageOf(error), said: (await this.#hook.whenWrong?.(this.#call(), error)) ?? '' };
    }
  }

  /** Why there is no payload, or null. */
  async #read(): Promise<string | null> {
    const { client, cwd, payloadFile, cleanupPayload } = this.#args;
    // The manual form needs none.
    if (cwd !== undefined) return null;
    const { stdinMs, stdinBytes } = this.#limits;
    const found: InTime =
      payloadFile === undefined
        ? await readStdin(this.#run.stdin, { ms: stdinMs, bytes: stdinBytes })
        : payloadIn(resolve(this.#run.cwd, payloadFile), stdinBytes, cleanupPayload);
    if ('wrong' in found) return `the payload is ${found.wrong}`;
    const read = readPayload(found.text, this.#run.env, client);
    if ('wrong' in read) return found.text.trim() === '' ? 'there is no payload' : read.wrong;
    this.#payload = read.payload;
    return null;
  }

  #call(): HookCall {
    const { client, session, turn, call } = this.#payload;
    const cwd = this.#cwd();
    return {
      app: this.#app,
      payload: this.#payload,
      args: this.#args,
      cwd,
      caller: async () => {
        const { fromPlugin, hookCall } = await import('../app/caller.ts');
        const plugin = fromPlugin(this.#run.env);
        return this.#app.caller(
          hookCall({ client, session, turn, call, cwd, plugin }),
          this.#limits.patienceMs,
        );
      },
    };
  }

  #cwd(): string {
    return resolve(this.#run.cwd, this.#args.cwd ?? this.#payload.cwd ?? '.');
  }

  async #finish(outcome: HookResult | Wrong): Promise<void> {
    const hook = this.#hook;
    const failed = 'wrong' in outcome ? outcome.wrong : null;
    const { answer, wake } =
      'wrong' in outcome
        ? (hook.whenFailed?.(this.#args) ?? { ...SILENT, answer: outcome.said ?? '' })
        : outcome;
    const isManual = this.#args.cwd !== undefined;
    // Before anything is said: a client may end the process as soon as it has its answer.
    // What went wrong is for the worker too: it counts it, and upgrades a store that is older than this program.
    const told = failed !== null && this.#spool('trouble', failed);
    if (failed === null && hook.kind !== null && !isManual) this.#spool(hook.kind, null);
    if (answer !== '') await this.#run.print(answer);
    const woken = wake || told ? await this.#desk.wake() : null;
    this.#desk.log({
      at: this.#app.now(),
      level: failed === null ? 'info' : 'error',
      kind: `hook.${hook.event}`,
      ok: failed === null,
      ms: this.#run.elapsed(),
      client: this.#payload.client,
      characters: answer.length,
      ...(woken === null ? {} : { worker: woken }),
      ...(failed === null ? {} : { error: failed }),
    });
    await this.#settled();
    if (this.#run.closes !== false) this.#app.close();
  }

  /** False where nothing was written. */
  #spool(kind: SpoolKind, error: string | null): boolean {
    const { client, session, turn, transcript, cwd, reason } = this.#payload;
    // While capture rests, only what went wrong is of interest.
    if (error === null && this.#desk.rests) return false;
    return this.#desk.spool({
      kind,
      at: this.#app.now(),
      event: this.#hook.event,
      client,
      session,
      turn,
      transcript,
      cwd,
      ms: this.#run.elapsed(),
      version: this.#run.version,
      error,
      reason,
    });
  }

  /** What was shown is recorded off the path of an answer: in the next turns of the event loop. */
  async #settled(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) await new Promise((done) => setImmediate(done));
  }
}

/** `said` = what is printed all the same. */
type Wrong = { readonly wrong: string; readonly said?: string };
type InTime = { readonly text: string } | { readonly wrong: string };

/** The payload in a file, as the system that this replaces hands it over. */
function payloadIn(path: string, most: number, cleanup: boolean): InTime {
  try {
    if (statSync(path).size > most) return { wrong: 'too long' };
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { wrong: `not readable: ${messageOf(error)}` };
  } finally {
    if (cleanup) rmSync(path, { force: true });
  }
}
