/**
 * Token streams read many at a time: SQLite puts them into one text, in hexadecimal, since a row and a blob of its own
 * for each costs several times what reading them does.
 */

const DIGIT = new Uint8Array(128);
for (const [value, digit] of [...'0123456789ABCDEF'].entries()) DIGIT[digit.charCodeAt(0)] = value;

/** The term numbers of a stream (LEB128 varints, as `packTerms` writes them) given in hexadecimal. */
export function unpackHex(hex: string, length: number): Uint32Array {
  const out = new Uint32Array(length);
  let value = 0;
  let shift = 0;
  let place = 0;
  for (let at = 0; at < hex.length; at += 2) {
    const high = DIGIT[hex.charCodeAt(at)] ?? 0;
    const low = DIGIT[hex.charCodeAt(at + 1)] ?? 0;
    value |= (((high & 7) << 4) | low) << shift;
    if (high < 8) {
      out[place++] = value >>> 0;
      value = 0;
      shift = 0;
    } else {
      shift += 7;
    }
  }
  return out;
}
