// What a person said themselves in a message: without code, quotations and what they pasted. Only that is evidence
// for who said something.
import { isDictated, isFunctionWord, leadsUp } from './prose.ts';

/** Quotations and inline code of so many words are still the speaker's own: "call it `midturn`". */
const OWN_WORDS = 3;
/** Longer inline code was pasted, in UTF-16 units; a shorter command is what its writer says. By judgement. */
const LONG_CODE = 120;
/** A line of more than this length, in UTF-16 units, was typed only when its make-up says so: see prose.ts. */
const LONG_LINE = 400;
/** How far above a long line it is looked for who speaks in it. */
const LINES_BEFORE = 8;

/** The words of the person, in order; pasted parts leave a line end. */
export function spokenWords(text: string): string {
  const lines = withoutBlocks(text.replace(/\r\n?/g, '\n')).split('\n');
  const pasted: boolean[] = [];
  for (const line of lines) {
    pasted.push(line.length > LONG_LINE ? !isSpokenAtLength(line, lines, pasted) : looksPasted(line));
  }
  const kept = lines.filter((line, index) => !pasted[index] && !isBetweenPasted(lines, pasted, index, line));
  return withoutQuotations(kept.join('\n'))
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

/** Code fences (also unclosed ones), elements and comments, marks of attachments, JSON values over several lines. */
function withoutBlocks(text: string): string {
  const plain = text
    .replace(
      /^[ \t]{0,3}(?<mark>`{3,}(?!`)|~{3,}(?!~))[^\n]*\n(?:[\s\S]*?\n[ \t]{0,3}\k<mark>[`~]*[ \t]*(?=\n|$)|[\s\S]*$)/gm,
      '\n',
    )
    .replace(/```[^`\n]{0,2000}```/g, ' ')
    .replace(/!?\[(?:Pasted text|Image|Attachment)\b[^\]\n]{0,200}\]/gi, ' ')
    .replace(/!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)/g, ' ');
  return withoutJson(withoutElements(plain));
}

const OPENING = /<(?:!--|(?<tag>[a-z][\w-]{0,40})(?:\s[^<>\n]{0,300})?>)/gi;

/** Without what clients and editors wrap around context: `<system-reminder>…</system-reminder>`, comments. */
function withoutElements(text: string): string {
  const kept: string[] = [];
  const unclosed = new Set<string>();
  const lower = text.toLowerCase();
  let from = 0;
  OPENING.lastIndex = 0;
  for (let open = OPENING.exec(text); open !== null; open = OPENING.exec(text)) {
    const closing = open.groups?.tag === undefined ? '-->' : `</${open.groups.tag.toLowerCase()}>`;
    if (unclosed.has(closing)) continue;
    const end =
      lower.length === text.length
        ? lower.indexOf(closing, OPENING.lastIndex)
        : text.indexOf(closing, OPENING.lastIndex);
    if (end === -1) {
      unclosed.add(closing);
      continue;
    }
    kept.push(text.slice(from, open.index));
    from = end + closing.length;
    OPENING.lastIndex = from;
  }
  kept.push(text.slice(from));
  return kept.join('\n');
}

/** Without objects and arrays whose brackets stand alone on lines of the same indentation. */
function withoutJson(text: string): string {
  const lines = text.split('\n');
  const closer = new Map<string, number>();
  const ends = new Map<number, number>();
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const bracket = /^(?<indent>[ \t]*)(?:(?<open>[[{])|[\]}][,;]?)[ \t]*$/.exec(lines[index] ?? '');
    const { indent, open } = bracket?.groups ?? {};
    if (indent === undefined) continue;
    const end = closer.get(indent);
    if (open === undefined) closer.set(indent, index);
    else if (end !== undefined) ends.set(index, end);
  }
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index = (ends.get(index) ?? index) + 1) {
    kept.push(ends.has(index) ? '' : (lines[index] ?? ''));
  }
  return kept.join('\n');
}

