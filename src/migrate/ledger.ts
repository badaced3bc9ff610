/** What was taken over before, by keyed digests: the words themselves, and whether they were forgotten since, are not told by them. */
import { createHmac } from 'node:crypto';
import type { Clock } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { Candidate, SourceName } from './types.ts';

/** In bytes; enough to tell a few hundred thousand notes apart. */
const DIGEST = 12;

export function digestOf(store: Pick<Store, 'digestKey'>, source: SourceName, candidate: Candidate): string {
  const { kind, scope, place, content, fields } = candidate;
  // A title more or less makes no other thing of it, and neither does whose folder a word about the user lay in.
  const what = [
    kind === 'skill',
    scope,
    scope === 'user' ? null : place,
    content.replace(/\s+/g, ' ').trim(),
  ];
  return createHmac('sha256', store.digestKey)
    .update(JSON.stringify(['migrate', source, ...what, fields.action ?? 'add', fields.old_summary ?? null]))
    .digest()
    .subarray(0, DIGEST)
    .toString('base64url');
}

export async function takenFrom(
  store: Pick<Store, 'health'>,
  source: SourceName,
): Promise<ReadonlySet<string>> {
  const kept = (await store.health.note(noteOf(source)))?.detail.taken;
  return new Set(Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : []);
}

export async function noteTaken(
  store: Pick<Store, 'health'>,
  now: Clock,
  source: SourceName,
  digests: readonly string[],
): Promise<void> {
  const taken = [...new Set([...(await takenFrom(store, source)), ...digests])];
  await store.health.setNote(noteOf(source), { at: now(), error: null, detail: { taken } });
}

function noteOf(source: SourceName): string {
  return `migrate.${source}`;
}
