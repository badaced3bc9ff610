/** Feedback events in SQLite. */
import type { FeedbackPort } from '../feedback.ts';
import type { Connection } from './connection.ts';

export function sqliteFeedback(connection: Connection): FeedbackPort {
  const put = connection.db.prepare<[number, string, string, string | null]>(
    'INSERT INTO feedback (at, kind, target, session) VALUES (?, ?, ?, ?)',
  );
  return {
    record: async (events) => {
      const done = await connection.tryWrite('record feedback', () => {
        const now = connection.now();
        for (const { kind, target, session } of events) put.run(now, kind, target, session);
        return true;
      });
      return done === true;
    },
  };
}
