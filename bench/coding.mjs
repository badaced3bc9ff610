/** Retrieval on sessions of coding (bench/sets/coding): `recall_history` of the built server, asked from each project. */
import { importCoding, positives } from './lib/coding-set.mjs';
import { quantile } from './lib/metrics.mjs';
import { withHome } from './lib/program.mjs';
import { byGroup, qualityTable } from './lib/quality-tables.mjs';

export function coding({ without }) {
  const variables = without === undefined ? {} : { MIDTURN_RECALL_WITHOUT: without };
  return withHome(async (place) => {
    const rows = await positives(place, await importCoding(place));
    const categories = [...new Set(rows.map(({ category }) => category))].sort();
    const groups = byGroup(rows, [
      ['all', () => true],
      ...categories.map((name) => [name, ({ category }) => category === name]),
    ]);
    const latencies = rows.map(({ ms }) => ms);
    const title = `Coding sessions${without === undefined ? '' : `, without ${without}`}`;
    const note = `recall_history, question as asked, p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p95 ${quantile(latencies, 0.95).toFixed(1)} ms.`;
    return { figures: { groups }, tables: [qualityTable(title, groups, note)], rows };
  }, variables);
}
