/** What a message must be like to be a hit, as conditions on its row `m`. */
import type { MessageFilter } from '../search.ts';

/** The filter's session is left to the caller: a full-text match narrows by it before rows are read. */
export function messageConditions(
  filter: MessageFilter,
  projectRows: (projects: readonly string[]) => string,
  sessionRow: (id: string) => number | undefined,
): { where: string; values: Array<string | number> } {
  let where = "m.state = 'kept'";
  const values: Array<string | number> = [];
  const add = (condition: string, ...value: Array<string | number>): void => {
    where += ` AND ${condition}`;
    values.push(...value);
  };
  if (filter.projects !== null) {
    add(
      'coalesce(m.project, (SELECT project FROM sessions WHERE row = m.session)) IN (SELECT value FROM json_each(?))',
      projectRows(filter.projects),
    );
  }
  if (filter.role !== undefined) add('m.role = ?', filter.role);
  if (filter.client !== undefined)
    add('(SELECT client FROM sessions WHERE row = m.session) = ?', filter.client);
  if (filter.since !== undefined) add('m.at >= ?', filter.since);
  if (filter.until !== undefined) add('m.at <= ?', filter.until);
  for (const { session, turn } of filter.exclude ?? []) {
    const row = sessionRow(session);
    if (row === undefined) continue;
    if (turn === null) add('m.session <> ?', row);
    else add('NOT (m.session = ? AND ifnull(m.turn, -1) = ?)', row, turn);
  }
  return { where, values };
}
