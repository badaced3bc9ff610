/**
 * Writes what capture has read: sessions, turns, messages, links and withdrawals of one batch, with the source's
 * new offset, in one transaction. Numbers are given here, at first sight, and never change.
 */
import { hash } from 'node:crypto';
import { type SessionId, storedSessionId } from '../../model/ids.ts';
import type { CaptureBatch, CaptureEntry, CapturePort, CaptureResult, SealedMessage } from '../capture.ts';
import { type Packed, pack, packJson } from './blob.ts';
import { type CaptureStatements, captureStatements, type StoredMessage } from './capture-statements.ts';
import type { Connection } from './connection.ts';
import { CopyIndex } from './copy-index.ts';
import { MessageCueBook } from './message-cues.ts';
import { type OpenSession, SessionBook } from './session-book.ts';
import { SummaryBook, type SummaryStatements, summaryStatements } from './session-summaries.ts';
import type { TermIndex } from './term-index.ts';
import { TurnBook } from './turn-book.ts';

const KEY_BYTES = 16;

export function sqliteCapture(connection: Connection, index: TermIndex): CapturePort {
  const statements = captureStatements(connection);
  const cues = new MessageCueBook(connection);
  const summaries = summaryStatements(connection);
  const copyIndex = new CopyIndex(connection, index, cues);
  const appendAll = (batches: readonly CaptureBatch[]): Promise<readonly CaptureResult[]> =>
    connection.write(
      'store captured messages',
      () => {
        const results = batches.map((batch) =>
          new BatchWriter(statements, index, copyIndex, cues, summaries, batch).run(),
        );
        index.flush();
        return results;
      },
      batches.some(({ durable }) => durable),
    );
  return {
    append: async (batch) => (await appendAll([batch]))[0] ?? { status: 'conflict' },
    appendAll,
    findCall: (callId) =>
      connection.read('look up a call', () => {
        const row = statements.call.get(callId);
        return row === undefined ? null : { ...row, session: storedSessionId(row.session) };
      }),
    findTurn: (session, key) =>
      connection.read('look up a turn', () => {
        const row = statements.lastOfTurn.get(session, key);
        return row === undefined ? null : { ...row, session: storedSessionId(row.session) };
      }),
  };
}

/** A record's identity, and the row that has it already. */
type Keyed = { readonly key: Buffer; readonly known: StoredMessage | undefined };

class BatchWriter {
  readonly #statements: CaptureStatements;
  readonly #index: TermIndex;
  readonly #copyIndex: CopyIndex;
  readonly #cues: MessageCueBook;
  readonly #summaries: SummaryBook;
  readonly #batch: CaptureBatch;
  readonly #sessions: SessionBook;
  readonly #turns: TurnBook;
  readonly #projects = new Map<string, number>();
  readonly #added = new Map<SessionId, number>();
  readonly #met = new Set<number>();
  /** Sessions whose order must be worked out again. */
  readonly #unordered = new Set<number>();
  /** The dictionary's numbers of the batch's words; 0 = not looked up. */
  #numbers: Uint32Array | null = null;
  #revised = 0;
  #copies = 0;

  constructor(
    statements: CaptureStatements,
    index: TermIndex,
    copyIndex: CopyIndex,
    cues: MessageCueBook,
    summaries: SummaryStatements,
    batch: CaptureBatch,
  ) {
    this.#statements = statements;
    this.#index = index;
    this.#copyIndex = copyIndex;
    this.#cues = cues;
    this.#summaries = new SummaryBook(summaries);
    this.#batch = batch;
    this.#sessions = new SessionBook(statements, (id) => this.#project(id));
    this.#turns = new TurnBook(statements, copyIndex, batch.source.row);
  }

