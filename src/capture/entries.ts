/** Makes the store's entries of what an adapter tells beside messages: ids and keys made, projects found, secrets cut. */
import { type ProjectId, type SessionId, sessionId } from '../model/ids.ts';
import type { CaptureEntry } from '../store/capture.ts';
import { type Counts, recordKey, redactText } from './seal.ts';
import type { Facts, Tie, Turn } from './withheld.ts';

const KNOWN_IDS = 256;

type EntryDeps = {
  readonly client: string;
  readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
  /** Where an NDJSON session without any directory belongs. */
  readonly fallback: ProjectId | null;
  /** Secrets that were cut, by rule. */
  readonly redacted: Counts;
};

export class EntryMaker {
  readonly #ids = new Map<string, SessionId>();
  readonly #deps: EntryDeps;

  constructor(deps: EntryDeps) {
    this.#deps = deps;
  }

  async session({ session, nature, cwd, startedAt, title }: Facts): Promise<CaptureEntry> {
    const { client } = this.#deps;
    // A client's transcript that names no directory belongs to no known project; NDJSON to the one it is read in.
    const other = client === 'ndjson' ? this.#deps.fallback : null;
    const project = cwd === null ? other : await this.#deps.projectOf(cwd);
    const facts = {
      id: this.id(session),
      client,
      external: session,
      nature,
      project,
      cwd: this.redact(cwd),
      startedAt,
      title: this.redact(title),
    };
    return { type: 'session', facts };
  }

  async turn(
    { session, key, at, cwd, branch, commit, parentKey }: Turn,
    place: number,
  ): Promise<CaptureEntry> {
    return {
      type: 'turn',
      session: this.id(session),
      key,
      at,
      cwd: this.redact(cwd),
      project: cwd === null ? null : await this.#deps.projectOf(cwd),
      branch: this.redact(branch),
      commit,
      parentKey: parentKey === null ? null : recordKey(parentKey),
      place,
    };
  }

  tie(tie: Tie): CaptureEntry {
    const session = this.id(tie.session);
    switch (tie.type) {
      case 'hop':
        return { type: 'hop', session, key: recordKey(tie.key), parentKey: recordKey(tie.parentKey) };
      case 'link':
        return {
          type: 'link',
          session,
          kind: tie.kind,
          to: this.id(tie.to),
          toExternal: tie.to,
          callId: tie.callId,
          place: tie.place ?? null,
        };
      case 'rewind-at':
        return { type: 'rewind-at', session, place: tie.place, startedAt: tie.startedAt };
    }
  }

  redact(text: string | null): string | null {
    return text === null ? null : redactText(text, this.#deps.redacted);
  }

  id(external: string): SessionId {
    const known = this.#ids.get(external);
    if (known !== undefined) return known;
    const id = sessionId(this.#deps.client, external);
    if (this.#ids.size >= KNOWN_IDS) this.#ids.clear();
    this.#ids.set(external, id);
    return id;
  }
}
