/** Where a skill is written: always in midturn's own home; for the clients, where a person wants it. */
import { readdir } from 'node:fs/promises';
import { codeOf } from '../model/errors.ts';
import type { Skill } from '../model/skill.ts';
import { isInside, type Os, pathsOf } from '../platform/paths.ts';
import { type HomeLayout, projectFolder } from '../project/home.ts';
import { publishedName } from '../text/skill-id.ts';
import type { SkillPlace } from './folders.ts';

const PUBLISH = ['user', 'repo', 'none'] as const;
/** `user`: the clients' folders in the person's home. `repo`: those in the skill's own repository. */
export type Publish = (typeof PUBLISH)[number];

export type PlacesDeps = {
  readonly layout: HomeLayout;
  /** The person's home folder. */
  readonly userHome: string;
  /** Where Claude Code keeps its own: `~/.claude`, or where its environment says. */
  readonly claudeHome: string;
  readonly os: Os;
};

const PRIVATE = { file: 0o600, folder: 0o700 };
/** What is committed with a repository is read by others too. */
const SHARED = { file: 0o644, folder: 0o755 };

/** Codex reads `~/.agents/skills` beside `~/.codex/skills` and lists what is in both twice: only the first is used. */
export function userPlaces({ slug }: Skill, { userHome, claudeHome, os }: PlacesDeps): readonly SkillPlace[] {
  const { join, dirname } = pathsOf(os);
  const name = publishedName(slug);
  const claudeRoot = isInside(claudeHome, userHome, os) ? userHome : dirname(claudeHome);
  return [
    { root: userHome, folder: join(userHome, '.agents', 'skills', name), mode: PRIVATE },
    { root: claudeRoot, folder: join(claudeHome, 'skills', name), mode: PRIVATE },
  ];
}

/** @param root of the checkout */
export function repoPlaces({ slug }: Skill, root: string, os: Os): readonly SkillPlace[] {
  const { join } = pathsOf(os);
  const name = publishedName(slug);
  return ['.agents', '.claude'].map((client) => ({
    root,
    folder: join(root, client, 'skills', name),
    mode: SHARED,
  }));
}

/** The copy that a person reads and may edit in midturn's home. */
export async function homePlace(skill: Skill, { layout, os }: PlacesDeps): Promise<SkillPlace> {
  const { join } = pathsOf(os);
  const { slug, scope, project, projectName } = skill;
  if (scope === 'user' || project === null)
    return { root: layout.root, folder: join(layout.skills, slug), mode: PRIVATE };
  const wanted = projectFolder(projectName ?? '', project);
  const folder = await existing(layout.projects, wanted, wanted.slice(wanted.lastIndexOf('-')));
  return { root: layout.root, folder: join(layout.projects, folder, 'skills', slug), mode: PRIVATE };
}

/** The place of a folder that was written before. */
export function knownPlace(folder: string, { layout, userHome, claudeHome, os }: PlacesDeps): SkillPlace {
  const { dirname } = pathsOf(os);
  if (isInside(folder, layout.root, os)) return { root: layout.root, folder, mode: PRIVATE };
  // <root>/<client>/skills/<name>
  const client = dirname(dirname(folder));
  const isUsers = dirname(client) === userHome || client === claudeHome;
  const root = isInside(client, userHome, os) && isUsers ? userHome : dirname(client);
  return { root, folder, mode: isUsers ? PRIVATE : SHARED };
}

export function isInHome({ folder }: Pick<SkillPlace, 'folder'>, { layout, os }: PlacesDeps): boolean {
  return isInside(folder, layout.root, os);
}

/** A project that was renamed keeps its folder. */
async function existing(parent: string, wanted: string, suffix: string): Promise<string> {
  try {
    const names = (await readdir(parent)).filter((name) => name.endsWith(suffix)).sort();
    return names.includes(wanted) ? wanted : (names[0] ?? wanted);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return wanted;
    throw error;
  }
}
