/** What is stored of a transcript: seals messages, finds projects, leaves out what is excluded or was said in a pause. */
import { createHash } from 'node:crypto';
import { messageOf } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { CaptureEntry, SealedMessage } from '../store/capture.ts';
import type { Captured } from './adapter.ts';
import { BatchRoom } from './batch-room.ts';
import { EntryMaker } from './entries.ts';
import type { SavedState } from './saved-state.ts';
import { type Counts, type FreshlySealed, sealMessage } from './seal.ts';
import { type Facts, Withheld } from './withheld.ts';
import type { WordTable } from './word-table.ts';

/** What the user keeps out: paths by `[capture] exclude`, times by `midturn pause`. */
export type Exclusion = {
  readonly path: (path: string) => boolean;
  readonly time: (at: number) => boolean;
  /** Tells one set of patterns from another: what was left out by one may be wanted under the next. */
  readonly patterns?: string;
};

export type EntryDeps = {
  readonly digestKey: Uint8Array;
  readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
  readonly exclusion: Exclusion;
  /** Numbers the terms of what is sealed. */
  readonly words: WordTable;
};

/** What an adapter made of a record, and where that stood. */
export type Pending = {
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

export class BatchEntries {
  readonly #deps: EntryDeps;
  readonly #make: EntryMaker;
  readonly #counts: { readonly redacted: Counts; readonly passed: Counts };
  readonly #excluded: Set<string>;
  readonly #excludedTurns: Set<string>;
  readonly #withheld: Withheld;
  readonly #pausedTitles: Set<string>;
  #leftOut: boolean;
  #room = new BatchRoom();

  constructor(
    deps: EntryDeps,
    of: { readonly client: string; readonly fallback: ProjectId | null; readonly before: SavedState },
    counts: { readonly redacted: Counts; readonly passed: Counts },
  ) {
    const { client, fallback, before } = of;
    this.#deps = deps;
    this.#counts = counts;
    this.#make = new EntryMaker({ client, projectOf: deps.projectOf, fallback, redacted: counts.redacted });
    this.#excluded = new Set(before.excluded);
    this.#excludedTurns = new Set(before.turns);
    this.#withheld = new Withheld(before.withheld);
    this.#pausedTitles = new Set(before.titles);
    this.#leftOut = before.leftOut;
  }

  /** To be called when a batch is complete: what it holds is its own. */
  nextBatch(): void {
    this.#room = new BatchRoom();
  }

  /** What has to be known where the file is read on. */
  state(): Omit<SavedState, 'reader' | 'at'> {
    return {
      excluded: [...this.#excluded].slice(-EXCLUDED_SESSIONS),
      turns: [...this.#excludedTurns].slice(-EXCLUDED_TURNS),
      titles: [...this.#pausedTitles].slice(-PAUSED_TITLES),
      withheld: this.#withheld.save(),
      leftOut: this.#leftOut,
      patterns: this.#deps.exclusion.patterns ?? '',
    };
  }

  /** Adds what is stored of it to `out`; `unusable` names records that could not be sealed. */
  async add(
    { captured, place, line, at }: Pending,
    out: CaptureEntry[],
    unusable: Unusable[],
  ): Promise<void> {
    if (captured.type === 'skipped' || captured.type === 'unknown' || captured.type === 'unusable') return;
    if (captured.type === 'session' && captured.cwd !== null && this.#isExcluded(captured.cwd))
      this.#excluded.add(captured.session);
    if (this.#excluded.has(captured.session)) {
      this.#leftOut = true;
      if (captured.type === 'message') count(this.#counts.passed, EXCLUDED);
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
      count(this.#counts.passed, PAUSED);
      return false;
    }
    const inTurn = turnKey !== null && this.#excludedTurns.has(turnName(session, turnKey));
    if (!inTurn && (cwd === null || !this.#isExcluded(cwd))) return true;
    count(this.#counts.passed, EXCLUDED);
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
    const context = { digestKey: this.#deps.digestKey, project, place, counts: this.#counts.redacted };
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
    for (let at = 0; at < terms.length; at += 1) numbers[at] = this.#deps.words.number(terms[at] ?? '');
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
