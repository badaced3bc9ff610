/** What people are told once: that clones of one repository count as one project now. Kept as a note of the store. */
import type { Store } from '../../store/store.ts';

/** Its detail is `{ news: [{ at, words, said }] }`, the newest last. */
const JOINED_NOTE = 'project.joined';
/** Of a machine full of clones. */
const KEPT = 20;

type ProjectNews = { readonly at: number; readonly words: string; readonly said: boolean };

export async function addProjectNews(store: Pick<Store, 'health'>, at: number, words: string): Promise<void> {
  await put(store, at, [...(await projectNews(store)), { at, words, said: false }]);
}

/** All that is kept, also what was said already. */
export async function projectNews(store: Pick<Store, 'health'>): Promise<readonly ProjectNews[]> {
  const kept = (await store.health.note(JOINED_NOTE))?.detail.news;
  return Array.isArray(kept) ? kept.filter(isNews) : [];
}

/** What has not been said yet; it counts as said from now on. */
export async function takeProjectNews(store: Pick<Store, 'health'>): Promise<readonly string[]> {
  const kept = await projectNews(store);
  const fresh = kept.filter(({ said }) => !said);
  const last = kept.at(-1);
  if (last !== undefined && fresh.length > 0)
    await put(
      store,
      last.at,
      kept.map((each) => ({ ...each, said: true })),
    );
  return fresh.map(({ words }) => words);
}

async function put(store: Pick<Store, 'health'>, at: number, news: readonly ProjectNews[]): Promise<void> {
  await store.health.setNote(JOINED_NOTE, { at, error: null, detail: { news: news.slice(-KEPT) } });
}

function isNews(value: unknown): value is ProjectNews {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    typeof value.at === 'number' &&
    'words' in value &&
    typeof value.words === 'string' &&
    'said' in value &&
    typeof value.said === 'boolean'
  );
}
