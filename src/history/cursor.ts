/** The opaque cursor of recall_history: the request it goes on with, and where it goes on. */
import { createHash } from 'node:crypto';
import { UserInputError } from '../model/errors.ts';
import { ROLES, type Role } from '../model/message.ts';
import type { HistoryRequest } from './types.ts';

/** What a cursor carries: everything of a request that decides which items there are, and in what order. */
export type PagedRequest = Omit<HistoryRequest, 'cursor' | 'maxTokens'>;
export type Cursor = { readonly request: PagedRequest; readonly offset: number };

const VERSION = 1;
const LONGEST = 16_384;

/** A query of more bytes is not carried whole: the cursor would be longer than the answer it belongs to. */
const CARRIED = 600;
/** Long queries that this process remembers by their hash, the last ones written. */
const REMEMBERED = 64;
const longQueries = new Map<string, string>();

export function writeCursor({ request, offset }: Cursor): string {
  const { query, ...rest } = request;
  if (query === undefined || Buffer.byteLength(JSON.stringify(query)) <= CARRIED)
    return written({ v: VERSION, o: offset, r: request });
  const hash = hashOf(query);
  longQueries.delete(hash);
  longQueries.set(hash, query);
  const [oldest] = longQueries.keys();
  if (longQueries.size > REMEMBERED && oldest !== undefined) longQueries.delete(oldest);
  return written({ v: VERSION, o: offset, q: hash, r: rest });
}

/**
 * @param query sent beside the cursor: a long one may be needed again where another process wrote the cursor
 * @throws UserInputError for what this program has not written, and for a query that is not known any more
 */
export function readCursor(text: string, query?: string): Cursor {
  const value = text.length <= LONGEST ? parse(text) : null;
  if (isRecord(value) && typeof value.q === 'string' && isRecord(value.r)) {
    const long = query !== undefined && hashOf(query) === value.q ? query : longQueries.get(value.q);
    if (long === undefined) throw forgotten();
    return read({ ...value, r: { query: long, ...value.r } });
  }
  return read(value);
}

function written(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function hashOf(query: string): string {
  return createHash('sha256').update(query).digest('base64url').slice(0, 22);
}

function read(value: unknown): Cursor {
  if (!isRecord(value) || value.v !== VERSION || !isCount(value.o) || !isRecord(value.r)) throw invalid();
  const request = requestOf(value.r);
  // Written again it must be the same: a field of another shape was dropped on the way otherwise.
  if (request === null || JSON.stringify(request) !== JSON.stringify(value.r)) throw invalid();
  return { request, offset: value.o };
}

/** The request in a fixed order of fields; null for a field of the wrong type. */
function requestOf(value: Readonly<Record<string, unknown>>): PagedRequest | null {
  const { query, since, until, role, client, project, limit, ref, around, session, turns, last, full } =
    value;
  const { explain } = value;
  const strings = [query, client, project, ref, session];
  const numbers = [since, until, limit, around, last];
  if (!strings.every(isOptionalString) || !numbers.every(isOptionalNumber)) return null;
  if (full !== undefined && typeof full !== 'boolean') return null;
  if (explain !== undefined && typeof explain !== 'boolean') return null;
  if (role !== undefined && !isRole(role)) return null;
  if (turns !== undefined && !isNumbers(turns)) return null;
  return ordered({
    query,
    since,
    until,
    role,
    client,
    project,
    limit,
    ref,
    around,
    session,
    turns,
    last,
    full,
    explain,
  });
}

/** The fields that are there, always in this order. */
export function ordered(from: Readonly<Record<string, unknown>>): PagedRequest {
  const text = (name: string) => (typeof from[name] === 'string' ? { [name]: from[name] } : {});
  const number = (name: string) => (typeof from[name] === 'number' ? { [name]: from[name] } : {});
  const { role, turns, full, explain } = from;
  return {
    ...text('query'),
    ...number('since'),
    ...number('until'),
    ...(isRole(role) ? { role } : {}),
    ...text('client'),
    ...text('project'),
    ...number('limit'),
    ...text('ref'),
    ...number('around'),
    ...text('session'),
    ...(isNumbers(turns) ? { turns } : {}),
    ...number('last'),
    ...(typeof full === 'boolean' ? { full } : {}),
    ...(typeof explain === 'boolean' ? { explain } : {}),
  };
}

function parse(text: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function invalid(): UserInputError {
  return new UserInputError({
    what: '`cursor` is none of recall_history',
    why: 'it was cut, changed, or belongs to another tool',
    next: 'Copy the whole cursor from the last answer, or ask again without it',
  });
}

function forgotten(): UserInputError {
  return new UserInputError({
    what: 'The query of this `cursor` is too long to stand in it',
    why: 'and it is not remembered any more',
    next: 'Send the same `query` beside the cursor',
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isOptionalNumber(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item));
}

function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
