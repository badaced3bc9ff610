// When two facts say the same. Equal: but for white space and the final stop. Near: nearly all terms in common, and
// none of what tells two facts apart (number, identifier, path, name, negation) differs.

import { createHash } from 'node:crypto';
import { analyse, discriminators } from './terms.ts';

/** Share of terms that two texts must have in common (Jaccard). */
const SIMILAR = 0.8;

/** 16 bytes; equal contents have equal hashes, whatever their white space and final stop. */
function contentHash(content: string): Uint8Array {
  return createHash('sha256')
    .update(
      content
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/[.!。]+$/, ''),
    )
    .digest()
    .subarray(0, 16);
}

/** A text made ready to be compared many times. */
export type Comparable = {
  readonly hash: string;
  readonly terms: ReadonlySet<string>;
  readonly marks: string;
  /** Its words in small letters, without blanks. */
  readonly folded: string;
};

export function comparable(content: string): Comparable {
  return {
    hash: Buffer.from(contentHash(content)).toString('hex'),
    terms: new Set(analyse(content)),
    marks: discriminators(content).join('\n'),
    folded: folded(content),
  };
}

export function isEqual(one: Comparable, other: Comparable): boolean {
  return one.hash === other.hash;
}

/** Also true for equal ones. Never where each of the two has a term of its own (staging here, production there). */
export function isNear(one: Comparable, other: Comparable): boolean {
  if (isEqual(one, other) || one.folded === other.folded) return true;
  if (one.marks !== other.marks || one.terms.size === 0) return false;
  let common = 0;
  for (const term of one.terms) if (other.terms.has(term)) common += 1;
  if (common < one.terms.size && common < other.terms.size) return false;
  return common / (one.terms.size + other.terms.size - common) >= SIMILAR;
}

/** Case and blanks tell words of a language apart from nothing; in code, paths and flags they do. */
function folded(content: string): string {
  return content
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!。]+$/, '')
    .split(' ')
    .map((word) =>
      /^[\p{L}\p{M}'’]{2,}[,;:.!?)]*$/u.test(word) && !/\p{Ll}\p{Lu}/u.test(word) ? word.toLowerCase() : word,
    )
    .join('');
}
