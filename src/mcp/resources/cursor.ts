/** Where a page of the list goes on. To a client it is a text without a meaning. */

export type Place =
  | { readonly part: 'fixed' }
  /** Behind the skill of this row. */
  | { readonly part: 'skills'; readonly after: number }
  /** What was made before the record of this row; null = all of them. */
  | { readonly part: 'memories'; readonly before: number | null }
  | { readonly part: 'sessions'; readonly seen: number };

const FORM = /^1\.(?:k(\d{1,15})|m(\d{1,15})?|s(\d{1,15}))$/;

export function cursorOf(place: Place): string {
  return Buffer.from(`1.${wordOf(place)}`).toString('base64url');
}

/** Null for what is no cursor of ours. */
export function placeOfCursor(cursor: string): Place | null {
  if (!/^[A-Za-z0-9_-]{4,40}$/.test(cursor)) return null;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const match = FORM.exec(text);
  if (match === null || Buffer.from(text, 'latin1').toString('base64url') !== cursor) return null;
  const [, skills, memories, sessions] = match;
  if (skills !== undefined) return { part: 'skills', after: Number(skills) };
  if (sessions !== undefined) return { part: 'sessions', seen: Number(sessions) };
  return { part: 'memories', before: memories === undefined ? null : Number(memories) };
}

function wordOf(place: Place): string {
  switch (place.part) {
    case 'fixed':
      return 'k0';
    case 'skills':
      return `k${place.after}`;
    case 'memories':
      return `m${place.before ?? ''}`;
    case 'sessions':
      return `s${place.seen}`;
  }
}
