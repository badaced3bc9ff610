/** Skills, as read (they are written by plans only), and the folders in which they are published. */
import type { ProjectId, SkillId } from '../model/ids.ts';
import type { Scope } from '../model/memory.ts';
import type { Skill, SkillState } from '../model/skill.ts';

type SkillQuery = {
  readonly states: readonly SkillState[];
  readonly scope?: Scope;
  /** Skills of these projects and of the owner; absent = of all. */
  readonly projects?: readonly ProjectId[];
  readonly limit: number;
};

export type SkillVersion = {
  readonly version: number;
  readonly at: number;
  readonly title: string;
  readonly description: string;
  readonly content: string;
  readonly state: SkillState;
  readonly change: string;
};

/** A folder that midturn wrote a skill into. */
export type SkillFolder = {
  readonly machine: string;
  /** Absolute, on that machine. */
  readonly path: string;
  readonly skill: SkillId;
  readonly version: number;
  /** Of what was written. */
  readonly hash: Uint8Array;
  readonly at: number;
};

export interface SkillsPort {
  get(id: SkillId): Promise<Skill | null>;
  /** Skills whose short form, id or slug begins with or equals the text (`k_` is forgiven); at most 5. */
  find(text: string): Promise<readonly Skill[]>;
  /** In the order in which they were made. */
  list(query: SkillQuery): Promise<readonly Skill[]>;
  /** Drafts and active skills of this name in the scope. */
  bySlug(scope: Scope, project: ProjectId | null, slug: string): Promise<readonly Skill[]>;
  /** Newest first. */
  versions(id: SkillId): Promise<readonly SkillVersion[]>;
  /** Drafts that would change this skill. */
  revising(id: SkillId): Promise<readonly Skill[]>;
  folders(machine: string): Promise<readonly SkillFolder[]>;
  /** Says that a folder now holds this; `at` is the store's own. */
  published(folder: Omit<SkillFolder, 'at'>): Promise<void>;
  /** Says that a folder was taken away. */
  withdrawn(machine: string, path: string): Promise<void>;
}
