/** Questions without an answer, put to the store of the coding sessions, beside those that it answers. */
import { join } from 'node:path';
import { askEach, importCoding, positives, sets } from './lib/coding-set.mjs';
import { withHome } from './lib/program.mjs';
import { byGroup, qualityTable, verdicts, verdictTable } from './lib/quality-tables.mjs';
import { readQuestions } from './lib/questions.mjs';

export const NEGATIVES = join(sets, 'negatives', 'questions.json');

export function negatives({ without }) {
  const variables = without === undefined ? {} : { MIDTURN_RECALL_WITHOUT: without };
  return withHome(async (place) => {
    const ids = await importCoding(place);
    const rows = [];
    await askEach(place, readQuestions(NEGATIVES), ({ id, kind }, { verdict, refs }) =>
      rows.push({ id, kind, verdict, ranked: refs.map((ref) => ids.get(ref)) }),
    );
    const kinds = [...new Set(rows.map(({ kind }) => kind))];
    const answered = await positives(place, ids);
    const silence = [
      { name: 'all', ...verdicts(rows) },
      ...kinds.map((name) => ({ name, ...verdicts(rows.filter(({ kind }) => kind === name)) })),
      { name: 'beside it: questions with an answer', ...verdicts(answered) },
    ];
    const groups = byGroup(answered, [['questions with an answer', () => true]]);
    const tables = [
      verdictTable('Questions without an answer, to the store of the coding sessions', silence),
      qualityTable('Retrieval of the same store', groups),
    ];
    return { figures: { silence, groups }, tables, rows: [...rows, ...answered] };
  }, variables);
}
