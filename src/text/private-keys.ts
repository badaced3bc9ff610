// Private keys in PEM armour: whole blocks, blocks within JSON strings (line ends written as `\n`), and blocks whose
// end was cut off. Public keys and certificates are left alone.

import type { Cut } from './redaction-cut.ts';
import { isPlaceholder } from './secret-values.ts';

/** Longest block that is cut as one, in UTF-16 units: an RSA key of 16,384 bits takes about 12,800. */
const MAX_BLOCK = 16_384;

/** Linear: the ends are looked up once, in order, whatever the number of beginnings. */
export function findPrivateKeys(text: string): Cut[] {
  const cuts: Cut[] = [];
  let nextEnd = -1;
  BEGIN.lastIndex = 0;
  for (let match = BEGIN.exec(text); match !== null; match = BEGIN.exec(text)) {
    const bodyStart = match.index + match[0].length;
    if (nextEnd < bodyStart && nextEnd !== Number.POSITIVE_INFINITY) {
      const found = text.indexOf('-----END ', bodyStart);
      nextEnd = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    const end = nextEnd - bodyStart <= MAX_BLOCK ? endOfArmour(text, nextEnd) : undefined;
    const closed = end !== undefined && !text.slice(bodyStart, nextEnd).includes('-----BEGIN ');
    const stop = closed ? end : endOfBody(text, bodyStart);
    const body = text.slice(bodyStart, closed ? nextEnd : stop);
    if (!holdsKey(body, closed)) continue;
    cuts.push({ start: match.index, end: stop, rule: 'private-key' });
    BEGIN.lastIndex = stop;
  }
  return cuts;
}

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
/** Lines of base64 with what may stand between them: line ends, real or written out, quotes, diff and quote marks. */
const BODY =
  /(?:(?:\s|\\+[nrt]|["'+,>|])*(?:[A-Za-z-]{3,20}: [^\r\n\\]{1,100}|[A-Za-z0-9+/=]{16,}))+(?:(?:\s|\\+[nr])*[A-Za-z0-9+/]{1,64}={1,2})?/y;

function endOfArmour(text: string, at: number): number | undefined {
  END.lastIndex = at;
  const match = END.exec(text);
  return match === null ? undefined : at + match[0].length;
}

function endOfBody(text: string, at: number): number {
  const window = text.slice(at, at + MAX_BLOCK);
  BODY.lastIndex = 0;
  return at + (BODY.exec(window)?.[0].length ?? 0);
}

function holdsKey(body: string, closed: boolean): boolean {
  const letters = body.replace(/\s|\\+[nrt]/g, '');
  if (letters.length < 8 || isPlaceholder(letters)) return false;
  return closed
    ? !/^(?:\.{3}|…|<)|(?:\.{3}|…)$/.test(letters) || letters.length > 64
    : /[A-Za-z0-9+/]{16}/.test(letters);
}
