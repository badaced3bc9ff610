/**
 * Counts in how many sessions a published skill was opened: by its name (Claude Code's Skill tool, a slash command,
 * Codex's mention) or by reading its SKILL.md.
 */
import type { SessionId } from '../model/ids.ts';
import type { Message } from '../model/message.ts';
import type { Skill } from '../model/skill.ts';
import { type CaptureEntry, partsOf } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import { isSkillSlug } from '../text/skill-id.ts';
import { isRecord } from './read-json.ts';

/** `/home/dev/.agents/skills/midturn-release/SKILL.md`, in the spelling of any system. */
const SKILL_PATH = /skills(?:\/|\\+)midturn-([a-z0-9-]{1,56})(?:\/|\\+)SKILL\.md/g;
const NAMED = /^\/?(?:[\w-]+:)?midturn-([a-z0-9-]{1,56})$/;
/** A person calls it: `/midturn-release` in Claude Code, `$midturn-release` in Codex. */
const CALLED = /(?:^\s*\/|(?<![\w$])\$)midturn-([a-z0-9-]{1,56})(?![\w-])/g;
/** What Codex puts before the model when a skill was mentioned. */
const GIVEN = /<skill>\s*<name>midturn-([a-z0-9-]{1,56})<\/name>/g;
/** Tools that change files: writing a skill is no use of it. */
const WRITES = /^(?:write|edit|multiedit|notebookedit|apply_patch|file_change)$/i;

/** Records the use of active skills that messages of this batch show, once a session. */
export async function noteSkillUse(
  store: Pick<Store, 'skills' | 'sessions' | 'feedback'>,
  entries: Iterable<CaptureEntry>,
): Promise<void> {
  const [any] = await store.skills.list({ states: ['active'], limit: 1 });
  if (any === undefined) return;
  const opened = new Map<SessionId, Set<string>>();
  for (const entry of entries) {
    if (entry.type !== 'message') continue;
    const slugs = skillsOpened({ ...entry.message, parts: partsOf(entry.message) });
    if (slugs.length === 0) continue;
    const known = opened.get(entry.session) ?? new Set();
    for (const slug of slugs) known.add(slug);
    opened.set(entry.session, known);
  }
  for (const [session, slugs] of opened) {
    const used: Array<{ target: string; session: SessionId }> = [];
    for (const slug of slugs) {
      const skill = await skillOf(store, slug, session);
      if (skill !== undefined) used.push({ target: skill.short, session });
    }
    await store.feedback.recordUse(used);
  }
}

/** The names, without our prefix, of the skills that a message shows being opened. */
export function skillsOpened(message: Pick<Message, 'role' | 'kind' | 'by' | 'text' | 'parts'>): string[] {
  const { role, kind, by, text, parts } = message;
  const found: string[] = [];
  const all = (pattern: RegExp, within: string) => {
    for (const [, slug = ''] of within.matchAll(pattern)) found.push(slug);
  };
  if (role === 'user' && kind === 'said' && by === 'person') all(CALLED, text);
  if (role !== 'assistant' && role !== 'tool' && text.includes('<skill>')) all(GIVEN, text);
  for (const part of parts ?? []) {
    if (part.type !== 'tool_call' || WRITES.test(part.name)) continue;
    if (/^skill$/i.test(part.name)) found.push(...named(part.arguments));
    else for (const words of strings(part.arguments)) if (!changes(words)) all(SKILL_PATH, words);
  }
  return [...new Set(found)].filter(isSkillSlug);
}

/** The Skill tool takes `{"skill": "midturn-release"}`; older versions `{"command": …}`. */
function named(argument: unknown): string[] {
  if (!isRecord(argument)) return [];
  return [argument.skill, argument.command].flatMap((name) => {
    const slug = typeof name === 'string' ? NAMED.exec(name.trim().split(/\s/)[0] ?? '')?.[1] : undefined;
    return slug === undefined ? [] : [slug];
  });
}

/** A patch or a redirection that writes into the file. */
function changes(command: string): boolean {
  return /\*\*\* (?:Update|Add|Delete) File:|>\s*\S*SKILL\.md|\bsed\s+-i|\brm\s/.test(command);
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

/** Of several of one name: that of the session's own project, else the person's. */
async function skillOf(
  store: Pick<Store, 'skills' | 'sessions'>,
  slug: string,
  session: SessionId,
): Promise<Skill | undefined> {
  const found = await store.skills.find(slug);
  const named = found.filter((skill) => skill.slug === slug && skill.state === 'active');
  if (named.length < 2) return named[0];
  const project = (await store.sessions.get(session))?.project ?? null;
  return (
    named.find((skill) => skill.project !== null && skill.project === project) ??
    named.find(({ scope }) => scope === 'user')
  );
}
