/** The compile service: takes suggestions in, and makes memory of them. */
import type { Caller } from '../model/caller.ts';
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
    submit: (caller, sent, options) => submit(deps, caller, sent, options),
    retry: (targets) => retry(deps, targets),
    inbox: (caller) => drainInbox(deps, caller),
    preflight: (caller) => preflight(deps, caller),
    compile: (caller, request) => compile(deps, caller, request),
    render: (caller) => renderStale(deps, caller),
    scan: (caller, request) => scan(deps, caller, request),
  };
}
