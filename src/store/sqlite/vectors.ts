/**
 * Vectors in SQLite. Their codes are read into memory when a question first needs them and then kept up; the best by
 * their codes are compared exactly, by sqlite-vec where it can be loaded.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { messageOf as errorText } from '../../model/errors.ts';
import type { NewVector, VectorEngine, VectorKind, VectorModel, VectorsPort } from '../vectors.ts';
import type { Connection } from './connection.ts';
import { backgroundOf, LEAST_SAMPLE, SAMPLE, type Sample, sampleOf } from './vector-background.ts';
import { VectorCodes } from './vector-codes.ts';
import { dueDocuments } from './vector-due.ts';
import { asBlob, bytesOf, centreOf, codeOf, cosine, floatsOf, toBytes } from './vector-math.ts';
import { comparing, placesOf } from './vector-search.ts';
import { type ModelRow, type VectorStatements, vectorStatements } from './vector-statements.ts';

/** Compared exactly for one question: of 100,000 vectors they hold 99 of the 100 nearest. */
const POOL = 600;
/** Codes read at a time, in about 2 ms: questions are answered in between. */
const LOADED_AT_ONCE = 2000;
/** The same model on another machine rounds differently; another model is nowhere near. */
const SAME_MODEL = 0.98;

/** What is in memory of one model and kind. */
type Held = { readonly codes: VectorCodes; sample: Sample; sampledAt: number };

export function sqliteVectors(connection: Connection): VectorsPort {
  let engine: VectorEngine | null = null;
  const held = new Map<string, Held>();
  // Prepared when first needed: without vectors this costs a start nothing.
  const prepared = lazily(() => vectorStatements(connection));
  const compare = comparing(connection, () => ({
    project: (id) => prepared().project.get(id),
    session: (id) => prepared().session.get(id),
  }));

  const load = async (model: VectorModel, kind: VectorKind): Promise<Held> => {
    const key = `${model.row} ${kind}`;
    const known: Held = held.get(key) ?? {
      codes: new VectorCodes(model.dimensions),
      sample: sampleOf([], []),
      sampledAt: 0,
    };
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
    const few = known.sample.own.length + known.sample.others.length < LEAST_SAMPLE;
    if (few || codes.size > 2 * known.sampledAt) {
      known.sample = await connection.read('read vectors', () => {
        const { value, others } = prepared();
        const own = codes.spread(SAMPLE).flatMap((row) => value.get(row) ?? []);
        const missing = Math.max(0, LEAST_SAMPLE - own.length);
        const more = missing === 0 ? [] : others.all(model.row, kind, missing);
        const copied = (blobs: readonly Buffer[]) => blobs.map((blob) => Int8Array.from(bytesOf(blob)));
        return sampleOf(copied(own), copied(more));
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
      const background = backgroundOf(bytes, sample);
      if (codes.size === 0) return { documents: [], size: 0, background };
      const { name: engine } = await port.engine();
      return connection.read('search vectors', () => {
        const { centre, project } = prepared();
        const kept = centre.get(model.row) ?? null;
        if (kept === null) return { documents: [], size: codes.size, background };
        const allowed = placesOf(filter, (id) => project.get(id));
        const rows = codes.nearest(codeOf(vector, floatsOf(kept)), POOL, allowed);
        return { documents: compare(bytes, rows, filter, { engine, limit }), size: codes.size, background };
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
