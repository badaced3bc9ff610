// A real patch of a skill's text: edits that find what they change, or a unified diff. All of it fits or nothing is
// changed. Models miscount lines, so a hunk is found by its text; its line number only decides between equal places.

export type SkillPatch = {
  readonly edits?: ReadonlyArray<{ readonly find: string; readonly replace: string }>;
  /** A unified diff of one file. */
  readonly diff?: string | null;
};

export type Patched =
  | { readonly content: string }
  /** One sentence for each part that does not fit. */
  | { readonly conflicts: readonly string[] };

/** Edits first, one after the other, then the diff. */
export function patchSkill(content: string, { edits = [], diff = null }: SkillPatch): Patched {
  if (edits.length === 0 && (diff === null || diff.trim() === ''))
    return { conflicts: ['the patch is empty: send `edits` or a unified diff'] };
  const edited = applyEdits(content.replace(/\r\n?/g, '\n'), edits);
  if ('conflicts' in edited || diff === null || diff.trim() === '') return edited;
  return applyDiff(edited.content, diff.replace(/\r\n?/g, '\n'));
}

function applyEdits(content: string, edits: NonNullable<SkillPatch['edits']>): Patched {
  const conflicts: string[] = [];
  let text = content;
  for (const [index, edit] of edits.entries()) {
    const find = edit.find.replace(/\r\n?/g, '\n');
    const first = find === '' ? -1 : text.indexOf(find);
    const more = first === -1 ? -1 : text.indexOf(find, first + 1);
    const place = `edit ${index + 1}: ${JSON.stringify(shorten(find))}`;
    if (first === -1) conflicts.push(`${place} is not in the text`);
    else if (more !== -1) conflicts.push(`${place} stands more than once; send more of what is around it`);
    else text = text.slice(0, first) + edit.replace.replace(/\r\n?/g, '\n') + text.slice(first + find.length);
  }
  return conflicts.length > 0 ? { conflicts } : { content: text };
}

type Hunk = {
  /** Line of the old text at which it claims to start, from 0; null when it does not say. */
  readonly at: number | null;
  readonly old: readonly string[];
  readonly new: readonly string[];
};

function applyDiff(content: string, diff: string): Patched {
  const parsed = parseHunks(diff);
  if (typeof parsed === 'string') return { conflicts: [parsed] };
  const conflicts: string[] = [];
  let lines = content.split('\n');
  let shift = 0;
  for (const [index, hunk] of parsed.entries()) {
    const found = place(lines, hunk, shift);
    if (typeof found === 'string') conflicts.push(`hunk ${index + 1}: ${found}`);
    else {
      lines = [...lines.slice(0, found), ...hunk.new, ...lines.slice(found + hunk.old.length)];
      shift += hunk.new.length - hunk.old.length;
    }
  }
  return conflicts.length > 0 ? { conflicts } : { content: lines.join('\n') };
}

function parseHunks(diff: string): readonly Hunk[] | string {
  const lines = diff
    .replace(/^\s*```\w*\n|\n```\s*$/g, '')
    .replace(/\n+$/, '')
    .split('\n');
  const hunks: Array<{ at: number | null; old: string[]; new: string[] }> = [];
  let files = 0;
  let hunk: (typeof hunks)[number] | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('--- ') && lines[index + 1]?.startsWith('+++ ') === true) {
      files += 1;
      hunk = undefined;
    } else if (line.startsWith('@@')) {
      const start = /^@@ -(\d{1,7})(?:,(\d{1,7}))? /.exec(line);
      const empty = start?.[2] === '0';
      // Of an empty range the number is that of the line before it.
      hunk = {
        at: start === null ? null : Math.max(0, Number(start[1]) - (empty ? 0 : 1)),
        old: [],
        new: [],
      };
      hunks.push(hunk);
    } else if (hunk !== undefined) {
      const text = line.slice(1);
      if (line.startsWith('-')) hunk.old.push(text);
      else if (line.startsWith('+')) hunk.new.push(text);
      else if (line.startsWith(' ') || line === '') {
        hunk.old.push(text);
        hunk.new.push(text);
      } else if (/^(?:diff --git |index [0-9a-f]|new file |deleted file |rename |similarity )/.test(line)) {
        hunk = undefined;
      } else if (!line.startsWith('\\'))
        return `line ${index + 1} of the diff begins with none of " ", "-", "+", "@@"`;
    }
  }
  if (files > 1) return 'the diff changes more than one file; a skill is one';
  if (hunks.length === 0) return 'the diff has no hunk: it needs a line that begins with "@@"';
  return hunks.some((one) => one.old.join('\n') !== one.new.join('\n')) ? hunks : 'the diff changes nothing';
}

/** The line at which the hunk's old text stands, or why there is none. */
function place(lines: readonly string[], hunk: Hunk, shift: number): number | string {
  const claimed = hunk.at === null ? null : hunk.at + shift;
  if (hunk.old.length === 0) {
    if (lines.join('') === '') return 0;
    if (claimed === null || claimed > lines.length) return 'it only adds lines and does not say where';
    return claimed;
  }
  const fits = (at: number) => hunk.old.every((line, offset) => lines[at + offset] === line);
  if (claimed !== null && fits(claimed)) return claimed;
  const places = [...lines.keys()].filter(fits);
  if (places.length > 1)
    return `its lines stand at ${places.length} places; send more of what is around them`;
  return places[0] ?? missing(lines, hunk);
}

function missing(lines: readonly string[], hunk: Hunk): string {
  const gone = hunk.old.find((line) => !lines.includes(line));
  if (gone === undefined) return 'its lines are in the text, but not one after the other';
  return `the text has no line ${JSON.stringify(shorten(gone))}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