const PASTED: readonly RegExp[] = [
  /^\s*>/, // quotation
  /^(?: {4,}|\t+)\S/, // indented block
  /^\s*at (?:async )?[\w$.<>[\] ]+ ?\(?[^()\s]*:\d+(?::\d+)?\)?$/, // stack frames: JavaScript, Java
  /^\s*at [\w$.<>]+\([^)]*\)$/,
  /^\s*File "[^"]+", line \d+/,
  /^Traceback \(most recent call last\)/,
  /^\s*(?:Caused by:|Exception in thread|panic:|goroutine \d+|thread '[^']*' panicked)/,
  /^[\w.]*(?:Error|Exception|Warning)\b: /,
  /^(?:diff --git |index [0-9a-f]{6,}|@@ |--- \S|\+\+\+ \S|Binary files )/, // diff
  /^[+-](?:\s{2,}|[\w"'`{}()/*#<>.[\]]+[\s=(:;,{])[^\n]*[;{}(),\]:]\s*$/,
  /^\[?\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/, // log lines
  /^\[?\d{2}:\d{2}:\d{2}\b/,
  /^\[?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)\]?[:\s]/,
  /^(?:npm (?:ERR!|error|warn)|error(?:\[\w+\]|:)|warning:|fatal:|Error:|make(?:\[\d+\])?:|ERR_)/i,
  /^\s*[$❯%#] \S/, // shell
  /^[\w.-]+@[\w.-]+[:\s][^$#]*[$#] /,
  /^[-dlrwx]{10}[.+@]? /,
  /^\s*"[^"\n]+"\s*:\s*\S/, // JSON
  /^\s*[{}[\]()]+[,;]?\s*$/,
  /^\s*<\/?[a-zA-Z!][^<>\n]*>/, // markup
  /^\s*(?:import|export|const|let|var|function|class|public|private|return|def|fn|func|package|#include|using)\b[^\n]*[;{}(=:]\s*(?:$|\S*;$)/, // code
  /^[^\n]*[;{}]\s*$/,
  /^\s*\S+:\d+:\d+[:\s]/, // compilers
  /^\s*[|│┌└├╭╰]/, // tables and boxes
];

/** A long line that reads as speech, unless the lines above it are pasted or lead up to somebody else's words. */
function isSpokenAtLength(line: string, lines: readonly string[], pastedAbove: readonly boolean[]): boolean {
  if (looksPasted(line) || !isDictated(line)) return false;
  const at = pastedAbove.length;
  for (let above = Math.max(0, at - LINES_BEFORE); above < at; above += 1) {
    if (pastedAbove[above] === true) return false;
    const other = lines[above] ?? '';
    if (other.length <= LONG_LINE && leadsUp(other)) return false;
  }
  return true;
}

function looksPasted(line: string): boolean {
  return line.trim() !== '' && PASTED.some((pattern) => pattern.test(line));
}

/** A line of a log or a diff that has no mark of its own. A sentence between two of them is somebody speaking. */
function isBetweenPasted(
  lines: readonly string[],
  pasted: readonly boolean[],
  index: number,
  line: string,
): boolean {
  if (line.trim() === '' || /[.!?。！？]\s*$/.test(line)) return false;
  return (pasted[index - 1] ?? false) && (pasted[index + 1] ?? false) && lines[index - 1]?.trim() !== '';
}

const QUOTATION =
  /"(?<a>[^"\n]{1,2000})"|“(?<b>[^”]{1,2000})”|„(?<c>[^“”]{1,2000})[“”]|«(?<d>[^»]{1,2000})»|「(?<e>[^」]{1,2000})」|『(?<f>[^』]{1,2000})』|`(?<g>[^`\n]{1,2000})`|(?<![\p{L}\p{N}])['‘](?<h>[^'‘’\n]{1,2000})['’](?![\p{L}\p{N}])/gu;

function withoutQuotations(text: string): string {
  return text.replace(QUOTATION, (_whole, ...rest: unknown[]) => {
    const inner = rest.find((part): part is string => typeof part === 'string') ?? '';
    if (countWords(inner) <= OWN_WORDS) return ` ${inner} `;
    const at = rest.find((part): part is number => typeof part === 'number') ?? 0;
    const isOwn = text[at] === '`' && isCommand(inner) && !isReported(text.slice(0, at));
    return isOwn ? ` ${withoutQuotations(inner)} ` : ' ';
  });
}

const PROGRAM = /^(?:[A-Z_][A-Z\d_]*=\S*|\p{Ll}[^\s:,;"']*|[\d_.~$@/\\-][^\s:,;"']*)$/u;
/** They begin a rule in words, which may be a quotation. */
const RULE_WORDS: ReadonlySet<string> = new Set(
  'always never ignore disregard forget remember use avoid prefer must every each do'.split(' '),
);

/** A short command, `docker compose up db`, and no sentence that was copied into a code span. */
function isCommand(code: string): boolean {
  if (code.length > LONG_CODE) return false;
  const [first = '', ...words] = code.trim().split(/\s+/);
  if (!PROGRAM.test(first) || RULE_WORDS.has(first) || isFunctionWord(first)) return false;
  const common = words.filter(isFunctionWord).length;
  return common <= 1 || common / (words.length + 1) < 0.25;
}

/** "The README says `…`": somebody else's words. */
const REPORTED =
  /(?<![\p{L}\p{N}])(?:says|said|wrote|writes|states|stated|reads|suggests|recommends|prints|printed|quote[sd]?|message|error|output|log|mail|readme|docs|schreibt|schrieb|sagte?|steht|dice|dijo|dit|écrit|disse|scrive|пишет)[^\p{L}\p{N}\n`]*(?:(?:that|to|me|us|is|was|dass|que|che|что)[^\p{L}\p{N}\n`]+){0,3}$/iu;

function isReported(before: string): boolean {
  return REPORTED.test(before.slice(before.lastIndexOf('\n') + 1).slice(-LONG_LINE));
}

/** Words between blanks; four characters of a script without blanks count as one. */
function countWords(text: string): number {
  const dense = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  const spaced =
    text.match(/(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])\S)+/gu)?.length ?? 0;
  return spaced + Math.ceil(dense / 4);
}
