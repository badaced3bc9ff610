/**
 * Vectors in SQLite. Their codes are read into memory when a question first needs them and then kept up; the best by
 * their codes are compared exactly, by sqlite-vec where it can be loaded.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { messageOf as errorText } from '../../model/errors.ts';
import type { NearDocument, NewVector, VectorEngine, VectorModel, VectorsPort } from '../vectors.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { messageConditions } from './message-filter.ts';
import { VectorCodes } from './vector-codes.ts';
import { dueDocuments } from './vector-due.ts';
import { asBlob, bytesOf, centreOf, codeOf, cosine, floatsOf, toBytes } from './vector-math.ts';
import { type ModelRow, type VectorStatements, vectorStatements } from './vector-statements.ts';

/** Compared exactly for one question: of 100,000 vectors they hold 99 of the 100 nearest. */
const POOL = 600;
/** Codes read at a time, in about 2 ms: questions are answered in between. */
const LOADED_AT_ONCE = 2000;
/** Vectors that say how similar a question is to just anything. */
const SAMPLE = 200;
/** The same model on another machine rounds differently; another model is nowhere near. */
const SAME_MODEL = 0.98;

type Found = {
  row: number;
  session: number;
  place: number;
  at: number | null;
  value: Buffer | null;
  similarity: number | null;
};

export function sqliteVectors(connection: Connection): VectorsPort {
  const { db } = connection;
  let engine: VectorEngine | null = null;
  /** Held by model and kind; one kept in memory per pair. */
  const held = new Map<string, { codes: VectorCodes; sample: readonly Int8Array[]; sampledAt: number }>();
  // Prepared when first needed: without vectors this costs a start nothing.
  const prepared = lazily(() => vectorStatements(connection));
  const near = keyed((sql) => db.prepare<Array<string | number | Buffer>, Found>(sql));

  const load = async (model: VectorModel, kind: string) => {
    const key = `${model.row} ${kind}`;
    const known = held.get(key) ?? { codes: new VectorCodes(model.dimensions), sample: [], sampledAt: 0 };
    held.set(key, known);
    const { codes } = known;
    for (;;) {
      const from = codes.last;
      const slice = await connection.read('read vectors', () =>
        prepared().slice.get(from, model.row, kind, LOADED_AT_ONCE),
      );
      if (slice?.codes == null || slice.rows === null || slice.places === null) break;
      // Another question may have read the same meanwhile.
      if (codes.last === from) codes.add(numbers(slice.rows), numbers(slice.places), slice.codes);
      await breathe();
    }
    if (known.sample.length === 0 || codes.size > 2 * known.sampledAt) {
      known.sample = codes.spread(SAMPLE).flatMap((row) => {
        const value = prepared().value.get(row);
        return value === undefined ? [] : [Int8Array.from(bytesOf(value))];
      });
      known.sampledAt = codes.size;
    }
    return known;
  };

  const port: VectorsPort = {
    engine: async () => {
      engine ??= await loadExtension(connection);
      return engine;
    },

    model: (name) =>
      connection.read('read vectors', () => {
        const row = prepared().models.all(name)[0];
        return row === undefined ? null : modelOf(row, prepared().newest.get());
      }),

    want: (name, probe) =>
      connection.write('note the model of vectors', () => {
        const { models, newest, want, putModel } = prepared();
        const known = models
          .all(name)
          .find((row) => row.dimensions === probe.length && cosine(floatsOf(row.probe), probe) >= SAME_MODEL);
        const wanted = (newest.get() ?? 0) + 1;
        if (known !== undefined && known.wanted + 1 === wanted) return modelOf(known, known.wanted);
        if (known !== undefined) want.run(wanted, known.row);
        else putModel.run(name, probe.length, asBlob(probe), connection.now(), wanted);
        const row = models.all(name)[0];
        if (row === undefined) throw new Error('the model was not kept');
        return modelOf(row, wanted);
      }),

    claim: async (holder, ms) => {
      const now = connection.now();
      const claimed = await connection.tryWrite('claim the filling of vectors', () => {
        prepared().claim.run(holder, now + ms, now);
        return prepared().holder.get() === holder;
      });
      return claimed === true;
    },

    release: async (holder) => {
      await connection.tryWrite('release the filling of vectors', () => prepared().release.run(holder));
    },

    due: dueDocuments(connection),

    put: (model, kind, vectors) =>
      connection.write('keep vectors', () => keep(prepared(), model, kind, vectors), false),

    near: async (model, vector, filter, limit) => {
      const { kind } = filter;
      const { codes, sample } = await load(model, kind);
      const bytes = toBytes(vector);
      const background = spread(sample.map((other) => cosine(bytes, other)));
      if (codes.size === 0) return { documents: [], size: 0, background };
      const { name } = await port.engine();
      return connection.read('search vectors', () => {
        const { centre, project, session } = prepared();
        const kept = centre.get(model.row) ?? null;
        if (kept === null) return { documents: [], size: codes.size, background };
        const projects = filter.kind === 'messages' ? filter.messages.projects : projectsOf(filter.scopes);
        const rowOf = (id: string) => project.get(id);
        const allowed = placesOf(projects, rowOf, kind === 'memories');
        const rows = codes.nearest(codeOf(vector, floatsOf(kept)), POOL, allowed);
        const conditions =
          filter.kind === 'memories'
            ? {
                where: 'r.state IN (SELECT value FROM json_each(?))',
                values: [JSON.stringify(filter.states)],
              }
            : messageConditions(
                filter.messages,
                (ids) => JSON.stringify(ids.flatMap((id) => rowOf(id) ?? [])),
                (id) => session.get(id),
              );
        const sessionRow =
          filter.kind === 'messages' && filter.messages.session !== undefined
            ? (session.get(filter.messages.session) ?? -1)
            : null;
        const where = sessionRow === null ? conditions.where : `${conditions.where} AND m.session = ?`;
        const values = sessionRow === null ? conditions.values : [...conditions.values, sessionRow];
        const exact = name === 'sqlite-vec';
        const found = near(searchOf(kind, exact, where)).all(
          ...(exact ? [asBlob(bytes)] : []),
          JSON.stringify(rows),
          ...values,
        );
        return { documents: best(found, bytes, limit), size: codes.size, background };
      });
    },

    progress: (model) =>
      connection.read('count vectors', () => {
        const { total, done } = prepared();
        const of = (kind: 'memories' | 'messages') => {
          const all = total.get(kind) ?? 0;
          return { done: model === null ? 0 : Math.min(all, done.get(model.row, kind) ?? 0), total: all };
        };
        return { memories: of('memories'), messages: of('messages') };
      }),

    dropOthers: (model, limit) =>
      connection.write(
        'drop vectors of an earlier model',
        () => {
          const { dropOthers, dropModels } = prepared();
          const { changes } = dropOthers.run(model.row, limit);
          if (changes < limit) dropModels.run(model.row);
          return changes;
        },
        false,
      ),

    orphans: () => connection.read('check vectors', () => prepared().orphans.get() ?? 0),
  };
  return port;
}

