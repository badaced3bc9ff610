// What of a tool's result can be searched: not the flood of its output, but what was run, how it ended, what it
// complained about, and how the output began and ended.

import { clipEnd, clipStart } from './clip.ts';

export type ToolResultText = {
  readonly command?: string;
  readonly exitCode?: number;
  readonly output: string;
};

/** Characters of the output that are indexed at each end. */
const EDGE = 500;
const MAX_COMMAND = 1_000;
const MAX_ERROR_LINES = 20;
const MAX_ERROR_LINE = 300;
/** How much of the output is looked through for errors, from each end. */
const SCANNED = 200_000;

/** Command, exit status, error lines and the edges of the output, each on lines of their own. */
export function toolIndexText({ command, exitCode, output }: ToolResultText): string {
  const parts: string[] = [];
  if (command !== undefined && command !== '') parts.push(clipEnd(command, MAX_COMMAND).text);
  if (exitCode !== undefined) parts.push(`exit ${exitCode}`);
  if (output.length <= 2 * EDGE) {
    parts.push(output);
  } else {
    const head = clipEnd(output, EDGE).text;
    const tail = clipStart(output, EDGE).text;
    parts.push(head, ...errorLines(output.slice(head.length, output.length - tail.length)), tail);
  }
  return parts.filter((part) => part.trim() !== '').join('\n');
}

const ERROR_LINE =
  /\b(?:error|errors|exception|fatal|fail|failed|failure|failing|panic|panicked|traceback|cannot|can't|could not|couldn't|unable to|not found|no such|denied|refused|undefined|unresolved|unexpected|invalid|timed? ?out|segfault|segmentation fault|assertion|abort|aborted|critical|denied|conflict|E[A-Z]{4,}|[A-Z]{1,3}\d{4})\b|[✗✖×❌]|^\s*(?:FAIL|ERR!)|error\[/i;
/** Summaries that only say that nothing was wrong. */
const NO_ERROR = /\b(?:0|no) (?:errors?|failures?|failed)\b/i;

/** The first lines that look like errors; of equal ones the first, so that a flood of one error is one line. */
function errorLines(text: string): string[] {
  const searched = text.length <= 2 * SCANNED ? text : `${text.slice(0, SCANNED)}\n${text.slice(-SCANNED)}`;
  const lines = new Set<string>();
  for (const line of searched.split('\n')) {
    if (lines.size >= MAX_ERROR_LINES) break;
    const shown = line.slice(0, MAX_ERROR_LINE).trim();
    if (shown !== '' && ERROR_LINE.test(shown) && !NO_ERROR.test(shown)) lines.add(shown);
  }
  return [...lines];
}
