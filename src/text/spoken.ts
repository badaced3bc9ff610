// What a person said themselves in a message: without code, quotations and what they pasted. Only that is evidence
// for who said something.

/** Quotations and inline code of so many words are still the speaker's own: "call it `midturn`". */
const OWN_WORDS = 3;
/** A line of this length, in UTF-16 units, was not typed. */
const LONG_LINE = 400;

/** The words of the person, in order; pasted parts leave a line end. */
export function spokenWords(text: string): string {
  const lines = withoutBlocks(text.replace(/\r\n?/g, '\n')).split('\n');
  const pasted = lines.map(looksPasted);
  const kept = lines.filter((line, index) => !pasted[index] && !isBetweenPasted(lines, pasted, index, line));
  return withoutQuotations(kept.join('\n'))
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

/** Code fences (also unclosed ones), elements that clients and editors wrap around context, images, JSON values. */
function withoutBlocks(text: string): string {
  return withoutJson(
    text
      .replace(
        /^[ \t]{0,3}(?<mark>`{3,}|~{3,})[^\n]*\n(?:[\s\S]*?\n[ \t]{0,3}\k<mark>[`~]*[ \t]*(?=\n|$)|[\s\S]*$)/gm,
        '\n',
      )
      .replace(/```[^`\n]*```/g, ' ')
      .replace(/<(?<tag>[a-z][\w-]{0,40})(?:\s[^<>\n]{0,300})?>[\s\S]{0,100000}?<\/\k<tag>>/gi, '\n')
      .replace(/<!--[\s\S]{0,100000}?-->/g, '\n')
      .replace(/\[(?:Pasted text|Image|Attachment)\b[^\]\n]{0,200}\]/gi, ' ')
      .replace(/!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)/g, ' '),
  );
}

/** Objects and arrays over several lines. */
function withoutJson(text: string): string {
  return text.replace(/^[ \t]*[[{][ \t]*\n[\s\S]{0,100000}?\n[\]}][,;]?[ \t]*$/gm, '\n');
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

function looksPasted(line: string): boolean {
  if (line.length > LONG_LINE) return true;
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
    return countWords(inner) <= OWN_WORDS ? ` ${inner} ` : ' ';
  });
}

/** Words between blanks; four characters of a script without blanks count as one. */
function countWords(text: string): number {
  const dense = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  const spaced =
    text.match(/(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])\S)+/gu)?.length ?? 0;
  return spaced + Math.ceil(dense / 4);
}
