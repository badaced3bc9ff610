/** The URIs of resources, read strictly: known forms, ids by exact patterns, decoded once. */

const FIXED = ['user', 'project', 'recall', 'skills', 'history', 'status'] as const;
export type FixedKind = (typeof FIXED)[number];

export type ResourceTarget =
  | { readonly kind: FixedKind }
  /** `m_4f9k2c`, `k_4f9k2c`, `c_4f9k2c`, or the long id behind the same letter. */
  | { readonly kind: 'memory' | 'skill' | 'receipt'; readonly id: string }
  /** By its name, or the beginning of its id. */
  | { readonly kind: 'named-project'; readonly name: string }
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'message'; readonly session: string; readonly number: number };

/** Why a text is no URI of ours. `unknown`: it is well formed, and there is no such resource. */
export type UriFault = { readonly fault: 'invalid' | 'unknown'; readonly why: string };

const SCHEME = 'midturn://';
/** The longest known form has some 60 characters; each may be percent-encoded. */
const LONGEST = 256;
/** What RFC 3986 lets stand in a path, without what begins a query or a fragment. */
const PATH = /^[A-Za-z0-9._~!$&'()*+,;=:@/%-]*$/;
const ID = '[0-9a-hjkmnp-tv-z]{6,26}';
const SESSION = new RegExp(`^${ID}$`);
/** Names are those of folders. */
const NAME = /^[^\p{C}/\\]{1,80}$/u;
const NUMBER = /^[1-9][0-9]{0,8}$/;

const RECORDS = {
  memories: { kind: 'memory', letter: 'm', pattern: new RegExp(`^(?:m_)?(${ID})$`) },
  skills: { kind: 'skill', letter: 'k', pattern: new RegExp(`^(?:k_)?(${ID})$`) },
  receipts: { kind: 'receipt', letter: 'c', pattern: new RegExp(`^(?:c_)?(${ID})$`) },
} as const;

export function parseUri(text: string): ResourceTarget | UriFault {
  if (text.length > LONGEST) return invalid(`it is longer than ${LONGEST} characters`);
  if (!text.startsWith(SCHEME)) return invalid(`it does not begin with ${SCHEME}`);
  const path = text.slice(SCHEME.length);
  if (!PATH.test(path)) return invalid('it holds characters that no path has');
  const segments: string[] = [];
  for (const raw of path.split('/')) {
    const segment = decoded(raw);
    if (segment === null) return invalid('its percent-encoding is broken');
    if (segment === '' || segment === '.' || segment === '..')
      return invalid('a part of its path is empty or dots');
    segments.push(segment);
  }
  return targetOf(segments) ?? { fault: 'unknown', why: 'no resource has such a URI' };
}

/** Any scheme; the characters are those of RFC 3986, each percent-encoding whole. */
const ANY = /^([A-Za-z][A-Za-z0-9+.-]*):(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;

/**
 * Why nobody can subscribe to a text; null = it can be subscribed to. There need be no such resource: it may come to be
 * later, and of what is not ours nothing is ever told.
 */
export function subscribingFault(text: string): UriFault | null {
  if (text.length > LONGEST) return invalid(`it is longer than ${LONGEST} characters`);
  const scheme = ANY.exec(text)?.[1];
  if (scheme === undefined || !URL.canParse(text)) return invalid('it is not written as one');
  if (!SCHEME.startsWith(`${scheme.toLowerCase()}:`)) return null;
  const target = parseUri(text);
  return 'fault' in target && target.fault === 'invalid' ? target : null;
}

/** The one URI that each resource is listed by. */
export function uriOf(target: ResourceTarget): string {
  switch (target.kind) {
    case 'memory':
      return `${SCHEME}memories/${target.id}`;
    case 'skill':
      return `${SCHEME}skills/${target.id}`;
    case 'receipt':
      return `${SCHEME}receipts/${target.id}`;
    case 'named-project':
      return `${SCHEME}projects/${encodeURIComponent(target.name)}`;
    case 'session':
      return `${SCHEME}history/${target.session}`;
    case 'message':
      return `${SCHEME}history/${target.session}/${target.number}`;
    default:
      return `${SCHEME}${target.kind}`;
  }
}

function targetOf([head = '', first, second, ...rest]: readonly string[]): ResourceTarget | null {
  if (rest.length > 0) return null;
  if (first === undefined) {
    const kind = FIXED.find((each) => each === head);
    return kind === undefined ? null : { kind };
  }
  if (head === 'history') {
    if (!SESSION.test(first)) return null;
    if (second === undefined) return { kind: 'session', session: first };
    return NUMBER.test(second) ? { kind: 'message', session: first, number: Number(second) } : null;
  }
  if (second !== undefined) return null;
  if (head === 'projects') return NAME.test(first) ? { kind: 'named-project', name: first } : null;
  if (head !== 'memories' && head !== 'skills' && head !== 'receipts') return null;
  const { kind, letter, pattern } = RECORDS[head];
  const id = pattern.exec(first)?.[1];
  return id === undefined ? null : { kind, id: `${letter}_${id}` };
}

/** Decoded once: what is encoded twice keeps a `%`, which no id holds. */
function decoded(segment: string): string | null {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function invalid(why: string): UriFault {
  return { fault: 'invalid', why };
}
