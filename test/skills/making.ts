/** Skills and folders for the tests of the skills service. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Caller } from '../../src/model/caller.ts';
import { itemId, newId, type ProjectId } from '../../src/model/ids.ts';
import type { SkillItem } from '../../src/model/suggestion.ts';
import { homeLayout } from '../../src/project/home.ts';
import type { SkillClaim, SkillSource } from '../../src/skills/index.ts';
import { type SkillsDeps, type SkillsService, skillsService } from '../../src/skills/index.ts';
import type { Store } from '../../src/store/store.ts';
import { agentIn } from '../support/conversation.ts';
import { tempStore } from '../support/temp-store.ts';

export const STEPS = [
  '1. Run the tests and check that all of them pass.',
  '2. Write the version into the changelog and commit it.',
  '3. Push the tag and verify the pipeline.',
].join('\n');
export const WHEN = 'Use when a new version of the shop is to be released';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function tempDir(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-skills-')));
  folders.push(folder);
  return folder;
}

export function skillItem(changes: Partial<SkillItem> = {}): SkillItem {
  return {
    family: 'skill_action',
    action: 'create',
    summary: null,
    scope: 'user',
    confidence: 1,
    paths: [],
    skill: 'release',
    title: 'Release the shop',
    description: WHEN,
    content: STEPS,
    edits: [],
    ...changes,
  };
}

export function claim(item: SkillItem, from: Partial<SkillSource> = {}): SkillClaim {
  return {
    id: itemId(newId()),
    item,
    from: {
      project: null,
      origin: 'agent',
      claim: null,
      evidence: { proven: true, why: '', refs: [] },
      confidence: 0.7,
      paths: [],
      sources: ['k3f9a2/17'],
      client: 'codex',
      session: null,
      externalSession: null,
      turn: null,
      callId: null,
      checkout: null,
      cwd: null,
      branch: null,
      commit: null,
      ...from,
    },
  };
}

export type Desk = {
  readonly store: Store;
  readonly service: SkillsService;
  readonly deps: SkillsDeps;
  readonly root: string;
  readonly userHome: string;
  /** A person at a terminal, in the repository. */
  readonly person: Caller;
  readonly agent: Caller;
  readonly project: ProjectId;
  readonly repo: string;
  /** Says that a tool call names every file. */
  readonly touch: (touched: boolean) => void;
};

export async function desk(): Promise<Desk> {
  const store = await tempStore();
  const root = tempDir();
  const userHome = join(root, 'dev');
  const repo = join(root, 'shop');
  const layout = homeLayout(join(userHome, '.midturn'));
  for (const folder of [layout.root, repo]) mkdirSync(folder, { recursive: true });
  const { id } = await store.projects.claim({ name: 'shop', identity: [], extra: [] });
  const agent = await agentIn(store, null, null);
  const here = { id, ids: [id], name: 'shop', root: repo, cwd: '', branch: null, commit: null };
  let touched = false;
  const deps: SkillsDeps = {
    store,
    layout,
    userHome,
    claudeHome: join(userHome, '.claude'),
    os: 'linux',
    machine: 'here',
    touchedByTool: async () => touched,
  };
  return {
    store,
    deps,
    service: skillsService(deps),
    root,
    userHome,
    repo,
    project: id,
    person: { ...agent, project: here, personPresent: true },
    agent: { ...agent, project: here },
    touch: (now) => {
      touched = now;
    },
  };
}
