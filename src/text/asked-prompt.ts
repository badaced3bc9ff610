// What a prompt asks: of a long one, which holds a log, a file or a page, the person's own words at its two ends.
import { clipEnd, clipStart } from './clip.ts';
import { spokenWords } from './spoken.ts';

/** A prompt of so many UTF-16 units is asked as it is. */
const WHOLE = 2000;
/** What is asked of a longer one: what a search costs, and how little fits it, grows with every word. */
const MOST = 800;
/** Of a longer one only so much of each end is read, which takes about a millisecond. */
const END = 8_000;
/** How far before its end a code block may have begun for the end to be known as a part of it. */
const SCANNED = 1_000_000;
/** A line of prose is taken for pasted text from 400 units on: see spoken.ts. */
const LONG_LINE = 390;
const SENTENCE_END = /(?<=[.!?]) +(?=\S)|(?<=[。！？])/g;
/** A fence of code: one of backticks has none of them behind it. */
const FENCE = /^[ \t]{0,3}(`{3,}(?=[^`\n]*$)|~{3,})/gm;
/** A word that was cut in two; a longer row of characters is none. */
const PART_AT_END = /\s\S{0,40}$/;
const PART_AT_BEGINNING = /^\S{0,40}\s/;

/**
 * A prompt of ordinary length as it is. Of a long one, what its sender says themselves, both ends of it where that is
 * long too; empty where nothing in it is said: what is only pasted asks nothing.
 */
export function askedInPrompt(prompt: string): string {
  const text = prompt.trim();
  if (text.length <= WHOLE) return text;
  const own = ends(text)
    .map((end) => spokenWords(sentencesApart(end)))
    .filter((words) => words !== '')
    .join('\n');
  return shortened(own);
}

/** By whole lines, where there are any. An end that lies within a code block begins with its fence. */
function ends(text: string): readonly string[] {
  if (text.length <= 2 * END) return [text];
  const from = text.length - END;
  const head = text.slice(0, END);
  const tail = text.slice(from);
  const lastLine = head.lastIndexOf('\n');
  const fence = fenceAt(text.slice(Math.max(0, from - SCANNED), from));
  return [
    lastLine === -1 ? head : head.slice(0, lastLine),
    `${fence === null ? '' : `${fence}\n`}${tail.slice(tail.indexOf('\n') + 1)}`,
  ];
}

/** The fence of the code block in which a text ends; null where it ends in none. */
function fenceAt(text: string): string | null {
  let open: string | null = null;
  for (const [, mark = ''] of text.matchAll(FENCE)) {
    if (open === null) open = mark;
    else if (mark.startsWith(open)) open = null;
  }
  return open;
}

function sentencesApart(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.length > LONG_LINE ? line.replace(SENTENCE_END, '\n') : line))
    .join('\n');
}

function shortened(text: string): string {
  if (text.length <= MOST) return text;
  const half = Math.floor((MOST - 1) / 2);
  const head = clipEnd(text, half).text.replace(PART_AT_END, '');
  const tail = clipStart(text, half).text.replace(PART_AT_BEGINNING, '');
  return `${head}\n${tail}`;
}
