/** Which form of recall_history is asked for: blank arguments dropped, numbers brought into range, mixtures refused. */

import { UserInputError } from '../model/errors.ts';
import { parseRef, parseTurnRef, type Ref } from '../model/ids.ts';
import type { Role } from '../model/message.ts';
import { quoted } from '../text/quoted.ts';
import { ordered, type PagedRequest, readCursor } from './cursor.ts';
import type { HistoryRequest } from './types.ts';

const LIMITS = {
  index: 12,
  search: 10,
  most: 50,
  around: { default: 3, most: 20 },
  last: { bad: 5, most: 50 },
  turns: 20,
} as const;

type Filters = {
  readonly since: number | null;
  readonly until: number | null;
  readonly client: string | null;
  readonly project: string | null;
};

type Page = {
  readonly offset: number;
  /** What a cursor of this answer carries. */
  readonly request: PagedRequest;
};

export type Asked = Page &
  (
    | ({ readonly form: 'index'; readonly limit: number } & Filters)
    | ({
        readonly form: 'search';
        readonly query: string;
        readonly role: Role | null;
        readonly session: string | null;
        readonly limit: number;
        readonly explain: boolean;
      } & Filters)
    | { readonly form: 'ref'; readonly ref: Ref; readonly around: number; readonly full: boolean }
    | {
        readonly form: 'session';
        readonly session: string | null;
        readonly limit: number;
        readonly full: boolean;
      }
    | {
        readonly form: 'turns';
        readonly session: string | null;
        readonly turns: readonly number[] | null;
        readonly last: number | null;
        readonly full: boolean;
      }
  );

/** @throws UserInputError that says which argument, why, and what to send instead. */
export function askedFor(given: HistoryRequest): Asked {
  const blankless = withoutBlanks(given);
  if (blankless.cursor === undefined) return formOf(ordered(blankless), 0);
  const { request, offset } = readCursor(blankless.cursor, blankless.query);
  const { limit, ...rest } = ordered(blankless);
  for (const [name, value] of Object.entries(rest)) {
    const carried: unknown = Object.entries(request).find(([key]) => key === name)?.[1];
    if (JSON.stringify(value) !== JSON.stringify(carried)) {
      throw new UserInputError({
        what: `\`cursor\` and \`${name}\` do not go together`,
        why: 'the cursor belongs to a request of another shape',
        next: 'Send the cursor alone, or the arguments without it',
      });
    }
  }
  return formOf(limit === undefined ? request : ordered({ ...request, limit }), offset);
}

function formOf(request: PagedRequest, offset: number): Asked {
  const page = { offset, request };
  const full = request.full === true;
  if (request.ref !== undefined) {
    refuse(request, 'ref', ['query', 'turns', 'last', 'since', 'until', 'role', 'client']);
    const ref = parseRef(request.ref);
    if (ref !== null) {
      const around = bounded(request.around, LIMITS.around.default, 0, LIMITS.around.most);
      return { form: 'ref', ref, around, full, ...page };
    }
    const turn = parseTurnRef(request.ref);
    if (turn === null) throw noRef(request.ref);
    return { form: 'turns', session: turn.session, turns: [turn.number], last: null, full, ...page };
  }
  if (request.query !== undefined) {
    refuse(request, 'query', ['turns', 'last']);
    return {
      form: 'search',
      query: request.query,
      role: request.role ?? null,
      session: request.session ?? null,
      limit: bounded(request.limit, LIMITS.search, 1, LIMITS.most),
      explain: request.explain === true,
      ...filtersOf(request),
      ...page,
    };
  }
  if (request.session !== undefined || request.turns !== undefined || request.last !== undefined || full) {
    refuse(request, 'session', ['since', 'until', 'role', 'client']);
    const session = request.session ?? null;
    if (request.turns === undefined && request.last === undefined) {
      return {
        form: 'session',
        session,
        limit: bounded(request.limit, LIMITS.index, 1, LIMITS.most),
        full,
        ...page,
      };
    }
    const turns = request.turns === undefined ? null : turnNumbers(request.turns);
    const last = turns === null ? lastOf(request.last) : null;
    return { form: 'turns', session, turns, last, full, ...page };
  }
  refuse(request, 'the index', ['role']);
  return {
    form: 'index',
    limit: bounded(request.limit, LIMITS.index, 1, LIMITS.most),
    ...filtersOf(request),
    ...page,
  };
}

