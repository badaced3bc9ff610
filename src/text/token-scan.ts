// One pass over a text for every secret of the rule table: all prefixes in one expression, then only the rules of
// the prefix that was found.

import { reachesLineEnd } from './line-end.ts';
import type { Cut } from './redaction-cut.ts';
import { TOKEN_RULES, type TokenRule } from './redaction-rules.ts';
import { isPlaceholder, isWordlike } from './secret-values.ts';

type CompiledRule = { readonly rule: TokenRule; readonly body: RegExp };

/** All secrets which the table knows by their shape. `wraps`: something with a prefix reaches the end of its line. */
export function scanTokens(text: string): { cuts: Cut[]; wraps: boolean } {
  const cuts: Cut[] = [];
  let wraps = false;
  PREFIX.lastIndex = 0;
  for (let hit = PREFIX.exec(text); hit !== null; hit = PREFIX.exec(text)) {
    PREFIX.lastIndex = hit.index + 1;
    const rules = rulesAt(text, hit.index, hit[0]);
    if (rules.length === 0) {
      wraps ||= isLeadBroken(text, hit.index, hit[0]);
      continue;
    }
    wraps ||= reachesLineEnd(text, hit.index + hit[0].length);
    const cut = tokenAt(text, hit.index, hit[0], rules);
    if (cut === undefined) continue;
    cuts.push(cut);
    PREFIX.lastIndex = Math.max(PREFIX.lastIndex, cut.end);
  }
  return { cuts, wraps };
}

/** True where a prefix of the table stands across `seam` in the text. */
export function prefixStraddles(text: string, seam: number): boolean {
  PREFIX.lastIndex = 0;
  for (let hit = PREFIX.exec(text); hit !== null; hit = PREFIX.exec(text)) {
    if (hit.index >= seam) return false;
    if (hit.index + hit[0].length > seam) return true;
    PREFIX.lastIndex = hit.index + 1;
  }
  return false;
}

/** Length of the longest prefix, in UTF-16 units. */
export const LONGEST_PREFIX = Math.max(
  ...TOKEN_RULES.flatMap(({ prefixes }) => prefixes.map((p) => p.length)),
);

/** The rules of a prefix whose secrets may begin here. */
function rulesAt(text: string, at: number, prefix: string): readonly CompiledRule[] {
  const rules = RULES_BY_PREFIX.get(prefix) ?? [];
  const free = beginsHere(text, at);
  return rules.filter(({ rule }) => (free || rule.glued === true) && leadOf(rule, text, at) !== undefined);
}

function tokenAt(text: string, at: number, prefix: string, rules: readonly CompiledRule[]): Cut | undefined {
  for (const { rule, body } of rules) {
    const length = rule.prefixes.find((p) => prefix.startsWith(p))?.length ?? 0;
    body.lastIndex = at + length;
    const match = body.exec(text);
    if (match === null) continue;
    const [start, end] = match.indices?.groups?.value ?? [at, at + length + match[0].length];
    const lead = leadOf(rule, text, at) ?? 0;
    const secret = match.groups?.value ?? match[0];
    if (isPlaceholder(secret) || (rule.needsDigit === true && !/\d/.test(secret))) continue;
    if (rule.whole === undefined && /^[a-z_-]+$/i.test(secret) && isWordlike(secret.replace(/^[_-]+/, '')))
      continue;
    const cut = { start: start - lead, end, rule: rule.id };
    return rule.whole === undefined ? cut : { ...cut, whole: rule.whole + lead };
  }
  return undefined;
}

/** Longest line end that a wrapped token runs across, with its indentation, in UTF-16 units. */
const MAX_LINE_END = 12;

/** True where all of a token stands here but what should be before its prefix, and a line ends there. */
function isLeadBroken(text: string, at: number, prefix: string): boolean {
  return (RULES_BY_PREFIX.get(prefix) ?? []).some(({ rule, body }) => {
    if (rule.before === undefined) return false;
    if (!text.slice(Math.max(0, at - rule.before.length - MAX_LINE_END), at).includes('\n')) return false;
    body.lastIndex = at + prefix.length;
    return body.test(text);
  });
}

function leadOf({ before }: TokenRule, text: string, at: number): number | undefined {
  if (before === undefined) return 0;
  return before.pattern.exec(text.slice(Math.max(0, at - before.length), at))?.[0].length;
}

/** No letter, digit or `_` before it, unless that is the letter of an escape: `\nghp_…` in a JSON string. */
function beginsHere(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9_-]/.test(text.charAt(at - 1))) return true;
  return at > 1 && text.charAt(at - 2) === '\\' && /[nrtbfv]/.test(text.charAt(at - 1));
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const PREFIXES = [...new Set(TOKEN_RULES.flatMap(({ prefixes }) => prefixes))].sort(
  (a, b) => b.length - a.length,
);
const PREFIX = new RegExp(PREFIXES.map(literal).join('|'), 'g');
const COMPILED: readonly CompiledRule[] = TOKEN_RULES.map((rule) => ({
  rule,
  body: new RegExp(rule.body, rule.body.includes('?<value>') ? 'dy' : 'y'),
}));
/** Of a longer prefix, the rules of the shorter ones within it come after its own (`sk-ant-`, then `sk-`). */
const RULES_BY_PREFIX = new Map<string, readonly CompiledRule[]>(
  PREFIXES.map((prefix) => [
    prefix,
    COMPILED.filter(({ rule }) => rule.prefixes.some((p) => prefix.startsWith(p))).sort(
      (a, b) => longestIn(b.rule, prefix) - longestIn(a.rule, prefix),
    ),
  ]),
);

function longestIn(rule: TokenRule, prefix: string): number {
  return Math.max(...rule.prefixes.filter((p) => prefix.startsWith(p)).map((p) => p.length));
}