  run(): CaptureResult {
    const { source } = this.#batch;
    const stored = this.#statements.source.get(source.row);
    if (stored === undefined || stored.offset !== source.from || stored.epoch !== source.epoch) {
      return { status: 'conflict' };
    }
    for (const entry of this.#batch.entries) this.#write(entry);
    for (const session of this.#unordered) this.#order(session);
    for (const session of this.#met) this.#statements.sourceSession.run(source.row, session);
    this.#turns.settle();
    this.#summaries.settle();
    this.#sessions.flush();
    this.#statements.advance.run(
      source.to,
      source.lines,
      source.tail,
      source.modifiedAt,
      source.state,
      source.row,
    );
    return { status: 'written', added: this.#added, revised: this.#revised, copies: this.#copies };
  }

  #write(entry: CaptureEntry): void {
    switch (entry.type) {
      case 'session':
        this.#sessions.meet(entry.facts);
        this.#turns.began(this.#sessions.open(entry.facts.id), entry.facts.startedAt);
        return;
      case 'turn': {
        const session = this.#sessions.open(entry.session);
        const parent = entry.parentKey === null ? null : this.#resolve(session, entry.parentKey);
        this.#turns.meet(session, entry, this.#project(entry.project), parent?.turn ?? null);
        return;
      }
      case 'message':
        this.#message(this.#sessions.open(entry.session), entry.message);
        return;
      case 'hop':
        this.#statements.hop.run(
          this.#sessions.open(entry.session).row,
          bytes(entry.key),
          bytes(entry.parentKey),
        );
        return;
      case 'link': {
        const session = this.#sessions.open(entry.session);
        this.#statements.link.run(
          session.row,
          entry.kind,
          entry.to,
          entry.toExternal,
          entry.callId,
          entry.place,
          null,
        );
        return;
      }
      case 'rewind':
        this.#turns.expectRewind(this.#sessions.open(entry.session), entry.turns, entry.place);
        return;
      case 'rewind-at':
        this.#turns.withdrawFrom(this.#sessions.open(entry.session), entry.place, entry.startedAt);
        return;
      default:
        entry satisfies never;
    }
  }

