/** Suggestions that came to nothing: whoever made them would otherwise wait for something that never comes. */
import type { CallerProject } from '../model/caller.ts';
import type { Store } from '../store/store.ts';
import type { StatusReport } from './types.ts';

const DAY_MS = 86_400_000;
const MANY = 500;
const NAMED = 5;

/** Of this project and of none: the words of another one are not for whoever asks here. */
export async function discardedOf(
  { suggestions }: Store,
  project: CallerProject | null,
  now: number,
): Promise<StatusReport['discarded']> {
  const items = await suggestions.list({
    states: ['discarded'],
    projects: [...(project?.ids ?? []), null],
    since: now - DAY_MS,
    limit: MANY,
  });
  const newest = items.toSorted((a, b) => b.updatedAt - a.updatedAt).slice(0, NAMED);
  return {
    last_day: items.length,
    newest: newest.map(({ short, family, summary, reason, receipt }) => ({
      id: short,
      family,
      title: summary,
      reason: reason ?? 'no word',
      ...(receipt === null ? {} : { receipt }),
    })),
  };
}
