// SKILL.md: front matter that both clients read, a comment that says whose it is, then the procedure.

import { clean } from './clean.ts';
import { publishedName } from './skill-id.ts';

export type SkillFile = {
  /** The long id, which means the same in every store. */
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly content: string;
};

export type ParsedSkill = {
  /** The long id of one of ours; null for anybody else's. */
  readonly id: string | null;
  readonly name: string | null;
  readonly description: string | null;
  /** From the first heading of level 1. */
  readonly title: string | null;
  /** Without front matter, our comment and that heading. */
  readonly content: string;
};

const OWN = /^<!-- midturn:skill:([0-9a-hjkmnp-tv-z]{26})(?: [^\n]{0,200})? -->$/;
const OWN_ANYWHERE = /^[^\S\n]*<!--\s*midturn:skill:[^\n]*$\n?/gm;
const NOTE = 'kept by midturn; change it with `midturn skills`, take it away with `midturn skills retire`';

/** The same bytes for the same skill. Front matter and a comment of ours within the content are left out. */
export function renderSkill({ id, slug, title, description, content }: SkillFile): string {
  const parsed = parseSkill(content);
  const body = parsed.content.replace(OWN_ANYWHERE, '').trim();
  const heading = oneLine(title) || parsed.title || slug;
  return [
    '---',
    `name: ${quoted(publishedName(slug))}`,
    `description: ${quoted(oneLine(description))}`,
    '---',
    '',
    `<!-- midturn:skill:${id} ${NOTE} -->`,
    '',
    `# ${heading}`,
    '',
    ...(body === '' ? [] : [body, '']),
  ].join('\n');
}

/** Reads any SKILL.md or bare procedure, also one that a person has edited. Never throws. */
export function parseSkill(text: string): ParsedSkill {
  const { front, rest } = splitFront(clean(text.replace(/^\ufeff/, '')));
  const lines = rest.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const own = first === -1 ? null : OWN.exec((lines[first] ?? '').trim());
  const after = own === null ? lines : lines.slice(first + 1);
  const start = after.findIndex((line) => line.trim() !== '');
  const heading = start === -1 ? null : /^# +(\S.*?)(?: +#+)?\s*$/.exec(after[start] ?? '');
  const body = heading === null ? after : after.slice(start + 1);
  return {
    id: own?.[1] ?? null,
    name: field(front, 'name'),
    description: field(front, 'description'),
    title: heading?.[1] ?? null,
    content: body.join('\n').trim(),
  };
}

function splitFront(text: string): { readonly front: string; readonly rest: string } {
  const match = /^\s*---[^\S\n]*\n([\s\S]*?)\n?---[^\S\n]*(?:\n|$)/.exec(text);
  // A rule at the start of a text is no front matter: that has a key in its first line.
  if (match === null || !/^[\w-]+:/.test((match[1] ?? '').trimStart())) return { front: '', rest: text };
  return { front: match[1] ?? '', rest: text.slice(match[0].length) };
}

/** A scalar on one line, quoted or plain, or a block of indented lines as one. */
function field(front: string, name: string): string | null {
  const lines = front.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${name}:`));
  if (at === -1) return null;
  const value = (lines[at] ?? '').slice(name.length + 1).trim();
  const block: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (!/^\s+\S/.test(line)) break;
    block.push(line.trim());
  }
  const whole = [/^[>|][+-]?\d?$/.test(value) ? '' : value, ...block].join(' ').trim();
  return unquoted(whole) || null;
}

function unquoted(value: string): string {
  if (/^".*"$/.test(value)) {
    try {
      const read: unknown = JSON.parse(value);
      return typeof read === 'string' ? read : value;
    } catch {
      // YAML escapes that JSON does not know: what stands between the quotes is the text.
      return value.slice(1, -1);
    }
  }
  return /^'.*'$/.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
}

/** A JSON string is a double-quoted YAML scalar, but for characters that YAML takes as line ends or refuses. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}
