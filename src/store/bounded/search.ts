/** Search within a wall: what others hold is neither found nor counted, so that no answer tells whether it is there. */
import type { MessageFilter, SearchPort } from '../search.ts';
import type { VectorFilter, VectorsPort } from '../vectors.ts';
import { closed, type Wall } from './wall.ts';

export function boundedSearch(wall: Wall): SearchPort {
  const { search: inner, reach } = wall.store;
  const within = (filter: MessageFilter) => ({ ...filter, projects: wall.narrowed(filter.projects) });
  return {
    corpus: (of, terms) => reach.corpus(of, terms, wall.projects),
    beginning: (prefix, longest) => reach.beginning(prefix, longest, wall.projects),
    messages: (terms, filter, budget, limit) => inner.messages(terms, within(filter), budget, limit),
    dated: (ranges, filter, limit) => inner.dated(ranges, within(filter), limit),
    // Names of authors are kept for the store as a whole: here a name is a word like others.
    authors: async () => [],
    years: () => reach.years(wall.projects),
    neighbours: async (candidates, radius) => {
      const found = await inner.neighbours(candidates, radius);
      const seen = await reach.messages(
        found.map(({ row }) => row),
        wall.projects,
      );
      return found.filter(({ row }) => seen.has(row));
    },
  };
}

export function boundedVectors(wall: Wall): VectorsPort {
  const { vectors: inner, reach, memories } = wall.store;
  const within = (filter: VectorFilter): VectorFilter =>
    filter.kind === 'messages'
      ? {
          kind: 'messages',
          messages: { ...filter.messages, projects: wall.narrowed(filter.messages.projects) },
        }
      : { ...filter, scopes: wall.scopes(filter.scopes) };
  return {
    engine: () => inner.engine(),
    model: (name) => inner.model(name),
    near: async (model, vector, filter, limit) => {
      const found = await inner.near(model, vector, within(filter), limit);
      const rows = found.documents.map(({ row }) => row);
      const seen =
        filter.kind === 'messages'
          ? await reach.messages(rows, wall.projects)
          : new Set((await memories.candidates(rows)).filter((one) => wall.sees(one)).map(({ row }) => row));
      return { ...found, documents: found.documents.filter(({ row }) => seen.has(row)) };
    },
    want: closed,
    claim: closed,
    release: closed,
    due: closed,
    put: closed,
    progress: closed,
    dropOthers: closed,
    orphans: closed,
  };
}
