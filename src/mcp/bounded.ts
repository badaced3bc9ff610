/**
 * The last look at an answer: however much a tool has to say, what leaves is bounded, and says what was left out. Stored
 * words in a structured answer or an error stand in no fence; a text alone has been through result.ts.
 */
import { clipEnd } from '../text/clip.ts';
import type { ToolAnswer } from './define-tool.ts';
import { ANSWER } from './limits.ts';
import { plain } from './plain.ts';

export function bounded(answer: ToolAnswer): ToolAnswer {
  const { structured, isError } = answer;
  const text = structured === undefined && isError !== true ? answer.text : plain(answer.text);
  // What is structured is told line by line: a list as long as the queue.
  const lines = structured === undefined ? text : boundedLines(text.split('\n')).join('\n');
  const clipped = clippedText(
    lines,
    isError === true && structured === undefined ? ANSWER.error : ANSWER.text,
  );
  if (structured === undefined) return clipped === answer.text ? answer : { ...answer, text: clipped };
  const omitted: Record<string, number> = {};
  const kept = boundedFields(structured, '', omitted, 0);
  const isWhole = Object.keys(omitted).length === 0;
  return { ...answer, text: clipped, structured: isWhole ? kept : { ...kept, omitted } };
}

/** The first lines within the limit, each of them within its own, and how many more there are. */
function boundedLines(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, ANSWER.lines).map((line) => clippedText(line, ANSWER.line));
  const more = lines.length - shown.length;
  return more <= 0 ? shown : [...shown, `… and ${more} more lines.`];
}

function clippedText(text: string, most: number): string {
  if (text.length <= most) return text;
  const { text: kept, cut } = clipEnd(text, most);
  return `${kept}… [${cut} characters left out]`;
}

/** @param omitted takes how many entries or characters each path lacks */
function boundedFields(
  fields: Readonly<Record<string, unknown>>,
  path: string,
  omitted: Record<string, number>,
  depth: number,
): Record<string, unknown> {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const entries = Object.entries(fields);
  if (entries.length > ANSWER.entries) omitted[path] = entries.length - ANSWER.entries;
  return Object.fromEntries(
    entries
      .slice(0, ANSWER.entries)
      .map(([key, value]) => [key, boundedValue(value, at(key), omitted, depth + 1)]),
  );
}

function boundedValue(value: unknown, path: string, omitted: Record<string, number>, depth: number): unknown {
  if (typeof value === 'string') {
    const words = plain(value);
    if (words.length <= ANSWER.string) return words;
    const { text, cut } = clipEnd(words, ANSWER.string);
    omitted[path] = (omitted[path] ?? 0) + cut;
    return `${text}…`;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > ANSWER.depth) {
    omitted[path] = 1;
    return null;
  }
  if (!Array.isArray(value)) return boundedFields({ ...value }, path, omitted, depth);
  if (value.length > ANSWER.entries) omitted[path] = (omitted[path] ?? 0) + value.length - ANSWER.entries;
  return value
    .slice(0, ANSWER.entries)
    .map((entry: unknown) => boundedValue(entry, `${path}[]`, omitted, depth + 1));
}
