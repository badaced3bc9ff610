/** Gathers what an adapter captures into the entries of one batch: seals messages, finds projects, leaves out what is excluded. */
import { createHash } from 'node:crypto';
import { messageOf } from '../model/errors.ts';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { CaptureEntry, SealedMessage } from '../store/capture.ts';
import { redact } from '../text/redaction.ts';
import type { Adapter, Captured, SourceFile, TranscriptReader } from './adapter.ts';
import { BatchRoom } from './batch-room.ts';
import { EntryMaker } from './entries.ts';
import type { Line } from './lines.ts';
import { time } from './read-json.ts';
import { parseSaved, stringifySaved } from './saved-state.ts';
import { type Counts, type FreshlySealed, sealMessage } from './seal.ts';
import { type Facts, Withheld } from './withheld.ts';

/** What the user keeps out: paths by `[capture] exclude`, times by `midturn pause`. */
export type Exclusion = {
  readonly path: (path: string) => boolean;
  readonly time: (at: number) => boolean;
  /** Tells one set of patterns from another: what was left out by one may be wanted under the next. */
  readonly patterns?: string;
};

type Pending = {
  readonly captured: Captured;
  readonly place: number;
  readonly line: number;
  /** When the record was written, epoch milliseconds; null = not known. */
  readonly at: number | null;
};
export type Unusable = { readonly line: number; readonly reason: string };

/** Sessions of one file that are remembered as excluded; a file of that many sessions is NDJSON without directories. */
const EXCLUDED_SESSIONS = 1000;
/** A turn may go on in the tail that is read next; older ones are over. */
const EXCLUDED_TURNS = 8;
const PAUSED_TITLES = 16;
const EXCLUDED = 'excluded by [capture] exclude';
const PAUSED = 'said while capture was paused';

export class BatchBuilder {
  readonly redacted: Counts = new Map();
  readonly passed: Counts = new Map();
  readonly unknown: Counts = new Map();
  messages = 0;
  bytes = 0;

