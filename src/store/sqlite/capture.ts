/**
 * The write side of capture: batches of a transcript's entries, several in one transaction, and look-ups of what was
 * captured.
 */
import { storedSessionId } from '../../model/ids.ts';
import type { CaptureBatch, CapturePort, CaptureResult } from '../capture.ts';
import { captureStatements } from './capture-statements.ts';
import { BatchWriter } from './capture-writer.ts';
import type { Connection } from './connection.ts';
import { CopyIndex } from './copy-index.ts';
import { MessageCueBook } from './message-cues.ts';
import { summaryStatements } from './session-summaries.ts';
import type { TermIndex } from './term-index.ts';

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
    findCall: (call, session, { orNext = false } = {}) =>
      connection.read('look up a call', () => {
        const row = statements.call.get({ call, session, orNext: Number(orNext) });
        return row === undefined ? null : { ...row, session: storedSessionId(row.session) };
      }),
    findTurn: (session, key) =>
      connection.read('look up a turn', () => {
        const row = statements.lastOfTurn.get(session, key);
        return row === undefined ? null : { ...row, session: storedSessionId(row.session) };
      }),
  };
}
