/**
 * Turns of the sessions that a batch touches, and which of them are withdrawn. A turn answers to the turn that its
 * prompt's parent belongs to; the active turns are the newest one and its ancestors, all others were rewound.
 */
import type { CaptureEntry } from '../capture.ts';
import type { CaptureStatements, TurnRow } from './capture-statements.ts';
import type { OpenSession } from './session-book.ts';
import type { TermIndex } from './term-index.ts';

type TurnEntry = Extract<CaptureEntry, { type: 'turn' }>;

export class TurnBook {
  readonly #statements: CaptureStatements;
  readonly #index: TermIndex;
  readonly #source: number;
  /** Rewinds told by the client and not yet done, by session. */
  readonly #expected = new Map<number, { readonly turns: number; readonly place: number }>();
  readonly #found = new Map<string, TurnRow>();
  /** Sessions in which a turn answers to another one than the turn before it. */
  readonly #branched = new Set<number>();

  constructor(statements: CaptureStatements, index: TermIndex, source: number) {
    this.#statements = statements;
    this.#index = index;
    this.#source = source;
  }

  /** Finds or creates a turn. `answersTo` is the number of its parent turn, null = the newest active one. */
  meet(session: OpenSession, entry: TurnEntry, project: number | null, answersTo: number | null): void {
    const known = this.find(session.row, entry.key);
    if (known !== undefined) {
      // The file is read once more: what it took back then was taken back then.
      this.#expected.delete(session.row);
      this.#statements.factsOfTurn.run(entry.at, entry.cwd, project, entry.branch, entry.commit, known.row);
      return;
    }
    this.#rewind(session.row);
    const tip = this.#tip(session.row);
    const parent = answersTo ?? tip;
    this.#statements.addTurn.run(
      session.row,
      session.nextTurn++,
      entry.key,
      parent,
      entry.at,
      entry.cwd,
      project,
      entry.branch,
      entry.commit,
      this.#source,
      entry.place,
    );
    const rewinds = this.#statements.hasRewinds.get(session.row) !== undefined;
    if (rewinds && this.#statements.rewound.get(session.row, this.#source, entry.place) !== undefined) {
      const turn = this.find(session.row, entry.key);
      if (turn !== undefined) this.#set(session.row, turn, 'withdrawn');
    } else if (parent !== tip) {
      this.#branched.add(session.row);
    }
  }

  find(session: number, key: string): TurnRow | undefined {
    const name = `${session} ${key}`;
    const found = this.#found.get(name) ?? this.#statements.turn.get(session, key);
    if (found !== undefined) this.#found.set(name, found);
    return found;
  }

  /** The client said that its newest turns were taken back: done when the turn that follows proves to be new. */
  expectRewind(session: OpenSession, turns: number, place: number): void {
    this.#expected.set(session.row, { turns: turns + (this.#expected.get(session.row)?.turns ?? 0), place });
  }

  /** A second file of the session goes on at `place`: what the first one holds from there on was taken back. */
  withdrawFrom(session: OpenSession, place: number): void {
    this.#statements.putRewind.run(session.row, this.#source, place);
    for (const turn of this.#statements.turns.all(session.row)) {
      if (turn.source !== this.#source && turn.place >= place) this.#set(session.row, turn, 'withdrawn');
    }
  }

  /** Works out anew which turns are active, where a branch has appeared. */
  settle(): void {
    for (const [session, { place }] of this.#expected) {
      const later = this.#statements.turns
        .all(session)
        .some((turn) => turn.source === this.#source && turn.place > place);
      if (!later) this.#rewind(session);
    }
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

  #rewind(session: number): void {
    const expected = this.#expected.get(session);
    if (expected === undefined) return;
    this.#expected.delete(session);
    const active = this.#statements.turns.all(session).filter((turn) => turn.state === 'active');
    for (const turn of active.slice(-expected.turns)) this.#set(session, turn, 'withdrawn');
  }

  #tip(session: number): number | null {
    return this.#statements.tip.get(session) ?? null;
  }

  #set(session: number, turn: TurnRow, state: 'active' | 'withdrawn'): void {
    if (turn.state === state) return;
    this.#statements.setTurn.run(state, turn.row);
    this.#found.clear();
    for (const row of this.#statements.turnDocuments.all(session, turn.number)) {
      this.#index.show(row, state === 'active');
    }
  }
}
