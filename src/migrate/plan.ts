/** What of a source would be taken over, into which project, and what would not, and why. Writes nothing. */
import { basename } from 'node:path';
import { prepare } from '../memories/index.ts';
import { MidturnError } from '../model/errors.ts';
import { type ProjectId, sessionId } from '../model/ids.ts';
import { volatileRule } from '../text/volatile.ts';
import { digestOf, takenFrom } from './ledger.ts';
import type {
  Candidate,
  Found,
  MigrateDeps,
  MigrationPlan,
  Place,
  Planned,
  Skipped,
  SkipReason,
  Target,
} from './types.ts';

/** Characters of a memory and of what is fetched on demand, as the queue takes them. */
const LIMITS = { memory: 4000, recall: 16_384 } as const;

type Resolved = Target & { readonly ids: readonly ProjectId[] };

const NOBODYS: Resolved = { path: null, id: null, name: 'about you, everywhere', ids: [] };

export async function planOf(deps: MigrateDeps, found: Found): Promise<MigrationPlan> {
  const planning = new Planning(deps, found, await takenFrom(deps.store, found.source));
  for (const candidate of found.candidates) await planning.take(candidate);
  const { source, root } = found;
  return { source, root, planned: planning.planned, skipped: [...found.skipped, ...planning.skipped] };
}

class Planning {
  readonly planned: Planned[] = [];
  readonly skipped: Skipped[] = [];
  readonly #deps: MigrateDeps;
  readonly #found: Found;
  readonly #taken: ReadonlySet<string>;
  readonly #targets = new Map<string, Resolved | null>();
  readonly #seen = new Set<string>();

  constructor(deps: MigrateDeps, found: Found, taken: ReadonlySet<string>) {
    this.#deps = deps;
    this.#found = found;
    this.#taken = taken;
  }

  async take(given: Candidate): Promise<void> {
    const digest = digestOf(this.#deps.store, this.#found.source, given);
    if (this.#taken.has(digest)) return this.#skip(given, 'taken_before', 'it was taken over before');
    const candidate = fitted(given);
    if (candidate === null)
      return this.#skip(
        given,
        'too_long',
        `it has ${given.content.length} characters, ${LIMITS.recall} are kept`,
      );
    const target = await this.#target(candidate);
    if (target === null) return this.#skip(candidate, 'unknown_project', unknownWords(candidate.place));
    if (this.#seen.has(digest)) return this.#skip(candidate, 'duplicate', 'the same stands there twice');
    this.#seen.add(digest);
    if (candidate.kind !== 'skill' && !(await this.#isNew(candidate, target))) return;
    const { path, id, name } = target;
    this.planned.push({ candidate, target: { path, id, name }, digest });
  }

  /** What the compile would refuse, or find to be there, is told before. */
  async #isNew(candidate: Candidate, target: Resolved): Promise<boolean> {
    const { action } = candidate.fields;
    if (action !== undefined && action !== 'add') return true;
    if (volatileRule(candidate.content) !== null) {
      this.#skip(candidate, 'volatile', 'it tells of a passing state');
      return false;
    }
    const hash = this.#hash(candidate);
    if (hash === null) return false;
    const key = `${candidate.scope} ${target.id ?? target.path ?? ''} ${Buffer.from(hash).toString('hex')}`;
    if (this.#seen.has(key)) {
      this.#skip(candidate, 'duplicate', 'the same stands there twice');
      return false;
    }
    this.#seen.add(key);
    const places = candidate.scope === 'user' ? [null] : target.ids;
    for (const place of places) {
      if ((await this.#deps.store.memories.byHash(candidate.scope, place, hash)) !== null) {
        this.#skip(candidate, 'already_here', 'it is remembered here already');
        return false;
      }
    }
    return true;
  }

  #hash({ kind, content, title, ...candidate }: Candidate): Uint8Array | null {
    try {
      const limit = kind === 'memory' ? LIMITS.memory : LIMITS.recall;
      return prepare({ content, ...(title === '' ? {} : { title }) }, limit).contentHash;
    } catch (error) {
      if (!(error instanceof MidturnError)) throw error;
      this.#skip({ kind, content, title, ...candidate }, 'empty', error.message);
      return null;
    }
  }

  async #target({ scope, place }: Candidate): Promise<Resolved | null> {
    if (scope === 'user' || place.kind === 'everywhere') return NOBODYS;
    const key = JSON.stringify(place);
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    const target = place.kind === 'path' ? await this.#byPath(place.path) : await this.#byName(place);
    this.#targets.set(key, target);
    return target;
  }

  async #byPath(path: string): Promise<Resolved> {
    const record = await this.#deps.knownProject(path);
    return record === null
      ? { path, id: null, name: basename(path), ids: [] }
      : { path, id: record.id, name: record.name, ids: record.ids };
  }

  /** A session that was imported tells where it ran; else a name that one project has. */
  async #byName({ name, session }: Extract<Place, { kind: 'name' }>): Promise<Resolved | null> {
    const { store } = this.#deps;
    const captured = session === null ? null : await store.sessions.get(sessionId('claude-code', session));
    const record =
      captured === null || captured.project === null ? null : await store.projects.get(captured.project);
    if (record !== null) return { path: null, id: record.id, name: record.name, ids: record.ids };
    const [only, ...others] = name === '' ? [] : await store.projects.named(name);
    if (only === undefined || others.length > 0) return null;
    return { path: null, id: only.id, name: only.name, ids: only.ids };
  }

  #skip({ title, content }: Candidate, reason: SkipReason, words: string): void {
    this.skipped.push({ title: title === '' ? content.slice(0, 80) : title, reason, words });
  }
}

/** A memory that is too long for one is recalled on demand; null where it is too long for that as well. */
function fitted(candidate: Candidate): Candidate | null {
  const { kind, content } = candidate;
  if (kind === 'skill' || (kind === 'memory' && content.length <= LIMITS.memory)) return candidate;
  if (content.length > LIMITS.recall) return null;
  return kind === 'recall' ? candidate : { ...candidate, kind: 'recall' };
}

function unknownWords(place: Place): string {
  const name = place.kind === 'name' ? place.name : '';
  return `no one project here is called ${JSON.stringify(name)}: \`midturn import\` first makes known where its sessions ran`;
}
