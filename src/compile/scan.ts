/** Compiles every project that has something to compile; what goes wrong in one stops none of the others. */
import type { Caller, CallerProject } from '../model/caller.ts';
import { messageOf } from '../model/errors.ts';
import type { ProjectRecord } from '../store/projects.ts';
import { compile } from './compile.ts';
import { drainInbox, inboxNotices } from './inbox.ts';
import { NO_ACTIONS, NO_SCOPES, sumActions, sumScopes } from './statuses.ts';
import type { CompileDeps, CompileRequest, CompileResult, ScanResult } from './types.ts';

type Scanned = ScanResult['results'][number];

export async function scan(
  deps: CompileDeps,
  caller: Caller,
  request: CompileRequest = {},
): Promise<ScanResult> {
  const dropped = request.dryRun === true ? [] : inboxNotices(await drainInbox(deps, caller));
  const projects = await deps.store.projects.list();
  const results: Scanned[] = [];
  const places: ReadonlyArray<ProjectRecord | null> = projects.length === 0 ? [null] : projects;
  for (const record of places) {
    if (request.signal?.aborted === true) break;
    const at = { project: record?.id ?? null, name: record?.name ?? '' };
    try {
      results.push({
        ...at,
        ...(await compile(deps, { ...caller, project: placed(caller, record) }, request)),
      });
    } catch (error) {
      results.push({ ...at, error: messageOf(error) });
    }
  }
  const told = results.flatMap((result) => ('error' in result ? [] : (result.notices ?? [])));
  const notices = [...new Set([...dropped, ...told])];
  return { results, ...sums(results), ...(notices.length === 0 ? {} : { notices }) };
}

/** A caller stands in its own checkout only; elsewhere nothing is known of one. */
function placed({ project }: Caller, record: ProjectRecord | null): CallerProject | null {
  if (record === null) return null;
  if (project?.ids.includes(record.id) === true) return project;
  const { id, ids, name } = record;
  return { id, ids, name, root: null, cwd: '', branch: null, commit: null };
}

/** A plan of a dry run counts by what it holds. */
function hasWork({ run_status, processed }: CompileResult): boolean {
  return run_status === 'plan' ? processed > 0 : !run_status.startsWith('skip');
}

function sums(results: readonly Scanned[]): Pick<ScanResult, 'counts' | 'aggregate'> {
  const ran = results.filter((result): result is Scanned & CompileResult => !('error' in result));
  const skipped = ran.filter((result) => !hasWork(result));
  return {
    counts: {
      run: ran.length - skipped.length,
      skipped: skipped.length,
      failed: results.length - ran.length,
    },
    aggregate: {
      projects: results.length,
      processed: ran.reduce((sum, { processed }) => sum + processed, 0),
      actions: ran.reduce((sum, { actions }) => sumActions(sum, actions), NO_ACTIONS),
      by_scope: ran.reduce((sum, { by_scope }) => sumScopes(sum, by_scope), NO_SCOPES),
      waiting: ran.reduce((sum, { waiting }) => sum + waiting, 0),
      with_fallback: ran.filter(({ fallback }) => fallback !== undefined).length,
    },
  };
}
