/** What is known already: the texts that are injected, the titles of what is recalled, and the skills. */
import { HAND_CLAIM, placeMemories } from '../compile/index.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Scope } from '../model/memory.ts';
import type { ComparisonMaterial } from '../model/review.ts';
import type { ProjectionRecord } from '../store/projections.ts';
import type { Store } from '../store/store.ts';
import { clean } from '../text/clean.ts';
import { clipEnd } from '../text/clip.ts';

/** Records and skills that are named: more would fill the window of the reviewer. */
const NAMED_RECORDS = 150;
const NAMED_SKILLS = 50;
const TITLE = 120;
const DESCRIPTION = 300;

export type Compared = {
  readonly material: ComparisonMaterial;
  /** Ids of the records that are shown. */
  readonly sources: readonly string[];
};

export async function comparison(
  store: Store,
  project: ProjectId | null,
  budgets: { readonly user: number; readonly project: number },
): Promise<Compared> {
  const user = await placed(store, 'user', null, budgets.user);
  const own = project === null ? NOTHING : await placed(store, 'project', project, budgets.project);
  const onDemand = [...own.onDemand, ...user.onDemand].slice(0, NAMED_RECORDS);
  const skills = await store.skills.list({
    states: ['active', 'draft'],
    ...(project === null ? { scope: 'user' as const } : { projects: [project] }),
    limit: NAMED_SKILLS,
  });
  return {
    material: {
      user_md: fileText('User', user.injected),
      memory_md: fileText('Memory', own.injected),
      recall: onDemand.map(({ id, title }) => ({ id, title: oneLine(title, TITLE) })),
      skills: skills.map(({ short, title, description, state }) => ({
        id: short,
        title: oneLine(title, TITLE),
        description: oneLine(description, DESCRIPTION),
        state,
      })),
    },
    sources: [...user.injected, ...own.injected, ...onDemand, ...skills].map(({ id }) => id),
  };
}

type Placed = {
  readonly injected: readonly ProjectionRecord[];
  readonly onDemand: readonly ProjectionRecord[];
};
const NOTHING: Placed = { injected: [], onDemand: [] };

async function placed(
  store: Store,
  scope: Scope,
  project: ProjectId | null,
  budget: number,
): Promise<Placed> {
  const records = await store.projections.records(scope, project, HAND_CLAIM);
  return placeMemories(
    records.filter(({ state }) => state === 'active'),
    budget,
  );
}

/** As the file reads, without the marks that tell its entries. */
function fileText(title: string, records: readonly ProjectionRecord[]): string {
  if (records.length === 0) return '';
  const entries = records.map((record) => {
    const heading = `## ${oneLine(record.title, TITLE)}`;
    const content = clean(record.content).trim();
    return content === record.title.trim() ? heading : `${heading}\n\n${content}`;
  });
  return `# ${title}\n\n${entries.join('\n\n')}\n`;
}

function oneLine(text: string, width: number): string {
  return clipEnd(clean(text).replace(/\s+/g, ' ').trim(), width).text;
}
