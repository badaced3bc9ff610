/** What of the nearest codes is compared exactly: the documents behind them that pass the filter, best first. */
import type { NearDocument, VectorEngine, VectorFilter, VectorKind } from '../vectors.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { messageConditions } from './message-filter.ts';
import { asBlob, bytesOf, cosine } from './vector-math.ts';

type Found = {
  row: number;
  session: number;
  place: number;
  at: number | null;
  value: Buffer | null;
  similarity: number | null;
};

/** Rows of projects and sessions by their ids. */
export type RowsOf = {
  readonly project: (id: string) => number | undefined;
  readonly session: (id: string) => number | undefined;
};

export type Compare = (
  bytes: Int8Array,
  rows: readonly number[],
  filter: VectorFilter,
  options: { readonly engine: VectorEngine['name']; readonly limit: number },
) => NearDocument[];

export function comparing({ db }: Connection, rowsOf: () => RowsOf): Compare {
  const prepare = keyed((sql) => db.prepare<Array<string | number | Buffer>, Found>(sql));
  return (bytes, rows, filter, { engine, limit }) => {
    const { where, values } = conditionsOf(filter, rowsOf());
    const exact = engine === 'sqlite-vec';
    const found = prepare(searchOf(filter.kind, exact, where)).all(
      ...(exact ? [asBlob(bytes)] : []),
      JSON.stringify(rows),
      ...values,
    );
    return best(found, bytes, limit);
  };
}

/** 1 for each place that counts, null for all; place 0 holds what belongs to no project. */
export function placesOf(filter: VectorFilter, rowOf: RowsOf['project']): Uint8Array | null {
  const projects = filter.kind === 'messages' ? filter.messages.projects : projectsOf(filter.scopes);
  if (projects === null) return null;
  const rows = projects.flatMap((id) => rowOf(id) ?? []);
  const allowed = new Uint8Array(Math.max(0, ...rows) + 1);
  for (const row of rows) allowed[row] = 1;
  if (filter.kind === 'memories') allowed[0] = 1;
  return allowed;
}

function projectsOf(
  scopes: ReadonlyArray<{ readonly projects: readonly string[] | null }> | null,
): readonly string[] | null {
  // What belongs to nobody's project, as the user's own, has place 0.
  return scopes === null ? null : scopes.flatMap(({ projects }) => projects ?? []);
}

function conditionsOf(filter: VectorFilter, { project, session }: RowsOf) {
  if (filter.kind === 'memories')
    return { where: 'r.state IN (SELECT value FROM json_each(?))', values: [JSON.stringify(filter.states)] };
  const { where, values } = messageConditions(
    filter.messages,
    (ids) => JSON.stringify(ids.flatMap((id) => project(id) ?? [])),
    session,
  );
  const asked = filter.messages.session;
  return asked === undefined
    ? { where, values }
    : { where: `${where} AND m.session = ?`, values: [...values, session(asked) ?? -1] };
}

function searchOf(kind: VectorKind, exact: boolean, where: string): string {
  const compared = exact
    ? '1.0 - vec_distance_cosine(vec_int8(x.value), vec_int8(?)) AS similarity, NULL AS value'
    : 'NULL AS similarity, x.value';
  const found = 'json_each(?) j JOIN vectors v ON v.row = j.value JOIN vector_values x ON x.vector = v.row';
  return kind === 'messages'
    ? `SELECT m.row, m.session, m.position AS place, m.at, ${compared} FROM ${found}
       JOIN messages m ON m.row = v.document JOIN message_tokens k ON k.document = m.row AND k.indexed = 1
       WHERE ${where}`
    : `SELECT r.row, 0 AS session, r.row AS place, r.updated_at AS at, ${compared} FROM ${found}
       JOIN memories r ON r.row = v.document WHERE ${where}`;
}

function best(found: readonly Found[], bytes: Int8Array, limit: number): NearDocument[] {
  return found
    .map(({ value, similarity, ...rest }) => ({
      ...rest,
      similarity: similarity ?? (value === null ? 0 : cosine(bytes, bytesOf(value))),
    }))
    .sort((a, b) => b.similarity - a.similarity || b.row - a.row)
    .slice(0, limit);
}
