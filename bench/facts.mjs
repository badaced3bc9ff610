/** Short facts: `remember`ed one by one, then asked for with `recall` as an agent does, with its defaults. */
import { join } from 'node:path';
import { read } from './lib/answer.mjs';
import { askEach, on, sets } from './lib/coding-set.mjs';
import { interval, mean } from './lib/metrics.mjs';
import { from, midturn, withHome } from './lib/program.mjs';
import { verdicts, verdictTable } from './lib/quality-tables.mjs';
import { readQuestions } from './lib/questions.mjs';
import { percent } from './lib/table.mjs';
import { readJson, UsageError } from './lib/usage.mjs';

const COUNTED = [
  ['every hit', ({ refs }) => refs],
  ['good matches only', ({ good }) => good],
];

export function facts({ without }) {
  const variables = without === undefined ? {} : { MIDTURN_RECALL_WITHOUT: without };
  const given = readJson(join(sets, 'facts', 'facts.json'), 'facts');
  const questions = readQuestions(join(sets, 'facts', 'questions.json'));
  return withHome(async (place) => {
    const { ids, outcomes } = await rememberAll(place, given);
    const rows = [];
    await askEach(
      place,
      questions,
      (question, { refs, good, verdict }) => {
        const own = (list) => list.map((short) => ids.get(short) ?? short);
        rows.push({ ...question, verdict, refs: own(refs), good: own(good) });
      },
      ask,
    );
    const answerable = rows.filter(({ expected }) => expected.length > 0);
    const unanswerable = rows.filter(({ expected }) => expected.length === 0);
    const figures = {
      facts: given.length,
      outcomes,
      counted: COUNTED.map(([name, hitsOf]) => ({
        name,
        answerable: judge(answerable, hitsOf),
        unanswerable: judge(unanswerable, hitsOf),
        all: judge(rows, hitsOf),
      })),
      kinds: kindsOf(answerable),
      silence: [
        { name: 'all unanswerable', ...verdicts(unanswerable) },
        ...kindNames(unanswerable).map((kind) => ({ name: kind, ...verdicts(ofKind(unanswerable, kind)) })),
        { name: 'beside it: answerable', ...verdicts(answerable) },
      ],
    };
    return { figures, tables: tablesOf(figures, answerable, unanswerable), rows };
  }, variables);
}

/** In order, each on its day and from its project; what `replaces` another names it by its short id. */
async function rememberAll(place, given) {
  const anyProject = given.find(({ project }) => project !== null)?.project;
  const shorts = new Map();
  const outcomes = {};
  for (const { id, project, remembered_at, replaces, ...fact } of given) {
    const target = shorts.get(replaces);
    if (replaces !== undefined && target === undefined)
      throw new UsageError(`fact ${id} replaces ${replaces}, which is not before it`);
    const server = await midturn(on(from(place, project ?? anyProject), remembered_at));
    const { structured } = await server.call('remember', {
      ...fact,
      ...(target === undefined ? {} : { replaces: target }),
    });
    await server.close();
    outcomes[structured.status] = (outcomes[structured.status] ?? 0) + 1;
    shorts.set(id, structured.id);
  }
  return { ids: new Map([...shorts].map(([id, short]) => [short, id])), outcomes };
}

async function ask(server, query) {
  const { text, ms } = await server.call('recall', { query });
  return { ...read(text), ms };
}

/**
 * Means over the questions. Where nothing is expected, silence is precise and anything else is not; where something
 * is, silence finds nothing, and says nothing of precision (`given` = precision of the answers that were given).
 */
function judge(rows, hitsOf) {
  const scored = rows.map((row) => {
    const right = new Set(row.expected);
    const neither = new Set(row.accept ?? []);
    const hits = hitsOf(row).filter((id) => !neither.has(id));
    const silent = Number(hitsOf(row).length === 0);
    if (right.size === 0) return { precision: silent, silent };
    const found = hits.filter((id) => right.has(id)).length;
    const precision = hits.length === 0 ? [] : [found / hits.length];
    return { precision, recall: found / right.size, first: Number(right.has(hits[0])), silent };
  });
  const of = (name) => scored.flatMap((one) => one[name] ?? []);
  const given = scored.filter(({ recall, silent }) => recall !== undefined && silent === 0);
  return {
    n: rows.length,
    precision: mean(of('precision')),
    precisionInterval: interval(of('precision')),
    given: mean(given.flatMap(({ precision }) => precision)),
    recall: mean(of('recall')),
    recallInterval: interval(of('recall')),
    first: mean(of('first')),
    silent: mean(of('silent')),
  };
}

const kindNames = (rows) => [...new Set(rows.map(({ kind }) => kind))];
const ofKind = (rows, name) => rows.filter(({ kind }) => kind === name);
const kindsOf = (rows) =>
  kindNames(rows).map((name) => ({ name, ...judge(ofKind(rows, name), COUNTED[0][1]) }));

function tablesOf({ counted, kinds, silence, facts: count, outcomes }, answerable, unanswerable) {
  const range = (pair) => (pair === null ? '–' : pair.map(percent).join('–'));
  const head = [
    '',
    'questions',
    'precision',
    '95 %',
    'of answers given',
    'recall',
    '95 %',
    'right one first',
    'silent',
  ];
  const line = (name, one) => [
    name,
    one.n,
    percent(one.precision),
    range(one.precisionInterval),
    percent(one.given),
    percent(one.recall),
    range(one.recallInterval),
    percent(one.first),
    percent(one.silent),
  ];
  const stored = Object.entries(outcomes).map(([status, times]) => `${times} ${status}`);
  return [
    {
      title: `${count} facts, ${answerable.length} questions that they answer, ${unanswerable.length} that they do not`,
      head,
      rows: counted.flatMap((one) => [
        line(`answerable, ${one.name}`, one.answerable),
        line(`unanswerable, ${one.name}`, one.unanswerable),
        line(`all, ${one.name}`, one.all),
      ]),
      note: `remember: ${stored.join(', ')}.`,
    },
    { title: 'Answerable, every hit counted, by kind', head, rows: kinds.map((one) => line(one.name, one)) },
    verdictTable('Questions that the facts do not answer', silence),
  ];
}
