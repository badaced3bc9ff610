/**
 * Turns of the sessions that a batch touches, and which of them are withdrawn. A turn answers to the turn that its
 * prompt's parent belongs to; the active turns are the newest one and its ancestors, all others were rewound. What a
 * client says it took back is done once, by when it began the file: copies and second readings change nothing.
 */
import type { CaptureEntry } from '../capture.ts';
import type { CaptureStatements, TurnRow } from './capture-statements.ts';
import type { CopyIndex } from './copy-index.ts';
import type { OpenSession } from './session-book.ts';

type TurnEntry = Extract<CaptureEntry, { type: 'turn' }>;
type Expected = { readonly turns: number; readonly place: number };
type Standing = Pick<TurnRow, 'place' | 'startedAt'>;

export class TurnBook {
  readonly #statements: CaptureStatements;
  readonly #copies: CopyIndex;
  readonly #source: number;
  /** Rewinds told by the client and not yet done, by session. */
  readonly #expected = new Map<number, Expected[]>();
  readonly #found = new Map<string, TurnRow>();
  /** The newest active turns, by session. */
  readonly #tips = new Map<number, number | null>();
  readonly #starts = new Map<number, number | null>();
  /** Sessions in which a turn answers to another one than the turn before it. */
  readonly #branched = new Set<number>();

  constructor(statements: CaptureStatements, copies: CopyIndex, source: number) {
    this.#statements = statements;
    this.#copies = copies;
    this.#source = source;
  }

  /** The client began the session's part of this file then. */
  began(session: OpenSession, startedAt: number | null): void {
    if (startedAt === null || startedAt === this.#starts.get(session.row)) return;
    this.#statements.putStart.run(session.row, this.#source, startedAt);
    this.#starts.delete(session.row);
  }

  /** Finds or creates a turn. `answersTo` is the number of its parent turn, null = the newest active one. */
  meet(session: OpenSession, entry: TurnEntry, project: number | null, answersTo: number | null): void {
    const known = this.find(session.row, entry.key);
    if (known !== undefined) {
      // The file is read once more: what it took back then was taken back then.
      for (const expected of this.#take(session.row)) this.#remember(session.row, expected);
      this.#statements.factsOfTurn.run(entry.at, entry.cwd, project, entry.branch, entry.commit, known.row);
      this.#meetAgain(session.row, known, entry.place);
      return;
    }
    this.#rewind(session.row);
    const tip = this.#tip(session.row);
    const parent = answersTo ?? tip;
    const startedAt = this.#start(session.row);
    const number = session.nextTurn++;
    const { lastInsertRowid } = this.#statements.addTurn.run(
      session.row,
      number,
      entry.key,
      parent,
      entry.at,
      entry.cwd,
      project,
      entry.branch,
      entry.commit,
      this.#source,
      entry.place,
      startedAt,
    );
    const turn: TurnRow = {
      row: Number(lastInsertRowid),
      number,
      key: entry.key,
      state: 'active',
      parent,
      place: entry.place,
      startedAt,
      project,
    };
    this.#found.set(nameOf(session.row, entry.key), turn);
    this.#tips.set(session.row, number);
    if (this.#isTakenBack(session.row, turn)) {
      this.#set(session.row, turn, 'withdrawn');
    } else if (parent !== tip) {
      this.#branched.add(session.row);
    }
  }

  find(session: number, key: string): TurnRow | undefined {
    const name = nameOf(session, key);
    const found = this.#found.get(name) ?? this.#statements.turn.get(session, key);
    if (found !== undefined) this.#found.set(name, found);
    return found;
  }

  /** The client said that its newest turns were taken back: done when the turn that follows proves to be new. */
  expectRewind(session: OpenSession, turns: number, place: number): void {
    if (turns <= 0) return;
    const start = this.#start(session.row) ?? 0;
    if (this.#statements.knownRewind.get(session.row, place, start, turns) !== undefined) return;
    this.#expected.set(session.row, [...(this.#expected.get(session.row) ?? []), { turns, place }]);
  }

  /** A file of the session, begun at `startedAt`, goes on at `place`: what older ones hold from there on was taken back. */
  withdrawFrom(session: OpenSession, place: number, startedAt: number | null): void {
    if (startedAt === null) return;
    if (this.#statements.putRewind.run(session.row, place, startedAt, 0).changes === 0) return;
    const rewind = { place, startedAt };
    for (const turn of this.#statements.turns.all(session.row)) {
      if (takesBack(rewind, turn)) this.#set(session.row, turn, 'withdrawn');
    }
  }

  /** Works out anew which turns are active, where a branch has appeared. */
  settle(): void {
    for (const session of [...this.#expected.keys()]) this.#rewind(session);
    for (const session of this.#branched) {
      const turns = this.#statements.turns.all(session);
      const byNumber = new Map(turns.map((turn) => [turn.number, turn]));
      const active = new Set<number>();
      for (let at = turns.at(-1); at !== undefined && !active.has(at.number); ) {
        active.add(at.number);
        at = at.parent === null ? undefined : byNumber.get(at.parent);
      }
      for (const turn of turns) this.#set(session, turn, active.has(turn.number) ? 'active' : 'withdrawn');
    }
  }

  /** A turn that stands in a newer file too was not taken back by that one. */
  #meetAgain(session: number, turn: TurnRow, place: number): void {
    const startedAt = this.#start(session);
    if (startedAt === null || startedAt <= (turn.startedAt ?? Number.NEGATIVE_INFINITY)) return;
    this.#statements.placeOfTurn.run(place, startedAt, turn.row);
    this.#found.clear();
    const kept = this.#isTakenBack(session, turn) && !this.#isTakenBack(session, { place, startedAt });
    if (kept) this.#set(session, turn, 'active');
  }

  #isTakenBack(session: number, turn: Standing): boolean {
    return this.#statements.rewinds.all(session).some((rewind) => takesBack(rewind, turn));
  }

  #rewind(session: number): void {
    for (const expected of this.#take(session)) {
      this.#remember(session, expected);
      const active = this.#statements.turns.all(session).filter((turn) => turn.state === 'active');
      for (const turn of active.slice(-expected.turns)) this.#set(session, turn, 'withdrawn');
    }
  }

  #take(session: number): readonly Expected[] {
    const expected = this.#expected.get(session) ?? [];
    this.#expected.delete(session);
    return expected;
  }

  #remember(session: number, { turns, place }: Expected): void {
    this.#statements.putRewind.run(session, place, this.#start(session) ?? 0, turns);
  }

  #start(session: number): number | null {
    const known = this.#starts.get(session);
    if (known !== undefined) return known;
    const start = this.#statements.start.get(session, this.#source) ?? null;
    this.#starts.set(session, start);
    return start;
  }

  #tip(session: number): number | null {
    const known = this.#tips.get(session);
    if (known !== undefined) return known;
    const tip = this.#statements.tip.get(session) ?? null;
    this.#tips.set(session, tip);
    return tip;
  }

  #set(session: number, turn: TurnRow, state: 'active' | 'withdrawn'): void {
    if (turn.state === state) return;
    this.#statements.setTurn.run(state, turn.row);
    this.#found.clear();
    this.#tips.clear();
    for (const row of this.#statements.turnDocuments.all(session, turn.number)) this.#copies.settle(row);
  }
}

function nameOf(session: number, key: string): string {
  return `${session} ${key}`;
}

/** Equal times mean the file itself, or a copy of it. */
function takesBack(rewind: { readonly place: number; readonly startedAt: number }, turn: Standing): boolean {
  return turn.place >= rewind.place && (turn.startedAt === null || turn.startedAt < rewind.startedAt);
}
