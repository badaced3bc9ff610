// Takes secrets out of what is stored: texts, neighbouring blocks of a message, JSON values. What is cut is gone for
// good, so every rule is anchored; see redaction-rules.ts, redaction-context.ts and secret-names.ts.

import { findSecrets } from './find-secrets.ts';
import { mapJson } from './json-walk.ts';
import type { Cut } from './redaction-cut.ts';
import { ruleOf, secretKindOf } from './secret-names.ts';
import { isSecretValue } from './secret-values.ts';

/** Changes with every change of what is cut: stored beside what was redacted. */
export const REDACTION_VERSION = 1;

/** How many secrets of each rule were cut. Empty when there was none. */
export type RedactionCounts = Readonly<Record<string, number>>;

export type Redacted = { readonly text: string; readonly counts: RedactionCounts };

/** A cut can bring together what stood apart, so a changed text is looked at again: this often at most. */
const MAX_PASSES = 6;
const NONE: RedactionCounts = Object.freeze({});

/**
 * The text with each secret replaced by `[redacted:<rule>]`; the very same string when there is none. Linear in the
 * length of the text. Redacting the answer again changes nothing.
 */
export function redact(text: string): Redacted {
  const tally = new Map<string, number>();
  const redacted = redactInto(text, tally);
  return { text: redacted, counts: countsOf(tally) };
}

/**
 * The same for neighbouring blocks of one message: a secret that is split over several is cut from each of them and
 * counted once. Answers as many blocks as it was given.
 */
export function redactBlocks(blocks: readonly string[]): { blocks: string[]; counts: RedactionCounts } {
  const tally = new Map<string, number>();
  let current = [...blocks];
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const { text, starts } = joinBlocks(current);
    const cuts = findSecrets(text);
    if (cuts.length === 0) break;
    count(cuts, tally);
    let first = 0;
    current = current.map((block, index) => {
      const start = starts[index] ?? 0;
      while ((cuts[first]?.end ?? Number.POSITIVE_INFINITY) <= start) first += 1;
      return replaceCuts(block, start, cuts, first);
    });
  }
  return { blocks: current, counts: countsOf(tally) };
}

export type RedactValueOptions = {
  /**
   * A string that is a JSON object or array is redacted and answered as that object or array (a tool call's
   * arguments). Strings within it stay strings: a file's content keeps its layout. Default false.
   */
  readonly parseStrings?: boolean;
};

/**
 * A JSON value with the secrets cut from its strings and keys. The key above a string counts as the name beside it,
 * so `{"password": "hunter22"}` loses its value. Keeps the order of keys; answers the very same value when there is
 * nothing to cut. Any depth of nesting.
 */
export function redactValue(
  value: unknown,
  { parseStrings = false }: RedactValueOptions = {},
): { value: unknown; counts: RedactionCounts } {
  const tally = new Map<string, number>();
  const source = parseStrings && typeof value === 'string' ? parseContainer(value) : value;
  const redacted = mapJson(source, {
    key: (key) => redactInto(key, tally),
    leaf: (leaf, name) => redactLeaf(leaf, name, tally),
  });
  return { value: tally.size === 0 ? source : redacted, counts: countsOf(tally) };
}

function redactInto(text: string, tally: Map<string, number>): string {
  let current = text;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const cuts = findSecrets(current);
    if (cuts.length === 0) break;
    count(cuts, tally);
    current = replaceCuts(current, 0, cuts, 0);
  }
  return current;
}

function redactLeaf(leaf: string | number, name: string | undefined, tally: Map<string, number>): unknown {
  const kind = name === undefined ? undefined : secretKindOf(name);
  if (kind !== undefined && isSecretValue(kind, String(leaf), 'quoted')) {
    // The value may be a token with a rule of its own, which says more than the name beside it.
    if (typeof leaf === 'string') {
      const cut = redactInto(leaf, new Map());
      if (/^\[redacted:[a-z-]+\]$/.test(cut)) return redactInto(leaf, tally);
    }
    const rule = ruleOf(kind);
    tally.set(rule, (tally.get(rule) ?? 0) + 1);
    return `[redacted:${rule}]`;
  }
  if (typeof leaf !== 'string') return leaf;
  return name !== undefined && HEADER_NAME.test(name)
    ? redactHeader(leaf, name, tally)
    : redactInto(leaf, tally);
}

const HEADER_NAME = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i;

/** A header's value is known by the header's name, so it is looked at behind it. */
function redactHeader(value: string, name: string, tally: Map<string, number>): string {
  const lead = `${name}: `;
  const redacted = redactInto(lead + value, tally);
  return redacted.startsWith(lead) ? redacted.slice(lead.length) : redacted;
}

/** The object or array a string stands for; the string itself where parsing would lose something. */
function parseContainer(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    // Integers past 2^53 (ids of other systems) would come back as other numbers.
    return /[:,[\s]-?\d{16,}/.test(text) ? text : parsed;
  } catch {
    return text; // Not JSON: a string like any other.
  }
}

/** A block's end is a line end, so that a secret which goes on in the next block is a wrapped one. */
function joinBlocks(blocks: readonly string[]): { text: string; starts: number[] } {
  if (blocks.length === 1) return { text: blocks[0] ?? '', starts: [0] };
  const starts: number[] = [];
  const pieces: string[] = [];
  let length = 0;
  for (const block of blocks) {
    starts.push(length);
    const separator = block === '' || block.endsWith('\n') ? '' : '\n';
    pieces.push(block, separator);
    length += block.length + separator.length;
  }
  return { text: pieces.join(''), starts };
}

/** `text`, which begins at `offset` of what the cuts were found in, without the cuts from number `first` on. */
function replaceCuts(text: string, offset: number, cuts: readonly Cut[], first: number): string {
  const pieces: string[] = [];
  let from = 0;
  for (let index = first; index < cuts.length; index += 1) {
    const cut = cuts[index];
    if (cut === undefined || cut.start >= offset + text.length) break;
    pieces.push(text.slice(from, Math.max(0, cut.start - offset)), `[redacted:${cut.rule}]`);
    from = Math.min(text.length, cut.end - offset);
  }
  if (pieces.length === 0) return text;
  pieces.push(text.slice(from));
  return pieces.join('');
}

function count(cuts: readonly Cut[], tally: Map<string, number>): void {
  for (const { rule } of cuts) tally.set(rule, (tally.get(rule) ?? 0) + 1);
}

function countsOf(tally: ReadonlyMap<string, number>): RedactionCounts {
  return tally.size === 0 ? NONE : Object.fromEntries(tally);
}
