/**
 * What made a hit, in one line of our own words: `holds backup, database · ship for deploy · lacks nightly ·
 * confidence 0.81 · project +0.4 · used 3×`.
 */
import { analyse } from '../text/terms.ts';
import type { Fitting } from './asking.ts';
import type { Reading } from './confidence.ts';

export function explained({ ranked, record, boost, via, by, like, score, judged, memory }: Fitting): string {
  const parts: string[] = [];
  if (by === 'window') parts.push(`the messages around it cover ${round(score - boost.sum)} of the question`);
  if (ranked === null && by === 'id') parts.push('asked for by its id');
  if (ranked !== null) {
    if (by === 'id') parts.push('its title, word for word');
    if (via !== null) parts.push(`by the words of ${via.short}, which it replaced`);
    if (judged === undefined) parts.push(`coverage ${round(ranked.coverage)}`);
    else parts.push(...matched(judged, memory), `confidence ${round(likelihood(judged.sure))}`);
    parts.push(...partsOf(ranked));
  }
  const { near, trust, used } = boost.points;
  if (near !== 0) parts.push(`${NEAR[boost.near]} ${signed(near)}`);
  if (trust !== 0) parts.push(`origin ${record.origin} ${signed(trust)}`);
  if (record.used > 0) parts.push(`used ${record.used}× ${signed(used)}`);
  if (like > 0) parts.push(`${like} alike`);
  return parts.join(' · ');
}

const NEAR = { folder: 'same folder', project: 'project', user: 'user', elsewhere: 'other project' } as const;

/** The words of the question that it holds, those that others stand in for, and those that it lacks. */
function matched({ matching }: Reading, { title, content, tags, aliases }: Fitting['memory']): string[] {
  const { held, related, missing } = matching();
  const words = [title, content, ...tags, ...aliases].join('\n').match(WORD) ?? [];
  // As the record spells it: its index term is a stem.
  const spelled = (term: string) => words.find((word) => analyse(word).includes(term))?.toLowerCase() ?? term;
  return [
    ...(held.length === 0 ? [] : [`holds ${held.join(', ')}`]),
    ...related.map(([term, asked]) => `${spelled(term)} for ${asked}`),
    ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
  ];
}
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}_'.-]*/gu;

/** 0..1, from log-odds. */
function likelihood(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** What its own words were worth, and each other part by its name. */
function partsOf({ parts = {} }: NonNullable<Fitting['ranked']>): string[] {
  return Object.entries(parts)
    .filter(([name]) => name !== 'coverage')
    .map(([name, value]) => (name === 'own' ? `own words ${round(value)}` : `${name} ${signed(value)}`));
}

function signed(value: number): string {
  return value > 0 ? `+${round(value)}` : `−${round(-value)}`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
