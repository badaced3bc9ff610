/** What made a hit, in one line of our own words: `own words 5.2 · coverage 0.8 · project +0.4 · used 3×`. */
import type { Fitting } from './asking.ts';

export function explained({ ranked, record, boost, via, by, like, score }: Fitting): string {
  const parts: string[] = [];
  if (by === 'window') parts.push(`the messages around it cover ${round(score - boost.sum)} of the question`);
  if (ranked === null && by === 'id') parts.push('asked for by its id');
  if (ranked !== null) {
    if (by === 'id') parts.push('its title, word for word');
    if (via !== null) parts.push(`by the words of ${via.short}, which it replaced`);
    parts.push(...partsOf(ranked));
    parts.push(`coverage ${round(ranked.coverage)}`);
  }
  const { near, trust } = boost.points;
  if (near !== 0) parts.push(`${NEAR[boost.near]} ${signed(near)}`);
  if (trust !== 0) parts.push(`origin ${record.origin} ${signed(trust)}`);
  if (record.used > 0) parts.push(`used ${record.used}×`);
  if (like > 0) parts.push(`${like} alike`);
  return parts.join(' · ');
}

const NEAR = { folder: 'same folder', project: 'project', user: 'user', elsewhere: 'other project' } as const;

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
