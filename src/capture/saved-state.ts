/**
 * The state of a source between two batches, as JSON beside the offset. It is stored like anything else: what an
 * adapter remembers is looked through for secrets, so far as the adapter can go on without them.
 */
import * as z from 'zod';
import { redact, redactValue } from '../text/redaction.ts';
import { isRecord, record, text } from './read-json.ts';
import { SavedWithheld } from './withheld.ts';

const Saved = z.object({
  reader: z.string().nullable().default(null),
  excluded: z.array(z.string()).default([]),
  turns: z.array(z.string()).default([]),
  /** The time of the last record that names one, epoch milliseconds. */
  at: z.number().nullable().default(null),
  /** Hashes of titles that were given while capture was paused. */
  titles: z.array(z.string()).default([]),
  withheld: SavedWithheld.default({ told: [], held: [] }),
  /** Something was left out by the patterns that `patterns` is the fingerprint of. */
  leftOut: z.boolean().default(false),
  patterns: z.string().default(''),
});
export type SavedState = z.infer<typeof Saved>;

/** A damaged state begins anew. */
export function parseSaved(state: string | null): SavedState {
  const parsed = Saved.safeParse(parse(state));
  return parsed.success ? parsed.data : Saved.parse({});
}

export function stringifySaved(state: SavedState): string {
  const reader = state.reader === null ? null : withoutSecrets(state.reader);
  return JSON.stringify({ ...state, reader } satisfies SavedState);
}

/** True when what was left out of a source may be wanted now, or more is unwanted: it is read from its start. */
export function isReadByOtherPatterns(state: string | null, patterns: string): boolean {
  const saved = parseSaved(state);
  return saved.leftOut && saved.patterns !== patterns;
}

/**
 * Titles lose their secrets. A waiting call that holds one is let go like one that is too long to be held, and an
 * NDJSON session that is named by one is forgotten: its records are refused.
 */
function withoutSecrets(reader: string): string {
  if (redact(reader).text === reader && !/"(?:title|calls)"/.test(reader)) return reader;
  const state = parse(reader);
  if (Array.isArray(state)) {
    const kept = state.filter((entry) => {
      const name: unknown = Array.isArray(entry) ? entry[0] : undefined;
      const turn = Array.isArray(entry) ? text(entry[1], 'turn') : undefined;
      return !isSecret(name) && !isSecret(turn);
    });
    return kept.length === state.length ? reader : JSON.stringify(kept);
  }
  if (!isRecord(state)) return reader;
  const title = text(state, 'title');
  const given = record(state, 'title');
  const givenText = text(given, 'text');
  const { calls } = state;
  return JSON.stringify({
    ...state,
    ...(title === undefined ? {} : { title: redact(title).text }),
    ...(givenText === undefined ? {} : { title: { ...given, text: redact(givenText).text } }),
    ...(Array.isArray(calls) ? { calls: calls.map(withoutSecretCall) } : {}),
  });
}

function withoutSecretCall(waiting: unknown): unknown {
  if (!isRecord(waiting) || !isRecord(waiting.call)) return waiting;
  const held = redactValue(waiting.call, { parseStrings: true });
  return Object.keys(held.counts).length === 0 ? waiting : { ...waiting, call: null, size: 0 };
}

function isSecret(name: unknown): boolean {
  return typeof name === 'string' && redact(name).text !== name;
}

function parse(state: string | null): unknown {
  if (state === null) return null;
  try {
    return JSON.parse(state);
  } catch {
    return null;
  }
}
