/** Imports many transcripts, one after the other, and gathers what there is to report. */
import { messageOf } from '../model/errors.ts';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { FoundFile, Unfit } from './discover.ts';
import { ImportFlow } from './import-flow.ts';
import type { FileReport, IngestDeps } from './ingest.ts';
import type { ReaderWorker } from './reader-thread.ts';

type ImportedSession = {
  readonly session: string;
  readonly external_id: string;
  readonly client: string;
  readonly project: string | null;
  /** Messages that the store holds of the session. */
  readonly messages: number;
  /** Messages that this run added. */
  readonly added: number;
};

export type ImportReport = {
  readonly sessions: readonly ImportedSession[];
  readonly skipped: ReadonlyArray<{
    readonly path: string;
    readonly line: number | null;
    readonly reason: string;
  }>;
  /** Dirty lines in all; `skipped` names the first of each file. */
  readonly skipped_lines: number;
  readonly redacted: Readonly<Record<string, number>>;
  /** Record types that midturn does not know: kept out and counted. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly passed: Readonly<Record<string, number>>;
  readonly files: {
    readonly read: number;
    readonly unchanged: number;
    readonly failed: number;
    readonly excluded: number;
  };
  readonly added: number;
  readonly revised: number;
  readonly copies: number;
  readonly bytes: number;
  readonly stopped: boolean;
};

export type ImportProgress = {
  readonly bytes: number;
  readonly total: number;
  readonly file: string;
  readonly messages: number;
};

export type ImportOptions = {
  readonly fallbackProject: ProjectId | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Starts a thread to read in, where there is much to read; null where there is none. */
  readonly startReader?: () => ReaderWorker | null;
  /** Bytes to read from which it is started. Default 4,000,000. */
  readonly threadFrom?: number;
};

/** Reads every file; one that fails is reported and the rest goes on. */
export async function importFiles(
  files: readonly FoundFile[],
  unfit: readonly Unfit[],
  deps: IngestDeps,
  options: ImportOptions,
): Promise<ImportReport> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sessions = new Map<SessionId, number>();
  const skipped: Array<{ path: string; line: number | null; reason: string }> = unfit.map(
    ({ path, reason }) => ({ path, line: null, reason }),
  );
  const redacted = new Map<string, number>();
  const unknown = new Map<string, number>();
  const passed = new Map<string, number>();
  const outcome = { read: 0, unchanged: 0, failed: unfit.length, excluded: 0 };
  const sum = { skipped: 0, added: 0, revised: 0, copies: 0, bytes: 0, read: 0, done: 0 };
  const gather = async (found: FoundFile, report: FileReport): Promise<void> => {
    if (report.outcome === 'unchanged') outcome.unchanged += 1;
    else if (report.outcome === 'excluded') outcome.excluded += 1;
    else outcome.read += 1;
    const met = report.outcome === 'unchanged' ? await earlier(deps, found.file.path) : report.sessions;
    for (const [session, added] of met) sessions.set(session, (sessions.get(session) ?? 0) + added);
    skipped.push(...report.skipped);
    sum.skipped += report.skippedLines;
    sum.revised += report.revised;
    sum.copies += report.copies;
    sum.bytes += report.bytes;
    for (const added of report.sessions.values()) sum.added += added;
    for (const [into, from] of [
      [redacted, report.redacted],
      [unknown, report.unknown],
      [passed, report.passed],
    ] as const) {
      for (const [what, count] of from) into.set(what, (into.get(what) ?? 0) + count);
    }
  };
  const progress = (file: FoundFile, bytes: number, added: number): void =>
    options.onProgress?.({ bytes, total, file: file.file.path, messages: sum.added + added });
  const flow = new ImportFlow(files, deps, {
    ...options,
    onRead: (bytes, file, added) => {
      sum.read += bytes;
      progress(file, Math.min(sum.read, total), added);
    },
    onFile: async (file, result) => {
      if ('error' in result) {
        outcome.failed += 1;
        skipped.push({ path: file.file.path, line: null, reason: messageOf(result.error) });
      } else {
        await gather(file, result);
      }
      sum.done += file.bytes;
      // What was read of it may be less than it holds: unchanged, excluded, failed.
      sum.read = Math.max(sum.read, sum.done);
      progress(file, Math.min(sum.read, total), 0);
    },
  });
  const stopped = await flow.run();
  return {
    sessions: await describe(deps, sessions),
    skipped,
    skipped_lines: sum.skipped,
    redacted: Object.fromEntries(redacted),
    unknown: Object.fromEntries(unknown),
    passed: Object.fromEntries(passed),
    files: outcome,
    added: sum.added,
    revised: sum.revised,
    copies: sum.copies,
    bytes: sum.bytes,
    stopped,
  };
}

/** The sessions that a file has given before. */
async function earlier(deps: IngestDeps, path: string): Promise<ReadonlyMap<SessionId, number>> {
  const source = await deps.store.sources.find(deps.machine, path);
  const sessions = source === null ? [] : await deps.store.sources.sessions(source.row);
  return new Map(sessions.map((session) => [session, 0]));
}

async function describe(
  deps: IngestDeps,
  sessions: ReadonlyMap<SessionId, number>,
): Promise<ImportedSession[]> {
  const out: ImportedSession[] = [];
  for (const [id, added] of sessions) {
    const session = await deps.store.sessions.get(id);
    if (session === null) continue;
    out.push({
      session: session.short,
      external_id: session.external,
      client: session.client,
      project: session.projectName,
      messages: session.messages,
      added,
    });
  }
  return out;
}
