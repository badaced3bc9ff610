/** The ledger of what models cost, those of reviewers above all: a call is written down before it is made, and its price when it came back. */
import type {
  LedgerLine,
  Reserved,
  ReviewEnd,
  ReviewsPort,
  SpendingLimits,
  SpendingStop,
  Spent,
} from '../reviews.ts';
import type { Connection } from './connection.ts';

type Sum = { calls: number; tokens: number };
type Attempt = { job: number; session: string };
type Entry = {
  job: number | null;
  session: string | null;
  token: string | null;
  provider: string;
  model: string | null;
  at: number;
  tokens: number;
};
type LineRow = Omit<LedgerLine, 'estimated'> & { estimated: number };

const NONE: Spent = { calls: 0, tokens: 0 };

export type ReviewLedger = Pick<
  ReviewsPort,
  'reserve' | 'stopFor' | 'settle' | 'reserveRun' | 'settleRun' | 'spent' | 'ledger'
> & {
  /** Inside a transaction: says how the calls of an attempt ended. */
  readonly close: (token: string, end: ReviewEnd) => void;
};

export function reviewLedger(connection: Connection): ReviewLedger {
  const { db } = connection;
  // A call that was refused before a model read it has no tokens: it is free.
  const sums = `ifnull(sum(CASE WHEN input_tokens + output_tokens > 0 THEN calls ELSE 0 END), 0) AS calls,
    ifnull(sum(input_tokens + output_tokens), 0) AS tokens`;
  const since = db.prepare<[number], Sum>(`SELECT ${sums} FROM usage_ledger WHERE at >= ?`);
  const ofSession = db.prepare<[string, number], Sum>(
    `SELECT ${sums} FROM usage_ledger WHERE session = ? AND at >= ?`,
  );
  // Without those of attempts that have ended with no answer.
  const answered = db.prepare<[string], Sum>(
    `SELECT ${sums} FROM usage_ledger WHERE session = ?
       AND NOT (estimated = 1 AND output_tokens = 0 AND outcome NOT IN ('open', 'answered'))`,
  );
  const attempt = db.prepare<[string], Attempt>(
    'SELECT row AS job, session FROM review_jobs WHERE token = ?',
  );
  const put = db.prepare<Entry>(
    `INSERT INTO usage_ledger (at, provider, model, job, session, attempt, calls, input_tokens, output_tokens, estimated,
       outcome) VALUES (@at, @provider, @model, @job, @session, @token, 1, @tokens, 0, 1, 'open')`,
  );
  const settle = db.prepare<{
    entry: number;
    calls: number;
    input: number | null;
    output: number | null;
  }>(
    `UPDATE usage_ledger SET calls = @calls, input_tokens = ifnull(@input, input_tokens), output_tokens = ifnull(@output, 0),
       estimated = @input IS NULL OR @output IS NULL, outcome = 'answered' WHERE row = @entry`,
  );
  const drop = db.prepare<[number]>('DELETE FROM usage_ledger WHERE row = ?');
  const name = db.prepare<[string, number]>('UPDATE usage_ledger SET outcome = ? WHERE row = ?');
  const lastOf = db.prepare<[string], number>('SELECT max(row) FROM usage_ledger WHERE attempt = ?').pluck();
  const earlier = db.prepare<[string, number]>(
    "UPDATE usage_ledger SET outcome = 'repeated' WHERE attempt = ? AND row < ? AND outcome IN ('open', 'answered')",
  );
  const close = db.prepare<{ row: number; outcome: string; output: number }>(
    `UPDATE usage_ledger SET outcome = @outcome,
       output_tokens = CASE WHEN estimated = 1 AND output_tokens = 0 THEN @output ELSE output_tokens END
     WHERE row = @row`,
  );
  const lines = db.prepare<[number], LineRow>(
    `SELECT date(at / 1000, 'unixepoch') AS day, provider, model, sum(calls) AS calls, sum(input_tokens) AS inputTokens,
       sum(output_tokens) AS outputTokens, max(estimated) AS estimated,
       sum(CASE WHEN outcome IN ('ok', 'answered', 'open') THEN 0 ELSE calls END) AS failed
     FROM usage_ledger WHERE at >= ? GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3`,
  );

  const stopOf = (session: string, tokens: number, limits: SpendingLimits): SpendingStop | null =>
    passed('day', since.get(limits.dayFrom) ?? NONE, limits.day, tokens) ??
    passed('session', answered.get(session) ?? NONE, limits.session, tokens);

  return {
    stopFor: (session, tokens, limits) =>
      connection.read('look up a budget', () => stopOf(session, tokens, limits)),

    reserve: ({ token, provider, model, tokens, limits }) =>
      connection.write('write down a call', (): Reserved => {
        const of = attempt.get(token);
        if (of === undefined) {
          // Lost to another process: nothing may be spent on it any more.
          return { status: 'refused', stop: { of: 'session', what: 'calls', limit: 0, used: 0 } };
        }
        const stop = stopOf(of.session, tokens, limits);
        if (stop !== null) return { status: 'refused', stop };
        const { lastInsertRowid } = put.run({
          ...of,
          provider,
          model,
          at: connection.now(),
          token,
          tokens,
        });
        return { status: 'reserved', entry: Number(lastInsertRowid) };
      }),

    settle: async (entry, { calls, inputTokens, outputTokens }) => {
      await connection.write('write down what a call cost', () =>
        settle.run({ entry, calls, input: inputTokens, output: outputTokens }),
      );
    },

    reserveRun: ({ provider, model, tokens, limits: { dayFrom, day } }) =>
      connection.write('write down a call', (): Reserved => {
        const stop = passed('day', since.get(dayFrom) ?? NONE, day, tokens);
        if (stop !== null) return { status: 'refused', stop };
        const none = { job: null, session: null, token: null };
        const { lastInsertRowid } = put.run({ ...none, provider, model, at: connection.now(), tokens });
        return { status: 'reserved', entry: Number(lastInsertRowid) };
      }),

    settleRun: async (entry, { calls, inputTokens, outputTokens, outputEstimate, outcome }) => {
      await connection.write('write down what a call cost', () => {
        if (calls === 0) {
          drop.run(entry);
          return;
        }
        settle.run({ entry, calls, input: inputTokens, output: outputTokens });
        if (outputTokens === null) close.run({ row: entry, outcome, output: outputEstimate });
        else name.run(outcome, entry);
      });
    },

    spent: (from, session) =>
      connection.read(
        'look up what was spent',
        () => (session === undefined ? since.get(from) : ofSession.get(session, from)) ?? NONE,
      ),

    ledger: (from) =>
      connection.read('read the ledger', () =>
        lines.all(from).map((line) => ({ ...line, estimated: line.estimated === 1 })),
      ),

    close: (token, end) => {
      const row = lastOf.get(token) ?? null;
      if (row === null) return;
      earlier.run(token, row);
      const outcome = end.state === 'done' ? 'ok' : end.state === 'stopped' ? 'budget' : end.outcome;
      close.run({ row, outcome, output: end.state === 'done' ? end.outputEstimate : 0 });
    },
  };
}

function passed(of: 'day' | 'session', used: Spent, limit: Spent, tokens: number): SpendingStop | null {
  if (used.calls + 1 > limit.calls) return { of, what: 'calls', limit: limit.calls, used: used.calls };
  if (used.tokens + tokens > limit.tokens)
    return { of, what: 'tokens', limit: limit.tokens, used: used.tokens };
  return null;
}
