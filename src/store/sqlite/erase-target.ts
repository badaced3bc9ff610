/** Which rows a target of forgetting means: its messages, their copies, and what was made of them. */
import { memoryId, skillId } from '../../model/ids.ts';
import type { ForgetTarget, Holders } from '../erasing.ts';
import { type Packed, unpack } from './blob.ts';
import type { Connection } from './connection.ts';

type TargetRows = {
  /** Messages of the target. */
  readonly own: readonly number[];
  /** What they are copies of, and all copies of those, outside of the target. */
  readonly elsewhere: readonly number[];
};

type OfProject = { project: string };
type Id = { row: number; id: string };
type Held = { row: number; id: string; short: string; sources: string; evidence: string };
type Suggested = { id: string; target: string | null; summary: string; payload: Packed; envelope: string };
type Submitted = {
  id: string;
  session: string | null;
  project: string | null;
  payload: Packed;
  snapshot: Packed | null;
};

type Suggestions = { readonly items: readonly string[]; readonly envelopes: readonly string[] };

const NAMED = 50;
/** The project, and those that were joined to it. */
const OF_PROJECT = '(p.id = @project OR p.joined_to = (SELECT row FROM projects WHERE id = @project))';

export class EraseTarget {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  messages(target: ForgetTarget): TargetRows {
    const own = this.#own(target);
    const mine = new Set(own);
    const { db } = this.#connection;
    const original = db
      .prepare<[number], number>('SELECT ifnull(copy_of, row) FROM messages WHERE row = ?')
      .pluck();
    const copies = db.prepare<[number], number>('SELECT row FROM messages WHERE copy_of = ?').pluck();
    const elsewhere = new Set<number>();
    for (const row of own) {
      const first = original.get(row) ?? row;
      for (const each of [first, ...copies.all(first)]) if (!mine.has(each)) elsewhere.add(each);
    }
    return { own, elsewhere: [...elsewhere] };
  }

