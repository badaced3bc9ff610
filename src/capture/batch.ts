/** Gathers what an adapter captures into the entries of one batch: seals messages, finds projects, leaves out what is excluded. */
import { type ProjectId, type SessionId, sessionId } from '../model/ids.ts';
import type { CaptureEntry } from '../store/capture.ts';
import type { Adapter, Captured, SourceFile, TranscriptReader } from './adapter.ts';
import type { Line } from './lines.ts';
import { isRecord, list, text } from './read-json.ts';
import { type Counts, recordKey, sealMessage } from './seal.ts';

/** What the user keeps out: paths by `[capture] exclude`, times by `midturn pause`. */
export type Exclusion = {
  readonly path: (path: string) => boolean;
  readonly time: (at: number) => boolean;
};

type Pending = { readonly captured: Captured; readonly place: number };
type State = { reader: string | null; excluded: string[]; turns: string[] };

/** Sessions of one file that are remembered as excluded; a file of that many sessions is NDJSON without directories. */
const EXCLUDED_SESSIONS = 1000;
const KNOWN_IDS = 256;
/** A turn may go on in the tail that is read next; older ones are over. */
const EXCLUDED_TURNS = 8;

export class BatchBuilder {
  readonly redacted: Counts = new Map();
  readonly passed: Counts = new Map();
  readonly unknown: Counts = new Map();
  messages = 0;
  bytes = 0;

