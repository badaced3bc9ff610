/** HMAC-SHA-256 (RFC 2104) made of two one-shot hashes: Node's own costs three times as much for a short text. */
import { createHmac, hash } from 'node:crypto';

const BLOCK = 64;
const HASH = 32;
const INNER = 0x36;
const OUTER = 0x5c;
/** The pads of the key that was used last: a store has one. */
let prepared: { readonly key: Uint8Array; readonly inner: Buffer; readonly outer: Buffer } | null = null;
/** Longest text, in UTF-16 units, that is worth holding room for. */
const SHORT = 65_536;
/** Three bytes a unit are enough for any text. */
const room = Buffer.alloc(BLOCK + SHORT * 3);

/** 32 bytes. `text` is hashed as UTF-8. */
export function keyedHash(key: Uint8Array, text: string): Buffer {
  if (text.length > SHORT) return createHmac('sha256', key).update(text).digest();
  if (prepared === null || prepared.key !== key)
    prepared = { key, inner: padded(key, INNER), outer: padded(key, OUTER) };
  const { inner, outer } = prepared;
  inner.copy(room);
  const end = BLOCK + room.write(text, BLOCK, 'utf8');
  hash('sha256', room.subarray(0, end), 'buffer').copy(outer, BLOCK);
  return hash('sha256', outer, 'buffer');
}

/** A block of the key with the room of a hash behind it. */
function padded(key: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK + HASH);
  block.set(key.length > BLOCK ? hash('sha256', key, 'buffer') : key);
  for (let at = 0; at < BLOCK; at += 1) block[at] = (block[at] ?? 0) ^ pad;
  return block;
}