  readonly #adapter: Adapter;
  readonly #reader: TranscriptReader;
  readonly #deps: {
    readonly digestKey: Uint8Array;
    readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
    readonly exclusion: Exclusion;
  };
  readonly #make: EntryMaker;
  readonly #excluded: Set<string>;
  readonly #excludedTurns: Set<string>;
  readonly #withheld: Withheld;
  readonly #pausedTitles: Set<string>;
  #leftOut: boolean;
  #at: number | null;
  #pending: Pending[] = [];
  /** Where each record with an identity stands in `#pending`. */
  readonly #forms = new Map<string, number>();
  /** The distinct terms of the batch. */
  readonly #words = new Map<string, number>();
  #room = new BatchRoom();

  constructor(
    adapter: Adapter,
    file: SourceFile,
    deps: {
      readonly digestKey: Uint8Array;
      readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
      readonly exclusion: Exclusion;
    },
    fallback: ProjectId | null,
    state: string | null,
  ) {
    const before = parseSaved(state);
    this.#adapter = adapter;
    this.#deps = deps;
    this.#make = new EntryMaker({
      client: adapter.client,
      projectOf: deps.projectOf,
      fallback,
      redacted: this.redacted,
    });
    this.#excluded = new Set(before.excluded);
    this.#excludedTurns = new Set(before.turns);
    this.#withheld = new Withheld(before.withheld);
    this.#pausedTitles = new Set(before.titles);
    this.#leftOut = before.leftOut;
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
    for (const pending of this.#pending) await this.#take(pending, entries, unusable);
    const sessions = new Set<SessionId>();
    for (const entry of entries) {
      if (entry.type === 'message') sessions.add(entry.session);
      if (entry.type === 'session') sessions.add(entry.facts.id);
    }
    this.#pending = [];
    this.#forms.clear();
    this.messages = 0;
    this.bytes = 0;
    const state = stringifySaved({
      reader: this.#reader.state(),
      excluded: [...this.#excluded].slice(-EXCLUDED_SESSIONS),
      turns: [...this.#excludedTurns].slice(-EXCLUDED_TURNS),
      at: this.#at,
      titles: [...this.#pausedTitles].slice(-PAUSED_TITLES),
      withheld: this.#withheld.save(),
      leftOut: this.#leftOut,
      patterns: this.#deps.exclusion.patterns ?? '',
    });
    const words = [...this.#words.keys()];
    this.#words.clear();
    this.#room = new BatchRoom();
    return { entries, words, sessions, unusable, state };
  }

  async #take(
    { captured, place, line, at }: Pending,
    out: CaptureEntry[],
    unusable: Unusable[],
  ): Promise<void> {
    if (captured.type === 'skipped' || captured.type === 'unknown' || captured.type === 'unusable') return;
    if (captured.type === 'session' && captured.cwd !== null && this.#isExcluded(captured.cwd))
      this.#excluded.add(captured.session);
    if (this.#excluded.has(captured.session)) {
      this.#leftOut = true;
      if (captured.type === 'message') count(this.passed, EXCLUDED);
      return;
    }
    const isPaused = at !== null && this.#deps.exclusion.time(at);
    const withheld = this.#withheld;
    switch (captured.type) {
      case 'session': {
        const facts = this.#withoutPausedTitle(captured, isPaused);
        if (withheld.isTold(facts.session)) out.push(await this.#make.session(facts));
        else withheld.facts(facts);
        return;
      }
      case 'turn': {
        const { cwd, session, key } = captured;
        if (cwd !== null && this.#isExcluded(cwd)) {
          this.#excludedTurns.add(turnName(session, key));
          return;
        }
        if (isPaused || (captured.at !== null && this.#deps.exclusion.time(captured.at))) {
          withheld.turn(captured, place);
          return;
        }
        await this.#tell(session, out);
        withheld.bury(session);
        out.push(await this.#make.turn(captured, place));
        return;
      }
      case 'message':
        if (this.#isKept(captured)) await this.#message(captured, { place, line }, out, unusable);
        return;
      case 'rewind': {
        const turns = withheld.rewind(captured.session, captured.turns);
        if (turns === 0 || !withheld.isTold(captured.session)) return;
        out.push({ type: 'rewind', session: this.#make.id(captured.session), turns, place });
        return;
      }
      case 'rewind-at':
        if (!isPaused) await this.#tell(captured.session, out);
        break;
      case 'link':
        // A session that another one was seen to start is known by that, though its words stand elsewhere.
        if (!isPaused && withheld.isTold(captured.to)) await this.#tell(captured.session, out);
        break;
      case 'hop':
        break;
    }
    if (withheld.isTold(captured.session)) out.push(this.#make.tie(captured));
    else withheld.tie(captured);
  }

  #isKept({ session, message }: Extract<Captured, { type: 'message' }>): boolean {
    const { cwd, at, turnKey } = message;
    if (at !== null && this.#deps.exclusion.time(at)) {
      count(this.passed, PAUSED);
      return false;
    }
    const inTurn = turnKey !== null && this.#excludedTurns.has(turnName(session, turnKey));
    if (!inTurn && (cwd === null || !this.#isExcluded(cwd))) return true;
    count(this.passed, EXCLUDED);
    return false;
  }

  async #message(
    { session, message }: Extract<Captured, { type: 'message' }>,
    { place, line }: { readonly place: number; readonly line: number },
    out: CaptureEntry[],
    unusable: Unusable[],
  ): Promise<void> {
    const { cwd, turnKey } = message;
    const project = cwd === null ? null : await this.#deps.projectOf(cwd);
    const context = { digestKey: this.#deps.digestKey, project, place, counts: this.redacted };
    let sealed: ReturnType<typeof sealMessage>;
    try {
      sealed = sealMessage(message, context);
    } catch (error) {
      unusable.push({ line, reason: `could not be stored: ${messageOf(error)}` });
      return;
    }
    await this.#tell(session, out);
    const turn = turnKey === null ? null : this.#withheld.tellTurn(session, turnKey);
    if (turn !== null) out.push(await this.#make.turn(turn.turn, turn.place));
    out.push({ type: 'message', session: this.#make.id(session), message: this.#written(sealed) });
  }

  /** As the store writes it, and as it costs little to hand to another thread: JSON as text, terms by number. */
  #written(sealed: FreshlySealed): SealedMessage {
    const { parts, meta, terms } = sealed;
    const numbers = this.#room.numbers(terms.length);
    for (let at = 0; at < terms.length; at += 1) {
      const term = terms[at] ?? '';
      let number = this.#words.get(term);
      if (number === undefined) {
        number = this.#words.size;
        this.#words.set(term, number);
      }
      numbers[at] = number;
    }
    return {
      ...sealed,
      key: sealed.key === null ? null : this.#room.bytes(sealed.key),
      digest: this.#room.bytes(sealed.digest),
      parentKey: sealed.parentKey === null ? null : this.#room.bytes(sealed.parentKey),
      parts: parts === null ? null : JSON.stringify(parts),
      meta: JSON.stringify(meta),
      terms: numbers,
    };
  }

  /** Something of the session is kept: what was held of it comes first. */
  async #tell(session: string, out: CaptureEntry[]): Promise<void> {
    const told = this.#withheld.tell(session);
    if (told === null) return;
    out.push(await this.#make.session(told.facts));
    for (const tie of told.ties) out.push(this.#make.tie(tie));
  }

  /** A title that was given during a pause stays out, also where the client tells it again. */
  #withoutPausedTitle(facts: Facts, isPaused: boolean): Facts {
    if (facts.title === null) return facts;
    const name = createHash('sha256').update(facts.title).digest('hex').slice(0, 16);
    if (isPaused) this.#pausedTitles.add(name);
    if (this.#pausedTitles.has(name)) return { ...facts, title: null };
    return { ...facts, title: this.#make.redact(facts.title) };
  }

  #isExcluded(path: string): boolean {
    const isExcluded = this.#deps.exclusion.path(path);
    this.#leftOut ||= isExcluded;
    return isExcluded;
  }
}

function count(counts: Counts, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function turnName(session: string, key: string): string {
  return `${session}\0${key}`;
}

function isSecret(name: string): boolean {
  return redact(name).text !== name;
}
