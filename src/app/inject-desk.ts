/** Opens the inject service: its settings, and the words that a person has put in the place of ours. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryService } from '../history/index.ts';
import { type InjectDeps, type InjectService, injectService } from '../inject/index.ts';
import { codeOf } from '../model/errors.ts';
import type { Settings } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import type { RecallService } from '../recall/index.ts';
import type { Store } from '../store/store.ts';

type InjectDeskDeps = {
  readonly store: Store;
  readonly layout: HomeLayout;
  readonly settings: Settings;
  readonly recall: RecallService;
  readonly history: HistoryService;
} & Pick<InjectDeps, 'notices'>;

export async function openInject({ layout, settings, ...services }: InjectDeskDeps): Promise<InjectService> {
  const { inject, trust, compile } = settings;
  return injectService({
    ...services,
    settings: {
      sessionStart: inject.session_start,
      prompt: inject.prompt,
      failures: inject.failures,
      maxCharacters: inject.max_characters,
    },
    trust: trust.inject,
    budgets: { user: compile.user_characters, project: compile.project_characters },
    contract: await ownWords(services.store, layout, 'recall-contract.md'),
    review: await ownWords(services.store, layout, 'review-session.md'),
  });
}

/** A file of `prompts` in the home; null where there is none. One that cannot be read must stop no session. */
async function ownWords(store: Store, layout: HomeLayout, name: string): Promise<string | null> {
  try {
    return await readFile(join(layout.root, 'prompts', name), 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR')
      await store.health.count({ 'inject.failures': 1 });
    return null;
  }
}
