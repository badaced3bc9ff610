/** Finds the one record that a replace or remove means, or says what it could have meant. */
import type { Memory, Scope } from '../../model/memory.ts';
import { quoted } from '../../text/quoted.ts';

/** What is stored, looked up beforehand. Active records that the caller may change, and no others. */
export type Existing = {
  readonly byId: (id: string) => Memory | null;
  /** Records of the scope (and the item's project) whose title contains the text, upper and lower case alike. */
  readonly byTitle: (scope: Scope, text: string) => readonly Memory[];
  /** Records that may say the same; more than needed may be given. */
  readonly nearDuplicates: (id: string) => readonly Memory[];
};

export type Target =
  | { readonly memory: Memory }
  | { readonly reason: 'no_match' | 'ambiguous_match'; readonly words: string };

const ID = /^[[#]*(?:m_)?[0-9a-hjkmnp-tv-z]{4,26}\]*$/i;
const LISTED = 8;

/** An exact title, then an id (a short title can look like one), then the only title that contains the text. */
export function findTarget(existing: Existing, scope: Scope, wanted: string): Target {
  const fold = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();
  const titled = existing.byTitle(scope, wanted);
  const exact = titled.filter(({ title }) => fold(title) === fold(wanted));
  if (exact[0] !== undefined && exact.length === 1) return { memory: exact[0] };
  if (exact.length > 1) return ambiguous(wanted, exact);
  const named = ID.test(wanted.trim()) ? existing.byId(wanted) : null;
  if (named !== null) return { memory: named };
  const part = titled.filter(({ title }) => fold(title).includes(fold(wanted)));
  if (part[0] !== undefined && part.length === 1) return { memory: part[0] };
  if (part.length > 1) return ambiguous(wanted, part);
  return {
    reason: 'no_match',
    words: `no memory of scope ${scope} has the title or id ${quoted(wanted, 80)}`,
  };
}

function ambiguous(wanted: string, found: readonly Memory[]): Target {
  const list = found.slice(0, LISTED).map(({ short, title }) => `${short} "${title}"`);
  const more = found.length > LISTED ? ` and ${found.length - LISTED} more` : '';
  return {
    reason: 'ambiguous_match',
    words: `${quoted(wanted, 80)} fits several memories (${list.join(', ')}${more}); send one id`,
  };
}
