/**
 * Seals a captured message for the store: digest over the client's content before redaction, secrets cut from
 * every string, text composed once with its blocks as spans of it, index terms.
 */
import { createHash, hash } from 'node:crypto';
import type { ProjectId } from '../model/ids.ts';
import type { Part } from '../model/message.ts';
import type { SealedMessage } from '../store/capture.ts';
import { canonicalJson } from '../text/canonical.ts';
import { textCues } from '../text/cues.ts';
import { boundDepth } from '../text/json-walk.ts';
import { redact, redactBlocks, redactValue } from '../text/redaction.ts';
import type { Block, CapturedMessage } from './adapter.ts';
import { callLine } from './calls.ts';
import { messageTerms } from './index-text.ts';
import { keyedHash } from './keyed-hash.ts';
import { isRecord } from './read-json.ts';

const KEY_BYTES = 16;
/** Counts up when the content that goes into the digest changes its form. */
const DIGEST_FORMAT = '1';
/** Inline binary inside text: `data:image/png;base64,…`. */
const DATA_URI = /data:([\w.+-]+\/[\w.+-]+);base64,([A-Za-z0-9+/=]{256,})/g;

export type Counts = Map<string, number>;

/** 16 bytes that name a record of a client by its own identity. */
export function recordKey(identity: string): Uint8Array {
  const known = recentKeys.get(identity);
  if (known !== undefined) return known;
  const key = hash('sha256', identity, 'buffer').subarray(0, KEY_BYTES);
  if (recentKeys.size >= RECENT_KEYS) recentKeys.clear();
  recentKeys.set(identity, key);
  return key;
}

/** A record's key is asked for again at once, as the parent of the next one. */
const recentKeys = new Map<string, Uint8Array>();
const RECENT_KEYS = 512;

/** Its parts and terms as they are, to be looked at. */
export type FreshlySealed = SealedMessage & {
  readonly parts: readonly Part[] | null;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly terms: readonly string[];
};

/** Seals messages with the store's key; what was redacted is added to `counts` by rule. */
export function sealMessage(
  message: CapturedMessage,
  context: {
    readonly digestKey: Uint8Array;
    readonly project: ProjectId | null;
    readonly place: number;
    readonly counts: Counts;
  },
): FreshlySealed {
  const { text, parts } = compose(message.blocks, context.counts);
  const meta = redactRecord(message.meta, context.counts);
  const author = message.author === null ? null : redactText(message.author, context.counts);
  const tool = message.tool === null ? null : redactText(message.tool, context.counts);
  const kept = { role: message.role, kind: message.kind, tool, text, parts, meta };
  const terms = messageTerms(kept);
  return {
    ...kept,
    key: message.key === null ? null : recordKey(message.key),
    digest: keyedHash(
      context.digestKey,
      `${DIGEST_FORMAT}\n${canonicalJson(boundDepth(message.content))}`,
    ).subarray(0, KEY_BYTES),
    grade: message.grade,
    parentKey: message.parentKey === null ? null : recordKey(message.parentKey),
    turnKey: message.turnKey,
    by: message.by,
    author,
    at: message.at,
    project: context.project,
    terms,
    // What is not searchable needs none.
    ...(terms.length === 0
      ? {}
      : { textCues: textCues(text, message.role === 'user' || message.role === 'assistant') }),
    callIds: message.callIds,
    outside: message.outside,
    ...(message.describes === undefined ? {} : { describes: recordKey(message.describes) }),
    place: context.place,
  };
}

/** The text of a message and its blocks as parts; no parts when it is one block of plain text. */
function compose(blocks: readonly Block[], counts: Counts): { text: string; parts: Part[] | null } {
  const texts = redactTexts(blocks, counts);
  let text = '';
  const span = (piece: string): [number, number] => {
    if (text !== '' && piece !== '') text += '\n\n';
    const start = text.length;
    text += piece;
    return [start, text.length];
  };
  const part = (block: Block, place: number): Part => {
    switch (block.type) {
      case 'text':
        return { type: 'text', span: span(texts[place] ?? '') };
      case 'tool_result':
        return {
          type: 'tool_result',
          id: block.id,
          ...(block.status === undefined ? {} : { status: block.status }),
          span: span(texts[place] ?? ''),
        };
      case 'thinking': {
        // The signature is over the client's own bytes: kept byte for byte, and left out where a secret was cut.
        const thought = redactText(block.text, counts);
        const isSigned = block.signature !== undefined && thought === block.text;
        return { type: 'thinking', text: thought, ...(isSigned ? { signature: block.signature } : {}) };
      }
      case 'tool_call': {
        const value = redactJson(block.arguments, counts);
        const name = redactText(block.name, counts);
        span(callLine(name, value));
        return { type: 'tool_call', id: block.id, name, arguments: value };
      }
      case 'image': {
        const image = imagePart(block.media, block.base64);
        span(imageWords(image));
        return image;
      }
      case 'unknown':
        return { type: 'unknown', value: redactJson(block.value, counts) };
    }
  };
  const parts = blocks.map(part);
  const plain = parts.length === 1 && parts[0]?.type === 'text';
  return { text, parts: plain || parts.length === 0 ? null : parts };
}

/** Neighbouring texts are redacted together: a secret may be cut in two by a block's end. */
function redactTexts(blocks: readonly Block[], counts: Counts): string[] {
  const texts = blocks.map((block) =>
    block.type === 'text' || block.type === 'tool_result' ? withoutBinary(block.text) : '',
  );
  const result = redactBlocks(texts);
  tally(result.counts, counts);
  return result.blocks;
}

/** The text without its secrets, which are added to `counts` by rule. */
export function redactText(text: string, counts: Counts): string {
  const result = redact(text);
  tally(result.counts, counts);
  return result.text;
}

function redactJson(value: unknown, counts: Counts): unknown {
  const result = redactValue(value, { parseStrings: true });
  tally(result.counts, counts);
  // A string of JSON is an object only now.
  return boundDepth(result.value);
}

function redactRecord(
  value: Readonly<Record<string, unknown>>,
  counts: Counts,
): Readonly<Record<string, unknown>> {
  const result = redactValue(boundDepth(value));
  tally(result.counts, counts);
  return isRecord(result.value) ? result.value : {};
}

function tally(from: Readonly<Record<string, number>>, into: Counts): void {
  for (const rule in from) into.set(rule, (into.get(rule) ?? 0) + (from[rule] ?? 0));
}

function withoutBinary(text: string): string {
  if (!text.includes(';base64,')) return text;
  return text.replace(DATA_URI, (_, media: string, base64: string) => imageWords(imagePart(media, base64)));
}

type ImagePart = Extract<Part, { type: 'image' }>;

function imagePart(media: string, base64: string): ImagePart {
  const bytes = Buffer.from(base64, 'base64');
  return {
    type: 'image',
    media,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function imageWords({ media, bytes, sha256 }: ImagePart): string {
  const size =
    bytes >= 1_000_000
      ? `${(bytes / 1_000_000).toFixed(1)} MB`
      : `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `[${media} ${size} sha256:${sha256.slice(0, 16)}]`;
}