  readonly #adapter: Adapter;
  readonly #reader: TranscriptReader;
  readonly #deps: {
    readonly store: { readonly digestKey: Uint8Array };
    readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
    readonly exclusion: Exclusion;
  };
  readonly #fallback: ProjectId | null;
  readonly #excluded: Set<string>;
  readonly #excludedTurns: Set<string>;
  readonly #ids = new Map<string, SessionId>();
  #pending: Pending[] = [];
  /** Where each record with an identity stands in `#pending`. */
  readonly #forms = new Map<string, number>();

  constructor(
    adapter: Adapter,
    file: SourceFile,
    deps: {
      readonly store: { readonly digestKey: Uint8Array };
      readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
      readonly exclusion: Exclusion;
    },
    fallback: ProjectId | null,
    state: string | null,
  ) {
    const before = parseState(state);
    this.#adapter = adapter;
    this.#deps = deps;
    this.#fallback = fallback;
    this.#excluded = new Set(before.excluded);
    this.#excludedTurns = new Set(before.turns);
    this.#reader = adapter.open(file, before.reader);
  }

  /** Takes one record; returns why it could not be used, or null. */
  take(record: unknown, line: Line): string | null {
    const place = this.#reader.place(record, line.number);
    let reason: string | null = null;
    for (const captured of this.#reader.read(record, line.number)) {
      switch (captured.type) {
        case 'skipped':
          count(this.passed, captured.what);
          break;
        case 'unknown':
          count(this.unknown, captured.what);
          break;
        case 'unusable':
          reason = captured.reason;
          break;
        case 'message':
          this.bytes += line.bytes;
          this.#takeMessage(captured, place);
          break;
        default:
          this.#pending.push({ captured, place });
      }
    }
    return reason;
  }

  /** The fuller form of a record that stands in the same batch takes its place: it is sealed and indexed once. */
  #takeMessage(captured: Extract<Captured, { type: 'message' }>, place: number): void {
    const { key, grade } = captured.message;
    const name = key === null ? null : `${captured.session}\0${key}`;
    const at = name === null ? undefined : this.#forms.get(name);
    const earlier = at === undefined ? undefined : this.#pending[at];
    if (at !== undefined && earlier?.captured.type === 'message' && earlier.captured.message.grade < grade) {
      this.#pending[at] = { captured, place: earlier.place };
      return;
    }
    if (name !== null) this.#forms.set(name, this.#pending.length);
    this.#pending.push({ captured, place });
    this.messages += 1;
  }

  async build(): Promise<{ entries: CaptureEntry[]; sessions: Set<SessionId>; state: string }> {
    const entries: CaptureEntry[] = [];
    const sessions = new Set<SessionId>();
    for (const { captured, place } of this.#pending) {
      const entry = await this.#entry(captured, place);
      if (entry === null) continue;
      entries.push(entry);
      if (entry.type === 'message') sessions.add(entry.session);
      if (entry.type === 'session') sessions.add(entry.facts.id);
    }
    this.#pending = [];
    this.#forms.clear();
    this.messages = 0;
    this.bytes = 0;
    const state: State = {
      reader: this.#reader.state(),
      excluded: [...this.#excluded].slice(-EXCLUDED_SESSIONS),
      turns: [...this.#excludedTurns].slice(-EXCLUDED_TURNS),
    };
    return { entries, sessions, state: JSON.stringify(state) };
  }

  async #entry(captured: Captured, place: number): Promise<CaptureEntry | null> {
    if (captured.type === 'skipped' || captured.type === 'unknown' || captured.type === 'unusable')
      return null;
    const { exclusion } = this.#deps;
    if (captured.type === 'session' && captured.cwd !== null && exclusion.path(captured.cwd))
      this.#excluded.add(captured.session);
    if (this.#excluded.has(captured.session)) {
      if (captured.type === 'message') count(this.passed, 'excluded by [capture] exclude');
      return null;
    }
    const session = this.#id(captured.session);
    switch (captured.type) {
      case 'session': {
        const { nature, cwd, startedAt, title } = captured;
        // A client's transcript that names no directory belongs to no known project; NDJSON to the one it is read in.
        const project =
          cwd === null
            ? this.#adapter.client === 'ndjson'
              ? this.#fallback
              : null
            : await this.#deps.projectOf(cwd);
        return {
          type: 'session',
          facts: {
            id: session,
            client: this.#adapter.client,
            external: captured.session,
            nature,
            project,
            cwd,
            startedAt,
            title,
          },
        };
      }
      case 'turn': {
        const { key, at, cwd, branch, commit, parentKey } = captured;
        const turn = `${captured.session}\0${key}`;
        if (cwd !== null && exclusion.path(cwd)) {
          this.#excludedTurns.add(turn);
          return null;
        }
        const project = cwd === null ? null : await this.#deps.projectOf(cwd);
        return {
          type: 'turn',
          session,
          key,
          at,
          cwd,
          project,
          branch,
          commit,
          parentKey: parentKey === null ? null : recordKey(parentKey),
          place,
        };
      }
      case 'message': {
        const { message } = captured;
        const { cwd, at, turnKey } = message;
        if (at !== null && exclusion.time(at)) {
          count(this.passed, 'said while capture was paused');
          return null;
        }
        if (
          (cwd !== null && exclusion.path(cwd)) ||
          (turnKey !== null && this.#excludedTurns.has(`${captured.session}\0${turnKey}`))
        ) {
          count(this.passed, 'excluded by [capture] exclude');
          return null;
        }
        const project = cwd === null ? null : await this.#deps.projectOf(cwd);
        const context = { digestKey: this.#deps.store.digestKey, project, place, counts: this.redacted };
        return { type: 'message', session, message: sealMessage(message, context) };
      }
      case 'hop':
        return {
          type: 'hop',
          session,
          key: recordKey(captured.key),
          parentKey: recordKey(captured.parentKey),
        };
      case 'link':
        return {
          type: 'link',
          session,
          kind: captured.kind,
          to: this.#id(captured.to),
          toExternal: captured.to,
          callId: captured.callId,
          place: captured.place ?? null,
        };
      case 'rewind':
        return { type: 'rewind', session, turns: captured.turns, place };
      case 'rewind-at':
        return { type: 'rewind-at', session, place: captured.place };
    }
  }

  #id(external: string): SessionId {
    const known = this.#ids.get(external);
    if (known !== undefined) return known;
    const id = sessionId(this.#adapter.client, external);
    if (this.#ids.size >= KNOWN_IDS) this.#ids.clear();
    this.#ids.set(external, id);
    return id;
  }
}

function count(counts: Counts, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function parseState(state: string | null): State {
  const value: unknown = state === null ? null : JSON.parse(state);
  if (!isRecord(value)) return { reader: null, excluded: [], turns: [] };
  return {
    reader: text(value, 'reader') ?? null,
    excluded: list(value, 'excluded').filter((item) => typeof item === 'string'),
    turns: list(value, 'turns').filter((item) => typeof item === 'string'),
  };
}
