/** The compile service: takes suggestions in, and makes memory of them. */
import type { Caller } from '../model/caller.ts';
import { storeWithin } from '../store/within.ts';
import { withoutPaths } from '../text/absolute-paths.ts';
import { compile } from './compile.ts';
import { readEnvelopeText } from './envelope.ts';
import { renderStale } from './files.ts';
import { drainInbox, type InboxReport } from './inbox.ts';
import { preflight } from './preflight.ts';
import { retry } from './retry.ts';
import { scan } from './scan.ts';
import { submit } from './submit.ts';
import type {
  CompileDeps,
  CompileRequest,
  CompileResult,
  Preflight,
  ScanResult,
  SubmitOptions,
  SubmitResult,
} from './types.ts';

export type CompileService = {
  /** The JSON of a file. @throws UserInputError when it is none. */
  readonly read: (text: string) => unknown;
  readonly submit: (caller: Caller, sent: unknown, options: SubmitOptions) => Promise<SubmitResult>;
  /** Puts failed suggestions back into the queue, by id; null = all of every project. Returns how many. */
  readonly retry: (targets: readonly string[] | null) => Promise<number>;
  /** Takes in what other programs have dropped. */
  readonly inbox: (caller: Caller) => Promise<InboxReport>;
  readonly preflight: (caller: Caller) => Promise<Preflight>;
  readonly compile: (caller: Caller, request?: CompileRequest) => Promise<CompileResult>;
  /** Renders the files of what has changed in memory; answers what people are told. */
  readonly render: (caller: Caller) => Promise<readonly string[]>;
  readonly scan: (caller: Caller, request?: CompileRequest) => Promise<ScanResult>;
};

export function compileService(deps: CompileDeps): CompileService {
  return {
    read: readEnvelopeText,
    submit: async (caller, sent, options) => submit(await within(deps, caller), caller, sent, options),
    retry: (targets) => retry(deps, targets),
    inbox: (caller) => drainInbox(deps, caller),
    preflight: async (caller) => preflight(await within(deps, caller), caller),
    compile: async (caller, request) =>
      toldTo(caller, await compile(await within(deps, caller), caller, request)),
    render: (caller) => renderStale(deps, caller),
    scan: (caller, request) => scan(deps, caller, request),
  };
}

/**
 * For a caller who is bound to projects, the inbox is left to the next compile of somebody else: other programs drop
 * envelopes of every project there.
 */
async function within(deps: CompileDeps, caller: Caller): Promise<CompileDeps> {
  const store = await storeWithin(deps.store, caller);
  return store === deps.store ? deps : { ...deps, store, inbox: null };
}

/** Over the network nothing is told of this machine, and of its files nothing to who is bound to projects. */
function toldTo({ surface, reach }: Caller, result: CompileResult): CompileResult {
  const isBound = reach !== null && reach !== undefined;
  if (surface !== 'http' && !isBound) return result;
  const { lock: _, notices = [], ...rest } = result;
  const told = isBound ? [] : [...new Set(notices.map((words) => withoutPaths(words)))];
  return { ...rest, ...(told.length === 0 ? {} : { notices: told }) };
}
