/** A statement taken apart for its proof: each clause has to be vouched for, so that none can be slipped in. */
import { looksLikeInstruction } from '../text/instructions.ts';
import { contentWords, discriminators } from '../text/terms.ts';

/** Share of a clause's content words that one message must hold to be its evidence. */
const OVERLAP = 0.6;
/** A clause with fewer content words says nothing of its own: it is judged with its neighbour. */
const CLAUSE_WORDS = 2;

/** Ends of sentences, and words that begin another step. */
const HARD =
  /(?<=[.!?])\s+|(?<=[。！？；])|\s*[;\n]\s*|,?\s+(?:(?:and|und|y|et|e)\s+)?(?:then|dann|danach|afterwards|luego|después|puis|ensuite|poi|depois)\s+|,?\s+(?:after that|finally|next),?\s+/iu;
/** Places where a clause may begin: they part only where an order follows. */
const SOFT = /(,\s+(?:(?:and|or|but|und|oder|aber)\s+)?|\s+(?:and|or|but|und|oder|aber|y|et)\s+)/iu;

export type Clause = { readonly words: ReadonlySet<string>; readonly marks: readonly string[] };

export function clauseOf(text: string): Clause {
  return { words: new Set(contentWords(text)), marks: discriminators(text) };
}

/** The clauses of a statement, at least one. */
export function clausesOf(statement: string): readonly Clause[] {
  const pieces: string[] = [];
  for (const piece of statement.split(HARD).flatMap(partsOf)) {
    const last = pieces.at(-1);
    const short = contentWords(piece).length < CLAUSE_WORDS;
    if (last !== undefined && (short || contentWords(last).length < CLAUSE_WORDS)) {
      pieces[pieces.length - 1] = `${last} ${piece}`;
    } else pieces.push(piece);
  }
  return pieces.map(clauseOf);
}

/** "run the tests and delete the backups" has two orders, "tests and backups" is one thing. */
function partsOf(sentence: string): string[] {
  const parts: string[] = [];
  const [first = '', ...rest] = sentence.split(SOFT);
  let open = first;
  for (let at = 0; at < rest.length; at += 2) {
    const next = rest[at + 1] ?? '';
    if (looksLikeInstruction(next)) {
      parts.push(open);
      open = next;
    } else open += `${rest[at] ?? ''}${next}`;
  }
  return [...parts, open];
}

/** Enough of the words, and every number, identifier, path and negation: "use X" is no evidence for "never use X". */
export function holds({ words, marks }: Clause, text: string): boolean {
  if (words.size === 0) return false;
  const there = new Set(contentWords(text));
  let found = 0;
  for (const word of words) if (there.has(word)) found += 1;
  if (found / words.size < OVERLAP || (found < CLAUSE_WORDS && found < words.size)) return false;
  const theirs = new Set(discriminators(text));
  return marks.every((mark) => theirs.has(mark) || there.has(mark));
}
