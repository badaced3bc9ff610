// The lines that a file of memories is made of: headings, id comments, fences, and how an entry's own lines that look
// like one of these are written. The renderer and the parser share it, so that they cannot disagree.

/** The text that begins an id comment, whole or broken; and the comment in the file's first line. */
const OWN_COMMENT = /^ {0,3}<!-*\s*midturn\b/i;
const FILE_COMMENT = /^ {0,3}<!-*\s*midturn-file\b/i;
const COMMENT_PARTS = /^ {0,3}<!-*\s*midturn\b[:\s-]*([0-9a-z]*)\s*(.*?)\s*(?:-+>(.*))?$/i;
const WAITING_WORDS = /^waiting\b/i;

const ENTRY_HEADING = /^ {0,3}#{1,2}(?:[ \t]|$)/;
const ANY_HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const INLINE_COMMENT = /[ \t]*<!--+\s*midturn:\s*([0-9a-z]*)[^>]*-->[ \t]*$/i;

const STRUCTURE = '(?:#{1,2}(?:[ \\t]|$)|<!-*\\s*midturn\\b|`{3}|~{3})';
const ESCAPABLE = new RegExp(`^( {0,3})(\\\\*${STRUCTURE})`, 'i');
const ESCAPED = new RegExp(`^( {0,3})\\\\(\\\\*${STRUCTURE})`, 'i');

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

export type OwnComment = {
  /** The long id, or null when it is broken. */
  readonly id: string | null;
  /** What else stands in the line and is not ours. */
  readonly rest: string;
};

export type Heading = {
  readonly level: number;
  readonly title: string;
  /** The id in a comment at the end of the heading's line, or null. */
  readonly id: string | null;
};

/** True for the comment that opens a file, also where it is broken. */
export function isFileComment(line: string): boolean {
  return FILE_COMMENT.test(line);
}

/** The id comment that a line is, or null when it is none. */
export function ownComment(line: string): OwnComment | null {
  if (!OWN_COMMENT.test(line) || FILE_COMMENT.test(line)) return null;
  const match = COMMENT_PARTS.exec(line.trimEnd());
  const inside = match?.[2] ?? '';
  const rest = [WAITING_WORDS.test(inside) ? '' : inside, match?.[3] ?? ''];
  return {
    id: idIn(match?.[1]),
    rest: rest
      .map((part) => part.trim())
      .filter(Boolean)
      .join(' '),
  };
}

/**
 * The heading of an entry that line `at` is, or null: level 1 or 2, or any level with an id comment in the same line
 * or the next. Other headings are part of an entry's text.
 */
export function entryHeading(lines: readonly string[], at: number): Heading | null {
  const line = lines[at] ?? '';
  const match = line.includes('#') ? ANY_HEADING.exec(line.trimEnd()) : null;
  if (match === null) return null;
  const text = match[2] ?? '';
  const inline = INLINE_COMMENT.exec(text);
  if (inline === null && !ENTRY_HEADING.test(line) && ownComment(lines[at + 1] ?? '') === null) return null;
  const title = inline === null ? text : text.slice(0, inline.index);
  return { level: (match[1] ?? '').length, title: titleOf(title), id: idIn(inline?.[1]) };
}

/**
 * The line where the fence that line `at` opens is closed; `at - 1` when it opens none or is not closed before the
 * next comment of ours. An open fence must not swallow the entries behind it.
 */
export function fenceEnd(lines: readonly string[], at: number): number {
  const mark = FENCE.exec(lines[at] ?? '')?.[1];
  if (mark === undefined) return at - 1;
  const close = new RegExp(`^ {0,3}\\${mark.charAt(0)}{${mark.length},}[ \\t]*$`);
  for (let end = at + 1; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (close.test(line)) return end;
    if (OWN_COMMENT.test(line)) break;
  }
  return at - 1;
}

/** The lines of an entry's text, those that would be read as something else with a backslash in front. */
export function escapeLines(content: string): string[] {
  if (!/[#`~<]/.test(content)) return content.split('\n');
  return mapUnfenced(content.split('\n'), (line) => line.replace(ESCAPABLE, '$1\\$2'));
}

/** The line as it was before it was escaped. */
export function unescapeLine(line: string): string {
  return line.replace(ESCAPED, '$1$2');
}

/** A title in the line of its heading. */
export function headingLine(title: string): string {
  if (!title.includes('<')) return `## ${title}`.trimEnd();
  return `## ${title.replace(/<(\\*!-*\s*midturn\b)/gi, '<\\$1')}`.trimEnd();
}

/** One line without outer blanks. */
export function oneLine(text: string): string {
  return /\s\s|[^\S ]|^\s|\s$/.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
}

/** Line ends are `\n`, no blank lines at either end, no blanks at the very end. */
export function normalContent(text: string): string {
  if (!/^\s|\s$/.test(text) && !text.includes('\r')) return text;
  const lines = text.replace(/\r\n?/g, '\n').trimEnd().split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  return first === -1 ? '' : lines.slice(first).join('\n');
}

function titleOf(text: string): string {
  return oneLine(text).replace(/<\\(\\*!-*\s*midturn\b)/gi, '<$1');
}

function idIn(token: string | undefined): string | null {
  const id = (token ?? '').toLowerCase();
  return ID.test(id) ? id : null;
}

function mapUnfenced(lines: readonly string[], map: (line: string) => string): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const end = fenceEnd(lines, at);
    if (end < at) out.push(map(lines[at] ?? ''));
    else out.push(...lines.slice(at, end + 1));
    at = Math.max(at, end);
  }
  return out;
}
