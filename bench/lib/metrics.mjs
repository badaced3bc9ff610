/**
 * How good one ranked list of ids is against the ids that answer the question (each right or wrong), and means,
 * quantiles and intervals over many. All shares are 0..1.
 */
import { random, whole } from './random.mjs';

const DEPTHS = [5, 10, 25];
const ROUNDS = 2000;

/** `{r5, r10, r25, hit10, ndcg10, mrr}`; an id that stands twice in the list counts where it stands first. */
export function score(ranked, relevant) {
  const wanted = new Set(relevant);
  const right = [...new Set(ranked)].map((id) => wanted.has(id));
  const found = (depth) => right.slice(0, depth).filter(Boolean).length;
  const gain = (list) => list.reduce((sum, is, at) => sum + (is ? 1 / Math.log2(at + 2) : 0), 0);
  const first = right.indexOf(true);
  return {
    ...Object.fromEntries(DEPTHS.map((depth) => [`r${depth}`, found(depth) / wanted.size])),
    hit10: found(10) > 0 ? 1 : 0,
    ndcg10: gain(right.slice(0, 10)) / gain(Array.from({ length: Math.min(10, wanted.size) }, () => true)),
    mrr: first === -1 ? 0 : 1 / (first + 1),
  };
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export const share = (rows, is) => (rows.length === 0 ? null : rows.filter(is).length / rows.length);

/** The value below which `part` of them lie (nearest rank); NaN of none. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

export const median = (values) => quantile(values, 0.5);

/** 95 % of the means of samples drawn with replacement lie between these two; the same each time. */
export function interval(values, seed = 20) {
  if (values.length === 0) return null;
  const next = random(seed);
  const means = Array.from({ length: ROUNDS }, () => {
    let sum = 0;
    for (let n = 0; n < values.length; n += 1) sum += values[whole(next, values.length)];
    return sum / values.length;
  });
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

/** Of rows `{scores, verdict}`: how many, the mean of each score, and how many answers held nothing. */
export function summary(rows) {
  if (rows.length === 0) return null;
  const names = Object.keys(rows[0].scores);
  return {
    n: rows.length,
    ...Object.fromEntries(names.map((name) => [name, mean(rows.map(({ scores }) => scores[name]))])),
    empty: rows.filter(({ verdict }) => verdict === 'silent').length,
  };
}