function keep(
  { centre, putCentre, put, putValue, messageNow, memoryNow }: VectorStatements,
  model: VectorModel,
  kind: 'memories' | 'messages',
  vectors: readonly NewVector[],
): number {
  const known = centre.get(model.row);
  // Dropped by another process that wants another model.
  if (known === undefined) return 0;
  const from =
    known === null
      ? centreOf(
          vectors.map(({ vector }) => vector),
          model.dimensions,
        )
      : floatsOf(known);
  if (known === null) putCentre.run(asBlob(from), model.row);
  let kept = 0;
  for (const { row, version, vector } of vectors) {
    const now = kind === 'messages' ? messageNow.get(row) : memoryNow.get(row);
    if (now === undefined || now.version !== version || vector.length !== model.dimensions) continue;
    const { changes, lastInsertRowid } = put.run(
      model.row,
      kind,
      row,
      now.place,
      asBlob(codeOf(vector, from)),
    );
    if (changes === 0) continue;
    putValue.run(lastInsertRowid, asBlob(toBytes(vector)));
    kept += 1;
  }
  return kept;
}

/** What is compared exactly: the documents behind the vectors, as far as they pass the filter. */
function searchOf(kind: 'memories' | 'messages', exact: boolean, where: string): string {
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

function projectsOf(
  scopes: ReadonlyArray<{ readonly projects: readonly string[] | null }> | null,
): readonly string[] | null {
  return scopes === null ? null : scopes.flatMap(({ projects }) => projects ?? []);
}

/** 1 for each place that counts; place 0 holds what belongs to no project. */
function placesOf(
  projects: readonly string[] | null,
  rowOf: (id: string) => number | undefined,
  withNone: boolean,
): Uint8Array | null {
  if (projects === null) return null;
  const rows = projects.flatMap((id) => rowOf(id) ?? []);
  const allowed = new Uint8Array(Math.max(0, ...rows) + 1);
  for (const row of rows) allowed[row] = 1;
  if (withNone) allowed[0] = 1;
  return allowed;
}

/** By the middle and the distance from it: in a small store the hits themselves are a good part of the sample. */
function spread(values: readonly number[]): { middle: number; deviation: number; sample: number } {
  const middle = median(values);
  return {
    middle,
    deviation: NORMAL * median(values.map((value) => Math.abs(value - middle))),
    sample: values.length,
  };
}

/** A normal distribution's standard deviation by its median absolute deviation. */
const NORMAL = 1.4826;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

function modelOf(
  { row, name, dimensions, wanted }: ModelRow,
  newest: number | null | undefined,
): VectorModel {
  return { row, name, dimensions, wanted: wanted === newest };
}

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

/** Not every platform has a build of it, and an installation may leave optional packages out. */
async function loadExtension({ db }: Connection): Promise<VectorEngine> {
  try {
    const { getLoadablePath } = await import('sqlite-vec');
    db.loadExtension(getLoadablePath());
    return { name: 'sqlite-vec', why: null };
  } catch (error) {
    return { name: 'exact', why: errorText(error).split('\n', 1)[0] ?? '' };
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
