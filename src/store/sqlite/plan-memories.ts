/** What a plan does to memories: rows, versions, links, index terms. */
import { StoreError } from '../../model/errors.ts';
import { type MemoryId, newId } from '../../model/ids.ts';
import type { Memory, MemoryState, NewMemory } from '../../model/memory.ts';
import type { AppliedOperation, MemoryOperation } from '../../model/plan.ts';
import { isWeaker } from '../../model/strength.ts';
import type { MemoryReader } from './memory-rows.ts';
import { Conflict, type PlanContext } from './plan-context.ts';
import type { PlanJournal } from './plan-journal.ts';
import type { PlanStatements } from './plan-statements.ts';
import { insertValues, mergeValues, union } from './plan-values.ts';
import type { TermIndex } from './term-index.ts';

export type MemoryTools = {
  readonly statements: PlanStatements;
  readonly reader: MemoryReader;
  readonly index: TermIndex;
  readonly termsOf: (memory: Memory) => readonly string[];
  readonly short: (table: 'memories', id: string) => string;
};

export class PlanMemories {
  readonly #statements: PlanStatements;
  readonly #reader: MemoryReader;
  readonly #index: TermIndex;
  readonly #termsOf: (memory: Memory) => readonly string[];
  readonly #short: MemoryTools['short'];
  readonly #context: PlanContext;
  readonly #journal: PlanJournal;
  readonly #now: number;

  constructor(tools: MemoryTools, context: PlanContext, journal: PlanJournal) {
    this.#statements = tools.statements;
    this.#reader = tools.reader;
    this.#index = tools.index;
    this.#termsOf = tools.termsOf;
    this.#short = tools.short;
    this.#context = context;
    this.#journal = journal;
    this.#now = context.now;
  }

