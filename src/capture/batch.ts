/** Gathers what an adapter captures into batches: records are taken one by one, and sealed when a batch is full. */
import { messageOf } from '../model/errors.ts';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { CaptureEntry } from '../store/capture.ts';
import { redact } from '../text/redaction.ts';
import type { Adapter, Captured, SourceFile, TranscriptReader } from './adapter.ts';
import { BatchEntries, type EntryDeps, type Pending, type Unusable } from './batch-entries.ts';
import type { Line } from './lines.ts';
import { time } from './read-json.ts';
import { parseSaved, stringifySaved } from './saved-state.ts';
import type { Counts } from './seal.ts';
import type { WordTable } from './word-table.ts';

export class BatchBuilder {
  readonly redacted: Counts = new Map();
  readonly passed: Counts = new Map();
  readonly unknown: Counts = new Map();
  messages = 0;
  bytes = 0;

  readonly #adapter: Adapter;
  readonly #reader: TranscriptReader;
  readonly #words: WordTable;
  readonly #entries: BatchEntries;
  #at: number | null;
  #pending: Pending[] = [];
  /** Where each record with an identity stands in `#pending`. */
  readonly #forms = new Map<string, number>();

  constructor(
    adapter: Adapter,
    file: SourceFile,
    deps: EntryDeps,
    fallback: ProjectId | null,
    state: string | null,
  ) {
    const before = parseSaved(state);
    this.#adapter = adapter;
    this.#words = deps.words;
    this.#entries = new BatchEntries(deps, { client: adapter.client, fallback, before }, this);
    this.#at = before.at;
    this.#reader = adapter.open(file, before.reader);
  }

  /** Takes one record; returns why it could not be used, or null. */
  take(record: unknown, line: Line): string | null {
    let place: number;
    let read: readonly Captured[];
    try {
      place = this.#reader.place(record, line.number);
      read = this.#reader.read(record, line.number);
    } catch (error) {
      // One record that no reader was made for must not keep the rest of the file out.
      return `could not be understood: ${messageOf(error)}`;
    }
    const at = this.#timeOf(record, read);
    const refused = this.#refusal(read);
    let reason = refused;
    for (const captured of read) {
      // The adapter tells a session once: its facts are those of the records that follow, too.
      if (refused !== null && (captured.type !== 'session' || isSecret(captured.session))) continue;
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
          this.#takeMessage({ captured, place, line: line.number, at }, captured);
          break;
        default:
          this.#pending.push({ captured, place, line: line.number, at });
      }
    }
    return reason;
  }

  /** Sessions and ids of NDJSON are anyone's words, and cannot be cut: they name what is stored. */
  #refusal(read: readonly Captured[]): string | null {
    if (this.#adapter.client !== 'ndjson') return null;
    for (const captured of read) {
      if (captured.type !== 'message') continue;
      const { key, parentKey } = captured.message;
      if (isSecret(captured.session)) return '`session` looks like a secret';
      if (key !== null && isSecret(key)) return '`id` looks like a secret';
      if (parentKey !== null && isSecret(parentKey)) return '`parent` looks like a secret';
    }
    return null;
  }

  /** A client's record that names no time (a title) was written after the one before it. */
  #timeOf(record: unknown, read: readonly Captured[]): number | null {
    for (const captured of read) if (captured.type === 'message') return this.#know(captured.message.at);
    return this.#know(time(record, 'timestamp'));
  }

  #know(at: number | null): number | null {
    if (this.#adapter.client === 'ndjson') return at;
    if (at !== null) this.#at = at;
    return this.#at;
  }

  /** The fuller form of a record that stands in the same batch takes its place: it is sealed and indexed once. */
  #takeMessage(pending: Pending, captured: Extract<Captured, { type: 'message' }>): void {
    const { key, grade } = captured.message;
    const name = key === null ? null : `${captured.session}\0${key}`;
    const at = name === null ? undefined : this.#forms.get(name);
    const earlier = at === undefined ? undefined : this.#pending[at];
    if (at !== undefined && earlier?.captured.type === 'message' && earlier.captured.message.grade < grade) {
      this.#pending[at] = { ...pending, place: earlier.place };
      return;
    }
    if (name !== null) this.#forms.set(name, this.#pending.length);
    this.#pending.push(pending);
    this.messages += 1;
  }

  /** `unusable` names records that could not be sealed. */
  async build(): Promise<{
    entries: CaptureEntry[];
    words: readonly string[];
    sessions: Set<SessionId>;
    unusable: Unusable[];
    state: string;
  }> {
    const entries: CaptureEntry[] = [];
    const unusable: Unusable[] = [];
    this.#words.begin();
    for (const pending of this.#pending) await this.#entries.add(pending, entries, unusable);
    const sessions = new Set<SessionId>();
    for (const entry of entries) {
      if (entry.type === 'message') sessions.add(entry.session);
      if (entry.type === 'session') sessions.add(entry.facts.id);
    }
    this.#pending = [];
    this.#forms.clear();
    this.messages = 0;
    this.bytes = 0;
    this.#entries.nextBatch();
    const state = stringifySaved({
      ...this.#entries.state(),
      reader: this.#reader.state(),
      at: this.#at,
    });
    return { entries, words: this.#words.list, sessions, unusable, state };
  }
}

function count(counts: Counts, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function isSecret(name: string): boolean {
  return redact(name).text !== name;
}
