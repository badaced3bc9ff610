/** What parts of midturn have noted of their last run. */
import { iso } from '../model/time.ts';
import type { Note } from '../store/health.ts';
import type { Last, StatusReport } from './types.ts';

export function lastOf(note: Note | null): Last {
  if (note === null) return null;
  const fallback = note.detail.fallback;
  return {
    at: iso(note.at),
    ...(note.error === null ? {} : { error: note.error }),
    ...(typeof fallback === 'string' ? { fallback } : {}),
  };
}

export function upgradeOf(note: Note | null): StatusReport['upgrade'] {
  if (note === null) return null;
  const { from, to, backup } = note.detail;
  return { at: iso(note.at), from: Number(from), to: Number(to), backup: String(backup) };
}
