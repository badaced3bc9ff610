/** The sessions that a batch touches: found or created once, their counters written at the end. */

import { StoreError } from '../../model/errors.ts';
import { type SessionId, SHORT_LENGTH, storedSessionId } from '../../model/ids.ts';
import type { SessionFacts } from '../capture.ts';
import type { CaptureStatements, SessionRow } from './capture-statements.ts';

export type OpenSession = {
  readonly row: number;
  readonly id: SessionId;
  readonly client: string;
  readonly external: string;
  readonly project: number | null;
  nextNumber: number;
  nextTurn: number;
  nextPosition: number;
  lastAt: number | null;
  /** What this batch has put into a session that held no message before it: the store need not be asked. */
  readonly fresh: FreshSession | null;
};

type FreshSession = {
  /** By key, as Latin-1. */
  readonly messages: Map<string, { readonly row: number; readonly turn: number | null }>;
  orphans: boolean;
};

export class SessionBook {
  readonly #statements: CaptureStatements;
  readonly #projectRow: (id: string | null) => number | null;
  readonly #open = new Map<string, OpenSession>();
  readonly #byRow = new Map<number, OpenSession>();

  constructor(statements: CaptureStatements, projectRow: (id: string | null) => number | null) {
    this.#statements = statements;
    this.#projectRow = projectRow;
  }

  /** Finds or creates the session and fills in what was not known of it. */
  meet(facts: SessionFacts): void {
    const project = this.#projectRow(facts.project);
    if (this.#statements.session.get(facts.id) === undefined) {
      this.#statements.addSession.run(
        facts.id,
        this.#shortFor(facts.id),
        facts.client,
        facts.external,
        project,
      );
    }
    const stored = this.#statements.session.get(facts.id);
    if (stored === undefined) throw new StoreError({ what: `Session ${facts.external} was not stored` });
    const title = this.#statements.untitled.get(facts.id) === undefined ? facts.title : null;
    this.#statements.factsOfSession.run(facts.nature, facts.cwd, facts.startedAt, title, stored.row);
    if (stored.project === null && project !== null)
      this.#statements.projectOfSession.run(project, stored.row);
    if (!this.#open.has(facts.id)) this.#keep({ ...stored, project: stored.project ?? project });
  }

  open(id: SessionId): OpenSession {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const stored = this.#statements.session.get(id);
    if (stored === undefined)
      throw new StoreError({ what: `Session ${id} has messages before its first record` });
    return this.#keep(stored);
  }

  byRow(row: number): OpenSession {
    const known = this.#byRow.get(row);
    if (known !== undefined) return known;
    const stored = this.#statements.sessionByRow.get(row);
    if (stored === undefined) throw new StoreError({ what: `There is no session in row ${row}` });
    return this.#keep(stored);
  }

  flush(): void {
    for (const session of this.#open.values()) {
      this.#statements.closeSession.run(
        session.nextNumber,
        session.nextTurn,
        session.nextPosition,
        session.lastAt,
        session.row,
      );
    }
  }

  #keep(stored: SessionRow): OpenSession {
    const session: OpenSession = {
      row: stored.row,
      id: storedSessionId(stored.id),
      client: stored.client,
      external: stored.external,
      project: stored.project,
      nextNumber: stored.next_number,
      nextTurn: stored.next_turn,
      nextPosition: stored.next_position,
      lastAt: stored.last_at,
      fresh: stored.next_number === 1 ? { messages: new Map(), orphans: false } : null,
    };
    this.#open.set(stored.id, session);
    this.#byRow.set(stored.row, session);
    return session;
  }

  #shortFor(id: string): string {
    for (let length = SHORT_LENGTH; length < id.length; length += 2) {
      const short = id.slice(0, length);
      if (this.#statements.shortTaken.get(short) === undefined) return short;
    }
    return id;
  }
}