  apply(operation: MemoryOperation): AppliedOperation {
    switch (operation.op) {
      case 'add': {
        const memory = this.#insert(operation.memory);
        for (const target of operation.wouldReplace ?? []) {
          this.#statements.link.run(memory.id, target, 'would_replace', this.#now);
        }
        return {
          op: 'add',
          outcome: memory.state === 'waiting' ? 'waiting' : 'added',
          memory,
          superseded: null,
        };
      }
      case 'merge':
        return {
          op: 'merge',
          outcome: 'merged',
          memory: this.#merge(operation.target, operation.version, operation.memory),
          superseded: null,
        };
      case 'replace': {
        const old = this.#current(operation.target, operation.version);
        this.#close(old, 'superseded', 'replaced');
        const memory = this.#insert(operation.memory);
        this.#statements.link.run(memory.id, old.id, 'replaces', this.#now);
        return {
          op: 'replace',
          outcome: memory.state === 'waiting' ? 'waiting' : 'replaced',
          memory: this.#read(memory.id),
          superseded: old,
        };
      }
      case 'forget': {
        const old = this.#current(operation.target, operation.version);
        return {
          op: 'forget',
          outcome: 'removed',
          memory: this.#close(old, 'forgotten', operation.reason),
          superseded: null,
        };
      }
      case 'approve': {
        const old = this.#current(operation.target, operation.version);
        this.#statements.approve.run(this.#now, this.#now, old.row);
        this.#decide(old, 'approved', null, operation.how);
        this.#supersede(old, true);
        return {
          op: 'approve',
          outcome: 'approved',
          memory: this.#version(old.id, 'approved'),
          superseded: null,
        };
      }
      case 'reject': {
        const old = this.#current(operation.target, operation.version);
        this.#decide(old, 'rejected', operation.reason, operation.how);
        return {
          op: 'reject',
          outcome: 'rejected',
          memory: this.#close(old, 'forgotten', operation.reason),
          superseded: null,
        };
      }
      case 'reconsider': {
        const old = this.#current(operation.target, operation.version);
        this.#statements.reconsider.run(
          operation.origin,
          JSON.stringify(operation.evidence),
          operation.state,
          operation.reason,
          this.#now,
          old.row,
        );
        if (old.state === 'waiting' && operation.state === 'active') {
          this.#supersede(old, operation.origin === 'user');
        }
        return {
          op: 'reconsider',
          outcome: 'reconsidered',
          memory: this.#version(old.id, 'origin decided again'),
          superseded: null,
        };
      }
      case 'edit':
        return { op: 'edit', outcome: 'edited', memory: this.#edit(operation), superseded: null };
      case 'expire': {
        const old = this.#current(operation.target, operation.version);
        return {
          op: 'expire',
          outcome: 'expired',
          memory: this.#close(old, 'expired', operation.reason),
          superseded: null,
        };
      }
      case 'restore':
        return { op: 'restore', outcome: 'restored', memory: this.#restore(operation), superseded: null };
    }
  }

  #edit(operation: Extract<MemoryOperation, { op: 'edit' }>): Memory {
    const old = this.#current(operation.target, operation.version);
    const hash = Buffer.from(operation.contentHash);
    this.#keepUnique(old.scope, this.#context.projectRow(old.project), hash, old.row);
    this.#statements.edit.run(
      operation.title,
      operation.content,
      hash,
      operation.origin,
      JSON.stringify(operation.evidence),
      this.#now,
      old.row,
    );
    return this.#version(old.id, 'edited', old.state !== 'forgotten');
  }

  #restore({ target, version, receipt }: Extract<MemoryOperation, { op: 'restore' }>): Memory {
    const old = this.#current(target, version);
    const snapshot = this.#journal.before(target, receipt);
    if (snapshot === null) {
      this.#statements.dropReplaces.run(old.id);
      return this.#close(old, 'forgotten', 'undone');
    }
    const then = this.#statements.liveIn.get(snapshot);
    if (then !== undefined && then.hash !== null) {
      this.#keepUnique(old.scope, this.#context.projectRow(old.project), then.hash, old.row);
    }
    this.#statements.restore.run({ snapshot, now: this.#now, row: old.row });
    this.#statements.dropLinks.run(old.id);
    this.#statements.restoreLinks.run(old.id, snapshot);
    if (then !== undefined) this.#statements.dropTombstone.run(old.id);
    const memory = this.#version(old.id, 'restored', false);
    if (memory.state === 'forgotten') this.#index.remove(memory.row);
    else this.#reindex(memory);
    return memory;
  }

  /** @throws Conflict when another live record of the scope has this content. */
  #keepUnique(scope: string, project: number | null, hash: Buffer, row: number): void {
    const held = this.#statements.liveHash.get(this.#context.owner, scope, project ?? 0, hash);
    if (held !== undefined && held !== row) throw new Conflict('the same content was stored meanwhile');
  }

  #insert(memory: NewMemory): Memory {
    const hash = Buffer.from(memory.contentHash);
    const project = this.#context.projectRow(memory.project);
    this.#keepUnique(memory.scope, project, hash, 0);
    const id = newId();
    const row = Number(
      this.#statements.insert.run(
        insertValues(memory, {
          id,
          short: this.#short('memories', id),
          owner: this.#context.owner,
          project,
          hash,
          now: this.#now,
        }),
      ).lastInsertRowid,
    );
    this.#link(id, memory.links);
    this.#journal.made('memory', id);
    const stored = this.#read(id);
    this.#keepVersion(stored, 'added');
    this.#index.add(row, this.#termsOf(stored), '');
    return stored;
  }

  #link(source: string, links: NewMemory['links'] = []): void {
    for (const { kind, target } of links) {
      if (target !== source) this.#statements.link.run(source, target, kind, this.#now);
    }
  }

  /** Closes what an admitted record takes the place of; a person's word gives way to a person's only. */
  #supersede(memory: Memory, byPerson: boolean): void {
    for (const target of this.#statements.wouldReplace.all(memory.id)) {
      const replaced = this.#reader.one('r.id = ?', target);
      if (replaced?.state !== 'active' || (replaced.origin === 'user' && !byPerson)) continue;
      this.#journal.touch('memory', replaced.id);
      this.#close(replaced, 'superseded', 'replaced');
      this.#statements.link.run(memory.id, replaced.id, 'replaces', this.#now);
    }
  }

  /** What was not admitted, or is shown by weaker evidence than the record, adds its sources and nothing else. */
  #merge(target: MemoryId, version: number, incoming: NewMemory): Memory {
    const old = this.#current(target, version);
    const unadmitted = old.state === 'active' && incoming.state === 'waiting';
    if (unadmitted || isWeaker(incoming.origin, old.origin)) {
      this.#statements.mergeSources.run(
        JSON.stringify(union(old.sources, incoming.sources)),
        this.#now,
        old.row,
      );
      return this.#version(old.id, 'merged');
    }
    const values = mergeValues(old, incoming, this.#now);
    this.#keepUnique(old.scope, this.#context.projectRow(old.project), values.hash, old.row);
    this.#statements.merge.run(values);
    this.#link(old.id, incoming.links);
    return this.#version(old.id, 'merged');
  }

  #close(old: Memory, state: MemoryState, reason: string): Memory {
    this.#statements.close.run(state, reason, this.#now, this.#now, old.row);
    // What was replaced is still found by its own words, and leads to what holds now; what was forgotten is gone.
    if (state === 'forgotten') this.#index.remove(old.row);
    this.#statements.tombstone.run('memory', old.id, this.#now, reason);
    return this.#version(old.id, state, false);
  }

  /** The record as the plan read it, or a conflict. */
  #current(target: MemoryId, version: number): Memory {
    const memory = this.#reader.one('r.id = ?', target);
    if (memory === null) throw new Conflict(`${target} is not there any more`);
    if (memory.version !== version) throw new Conflict(`${memory.short} was changed meanwhile`);
    this.#journal.touch('memory', memory.id);
    return memory;
  }

  /** Counts the version up, keeps it, and indexes the record as it stands now, with its parts: they go by its title. */
  #version(id: string, change: string, indexed = true): Memory {
    this.#statements.bump.run(id);
    const memory = this.#read(id);
    this.#keepVersion(memory, change);
    if (indexed) this.#reindex(memory);
    for (const part of this.#statements.parts.all(id)) this.#reindex(this.#read(part));
    return memory;
  }

  #reindex(memory: Memory): void {
    this.#index.remove(memory.row);
    this.#index.add(memory.row, this.#termsOf(memory), '');
  }

  #keepVersion(memory: Memory, change: string): void {
    this.#statements.keepVersion.run(
      memory.row,
      memory.version,
      this.#now,
      memory.title,
      memory.content,
      memory.state,
      memory.origin,
      JSON.stringify(memory.sources),
      change,
      this.#context.receipt,
    );
  }

  #decide(memory: Memory, decision: string, reason: string | null, how: string): void {
    this.#statements.decide.run(
      memory.id,
      decision,
      reason,
      how,
      this.#context.owner,
      this.#now,
      this.#context.receipt,
    );
  }

  #read(id: string): Memory {
    const memory = this.#reader.one('r.id = ?', id);
    if (memory === null) throw new StoreError({ what: `Memory ${id} was not stored` });
    return memory;
  }
}
