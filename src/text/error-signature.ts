// The lines by which a failure is known again: what went wrong, without what differs from run to run (folders, line
// numbers, times, addresses). Identifiers, codes and quoted names stay. Precision first: a line that many different
// failures end with is no signature.

import { cleanForIndex } from './clean.ts';

export type ErrorSignature = {
  /** Lines that tell by themselves what went wrong, in their order, as they are compared. */
  readonly strong: readonly string[];
  /** Names of failing tests, and what an assertion saw: they tell only together. */
  readonly weak: readonly string[];
  /** The first telling line, as it was written; empty where nothing tells failures apart. */
  readonly said: string;
  /** Names of the files that the output names as the place, without folders. */
  readonly places: readonly string[];
};

const MOST_LINES = 5;
const LONGEST = 300;
/** How much of an output is looked through, from each end: floods repeat themselves. */
const SCANNED = 40_000;

export function errorSignature(output: string): ErrorSignature {
  const text =
    output.length <= 2 * SCANNED ? output : `${output.slice(0, SCANNED)}\n${output.slice(-SCANNED)}`;
  const strong: string[] = [];
  const weak: string[] = [];
  let [said, saidWeak] = ['', ''];
  const cleaned = cleanForIndex(text);
  for (const raw of cleaned.split(/\r?\n/)) {
    if (strong.length >= MOST_LINES) break;
    const line = raw.slice(0, LONGEST).trim();
    if (!looksLikeError(line)) continue;
    const bare = normaliseErrorLine(line);
    if (isWeak(bare)) {
      if (weak.length >= MOST_LINES || weak.includes(bare)) continue;
      saidWeak = saidWeak === '' ? line : saidWeak;
      weak.push(bare);
    } else if (isTelling(bare) && !strong.includes(bare)) {
      said = said === '' ? line : said;
      strong.push(bare);
    }
  }
  return { strong, weak, said: said === '' ? saidWeak : said, places: placesIn(cleaned) };
}

/**
 * True where both begin with the same strong line or share two; without strong ones, where they share two weak ones.
 * What any code can say of any value (`Cannot read properties of undefined (reading 'id')`) is the same in one place only.
 */
export function sameError(a: ErrorSignature, b: ErrorSignature): boolean {
  const [first] = a.strong;
  const isAnywheres = first !== undefined && ANYWHERE.test(first);
  if (isAnywheres && a.places.length > 0 && b.places.length > 0 && shared(a.places, b.places) === 0)
    return false;
  if (first !== undefined && first === b.strong[0]) return true;
  if (shared(a.strong, b.strong) >= 2) return true;
  return a.strong.length === 0 && b.strong.length === 0 && shared(a.weak, b.weak) >= 2;
}

/** Whether a text that holds the first strong line speaks of the same failure: see `sameError`. */
export function isOfItsPlace({ strong: [first], places }: ErrorSignature, text: string): boolean {
  if (first === undefined || !ANYWHERE.test(first) || places.length === 0) return true;
  return places.some((place) => text.includes(place));
}

/** True where nothing that could be known again stands in it. */
export function isNondescript({ strong, weak }: ErrorSignature): boolean {
  return strong.length === 0 && weak.length < 2;
}

const ANYWHERE =
  /cannot (?:read|set) propert|(?:undefined|null|none) is not|is not (?:a function|iterable|defined|an object)|undefined method|nil:nilclass|for nil\b|'nonetype'|nullpointer|null pointer|nil pointer|null reference|object reference not set|\b(?:key|index|attribute|value|type)error\b|out of (?:range|bounds)|unwrap\(\)|division by zero|divide by zero/;

