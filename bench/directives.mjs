/** What the rules reviewer proposes for labelled turns: precision and recall by kind, language and part of the set. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sets } from './lib/coding-set.mjs';
import { withRules } from './lib/rules.mjs';
import { percent } from './lib/table.mjs';

export const TURNS = join(sets, 'directives', 'turns.ndjson');
const KINDS = ['directive', 'correction', 'decision', 'fix'];
/** Kinds that say the same to whoever reads them later: what is told to the agent, in answer to it or not. */
const TOLD = new Set(['directive', 'correction']);

export function directives() {
  return withRules(async (review) => {
    const rows = [];
    for (const turn of read(TURNS))
      rows.push({ ...turn, ...judged(turn.expect, await review(turn.messages)) });
    const groups = [
      ['all', rows],
      ...partsOf(rows, 'part', (part) => `part: ${part}`),
      ...partsOf(rows, 'language', (language) => `language: ${language}`),
    ].map(([name, of]) => ({ name, ...figures(of) }));
    const kinds = KINDS.map((kind) => ({ name: kind, ...figures(rows, kind) }));
    return {
      figures: { groups, kinds },
      tables: [
        table('Rules reviewer on labelled turns', groups, 'A turn that expects nothing is a trap.'),
        table(
          'By kind',
          kinds,
          'An order and a correction count for each other: which of the two it was changes nothing of what is kept.',
        ),
      ],
      rows: rows.map(({ messages: _, ...row }) => row),
    };
  });
}

const read = (path) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

function partsOf(rows, field, name) {
  return [...new Set(rows.map((row) => row[field]))].map((value) => [
    name(value),
    rows.filter((row) => row[field] === value),
  ]);
}

/** Each expectation takes one proposal; what is left of the proposals was not to be proposed. */
function judged(expect, items) {
  const left = [...items];
  const found = [];
  const missed = [];
  for (const wanted of expect) {
    const at = left.findIndex((item) => fits(wanted, item));
    if (at === -1) missed.push(wanted);
    else found.push({ wanted, item: left.splice(at, 1)[0] });
  }
  return { found, missed, wrong: left };
}

function fits({ kind, or_kind: others = [], must_contain: parts }, item) {
  const kinds = [kind, ...others];
  const isKind = kinds.includes(item.kind) || (TOLD.has(item.kind) && kinds.some((one) => TOLD.has(one)));
  const text = `${item.summary}\n${item.content}`.toLowerCase();
  return isKind && parts.every((part) => text.includes(part.toLowerCase()));
}

function figures(rows, kind) {
  const ofKind = (one) => kind === undefined || one === kind;
  const found = rows.flatMap((row) => row.found).filter(({ wanted }) => ofKind(wanted.kind));
  const missed = rows.flatMap((row) => row.missed).filter((wanted) => ofKind(wanted.kind));
  const wrong = rows.flatMap((row) => row.wrong).filter((item) => ofKind(item.kind));
  const scoped = found.filter(({ wanted, item }) =>
    [wanted.scope, ...(wanted.or_scope ?? [])].includes(item.scope),
  );
  return {
    turns: rows.length,
    traps: rows.filter(({ expect }) => expect.length === 0).length,
    expected: found.length + missed.length,
    proposed: found.length + wrong.length,
    precision: found.length / (found.length + wrong.length),
    recall: found.length / (found.length + missed.length),
    scope: scoped.length / found.length,
  };
}

const table = (title, groups, note) => ({
  title,
  head: ['', 'turns', 'traps', 'expected', 'proposed', 'precision', 'recall', 'right scope'],
  rows: groups.map(({ name, turns, traps, expected, proposed, precision, recall, scope }) => [
    name,
    turns,
    traps,
    expected,
    proposed,
    percent(precision),
    percent(recall),
    percent(scope),
  ]),
  note,
});
