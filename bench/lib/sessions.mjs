/** Messages into a store by `midturn import`, and the refs under which it knows them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './program.mjs';

/**
 * Imports messages `{id, session, …}` (the rest as the NDJSON format takes it), in the order given.
 * @returns a map from ref (`k3f9a2/17`) to id
 * @throws Error when a line is not numbered as it stands: every figure would be wrong then
 */
export async function importMessages(place, messages) {
  const file = join(place.home, 'sessions.ndjson');
  const lines = messages.map(({ id, ...line }) => JSON.stringify({ cwd: place.cwd, ...line }));
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { report } = await command(['import', file, '--json', '--yes'], place);
  const shorts = new Map(report.sessions.map(({ external_id, session }) => [external_id, session]));
  const counts = new Map();
  const ids = new Map();
  for (const { id, session } of messages) {
    const number = (counts.get(session) ?? 0) + 1;
    counts.set(session, number);
    ids.set(`${shorts.get(session)}/${number}`, id);
  }
  const stored = report.sessions.reduce((sum, { messages: count }) => sum + count, 0);
  if (stored !== messages.length || report.skipped.length > 0)
    throw new Error(
      `of ${messages.length} messages ${stored} were stored: ${JSON.stringify(report.skipped.slice(0, 3))}`,
    );
  return ids;
}