const MOST_PLACES = 20;
/** `at sum (src/cart.ts:12:5)`, `File "app/cart.py", line 3`, `src/cart.ts:12`, `FAIL src/cart.test.ts`; no library's. */
const PLACE =
  /(?:^|[\s("'/\\])([\w@+-][\w.@+-]*\.[A-Za-z]\w{0,5})(?=:\d+|\(\d+|["'], line \d+)|^\s*(?:FAIL(?:ED)?|❯|✗|×|not ok \d+ -)\s+(?:\S*\/)?([\w@+-][\w.@+-]*\.[A-Za-z]\w{0,5})/gm;

function placesIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const line of text.split('\n')) {
    if (found.size >= MOST_PLACES) break;
    if (/node_modules|node:internal|site-packages|\(node:|\/rustc\/|\/gems\//.test(line)) continue;
    for (const [, named, tested] of line.slice(0, LONGEST).matchAll(PLACE)) found.add(named ?? tested ?? '');
  }
  return [...found];
}

function shared(some: readonly string[], others: readonly string[]): number {
  return some.filter((line) => others.includes(line)).length;
}

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
/** In this order: what is found first is not looked at again. */
const DIFFERS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/g, ''],
  [new RegExp(`\\b(?:${MONTHS}) {1,2}\\d{1,2} \\d{2}:\\d{2}:\\d{2}\\b`, 'g'), ''],
  [/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?: ?[AP]M)?\b/g, ''],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '#'],
  [/\b0x[0-9a-f]+\b/gi, '#'],
  [/\b(?:sha256:)?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b/g, '#'],
  // A path is known by its last part: `/home/dev/shop/src/cart.ts` and `C:\work\shop\src\cart.ts` are `cart.ts`.
  [/(?:file:\/\/\/?)?(?:\b[A-Za-z]:)?(?:\.{0,2}|~|[\w@.+-]+)?(?:\/[\w@.+-]+)*\/(?=[\w@.+-]*[\w@+-])/g, ''],
  [/\b[A-Za-z]:\\(?:[\w@.+ -]+\\)*(?=[\w@+-])/g, ''],
  [/(?<![\\\w])(?:\.{1,2}\\)?(?:[\w@.+-]+\\)+(?=[\w@+-]+\.[A-Za-z])/g, ''],
  [/(\.[A-Za-z]\w{0,5})(?::\d+(?::\d+)?|\(\d+(?:,\s?\d+)?\))(?: -(?= ))?:?(?= |$)/g, '$1:'],
  [/(\.[A-Za-z]\w{0,5})(?::\d+(?::\d+)?|\(\d+(?:,\s?\d+)?\))/g, '$1'],
  [/\bcc\w{4,8}\.o\b/g, '#.o'],
  [/,? (?:on |at )?line \d+(?:,? col(?:umn)?\.? \d+)?/gi, ''],
  [/\b(\d+)(?:\.\d+)? ?(?:ms|s|sec|secs|seconds|milliseconds|minutes)\b/g, '#'],
  [/\b(pid|process|thread|worker|job|attempt|build|step)[ #=:[]+\d+\]?/gi, '$1 #'],
  [/^(?:\[\d+\/\d+\]|#\d+|\d+[):.|])\s*/, ''],
  [/^(?:\d+\s+)?(?:\d+:\d+|\d+)\s+(?=error\b)/i, ''],
];

/** The line as it is compared with another run's. */
export function normaliseErrorLine(line: string): string {
  let text = line.trim();
  for (const [pattern, by] of DIFFERS) text = text.replace(pattern, by);
  return text
    .replace(/^(?:E {2,}|[\s>|│┃✗✖×❌●•*=-]+)+(?=[\p{L}"'`[(])/u, '')
    .replace(/^[:\-–—\s]+/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

const ERROR =
  /\b(?:error|exception|fatal|panic(?:ked)?|traceback|cannot|can't|could not|couldn't|unable to|not found|no such|denied|refused|undefined|unresolved|unexpected|invalid|missing|failed|failure|unknown|already (?:in use|exists|defined)|timed? ?out|segmentation fault|segfault|assert(?:ion)?(?:error)?|conflict|mismatch|not (?:defined|allowed|permitted|supported|installed|implemented|assignable)|does not (?:exist|match|satisfy)|e[a-z]{4,}:|[a-z]+(?:error|exception)\b)|\berr!|^\s*(?:FAIL|not ok)\b|--- FAIL|\bE[A-Z]{4,}\b|\b[A-Z]{1,4}\d{3,5}\b|error\[/i;
/** Only sums, or says that something else went wrong. */
const GENERIC = [
  /^(?:npm )?err(?:or|!) (?:code \w+$|syscall|while resolving|found:|errno \d+|a complete log|lifecycle script|command (?:failed|sh)|path|workspace|location|this is probably not a problem|node |npm |failed at the|exit status)/i,
  /^error:?$|^(?:unknown|unhandled|uncaught|internal) (?:error|exception)[.!:]?$/i,
  /\b(?:exit(?:ed)?(?: with)?(?: code| status)?|returned(?: a non-zero code)?|errno|error code|status)[: ]+-?\d+\.?$/i,
  /\breturned \d+ exit status$/i,
  /^(?:make|gmake)(?:\[\d+\])?: \*\*\*/i,
  /\b(?:command|script|build|task|step|process|job|test suites?|tests?|test files?|checks?)\b.{0,40}\b(?:failed|failure)\b[ .:!]*(?:with exit code \d+|\(?\d+\)?)?$/i,
  /^(?:tests?|test files?|test suites?|suites?|failures?|errors?|failed|failing|fail|not ok)\b[ :=(]*\d/i,
  /(?<!port |[:.\d])\b\d{1,5} (?:errors?|failures?|failed|failing|problems?|warnings?|tests?)\b/i,
  /^error: (?:aborting due to|could not compile|test failed|process didn't exit|command failed|recipe|build failed|the following|script)/i,
  /^(?:for more information|some errors have|caused by|during handling of|the above exception|traceback \(most recent|stack backtrace|note:|help:|hint:|see |at )/i,
  /^(?:fail|failed|error|warning|fatal|exception|panic)\W*$/i,
  /^build failed|^failure: build failed|^execution failed for task|^elifecycle\b/i,
];

function looksLikeError(line: string): boolean {
  return line.length >= 8 && ERROR.test(line) && !/\b(?:0|no) (?:errors?|failures?|failed)\b/i.test(line);
}

const EVERYDAY = new Set(
  'error errors failed failure fail fatal exception err the a an to of in on at is was not with for and or cannot could no code exit status command line file test tests assert assertion assertionerror expected received actual got true false null none undefined value type panic panicked thread main'.split(
    ' ',
  ),
);

const TEST_NAME = /^(?:fail(?:ed)?|not ok(?: \d+)?|---? fail:)[ :-]+\S*[.:>/\w-]{4,}/;
const ASSERTION =
  /\bexpected\b.{0,80}\b(?:to (?:be|equal|deeply|strictly|contain|match|have|throw|include)|but (?:got|was|received)|got|received)\b|^assert(?:ion)?(?:error)?\b(?: \[\w+\])?:? ?(?:assert\b|expected\b|\S+ ?[=!<>]=)|^assertion `?left|expected values to be/;

/** A failing test's name, or the values that an assertion compared: another failure may say the same. */
function isWeak(line: string): boolean {
  // pytest's summary has both in one line.
  if (/^failed \S+::\S+ - \S/.test(line)) return false;
  return TEST_NAME.test(line) || ASSERTION.test(line);
}

/** Two words of its own, one of them a name, a code or a quotation; or four words; or one long name. */
function isTelling(line: string): boolean {
  if (line.length < 12 || GENERIC.some((pattern) => pattern.test(line))) return false;
  const words = [...new Set(line.match(/[\p{L}_$][\p{L}\p{N}_$.-]*/gu) ?? [])].filter(
    (word) => word.length > 1 && !EVERYDAY.has(word),
  );
  if (words.length >= 4 || words.some((word) => LONG_NAME.test(word))) return true;
  return words.length >= 2 && NAMED.test(line);
}

const LONG_NAME = /^(?=.{15})\w+(?:[-_.]\w+){2,}$/;
const NAMED =
  /["'`‘“][^"'`’”]{2,}["'`’”]|[a-z]\d{3,5}\b|[\w$]+[._/-][\w$]+|:\d{2,5}\b|\be[a-z]{4,}\b|[a-z]+(?:error|exception)\b|: command not found$/;
