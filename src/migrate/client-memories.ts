/** The memories that Codex and Claude Code keep by themselves, as Markdown. */
import { join } from 'node:path';
import { frontMatter, isIndex, listEntries, sections } from './markdown.ts';
import { isFolder, markdownIn, namesIn } from './read.ts';
import type { Candidate, Found, Place, Skipped } from './types.ts';

/** Of memory_summary.md: what is about the user; the other sections are advice, or a list of what lies elsewhere. */
const OF_USER = /^user\b/i;
const NO_TEXT = 'it is no UTF-8 text, or a link to elsewhere';
const CONTENTS = /^what'?s in memory/i;

/** `$CODEX_HOME/memories/*.md`: memory_summary.md about the user, and notes by topic. */
export async function readCodexMemories(root: string): Promise<Found> {
  const candidates: Candidate[] = [];
  const skipped: Skipped[] = [];
  for (const { name, text } of await markdownIn(root, root)) {
    if (text === null) {
      skipped.push({ title: name, reason: 'unreadable', words: NO_TEXT });
    } else if (name.toLowerCase() === 'memory_summary.md') {
      candidates.push(...summaryEntries(text));
    } else if (name.toLowerCase() === 'raw_memories.md') {
      skipped.push({ title: name, reason: 'duplicate', words: 'the other files are made of it' });
    } else {
      for (const section of topicSections(text)) candidates.push(await topic(name, section));
    }
  }
  return { source: 'codex', root, candidates, skipped };
}

function summaryEntries(text: string): Candidate[] {
  return sections(text.replace(/^v\d+[ \t]*\n/, ''), 2)
    .filter(({ title }) => title === null || !CONTENTS.test(title))
    .flatMap(({ title, content }) => {
      const kind = title !== null && OF_USER.test(title) ? ('memory' as const) : ('recall' as const);
      return listEntries(content).map((entry) => everywhere(kind, '', entry));
    });
}

/** Sections of the highest level that there is; each is one note. */
function topicSections(text: string) {
  const body = frontMatter(text).body;
  const level = [1, 2].find((each) => sections(body, each).filter(({ title }) => title !== null).length > 1);
  return sections(body, level ?? 1);
}

async function topic(
  file: string,
  { title, content }: { title: string | null; content: string },
): Promise<Candidate> {
  const words = {
    title: title ?? file.replace(/\.md$/i, ''),
    content: content === '' ? (title ?? '') : content,
  };
  // A note names the folder that it is about, as `cwd: /path`.
  const path = /\bcwd\b[`'"*]{0,3}\s*[:=]\s*[`'"]?(\/[^\s`'",;)]+|[A-Za-z]:\\[^\s`'",;)]+)/.exec(
    content,
  )?.[1];
  return path !== undefined && (await isFolder(path))
    ? { kind: 'recall', scope: 'project', place: { kind: 'path', path }, ...words, fields: {} }
    : everywhere('recall', words.title, words.content);
}

function everywhere(kind: Candidate['kind'], title: string, content: string): Candidate {
  return { kind, scope: 'user', place: { kind: 'everywhere' }, title, content, fields: {} };
}

/**
 * `projects/<name>/memory/*.md` of Claude Code's home: one fact a file, with `type` user, feedback, project or
 * reference, and MEMORY.md, which lists them or, of older versions, holds the notes itself.
 * @param peekCwd where a transcript ran: the folder's name alone does not tell
 */
export async function readClaudeMemories(
  home: string,
  peekCwd: (path: string) => Promise<string | null>,
): Promise<Found> {
  const root = join(home, 'projects');
  const candidates: Candidate[] = [];
  const skipped: Skipped[] = [];
  for (const name of await namesIn(root)) {
    const files = await markdownIn(join(root, name, 'memory'), home);
    if (files.length === 0) continue;
    const place = await placeOf(join(root, name), name, peekCwd);
    for (const { name: file, text } of files) {
      const title = `${name}/${file}`;
      if (text === null) skipped.push({ title, reason: 'unreadable', words: NO_TEXT });
      else if (file !== 'MEMORY.md') candidates.push(fact(file, text, place));
      else if (isIndex(text)) skipped.push({ title, reason: 'duplicate', words: 'it lists the other files' });
      else candidates.push(...notes(text, place));
    }
  }
  return { source: 'claude-code', root, candidates, skipped };
}

function fact(file: string, text: string, place: Place): Candidate {
  const { fields, body } = frontMatter(text);
  const type = fields.get('type') ?? '';
  const title = fields.get('description') ?? fields.get('name') ?? file.replace(/\.md$/i, '');
  const isUsers = type === 'user';
  return {
    kind: type === 'reference' ? 'recall' : 'memory',
    scope: isUsers ? 'user' : 'project',
    place,
    title,
    content: body.trim() === '' ? title : body.trim(),
    fields: type === '' ? {} : { tags: [type] },
  };
}

function notes(text: string, place: Place): Candidate[] {
  return sections(frontMatter(text).body, 2)
    .filter(({ content }) => content !== '' && !isIndex(content))
    .map(({ title, content }) => ({
      kind: 'memory' as const,
      scope: 'project' as const,
      place,
      title: title ?? '',
      content,
      fields: {},
    }));
}

async function placeOf(
  folder: string,
  name: string,
  peekCwd: (path: string) => Promise<string | null>,
): Promise<Place> {
  for (const file of await namesIn(folder)) {
    const cwd = file.endsWith('.jsonl') ? await peekCwd(join(folder, file)) : null;
    if (cwd !== null && cwd.replace(/[^A-Za-z0-9]/g, '-') === name) return { kind: 'path', path: cwd };
  }
  const guess = name.replaceAll('-', '/');
  return (await isFolder(guess)) ? { kind: 'path', path: guess } : { kind: 'name', name, session: null };
}
