/**
 * The words of forms: a person reads them in their client. They are ours; what is stored stands below them, cleaned,
 * bounded and marked line by line, so that no stored text can pass for the form itself.
 */
import { createHash } from 'node:crypto';
import type { Memory } from '../../model/memory.ts';
import { clean } from '../../text/clean.ts';
import { clipEnd } from '../../text/clip.ts';
import { disarm } from '../../text/fence.ts';

/** A record that is longer is not shown whole by a form, and nobody approves what they have not seen. */
const SHOWN = 1500;
const REPLACED = 300;
const TITLE = 80;
const QUOTE = '│ ';

export const APPROVE = 'approve';
/** Also what declining a form means. */
export const LEAVE = 'leave it waiting';
const NONE = 'none of them';

export type Form = {
  readonly message: string;
  readonly requestedSchema: {
    readonly type: 'object';
    readonly properties: {
      readonly choice: { readonly type: 'string'; readonly title: string; readonly enum: string[] };
    };
    readonly required: string[];
  };
};

/** Null where the record cannot be shown whole. */
export function approveForm(memory: Memory, replaces: readonly Memory[]): Form | null {
  const { title, content, aliases, tags } = memory;
  const words = [
    ...(content.startsWith(title.replace(/…$/, '')) ? [] : [title]),
    content,
    ...(tags.length === 0 ? [] : [`tags: ${tags.join(', ')}`]),
    ...(aliases.length === 0 ? [] : [`also found by: ${aliases.join(', ')}`]),
  ].join('\n');
  if (clean(words).length > SHOWN || replaces.length > 3) return null;
  const place = memory.scope === 'user' ? 'about you, for every project' : `for ${projectOf(memory)}`;
  const message = [
    `midturn keeps this memory (${place}) back until you decide: ${oneLine(memory.reason ?? 'it needs a review', 200)}.`,
    'Approved, it counts as your own word: it is recalled, and shown to agents at the start of sessions.',
    '',
    quoted(words),
    ...replaces.flatMap((old) => ['', `In place of ${old.short}:`, quoted(clipped(old.content, REPLACED))]),
  ].join('\n');
  return form(message, 'Your decision', [LEAVE, APPROVE]);
}

export function whichForm(
  argument: string,
  candidates: ReadonlyArray<{ readonly id: string; readonly title: string }>,
  content: string,
): Form {
  const message = [
    `A new memory is to take the place of one that you have, and several fit (\`${oneLine(argument, 20)}\`). Which one is meant?`,
    '',
    'The new one:',
    quoted(clipped(content, REPLACED)),
  ].join('\n');
  return form(message, 'Which memory it replaces', [...candidates.map(labelOf), NONE]);
}

export function projectForm(
  projects: ReadonlyArray<{ readonly id: string; readonly name: string }>,
  tool: string,
): Form {
  const labels = projects.map(({ id, name }) => labelOf({ id: id.slice(0, 8), title: name }));
  return form(`${tool} was called without a project. Which one is it about?`, 'Project', [...labels, NONE]);
}

/** `m_4f9k2c · title`: the id comes first, so that the choice is read back by it. */
function labelOf({ id, title }: { readonly id: string; readonly title: string }): string {
  return `${id} · ${oneLine(title, TITLE)}`;
}

/** Everything of a record that the form shows, and what it would replace: another hash is another question. */
export function shownOf(
  { id, title, content, tags, aliases, scope, project }: Memory,
  replaces: readonly Memory[],
): string {
  return hashOf([id, title, content, tags, aliases, scope, project, replaces.map((old) => old.id)]);
}

/** The same, of records that nobody has touched since: another hash is no longer what was decided on. */
export function sealOf(memory: Memory, replaces: readonly Memory[]): string {
  return hashOf([shownOf(memory, replaces), [memory, ...replaces].map(({ version }) => version)]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

function form(message: string, title: string, choices: string[]): Form {
  return {
    message,
    requestedSchema: {
      type: 'object',
      properties: { choice: { type: 'string', title, enum: choices } },
      required: ['choice'],
    },
  };
}

function projectOf({ projectName }: Memory): string {
  return projectName === null ? 'this project' : `the project ${oneLine(projectName, TITLE)}`;
}

function quoted(text: string): string {
  return disarm(clean(text))
    .split('\n')
    .map((line) => `${QUOTE}${line}`)
    .join('\n');
}

function clipped(text: string, most: number): string {
  const { text: kept, cut } = clipEnd(disarm(clean(text)), most);
  return cut === 0 ? kept : `${kept}…`;
}

function oneLine(text: string, most: number): string {
  return clipped(clean(text).replace(/\s+/g, ' ').trim(), most);
}