/** Models fill optional arguments with empty strings and lists: these ask for nothing. */
function withoutBlanks(given: HistoryRequest): HistoryRequest {
  const entries = Object.entries(given).filter(
    ([, value]) =>
      !(typeof value === 'string' && value.trim() === '') &&
      !(typeof value === 'number' && !Number.isFinite(value)) &&
      !(Array.isArray(value) && value.length === 0),
  );
  const asked: HistoryRequest = Object.fromEntries(entries);
  const badLast = given.last !== undefined && !Number.isFinite(given.last);
  return badLast ? { ...asked, last: LIMITS.last.bad } : asked;
}

function filtersOf({ since, until, client, project }: PagedRequest): Filters {
  if (since !== undefined && until !== undefined && since > until) {
    throw new UserInputError({
      what: '`since` is later than `until`',
      why: 'nothing can lie between them',
      next: 'Swap the two, or leave one out',
    });
  }
  return {
    since: since ?? null,
    until: until ?? null,
    client: client?.trim() ?? null,
    project: project?.trim() ?? null,
  };
}

const WHY_NOT: Readonly<Record<string, string>> = {
  query: 'a search and opening something are two requests',
  turns: '`turns` belongs to `session`',
  last: '`last` belongs to `session`',
  since: '`since` narrows a search or the index',
  until: '`until` narrows a search or the index',
  client: '`client` narrows a search or the index',
  role: '`role` narrows a search',
};

function refuse(request: PagedRequest, beside: string, names: ReadonlyArray<keyof PagedRequest>): void {
  const wrong = names.find((name) => request[name] !== undefined);
  if (wrong === undefined) return;
  throw new UserInputError({
    what: `\`${wrong}\` does not go with ${beside.includes(' ') ? beside : `\`${beside}\``}`,
    why: WHY_NOT[wrong] ?? 'they ask for different things',
    next: wrong === 'role' ? 'Send `query` too, or leave `role` out' : 'Send one of the two',
  });
}

function bounded(value: number | undefined, otherwise: number, least: number, most: number): number {
  if (value === undefined || !Number.isFinite(value)) return otherwise;
  return Math.min(most, Math.max(least, Math.trunc(value)));
}

/**
 * What is no number counts as 5.
 * @throws UserInputError for less than one turn: it may stand for all, or for none
 */
function lastOf(value: number | undefined): number {
  if (value !== undefined && value < 1) {
    throw new UserInputError({
      what: '`last` is less than 1',
      why: `${value} was sent, and it counts turns`,
      next: 'Send last:1 for the newest turn, or leave it out for the list of turns',
    });
  }
  return bounded(value, LIMITS.last.bad, 1, LIMITS.last.most);
}

function turnNumbers(values: readonly number[]): readonly number[] {
  const turns = [...new Set(values.filter((value) => Number.isInteger(value) && value >= 1))];
  if (turns.length === 0) {
    throw new UserInputError({
      what: '`turns` holds no turn number',
      why: 'turns are numbered from 1',
      next: 'Send numbers such as turns:[4], as the index shows them behind #',
    });
  }
  if (turns.length > LIMITS.turns) {
    throw new UserInputError({
      what: `\`turns\` names ${turns.length} turns`,
      why: `at most ${LIMITS.turns} are opened at once`,
      next: 'Open them in several calls, or search for what you need',
    });
  }
  return turns;
}

function noRef(ref: string): UserInputError {
  return new UserInputError({
    what: '`ref` names no message',
    why: `${quoted(ref)} was sent`,
    next: 'Send <session>/<number> as a hit shows it, such as k3f9a2/17',
  });
}
