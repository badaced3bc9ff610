/** One hook: what it is given, and what it leaves behind. */
import { existsSync } from 'node:fs';
import type { App } from '../app/app.ts';
import type { SpoolKind } from '../app/hook-desk.ts';
import type { Caller } from '../model/caller.ts';
import type { Arguments } from './arguments.ts';
import type { HookPayload } from './payload.ts';

export type HookCall = {
  readonly app: App;
  readonly payload: HookPayload;
  readonly args: Arguments;
  /** Where the session works. */
  readonly cwd: string;
  /** Opens the store. */
  readonly caller: () => Promise<Caller>;
};

export type HookResult = {
  /** What is printed; nothing for the empty string. */
  readonly answer: string;
  /** A worker has something to do. */
  readonly wake: boolean;
};

export type Hook = {
  /** The command: `session-start` … */
  readonly event: string;
  /** What is left in the spool; null = nothing. */
  readonly kind: SpoolKind | null;
  readonly run: (call: HookCall) => Promise<HookResult>;
  /** What becomes of it when it went wrong or took too long; by default nothing. */
  readonly whenFailed?: (args: Arguments) => HookResult;
  /** What is said of an error that only a person can mend; nothing for all others. */
  readonly whenWrong?: (call: HookCall, error: unknown) => Promise<string>;
};

/** It says nothing, and nobody has to do anything. */
export const SILENT: HookResult = { answer: '', wake: false };
/** It says nothing, but a worker has something to do. */
export const WORK: HookResult = { answer: '', wake: true };

/** False without a store: a question that nothing can answer must not make one, nor a home that was removed. */
export function isAnythingKept({ layout }: Pick<App, 'layout'>): boolean {
  return existsSync(layout.db);
}
