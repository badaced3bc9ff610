/**
 * Reads what is handed in as suggestions: lenient with each item (a bad one is reported and the rest kept), strict
 * with the whole (an unknown key or a family that is no list refuses all of it, with what to send instead).
 */
import { createHash, createHmac } from 'node:crypto';
import { messageOf, UserInputError } from '../model/errors.ts';
import {
  ENVELOPE_EXAMPLE,
  type EnvelopeHeader,
  FAMILIES,
  FAMILY_NAMES,
  type Family,
  type RejectedItem,
  type SuggestionItem,
} from '../model/suggestion.ts';
import { canonicalJson } from '../text/canonical.ts';
import { type Fields, isFields, reasonOf } from './item-fields.ts';
import { readItem } from './items.ts';

const ITEMS = 200;
/** Changes when equal items would no longer mean the same. */
const KEY_FORMAT = 1;

/** What an envelope of an older program carries besides its suggestions. */
const HEADER = new Set(
  (
    'schema_version suggestion_id idempotency_key thread_id session_id turn_id cwd repo_fingerprint ' +
    'reviewer_timestamp source_authority state attempt_count review_snapshot_path failure_reason transition_log'
  ).split(' '),
);

export type Parsed = {
  /** In the order in which they were sent; `index` is the place in the item's list. */
  readonly items: ReadonlyArray<{ readonly index: number; readonly item: SuggestionItem }>;
  readonly rejected: readonly RejectedItem[];
  /** What of a kept item was left out. */
  readonly notes: ReadonlyArray<{ readonly family: Family; readonly index: number; readonly note: string }>;
  readonly header: EnvelopeHeader;
};

/** @throws UserInputError when the whole is not an envelope. */
export function parseEnvelope(sent: unknown): Parsed {
  if (!isFields(sent)) throw broken('the suggestions are not an object');
  const unknown = Object.keys(sent).filter(
    (key) => !FAMILY_NAMES.has(key) && !HEADER.has(key) && key !== 'suggestions',
  );
  if (unknown.length > 0) throw broken(`unknown key ${unknown.map((key) => `\`${key}\``).join(', ')}`);
  const version = sent.schema_version;
  if (version !== undefined && version !== 1)
    throw broken(`\`schema_version\` must be 1, ${JSON.stringify(version)} was sent`);
  const listed = listedOf(sent);
  if (!Object.keys(sent).some((key) => FAMILY_NAMES.has(key) || key === 'suggestions'))
    throw broken('nothing is suggested');
  if (listed.length > ITEMS)
    throw new UserInputError({
      what: `The envelope has ${listed.length} items, at most ${ITEMS} are taken at once`,
      next: 'Send the most telling ones, or several envelopes',
    });
  const header = Object.fromEntries(Object.entries(sent).filter(([key]) => HEADER.has(key)));
  return { ...readAll(listed), header };
}

type Listed = {
  /** The name of its list. */
  readonly key: string;
  readonly family: Family | null;
  readonly index: number;
  readonly sent: unknown;
};

function entriesOf(key: string, value: unknown): Listed[] {
  const family = FAMILY_NAMES.get(key);
  if (value === undefined || (family === undefined && key !== 'suggestions')) return [];
  if (!Array.isArray(value)) throw broken(`\`${key}\` must be a list`);
  const list: readonly unknown[] = value;
  return list.map((sent, index) => ({ key, family: family ?? familyOf(sent), index, sent }));
}

/** A family may be sent by several of its names: its items are counted through. */
function listedOf(sent: Fields): Listed[] {
  const listed: Listed[] = [];
  for (const [key, value] of Object.entries(sent)) {
    const family = FAMILY_NAMES.get(key);
    const before =
      family === undefined
        ? 0
        : listed.filter((each) => each.key !== 'suggestions' && each.family === family).length;
    listed.push(...entriesOf(key, value).map((each) => ({ ...each, index: each.index + before })));
  }
  return listed;
}

function familyOf(sent: unknown): Family | null {
  const named = isFields(sent) ? sent.family : undefined;
  return typeof named === 'string' ? (FAMILY_NAMES.get(named) ?? null) : null;
}

function readAll(listed: readonly Listed[]): Omit<Parsed, 'header'> {
  const items: Parsed['items'][number][] = [];
  const rejected: RejectedItem[] = [];
  const notes: Parsed['notes'][number][] = [];
  for (const { family, index, sent } of listed) {
    if (family === null) {
      const reason = `\`family\` must be one of ${FAMILIES.join(', ')}`;
      rejected.push({ family: 'memory_updates', index, reason, item: sent });
      continue;
    }
    try {
      const read = readItem(family, sent);
      items.push({ index, item: read.item });
      notes.push(...read.notes.map((note) => ({ family, index, note })));
    } catch (error) {
      rejected.push({ family, index, reason: reasonOf(error), item: sent });
    }
  }
  return { items, rejected, notes };
}

/**
 * The JSON of a file or of a model's answer; a byte order mark and one code fence around it are taken off.
 * @throws UserInputError when it is no JSON.
 */
export function readEnvelopeText(text: string): unknown {
  const bare = text.replace(/^\ufeff/, '').trim();
  const fenced = /^```[a-z]{0,10}\r?\n([\s\S]*?)\r?\n```$/.exec(bare);
  try {
    const value: unknown = JSON.parse(fenced?.[1] ?? bare);
    return value;
  } catch (error) {
    throw broken(`the text is no JSON (${messageOf(error)})`);
  }
}

/**
 * What makes two envelopes the same: SHA-256 over session, turn and the items in canonical form. Their order counts,
 * as the later of two that touch one record wins. With the store's secret nobody can guess an erased content by it.
 */
export function envelopeKey(
  session: string | null,
  turn: number | null,
  items: readonly SuggestionItem[],
  secret: Uint8Array | null = null,
): Uint8Array {
  return (secret === null ? createHash('sha256') : createHmac('sha256', secret))
    .update(canonicalJson({ format: KEY_FORMAT, session, turn, items }))
    .digest();
}

function broken(why: string): UserInputError {
  return new UserInputError({
    what: 'Nothing was taken',
    why,
    next: `Send ${ENVELOPE_EXAMPLE}; \`recall_candidate\` and \`skill_action\` are lists like it`,
  });
}
