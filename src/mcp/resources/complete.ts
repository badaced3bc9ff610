/** What may stand in the place of a template's variable: by the beginning of an id or of a title's words, latest first. */
import type { Shelf } from '../../app/shelf.ts';
import { bareId } from '../../model/ids.ts';
import { SESSIONS, TEMPLATES } from './list.ts';

/** The protocol's own. */
const MOST = 100;
/** Records that are looked through. */
const LOOKED_AT = 20_000;

export type Completion = {
  readonly values: string[];
  readonly total: number;
  readonly hasMore: boolean;
};

export type Asked = {
  readonly template: string;
  readonly variable: string;
  readonly value: string;
  /** Variables that are filled in already. */
  readonly given: Readonly<Record<string, string>>;
};

const NONE: Completion = { values: [], total: 0, hasMore: false };

/** Null for a template that is none of ours. */
export async function completed(
  shelf: Shelf,
  { template, variable, value, given }: Asked,
): Promise<Completion | null> {
  const known = TEMPLATES.find(({ uriTemplate }) => uriTemplate === template);
  if (known === undefined) return null;
  if (!template.includes(`{${variable}}`)) return NONE;
  const wanted = value.slice(0, 200);
  switch (known.name) {
    case 'memory':
      return among(await shelf.names(LOOKED_AT), wanted);
    case 'skill':
      return among(
        (await shelf.skills()).toSorted((a, b) => b.updatedAt - a.updatedAt),
        wanted,
      );
    case 'project':
      return among(await projects(shelf), wanted);
    case 'receipt':
      return among(
        (await shelf.receipts()).map(({ short, kind }) => ({ short, title: kind })),
        wanted,
      );
    default:
      return variable === 'number' ? numbers(shelf, given.session ?? '', wanted) : sessions(shelf, wanted);
  }
}

async function sessions(shelf: Shelf, wanted: string): Promise<Completion> {
  const found = among(
    (await shelf.titled(await shelf.sessions(SESSIONS))).map(({ short, title, client, external }) => ({
      short,
      title: `${title ?? ''} ${client}`,
      other: external,
    })),
    wanted,
  );
  if (found.total > 0) return found;
  // An older one is found by its whole id.
  const named = await shelf.session(wanted.trim());
  return named === null ? NONE : { values: [named.short], total: 1, hasMore: false };
}

/** Names, and ids of those that share one. */
async function projects(shelf: Shelf): Promise<readonly Named[]> {
  const known = await shelf.allProjects();
  return known.map(({ id, name }) => {
    const isOnly = known.filter((other) => other.name.toLowerCase() === name.toLowerCase()).length === 1;
    return isOnly
      ? { short: name, title: '', other: name.toLowerCase() }
      : { short: id.slice(0, 8), title: name };
  });
}

async function numbers(shelf: Shelf, session: string, wanted: string): Promise<Completion> {
  const found = await shelf.session(session.trim());
  if (found === null) return NONE;
  const { numbers: each, total } = await shelf.numbers(found, wanted.trim(), MOST);
  return { values: each.map(String), total, hasMore: total > each.length };
}

type Named = { readonly short: string; readonly title: string; readonly other?: string };

/** Those whose id begins like that come first, then those of which each word that was typed begins one of the title. */
function among(named: readonly Named[], wanted: string): Completion {
  const text = wanted.trim().toLowerCase();
  const id = bareId(text);
  const byId = named.filter(
    ({ short, other }) =>
      text === '' ||
      short.startsWith(text) ||
      bareId(short).startsWith(id) ||
      other?.startsWith(text) === true,
  );
  const words = wordsOf(text);
  const taken = new Set(byId);
  const byTitle =
    words.length === 0
      ? []
      : named.filter((each) => {
          if (taken.has(each)) return false;
          const own = wordsOf(each.title);
          return words.every((word) => own.some((title) => title.startsWith(word)));
        });
  const all = [...byId, ...byTitle];
  return {
    values: all.slice(0, MOST).map(({ short }) => short),
    total: all.length,
    hasMore: all.length > MOST,
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
