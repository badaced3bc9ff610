/** Where a question looks: the caller's project, a named one, or all of them; and which turn is going on right now. */
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { ExcludedTurn } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { clean } from '../text/clean.ts';

export type Scope = {
  /** Null = every project. */
  readonly projects: readonly ProjectId[] | null;
  /** `this project`, `that project`, `every project`. */
  readonly words: string;
  /** Said where the caller did not ask for it. */
  readonly note: string | null;
};

const ALL = /^(?:all|\*|any|every)$/i;
const THIS = /^(?:this|current|here|\.)$/i;
/** Names that an error lists. */
const LISTED = 20;

/** @throws UserInputError for a name that is unknown (it lists those there are) or that several projects share. */
export async function scopeOf(store: Store, caller: Caller, project: string | null): Promise<Scope> {
  if (project !== null && ALL.test(project)) return { projects: null, words: 'every project', note: null };
  if (project === null || THIS.test(project)) {
    if (caller.project !== null) return { projects: caller.project.ids, words: 'this project', note: null };
    const note = 'No project is known for this call, so every project was looked at.';
    return { projects: null, words: 'every project', note };
  }
  const found = await store.projects.named(project);
  const [only] = found;
  if (only === undefined) throw await unknown(store, project);
  if (found.length > 1) {
    throw new UserInputError({
      what: `${found.length} projects are called ${quoted(project)}`,
      why: 'a name alone does not tell them apart',
      next: `Send one of their ids: ${found.map(({ id }) => id.slice(0, 10)).join(', ')}`,
    });
  }
  const own = caller.project?.ids.includes(only.id) === true;
  return { projects: only.ids, words: own ? 'this project' : 'that project', note: null };
}

async function unknown(store: Store, project: string): Promise<UserInputError> {
  const names = [...new Set((await store.projects.list()).map(({ name }) => name))].sort();
  const shown = names.slice(0, LISTED).map(quoted).join(', ');
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return new UserInputError({
    what: `No project is called ${quoted(project)}`,
    why: names.length === 0 ? 'no project is known yet' : `these are known: ${shown}${more}`,
    next: 'Send one of these names, an id, or project:"all"',
  });
}

/** A name in one line and in quotes: it may have been made to look like something else. */
function quoted(name: string): string {
  return JSON.stringify(clean(name).replace(/\s+/g, ' ').slice(0, 60));
}

export type CurrentTurn = {
  readonly session: SessionId;
  readonly turn: number;
  /** What belongs to it and is never a hit: itself, the turn that started this agent, the agents it has started. */
  readonly running: readonly ExcludedTurn[];
};

/** The turn that the caller is in, where it is captured already: never a hit, it would find the question itself. */
export async function currentTurn(store: Store, { session, turnKey }: Caller): Promise<CurrentTurn | null> {
  if (session === null) return null;
  const turn = await store.sessions.currentTurn(session, turnKey);
  if (turn === null) return null;
  const running: ExcludedTurn[] = [{ session, turn }];
  for (const link of (await store.sessions.get(session))?.links ?? []) {
    if (link.kind !== 'spawned_by') continue;
    const above = await store.sessions.currentTurn(link.to, null);
    if (above !== null) running.push({ session: link.to, turn: above });
  }
  for (const spawned of await store.sessions.spawnedIn(session, turn))
    running.push({ session: spawned, turn: null });
  return { session, turn, running };
}