  #message(session: OpenSession, message: SealedMessage): void {
    this.#met.add(session.row);
    const digest = bytes(message.digest);
    const { key, known } =
      message.key === null
        ? this.#derived(session, digest, message.place)
        : this.#keyed(session, bytes(message.key));
    if (known !== undefined) {
      if (message.key === null)
        this.#statements.setSeen.run(
          this.#batch.source.row,
          this.#batch.source.epoch,
          message.place,
          known.row,
        );
      this.#meetAgain(known, message, digest);
      return;
    }
    const original =
      message.key === null ? undefined : this.#statements.original.get(key, session.row, digest);
    const turn = message.turnKey === null ? undefined : this.#turns.find(session.row, message.turnKey);
    const parent = message.parentKey === null ? null : this.#resolve(session, message.parentKey);
    const orphan = message.parentKey !== null && parent === null;
    if (!this.#added.has(session.id) && this.#isOlderSource(session)) this.#unordered.add(session.row);
    // A message without a directory of its own takes its turn's, else its session's.
    const project = this.#project(message.project) ?? turn?.project ?? null;
    const number = session.nextNumber++;
    const copy = original !== undefined;
    const row = Number(
      this.#statements.insert.run({
        session: session.row,
        number,
        turn: turn?.number ?? null,
        position: session.nextPosition++,
        key,
        digest,
        derived: message.key === null ? 1 : 0,
        grade: message.grade,
        parent: parent?.row ?? null,
        parentKey: orphan && message.parentKey !== null ? bytes(message.parentKey) : null,
        role: message.role,
        kind: message.kind,
        by: message.by,
        author: message.author,
        tool: message.tool,
        project,
        at: message.at,
        text: copy ? '' : pack(message.text),
        parts: copy ? null : packed(message.parts),
        meta: packed(message.meta),
        copyOf: original?.row ?? null,
        outside: message.outside ? 1 : 0,
        source: this.#batch.source.row,
        place: message.place,
        seenSource: message.key === null ? this.#batch.source.row : null,
        seenEpoch: message.key === null ? this.#batch.source.epoch : null,
        seenPlace: message.key === null ? message.place : null,
      }).lastInsertRowid,
    );
    if (session.fresh !== null) {
      session.fresh.messages.set(key.toString('latin1'), { row, turn: turn?.number ?? null });
      session.fresh.orphans ||= orphan;
    }
    if (copy) this.#copied(session, original);
    else if (message.terms.length > 0) {
      const cues = this.#cues.of({ ...cueSource(message), client: session.client, number });
      this.#index.add(row, this.#terms(message), `s${session.row}`, cues);
    }
    if (copy || turn?.state === 'withdrawn') this.#copyIndex.settle(row);
    for (const call of message.callIds) this.#statements.putCall.run(call, row);
    if (message.describes !== undefined) this.#summaries.tell(row, bytes(message.describes));
    this.#adopt(session, row, key);
    session.lastAt = Math.max(session.lastAt ?? 0, message.at ?? 0) || null;
    this.#added.set(session.id, (this.#added.get(session.id) ?? 0) + 1);
  }

  /** A record seen before: nothing, its final form, or a new revision under the same number. */
  #meetAgain(known: StoredMessage, message: SealedMessage, digest: Buffer): void {
    if (known.state !== 'kept') return;
    if (digest.equals(known.digest)) {
      // Read before without a person's word for it, and now with it.
      if (known.by === 'program' && message.by === 'person') this.#statements.confirm.run(known.row);
      return;
    }
    if (message.grade < known.grade) return;
    const revision = message.grade === known.grade ? known.revision + 1 : known.revision;
    this.#statements.revise.run({
      row: known.row,
      digest,
      grade: message.grade,
      revision,
      role: message.role,
      kind: message.kind,
      by: message.by,
      author: message.author,
      tool: message.tool,
      text: pack(message.text),
      parts: packed(message.parts),
      meta: packed(message.meta),
      outside: message.outside ? 1 : 0,
    });
    const { client } = this.#sessions.byRow(known.session);
    const cues = this.#cues.of({ ...cueSource(message), client, number: known.number });
    this.#index.replace(known.row, this.#terms(message), `s${known.session}`, cues);
    this.#copyIndex.refresh(known.row);
    if (known.copyOf !== null) this.#copyIndex.settle(known.copyOf);
    for (const call of message.callIds) this.#statements.putCall.run(call, known.row);
    if (revision !== known.revision) this.#revised += 1;
  }

  /** A record of another session stands here again: the session was forked from it. */
  #copied(session: OpenSession, original: StoredMessage): void {
    this.#copies += 1;
    const from = this.#sessions.byRow(original.session);
    // A fork that was read before its parent holds the text: then this session is the parent.
    if (this.#statements.isForkOf.get(from.row, session.id) !== undefined) return;
    this.#statements.link.run(
      session.row,
      'forked_from',
      from.id,
      from.external,
      null,
      null,
      original.number,
    );
  }

  /** Children that came before this parent are attached to it. */
  #adopt(session: OpenSession, row: number, key: Buffer): void {
    if (session.fresh !== null && !session.fresh.orphans) return;
    if (this.#statements.orphan.get(session.row, key) === undefined) return;
    this.#statements.adopt.run(row, session.row, key);
    this.#unordered.add(session.row);
  }

  /** A file that is older than what the session's last message came from is being read late. */
  #isOlderSource(session: OpenSession): boolean {
    return (
      this.#statements.laterSource.get(session.row, session.nextNumber - 1, this.#batch.source.row) !==
      undefined
    );
  }

  /** The nearest kept ancestor by key, through skipped records; null while it has not been seen. */
  #resolve({ row, fresh }: OpenSession, key: Uint8Array): { row: number; turn: number | null } | null {
    let at = bytes(key);
    // A chain of skipped records is a few hundred at most; the bound stops a cycle in a damaged file.
    for (let steps = 0; steps < 10_000; steps += 1) {
      const message =
        fresh === null ? this.#statements.byKey.get(at, row) : fresh.messages.get(at.toString('latin1'));
      if (message !== undefined) return { row: message.row, turn: message.turn };
      const hop = this.#statements.hopOf.get(row, at);
      if (hop === undefined) return null;
      at = hop;
    }
    return null;
  }

  /**
   * Identity of a record that has none: its digest and its count among equal ones from the start of this file. Rows
   * remember where they were seen last, so the count is the first whose row this reading has not passed yet.
   */
  #derived(session: OpenSession, digest: Buffer, place: number): Keyed {
    const { row, epoch } = this.#batch.source;
    const look = (count: number): Keyed => this.#keyed(session, derived(digest, count));
    const isPassed = ({ known }: Keyed): boolean =>
      known !== undefined &&
      known.seenSource === row &&
      known.seenEpoch === epoch &&
      (known.seenPlace ?? 0) < place;
    let high = 1;
    let found = look(high);
    while (isPassed(found)) {
      high *= 2;
      found = look(high);
    }
    let low = high >> 1;
    // Everything up to `low` was passed, `high` was not: ten thousand equal lines take fourteen look-ups each.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const between = look(middle);
      if (isPassed(between)) {
        low = middle;
      } else {
        high = middle;
        found = between;
      }
    }
    return found;
  }

  #keyed({ row, fresh }: OpenSession, key: Buffer): Keyed {
    const isNew = fresh !== null && !fresh.messages.has(key.toString('latin1'));
    return { key, known: isNew ? undefined : this.#statements.byKey.get(key, row) };
  }

  /** Places a session's messages anew: by source and place in it, a parent always before its child. */
  #order(session: number): void {
    const rows = this.#statements.places.all(session);
    const waiting = new Map<number, number[]>();
    const pending = new Set(rows.map(({ row }) => row));
    let position = 0;
    const put = (row: number): void => {
      const stack = [row];
      for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        pending.delete(next);
        this.#statements.place.run(position, next);
        position += 1;
        for (const child of (waiting.get(next) ?? []).reverse()) stack.push(child);
        waiting.delete(next);
      }
    };
    for (const { row, parent } of rows) {
      if (parent !== null && parent !== row && pending.has(parent)) {
        waiting.set(parent, [...(waiting.get(parent) ?? []), row]);
      } else {
        put(row);
      }
    }
    for (const row of pending) put(row);
    this.#sessions.byRow(session).nextPosition = position;
  }

  /** The terms by the numbers of the dictionary, each of the batch's words looked up once. */
  #terms({ terms }: SealedMessage): readonly string[] | Uint32Array {
    if (!(terms instanceof Uint32Array)) return terms;
    const words = this.#batch.words ?? [];
    this.#numbers ??= new Uint32Array(words.length);
    const numbers = new Uint32Array(terms.length);
    for (let at = 0; at < terms.length; at += 1) {
      const place = terms[at] ?? 0;
      let number = this.#numbers[place] ?? 0;
      if (number === 0) {
        number = this.#index.number(words[place] ?? '');
        this.#numbers[place] = number;
      }
      numbers[at] = number;
    }
    return numbers;
  }

  #project(id: string | null): number | null {
    if (id === null) return null;
    const known = this.#projects.get(id) ?? this.#statements.project.get(id);
    if (known === undefined) return null;
    this.#projects.set(id, known);
    return known;
  }
}

function derived(digest: Buffer, count: number): Buffer {
  const name = Buffer.concat([digest, Buffer.from(`#${count}`, 'latin1')]);
  return hash('sha256', name, 'buffer').subarray(0, KEY_BYTES);
}

function cueSource({ text, role, author }: SealedMessage) {
  return { text, role, author };
}

/** Null where there is nothing to keep. */
function packed(
  value: readonly unknown[] | Readonly<Record<string, unknown>> | string | null,
): Packed | null {
  if (value === null || value === '{}') return null;
  if (typeof value === 'string') return pack(value);
  return !Array.isArray(value) && Object.keys(value).length === 0 ? null : packJson(value);
}

function bytes(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