  #own(target: ForgetTarget): number[] {
    const { db } = this.#connection;
    switch (target.kind) {
      case 'memory':
        return [];
      case 'message':
        return db
          .prepare<[string, number], number>(
            'SELECT m.row FROM messages m JOIN sessions s ON s.row = m.session WHERE s.id = ? AND m.number = ?',
          )
          .pluck()
          .all(target.session, target.number);
      case 'session':
        return db
          .prepare<[string], number>(
            'SELECT m.row FROM messages m JOIN sessions s ON s.row = m.session WHERE s.id = ?',
          )
          .pluck()
          .all(target.session);
      case 'project':
        return db
          .prepare<[OfProject], number>(
            `SELECT m.row FROM messages m JOIN sessions s ON s.row = m.session
             JOIN projects p ON p.row = coalesce(m.project, s.project) WHERE ${OF_PROJECT}`,
          )
          .pluck()
          .all({ project: target.project });
    }
  }

  /** Sessions that are meant whole: what is captured of them later stays out as well. */
  sessions(target: ForgetTarget): string[] {
    if (target.kind === 'session') return [target.session];
    if (target.kind !== 'project') return [];
    return this.#connection.db
      .prepare<[OfProject], string>(
        `SELECT s.id FROM sessions s JOIN projects p ON p.row = s.project WHERE ${OF_PROJECT}`,
      )
      .pluck()
      .all({ project: target.project });
  }

  #projects(target: ForgetTarget): string[] {
    if (target.kind !== 'project') return [];
    return this.#connection.db
      .prepare<[OfProject], string>(`SELECT p.id FROM projects p WHERE ${OF_PROJECT}`)
      .pluck()
      .all({ project: target.project });
  }

  refs(rows: readonly number[]): string[] {
    const ref = this.#connection.db
      .prepare<[number], string>(
        "SELECT s.short || '/' || m.number FROM messages m JOIN sessions s ON s.row = m.session WHERE m.row = ?",
      )
      .pluck();
    return rows.flatMap((row) => ref.get(row) ?? []);
  }

  memories(target: ForgetTarget, rows: TargetRows, probes: readonly string[]): Id[] {
    return this.#records('memories', target, rows, probes);
  }

  skills(target: ForgetTarget, rows: TargetRows, probes: readonly string[]): Id[] {
    return this.#records('skills', target, rows, probes);
  }

  #records(
    table: 'memories' | 'skills',
    target: ForgetTarget,
    rows: TargetRows,
    probes: readonly string[],
  ): Id[] {
    const { db } = this.#connection;
    const all = [...rows.own, ...rows.elsewhere];
    const refs = new Set(this.refs(all));
    const calls = new Set(
      all.flatMap((row) =>
        db.prepare<[number], string>('SELECT call_id FROM calls WHERE message = ?').pluck().all(row),
      ),
    );
    const key = table === 'memories' ? 'memory' : 'skill';
    const projects = new Set(this.#projects(target));
    const versions = db
      .prepare<[number], string>(`SELECT title || char(10) || content FROM ${key}_versions WHERE ${key} = ?`)
      .pluck();
    const found = db.prepare<
      [],
      Held & { text: string; session: string | null; project: string | null; call: string | null }
    >(
      `SELECT r.row, r.id, r.short, r.sources, r.evidence, r.title || char(10) || r.content AS text, r.session,
         p.id AS project, r.call_id AS "call" FROM ${table} r LEFT JOIN projects p ON p.row = r.project`,
    );
    const meant: Id[] = [];
    for (const record of found.iterate()) {
      const isIt = target.kind === 'memory' && record.id === target.id;
      const within =
        (target.kind === 'session' && record.session === target.session) ||
        (record.project !== null && projects.has(record.project)) ||
        (record.call !== null && calls.has(record.call));
      const cites = refs.size > 0 && citedIn(record).some((ref) => refs.has(ref));
      const holds = (): boolean =>
        probes.length > 0 &&
        [record.text, ...versions.all(record.row)].some((text) =>
          probes.some((probe) => text.includes(probe)),
        );
      if (isIt || within || cites || holds()) meant.push({ row: record.row, id: record.id });
    }
    return meant;
  }

  suggestions(target: ForgetTarget, targets: readonly string[], probes: readonly string[]): Suggestions {
    const { db } = this.#connection;
    const projects = new Set(this.#projects(target));
    const became = new Set(targets);
    const envelopes = new Set<string>();
    const submitted = db.prepare<[], Submitted>(
      `SELECT e.id, e.session, p.id AS project, e.payload, e.snapshot FROM envelopes e
       LEFT JOIN projects p ON p.row = e.project`,
    );
    for (const each of submitted.iterate()) {
      const within =
        (target.kind === 'session' && each.session === target.session) ||
        (each.project !== null && projects.has(each.project));
      if (within || holdsOne([each.payload, each.snapshot], probes)) envelopes.add(each.id);
    }
    const items = new Set<string>();
    const suggested = db.prepare<[], Suggested>(
      `SELECT i.id, i.target, i.summary, i.payload, e.id AS envelope FROM suggestion_items i
       JOIN envelopes e ON e.row = i.envelope`,
    );
    for (const each of suggested.iterate()) {
      const meant = each.target !== null && became.has(each.target);
      const ofSession = envelopes.has(each.envelope) && target.kind !== 'memory' && target.kind !== 'message';
      if (meant || ofSession || holdsOne([each.summary, each.payload], probes)) items.add(each.id);
    }
    return { items: [...items], envelopes: [...envelopes] };
  }

  holders(target: ForgetTarget, probes: readonly string[]): Holders {
    const { db } = this.#connection;
    const rows = this.messages(target);
    const memories = this.memories(target, rows, probes);
    const skills = this.skills(target, rows, probes);
    const ids = [...memories, ...skills].map(({ id }) => id);
    const { items, envelopes } = this.suggestions(target, ids, probes);
    const count = (sql: string): number =>
      ids.reduce((sum, id) => sum + (db.prepare<[string], number>(sql).pluck().get(id) ?? 0), 0);
    return {
      messages: rows.own.length,
      copies: this.refs(rows.elsewhere),
      memories: memories.map(({ id }) => memoryId(id)),
      skills: skills.map(({ id }) => skillId(id)),
      versions: count(
        'SELECT count(*) FROM memory_versions v JOIN memories r ON r.row = v.memory WHERE r.id = ?',
      ),
      receipts: count('SELECT count(DISTINCT receipt) FROM receipt_changes WHERE record = ?'),
      envelopes: envelopes.length,
      items: items.length,
      projections: [
        ...new Set(
          ids.flatMap((id) =>
            db
              .prepare<[string], string>('SELECT path FROM projection_entries WHERE record = ?')
              .pluck()
              .all(id),
          ),
        ),
      ].sort(),
      cited: target.kind === 'memory' ? this.#citedBy(target.id) : [],
      transcripts: this.#transcripts([...rows.own, ...rows.elsewhere]),
    };
  }

  #citedBy(id: string): string[] {
    const record = this.#connection.db
      .prepare<[string], Held>('SELECT row, id, short, sources, evidence FROM memories WHERE id = ?')
      .get(id);
    return record === undefined ? [] : [...new Set(citedIn(record))].slice(0, NAMED);
  }

  #transcripts(rows: readonly number[]): string[] {
    const { db } = this.#connection;
    const session = db.prepare<[number], number>('SELECT session FROM messages WHERE row = ?').pluck();
    const paths = db
      .prepare<[number], string>(
        'SELECT s.path FROM source_sessions x JOIN sources s ON s.row = x.source WHERE x.session = ?',
      )
      .pluck();
    const sessions = new Set(rows.flatMap((row) => session.get(row) ?? []));
    return [...new Set([...sessions].flatMap((each) => paths.all(each)))].sort();
  }
}

function citedIn({ sources, evidence }: Pick<Held, 'sources' | 'evidence'>): string[] {
  const refs: unknown = JSON.parse(sources);
  const proof: unknown = JSON.parse(evidence);
  const more = typeof proof === 'object' && proof !== null && 'refs' in proof ? proof.refs : [];
  return [refs, more].flat().filter((ref) => typeof ref === 'string');
}

/** A piece of text as it is written in JSON, which stored suggestions are. */
export function holdsOne(values: ReadonlyArray<Packed | null>, probes: readonly string[]): boolean {
  if (probes.length === 0) return false;
  return values.some((value) => {
    if (value === null) return false;
    const text = unpack(value);
    return probes.some((probe) => text.includes(probe));
  });
}
