/** Retrieval figures by category, and how answers to questions that have none were given. */
import { interval, share, summary } from './metrics.mjs';
import { percent } from './table.mjs';

const HEAD = ['questions', 'R@5', 'R@10', '95 %', 'R@25', 'hit@10', 'nDCG@10', 'MRR', 'empty'];

/** Rows are `{category, scores, verdict}`; `groups` = [[name, is it of the group]] in order. */
export function byGroup(rows, groups) {
  return groups.flatMap(([name, belongs]) => {
    const own = rows.filter(belongs);
    const figures = summary(own);
    return figures === null
      ? []
      : [{ name, ...figures, r10interval: interval(own.map(({ scores }) => scores.r10)) }];
  });
}

export function qualityTable(title, groups, note) {
  return {
    title,
    head: ['', ...HEAD],
    rows: groups.map((group) => [group.name, group.n, ...shares(group), group.empty]),
    ...(note === undefined ? {} : { note }),
  };
}

function shares({ r5, r10, r10interval: [low, high], r25, hit10, ndcg10, mrr }) {
  const [a, b, c, d, e, f] = [r5, r10, r25, hit10, ndcg10, mrr].map(percent);
  return [a, b, `${percent(low)}–${percent(high)}`, c, d, e, f];
}

/** `{n, silent, weak, good}` as shares of the rows `{verdict}`. */
export function verdicts(rows) {
  const of = (name) => share(rows, ({ verdict }) => verdict === name);
  return { n: rows.length, silent: of('silent'), weak: of('weak'), good: of('good') };
}

/** Groups are `{name, n, silent, weak, good}`. */
export function verdictTable(title, groups, note) {
  return {
    title,
    head: ['', 'questions', 'silent', 'weak matches only', 'silent or weak', 'a good match'],
    rows: groups.map(({ name, n, silent, weak, good }) => [
      name,
      n,
      ...[silent, weak, silent + weak, good].map(percent),
    ]),
    ...(note === undefined ? {} : { note }),
  };
}
