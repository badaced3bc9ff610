/**
 * Writes what capture has read: sessions, turns, messages, links and withdrawals of one batch, with the source's
 * new offset, inside of a transaction. Numbers are given here, at first sight, and never change.
 */
import type { SessionId } from '../../model/ids.ts';
import type { CaptureBatch, CaptureEntry, CaptureResult, SealedMessage } from '../capture.ts';
import { bytes, type Packed, pack, packJson } from './blob.ts';
import { RecordKeys } from './capture-keys.ts';
import { orderSession } from './capture-order.ts';
import { type CaptureStatements, messageColumns, type StoredMessage } from './capture-statements.ts';
import type { CopyIndex } from './copy-index.ts';
import { Forgotten, withoutWords } from './forgotten.ts';
import type { MessageCueBook } from './message-cues.ts';
import { type OpenSession, SessionBook } from './session-book.ts';
import { SummaryBook, type SummaryStatements } from './session-summaries.ts';
import type { TermIndex } from './term-index.ts';
import { TurnBook } from './turn-book.ts';

export class BatchWriter {
  readonly #statements: CaptureStatements;
  readonly #index: TermIndex;
  readonly #copyIndex: CopyIndex;
  readonly #cues: MessageCueBook;
  readonly #summaries: SummaryBook;
  readonly #batch: CaptureBatch;
  readonly #sessions: SessionBook;
  readonly #turns: TurnBook;
  readonly #keys: RecordKeys;
  readonly #forgotten: Forgotten;
  readonly #projects = new Map<string, number>();
  readonly #added = new Map<SessionId, number>();
  readonly #met = new Set<number>();
  /** Sessions whose order must be worked out again. */
  readonly #unordered = new Set<number>();
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
    this.#forgotten = new Forgotten(statements);
    this.#keys = new RecordKeys(statements, batch.source);
  }

  run(): CaptureResult {
    const { source } = this.#batch;
    const stored = this.#statements.source.get(source.row);
    if (stored === undefined || stored.offset !== source.from || stored.epoch !== source.epoch) {
      return { status: 'conflict' };
    }
    for (const entry of this.#batch.entries) this.#write(entry);
    for (const session of this.#unordered)
      this.#sessions.byRow(session).nextPosition = orderSession(this.#statements, session);
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
        const parent = entry.parentKey === null ? null : this.#keys.resolve(session, entry.parentKey);
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

  #message(session: OpenSession, read: SealedMessage): void {
    this.#met.add(session.row);
    const digest = bytes(read.digest);
    const { key, known } =
      read.key === null
        ? this.#keys.derive(session, digest, read.place)
        : this.#keys.find(session, bytes(read.key));
    const gone = known === undefined ? this.#forgotten.stateOf(session.id, key, digest) : null;
    const message = gone === null ? read : withoutWords(read);
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
      message.key === null || gone !== null
        ? undefined
        : this.#statements.original.get(key, session.row, digest);
    const turn = message.turnKey === null ? undefined : this.#turns.find(session.row, message.turnKey);
    const parent = message.parentKey === null ? null : this.#keys.resolve(session, message.parentKey);
    const orphan = message.parentKey !== null && parent === null;
    if (!this.#added.has(session.id) && this.#isOlderSource(session)) this.#unordered.add(session.row);
    // A message without a directory of its own takes its turn's, else its session's.
    const project = this.#project(message.project) ?? turn?.project ?? null;
    const number = session.nextNumber++;
    const copy = original !== undefined;
    const row = Number(
      this.#statements.insert.run(
        ...messageColumns({
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
        }),
      ).lastInsertRowid,
    );
    if (session.fresh !== null) {
      session.fresh.messages.set(key.toString('latin1'), { row, turn: turn?.number ?? null });
      session.fresh.orphans ||= orphan;
    }
    if (gone !== null) this.#statements.setGone.run(gone, row);
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

  /** The terms by the numbers of the dictionary. */
  #terms({ terms }: SealedMessage): readonly string[] | Uint32Array {
    return terms instanceof Uint32Array ? this.#index.numbersIn(this.#batch.words ?? [], terms) : terms;
  }

  #project(id: string | null): number | null {
    if (id === null) return null;
    const known = this.#projects.get(id) ?? this.#statements.project.get(id);
    if (known === undefined) return null;
    this.#projects.set(id, known);
    return known;
  }
}

function cueSource({ text, textCues, role, author }: SealedMessage) {
  return { text, textCues, role, author };
}

/** Null where there is nothing to keep. */
function packed(
  value: readonly unknown[] | Readonly<Record<string, unknown>> | string | null,
): Packed | null {
  if (value === null || value === '{}') return null;
  if (typeof value === 'string') return pack(value);
  return !Array.isArray(value) && Object.keys(value).length === 0 ? null : packJson(value);
}
