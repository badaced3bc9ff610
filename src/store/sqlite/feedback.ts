/** Feedback events in SQLite. */
import { storedSessionId } from '../../model/ids.ts';
import type { FeedbackKind, FeedbackPort, Tally } from '../feedback.ts';
import type { Connection } from './connection.ts';

type ShownRow = { target: string; session: string; readBy: string; at: number };

/** Stands among the events of a session, and speaks of no target. */
const EMPTIED = 'emptied';
const NONE: Tally = { shown: 0, opened: 0, used: 0, contradicted: 0 };

export function sqliteFeedback(connection: Connection): FeedbackPort {
  const { db } = connection;
  const put = db.prepare<[number, string, string, string | null]>(
    'INSERT INTO feedback (at, kind, target, session) VALUES (?, ?, ?, ?)',
  );
  const putOnce = db.prepare<{ at: number; target: string; session: string }>(
    `INSERT INTO feedback (at, kind, target, session) SELECT @at, 'used', @target, @session
     WHERE NOT EXISTS (SELECT 1 FROM feedback WHERE target = @target AND kind = 'used' AND session = @session)`,
  );
  const openSources = db.prepare<{ at: number; ref: string; session: string }>(
    `INSERT INTO feedback (at, kind, target, session)
     SELECT @at, 'opened', f.target, @session
     FROM (SELECT DISTINCT target FROM feedback WHERE session = @session AND kind = 'shown' AND target GLOB 'm_*') f
     JOIN memories r ON r.short = substr(f.target, 3)
     WHERE EXISTS (SELECT 1 FROM json_each(r.sources) WHERE value = @ref)`,
  );
  // A sub-agent's call carries its parent's session: what the parent was shown may be used by either.
  const unused = db.prepare<{ sessions: string; limit: number }, ShownRow>(
    `WITH readers AS (
       SELECT value AS asked, value AS reader FROM json_each(@sessions)
       UNION SELECT l.target, s.id FROM json_each(@sessions) one JOIN sessions s ON s.id = one.value
         JOIN session_links l ON l.session = s.row AND l.kind = 'spawned_by'
     )
     SELECT f.target, f.session, r.reader AS readBy, min(f.at) AS at
     FROM readers r JOIN feedback f ON f.session = r.asked AND f.kind = 'shown'
     WHERE NOT EXISTS (SELECT 1 FROM feedback u WHERE u.target = f.target AND u.kind = 'used' AND u.session = f.session)
     GROUP BY f.target, f.session, r.reader ORDER BY max(f.at) DESC, max(f.row) DESC LIMIT @limit`,
  );
  // Rows, not times: both may fall into one millisecond.
  const shown = db.prepare<{ session: string }, { target: string; at: number }>(
    `SELECT target, max(at) AS at FROM feedback
     WHERE session = @session AND kind = 'shown' AND row > coalesce(
       (SELECT max(row) FROM feedback WHERE session = @session AND kind = '${EMPTIED}'), 0)
     GROUP BY target`,
  );
  const tallies = db.prepare<[string], { target: string; kind: FeedbackKind; count: number }>(
    `SELECT f.target, f.kind, count(*) AS count FROM json_each(?) one JOIN feedback f ON f.target = one.value
     GROUP BY f.target, f.kind`,
  );
  return {
    record: async (events) => {
      const done = await connection.tryWrite('record feedback', () => {
        const at = connection.now();
        for (const { kind, target, session } of events) {
          put.run(at, kind, target, session);
          if (kind === 'opened' && session !== null && !target.startsWith('m_'))
            openSources.run({ at, ref: target, session });
        }
        return true;
      });
      return done === true;
    },
    unused: (sessions, limit) =>
      connection.read('look up feedback', () =>
        sessions.length === 0
          ? []
          : unused.all({ sessions: JSON.stringify(sessions), limit }).map((row) => ({
              ...row,
              session: storedSessionId(row.session),
              readBy: storedSessionId(row.readBy),
            })),
      ),
    shownTo: (session) =>
      connection.read(
        'look up feedback',
        () => new Map(shown.all({ session }).map(({ target, at }) => [target, at])),
      ),
    emptied: async (session) =>
      (await connection.tryWrite('record feedback', () => {
        put.run(connection.now(), EMPTIED, '', session);
        return true;
      })) === true,
    tally: (targets) =>
      connection.read('look up feedback', () => {
        const found = new Map<string, Tally>();
        for (const { target, kind, count } of tallies.all(JSON.stringify([...new Set(targets)])))
          found.set(target, { ...(found.get(target) ?? NONE), [kind]: count });
        return found;
      }),
    recordUse: async (hits) => {
      if (hits.length === 0) return;
      await connection.write(
        'record feedback',
        () => {
          const at = connection.now();
          for (const { target, session } of hits) putOnce.run({ at, target, session });
        },
        false,
      );
    },
  };
}
