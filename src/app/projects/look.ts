/** One look at a directory from a call: what is answered while a new project is still being recorded. */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallerProject } from '../../model/caller.ts';
import { projectId } from '../../model/ids.ts';
import type { Location } from '../../project/locate.ts';

/** One look at a directory. `unknown` is told when the store does not know its project. */
export type Look = {
  readonly at: number;
  readonly project: Promise<CallerProject | null>;
  readonly unknown: Promise<void>;
};

/** The project, or after `ms` of recording it one that holds nothing yet. */
export async function within(
  ms: number,
  project: Promise<CallerProject | null>,
  unknown: Promise<void>,
  cwd: string,
): Promise<CallerProject | null> {
  const patience = new AbortController();
  const late = unknown
    .then(() => sleep(ms, undefined, { signal: patience.signal, ref: false }))
    .then((): CallerProject => nothingYet(cwd));
  late.catch(() => undefined);
  project.catch(() => undefined);
  try {
    return await Promise.race([project, late]);
  } finally {
    patience.abort();
  }
}

/** A project that is in no store. */
export function nothingYet(cwd: string): CallerProject {
  return {
    id: projectId('0'.repeat(26)),
    ids: [],
    name: basename(cwd),
    root: null,
    cwd: '',
    branch: null,
    commit: null,
  };
}

/** The folder that a person would call the project's; null where there is none. */
export function rootOf(location: Location): string | null {
  switch (location.kind) {
    case 'git':
      return location.root ?? location.commonDir;
    case 'git-broken':
      return location.root;
    case 'folder':
      return location.path;
    default:
      return null;
  }
}
