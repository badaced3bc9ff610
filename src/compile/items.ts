/** One suggested item of each family, read leniently. What cannot be kept is refused with the reason. */
import type { Family, SuggestionItem } from '../model/suggestion.ts';
import { MEMORY_ACTIONS, SKILL_ACTIONS, type SkillEdit } from '../model/suggestion.ts';
import { parseTime } from '../model/time.ts';
import {
  candidateOf,
  confidenceOf,
  type Fields,
  flatten,
  ItemError,
  isFields,
  pathsOf,
  requireSize,
  scopeOf,
  textOf,
  textsOf,
  wordOf,
} from './item-fields.ts';

/** Longest content of a memory or recall record and of a skill, in bytes of UTF-8. */
const CONTENT_BYTES = 16_384;
const SKILL_BYTES = 65_536;
const SUMMARY_BYTES = 2_048;
const TARGET_BYTES = 2_048;
const EDITS = 50;

/** Names of a record's text, in the order in which they count. */
const CONTENT = ['content', 'note', 'text', 'body'] as const;
const SUMMARY = ['summary', 'title'] as const;
const TARGET = ['old_summary', 'target', 'replaces', 'target_id', 'memory_id', 'id'] as const;
const PATHS = ['source_paths', 'paths', 'source_path'] as const;
const COMMON = [
  'family',
  'scope',
  'confidence',
  'skill_candidate',
  'reason',
  'why',
  'evidence',
  'tags',
  'aliases',
];
const PROVENANCE = ['repo_fingerprint', 'cwd', 'thread_id', 'turn_id', 'source_updated_at'];

const KNOWN: Readonly<Record<Family, ReadonlySet<string>>> = {
  memory_updates: new Set([...COMMON, ...SUMMARY, ...CONTENT, ...TARGET, ...PATHS, ...PROVENANCE, 'action']),
  recall_candidate: new Set([...COMMON, ...SUMMARY, ...CONTENT, ...PATHS, ...PROVENANCE, 'action', 'id']),
  skill_action: new Set(
    [...COMMON, ...SUMMARY, ...CONTENT, ...PATHS, ...PROVENANCE].concat([
      'action',
      'skill_id',
      'skill',
      'id',
      'name',
      'slug',
      'description',
      'when_to_use',
      'patch',
      'diff',
      'edits',
    ]),
  ),
};

/** @throws ItemError */
export function readItem(
  family: Family,
  sent: unknown,
): { readonly item: SuggestionItem; readonly notes: readonly string[] } {
  const fields = flatten(sent);
  const { paths, left } = pathsOf(fields);
  const notes = left.map(
    (path) => `the path ${JSON.stringify(path)} is not inside the project and was left out`,
  );
  const unknown = Object.keys(fields).filter((name) => !KNOWN[family].has(name));
  if (unknown.length > 0) notes.push(`unknown fields were left out: ${unknown.join(', ')}`);
  return { item: READERS[family](fields, paths), notes };
}

const READERS: Readonly<Record<Family, (fields: Fields, paths: string[]) => SuggestionItem>> = {
  memory_updates: readMemory,
  recall_candidate: readRecall,
  skill_action: readSkill,
};

function shared(fields: Fields, paths: string[]) {
  const summary = textOf(fields, ...SUMMARY);
  requireSize('summary', summary, SUMMARY_BYTES);
  return { summary, scope: scopeOf(fields), confidence: confidenceOf(fields), paths };
}

function labels(fields: Fields) {
  return { tags: textsOf(fields, 'tags'), aliases: textsOf(fields, 'aliases') };
}

function readMemory(fields: Fields, paths: string[]): SuggestionItem {
  const action = wordOf(fields, 'action', MEMORY_ACTIONS, 'add');
  const common = shared(fields, paths);
  const target = action === 'add' ? null : textOf(fields, ...TARGET);
  if (action !== 'add' && target === null)
    throw new ItemError(`\`${action}\` needs \`old_summary\` (a title) or \`target\` (an id)`);
  requireSize('old_summary', target, TARGET_BYTES);
  const content = action === 'remove' ? null : contentOf(fields);
  return {
    family: 'memory_updates',
    action,
    ...common,
    content,
    target,
    ...labels(fields),
    skillCandidate: candidateOf(fields),
  };
}

function readRecall(fields: Fields, paths: string[]): SuggestionItem {
  wordOf(fields, 'action', ['add'] as const, 'add');
  const updated = fields.source_updated_at;
  return {
    family: 'recall_candidate',
    action: 'add',
    ...shared(fields, paths),
    content: contentOf(fields),
    ...labels(fields),
    // An age ("7d") means nothing here: only a time that stands for itself is read.
    sourceUpdatedAt:
      typeof updated === 'string' && !/^\d{4}-|^\d{9}/.test(updated) ? null : parseTime(updated, 0),
    skillCandidate: candidateOf(fields),
  };
}

function contentOf(fields: Fields): string {
  const content = textOf(fields, ...CONTENT, ...SUMMARY);
  if (content === null) throw new ItemError('`content` is empty');
  requireSize('content', content, CONTENT_BYTES);
  return content;
}

function readSkill(fields: Fields, paths: string[]): SuggestionItem {
  const action = wordOf(fields, 'action', SKILL_ACTIONS, null);
  const common = shared(fields, paths);
  const skill = textOf(fields, 'skill_id', 'skill', 'slug', 'id', 'name');
  const title = textOf(fields, 'title');
  if (action !== 'create' && skill === null) throw new ItemError(`\`${action}\` needs \`skill_id\``);
  if (skill === null && title === null && common.summary === null)
    throw new ItemError('a new skill needs `skill_id` or `title`');
  const content = textOf(fields, ...(action === 'patch' ? ['patch', 'diff'] : []), ...CONTENT);
  const edits = editsOf(fields);
  requireSize('content', content, SKILL_BYTES);
  requireSize('edits', JSON.stringify(edits), 2 * SKILL_BYTES);
  const description = textOf(fields, 'description', 'when_to_use');
  return { family: 'skill_action', action, ...common, skill, title, description, content, edits };
}

function editsOf(fields: Fields): SkillEdit[] {
  const sent = fields.edits;
  if (sent === undefined || sent === null) return [];
  const list: readonly unknown[] = Array.isArray(sent) ? sent : [sent];
  if (list.length > EDITS)
    throw new ItemError(`\`edits\` has ${list.length} entries, at most ${EDITS} are kept`);
  return list.map((edit) => {
    const find = isFields(edit) ? (edit.find ?? edit.old) : undefined;
    const replace = isFields(edit) ? (edit.replace ?? edit.new) : undefined;
    if (typeof find !== 'string' || find === '' || typeof replace !== 'string')
      throw new ItemError('`edits` must be a list of {"find": "…", "replace": "…"}');
    return { find, replace };
  });
}
