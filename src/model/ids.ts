/**
 * Ids: 128 bits as 26 characters of lower-case Crockford base32. People and models see a short form,
 * a prefix fixed at insert (6 letters, two more on collision), behind a letter that says what it names.
 */
import { createHash, randomBytes } from 'node:crypto';

declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type SessionId = Branded<'SessionId'>;
export type MemoryId = Branded<'MemoryId'>;
export type ProjectId = Branded<'ProjectId'>;
export type ReceiptId = Branded<'ReceiptId'>;
export type EnvelopeId = Branded<'EnvelopeId'>;
export type ItemId = Branded<'ItemId'>;
export type SkillId = Branded<'SkillId'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;
const SHAPE = /^[0-9a-hjkmnp-tv-z]{26}$/;
export const SHORT_LENGTH = 6;

/** Encodes 16 bytes as 26 characters; the last character carries the 3 bits left over, high bits first. */
function encodeId(bytes: Uint8Array): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes.subarray(0, 16)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET.charAt((held >>> bits) & 31);
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) out += ALPHABET.charAt((held << (5 - bits)) & 31);
  return out;
}

/** 128 random bits. */
export function newId(random: (size: number) => Uint8Array = randomBytes): string {
  return encodeId(random(16));
}

/** True for 26 characters of our alphabet. */
function isId(text: string): boolean {
  return text.length === ID_LENGTH && SHAPE.test(text);
}

function isSessionId(text: string): text is SessionId {
  return isId(text);
}
function isMemoryId(text: string): text is MemoryId {
  return isId(text);
}
function isProjectId(text: string): text is ProjectId {
  return isId(text);
}
function isReceiptId(text: string): text is ReceiptId {
  return isId(text);
}
function isEnvelopeId(text: string): text is EnvelopeId {
  return isId(text);
}
function isItemId(text: string): text is ItemId {
  return isId(text);
}
function isSkillId(text: string): text is SkillId {
  return isId(text);
}

export function memoryId(text: string): MemoryId {
  if (isMemoryId(text)) return text;
  throw new TypeError(`not a memory id: ${text}`);
}
export function projectId(text: string): ProjectId {
  if (isProjectId(text)) return text;
  throw new TypeError(`not a project id: ${text}`);
}
export function receiptId(text: string): ReceiptId {
  if (isReceiptId(text)) return text;
  throw new TypeError(`not a receipt id: ${text}`);
}
export function envelopeId(text: string): EnvelopeId {
  if (isEnvelopeId(text)) return text;
  throw new TypeError(`not an envelope id: ${text}`);
}
export function itemId(text: string): ItemId {
  if (isItemId(text)) return text;
  throw new TypeError(`not an item id: ${text}`);
}
export function skillId(text: string): SkillId {
  if (isSkillId(text)) return text;
  throw new TypeError(`not a skill id: ${text}`);
}

/** The id of a session: the first 128 bits of SHA-256 over client, NUL and the client's own id. */
export function sessionId(client: string, externalId: string): SessionId {
  const id = encodeId(createHash('sha256').update(`${client}\0${externalId}`).digest());
  if (isSessionId(id)) return id;
  throw new TypeError(`not a session id: ${id}`);
}

/** A session id that is already in its 26-letter form (as read from the store). */
export function storedSessionId(text: string): SessionId {
  if (isSessionId(text)) return text;
  throw new TypeError(`not a session id: ${text}`);
}

/** `k3f9a2/17`: how a message is named to people and models. */
export type Ref = { readonly session: string; readonly number: number };

const REF = /^\[?#?([0-9a-z]{4,26})\/(\d{1,9})\]?$/i;
const TURN_REF = /^\[?([0-9a-z]{4,26})#(\d{1,9})\]?$/i;

/** Reads `session/number` (brackets are forgiven), or null. */
export function parseRef(text: string): Ref | null {
  const match = REF.exec(text.trim());
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { session: match[1].toLowerCase(), number: Number(match[2]) };
}

/** Reads `session#turn`, or null. */
export function parseTurnRef(text: string): Ref | null {
  const match = TURN_REF.exec(text.trim());
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { session: match[1].toLowerCase(), number: Number(match[2]) };
}

/** What people type for a record: `m_4f9k2c`, `[m_4f9k2c]`, `#m_4f9k2c` or `4f9k2c`, folded to the bare prefix. */
export function bareId(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[[#]+|\]+$/g, '')
    .replace(/^[a-z]_/, '');
}
