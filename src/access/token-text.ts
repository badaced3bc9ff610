/** What a token looks like: `mtk_`, the letters of its id, and 256 random bits. */
import { createHash } from 'node:crypto';
import { newId } from '../model/ids.ts';

const LETTERS = '[0-9a-hjkmnp-tv-z]';
const TOKEN = new RegExp(`^mtk_(${LETTERS}{6,26})_(${LETTERS}{52})$`);

export type TokenParts = {
  /** The short id without `a_`. */
  readonly key: string;
  readonly secret: string;
};

/** 256 random bits as 52 letters. */
export function newSecret(random?: (size: number) => Uint8Array): string {
  return newId(random) + newId(random);
}

/** SHA-256: of that many random bits it needs no salt and no stretching. */
export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** @param id `a_4f9k2c` */
export function tokenText(id: string, secret: string): string {
  return `mtk_${id.replace(/^a_/, '')}_${secret}`;
}

/** Null for what is no token. */
export function parseToken(text: string): TokenParts | null {
  // Nothing of that length is one: no pattern is tried on it.
  if (text.length > 100) return null;
  const [, key, secret] = TOKEN.exec(text) ?? [];
  return key === undefined || secret === undefined ? null : { key, secret };
}
