/** The little of Markdown that files of memory use: a front matter of plain fields, headings, lists. */

export type Section = {
  /** The heading's words; null for what stands above the first one. */
  readonly title: string | null;
  readonly content: string;
};

/** Front matter between `---` lines: `name: value`, also under one level of indentation, and the text below. */
export function frontMatter(text: string): {
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
} {
  const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const match = /^---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/.exec(plain);
  const fields = new Map<string, string>();
  if (match === null) return { fields, body: plain };
  for (const line of (match[1] ?? '').split('\n')) {
    const [, name, value = ''] = /^[ \t]{0,8}([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    if (name !== undefined && !fields.has(name.toLowerCase()))
      fields.set(name.toLowerCase(), value.trim().replace(/^(["'])(.*)\1$/, '$2'));
  }
  return { fields, body: plain.slice(match[0].length) };
}

/** The parts under headings of a level; a heading within a code block is none. */
export function sections(text: string, level: number): readonly Section[] {
  const found: Array<{ title: string | null; lines: string[] }> = [{ title: null, lines: [] }];
  let code: string | null = null;
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence !== null) code = code === null ? fence : fence.startsWith(code) ? null : code;
    const heading = code === null ? /^(#{1,6})[ \t]+(.+?)[ \t]*#*$/.exec(line) : null;
    if (heading !== null && heading[1]?.length === level) {
      found.push({ title: heading[2] ?? '', lines: [] });
    } else if (!(heading !== null && (heading[1]?.length ?? 0) < level)) {
      found.at(-1)?.lines.push(line);
    }
  }
  return found
    .map(({ title, lines }) => ({ title, content: withoutComments(lines.join('\n')).trim() }))
    .filter(({ title, content }) => title !== null || content !== '');
}

/** The entries of a list, each with what is indented below it; a text without a list is one entry. */
export function listEntries(text: string): readonly string[] {
  const entries: string[] = [];
  for (const line of text.split('\n')) {
    const [, words] = /^(?:[-*+]|\d{1,3}[.)])[ \t]+(.+)$/.exec(line) ?? [];
    if (words !== undefined) entries.push(words);
    else if (entries.length > 0) entries.push(`${entries.pop() ?? ''}\n${line}`);
    else if (line.trim() !== '') entries.push(line);
  }
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

/** True where nothing but headings and lines that point at other files stands in it. */
export function isIndex(text: string): boolean {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^#{1,6}[ \t]/.test(line))
    .every((line) => /^[ \t]*[-*+][ \t]+\[[^\]]*\]\([^)\s]+\.md[^)]*\)/.test(line));
}

function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->/g, '');
}
