/** The order of a session that was not read in order. */
import type { CaptureStatements } from './capture-statements.ts';

/** Places a session's messages anew: by source and place in it, a parent always before its child. Returns how many. */
export function orderSession(statements: CaptureStatements, session: number): number {
  const rows = statements.places.all(session);
  const waiting = new Map<number, number[]>();
  const pending = new Set(rows.map(({ row }) => row));
  let position = 0;
  const put = (row: number): void => {
    const stack = [row];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      pending.delete(next);
      statements.place.run(position, next);
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
  return position;
}
