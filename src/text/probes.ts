/**
 * Pieces of a text by which its bytes are found again in files of any kind: without characters that JSON or Markdown
 * write in another way, and without what stands where a secret was cut out, in every form that writers give them.
 */

/** A shorter text is found everywhere, and says nothing. */
const LEAST = 12;
const MOST = 48;
/** What a piece must be at least to tell that another record holds the same words. */
const TELLING = 20;
/** What a piece of a text must be at least for a file to be taken away for it. */
const PROVING = 40;
/** Of a text that has only short stretches, as much is looked for as it was written. */
const WRITTEN = 200;
const PER_TEXT = 3;
/** What stands in a stored text where another file may still hold the secret itself. */
const REDACTED = /\[redacted:[a-z0-9-]+\]/g;

/** Pieces of the text's longest stretches; none when it is too short to be told from others. */
export function probesOf(text: string): string[] {
  const stretches = text
    .replace(REDACTED, '\n')
    .split(/[\p{Cc}"\\<>*_`#\u2028\u2029]+/u)
    .flatMap((part) => {
      const piece = part.trim();
      return piece.length >= LEAST ? [piece] : [];
    });
  const longest = stretches.sort((a, b) => b.length - a.length).slice(0, PER_TEXT);
  const pieces = new Set<string>();
  for (const stretch of longest) {
    pieces.add(whole(stretch.slice(0, MOST)));
    if (longest.length < PER_TEXT && stretch.length > MOST) pieces.add(whole(stretch.slice(-MOST)));
  }
  const kept = [...pieces].filter((piece) => piece.length >= LEAST);
  const long = telling(kept);
  // Beside a long piece, a short one (a path, a name) only finds what else speaks of it.
  if (long.length > 0) return long;
  return kept.length > 0 ? kept : writtenOf(text, LEAST);
}

/** Those by which a file is known to hold this very text: long pieces, or all of it. */
export function proofsOf(text: string): string[] {
  const long = probesOf(text).filter((piece) => piece.length >= PROVING);
  return long.length > 0 ? long : writtenOf(text, TELLING);
}

/** The text as it was written, with quotes and line ends: plain, and as our own JSON has it. */
function writtenOf(text: string, least: number): string[] {
  const written = whole(text.trim().slice(0, WRITTEN));
  if (written.replace(REDACTED, '').trim().length === 0 || written.length < least) return [];
  return [...new Set([written, JSON.stringify(written).slice(1, -1)])];
}

/**
 * The bytes that a piece may be written as: UTF-8, JSON as it is usual (quotes, line ends), with every character
 * beyond ASCII escaped, with escaped slashes or `&`, and UTF-16 of both byte orders.
 */
export function bytesOf(piece: string): Buffer[] {
  const composed = [...new Set([piece, piece.normalize('NFD')])];
  const json = [...new Set(composed.flatMap((each) => [each, JSON.stringify(each).slice(1, -1)]))];
  const written = new Set<string>();
  for (const each of json) {
    for (const marked of [
      each,
      each.replaceAll('/', '\\/'),
      each.replace(/[&']/g, (one) => escaped(one, false)),
    ]) {
      written.add(marked);
      written.add(marked.replace(/[^\0-\x7f]/g, (one) => escaped(one, false)));
      written.add(marked.replace(/[^\0-\x7f]/g, (one) => escaped(one, true)));
    }
  }
  const wide = json.map((each) => Buffer.from(each, 'utf16le'));
  return [
    ...[...written].map((each) => Buffer.from(each)),
    ...wide,
    ...wide.map((each) => Buffer.from(each).swap16()),
  ];
}

/** `\u00e4`, of one UTF-16 unit. */
function escaped(unit: string, capitals: boolean): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${capitals ? digits.toUpperCase() : digits}`;
}

/** The texts in a JSON value, not what it calls them. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= TELLING ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Those that are long enough to tell that another record speaks of the same. */
export function telling(probes: readonly string[]): string[] {
  return probes.filter((probe) => probe.length >= TELLING);
}

/** Half a character at either end is none. */
function whole(piece: string): string {
  return piece.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '').trim();
}

const KEY = 8;
const FILTER_BITS = 20;

/** Finds which of many byte strings stand in a stretch of bytes; each is at least {@link KEY} bytes long. */
export class ByteSearch {
  readonly #byHash = new Map<number, Buffer[]>();
  readonly #filter = new Uint8Array(1 << FILTER_BITS);
  /** 31^KEY */
  readonly #out: number;
  readonly longest: number;

  constructor(wanted: readonly Uint8Array[]) {
    let out = 1;
    for (let at = 0; at < KEY; at += 1) out = Math.imul(out, 31);
    this.#out = out;
    let longest = 0;
    for (const bytes of wanted) {
      if (bytes.length < KEY) continue;
      const buffer = Buffer.from(bytes);
      const hash = hashOf(buffer);
      this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), buffer]);
      this.#filter[hash >>> (32 - FILTER_BITS)] = 1;
      longest = Math.max(longest, buffer.length);
    }
    this.longest = longest;
  }

  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** The first that is found, or null. */
  first(bytes: Buffer): Buffer | null {
    if (this.isEmpty || bytes.length < KEY) return null;
    let hash = hashOf(bytes);
    for (let at = KEY; ; at += 1) {
      if (this.#filter[hash >>> (32 - FILTER_BITS)] === 1) {
        const found = this.#byHash
          .get(hash)
          ?.find((each) => bytes.subarray(at - KEY, at - KEY + each.length).equals(each));
        if (found !== undefined) return found;
      }
      if (at >= bytes.length) return null;
      hash = (Math.imul(hash, 31) + (bytes[at] ?? 0) - Math.imul(bytes[at - KEY] ?? 0, this.#out)) >>> 0;
    }
  }
}

function hashOf(bytes: Buffer): number {
  let hash = 0;
  for (let at = 0; at < KEY; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) >>> 0;
  return hash;
}
