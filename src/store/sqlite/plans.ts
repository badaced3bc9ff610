/** Applies plans: all operations, versions, links, tokens and the receipt in one durable transaction. */
import { createHash } from 'node:crypto';
import { StoreError } from '../../model/errors.ts';
import { type MemoryId, newId, receiptId, SHORT_LENGTH } from '../../model/ids.ts';
import type { Memory, MemoryState, NewMemory } from '../../model/memory.ts';
import type { AppliedOperation, Operation, Plan, PlanResult } from '../../model/plan.ts';
import { isWeaker } from '../../model/strength.ts';
import type { PlansPort } from '../plans.ts';
import type { Connection } from './connection.ts';
import { memoryReader } from './memory-rows.ts';
import { type PlanStatements, planStatements } from './plan-statements.ts';
import type { TermIndex } from './term-index.ts';

/** Thrown inside the transaction to roll all of it back. */
class Conflict extends Error {}

export function sqlitePlans(
  connection: Connection,
  index: TermIndex,
  termsOf: (memory: Memory) => readonly string[],
): PlansPort {
  const statements = planStatements(connection);
  const reader = memoryReader(connection);
  return {
    apply: async (plan) => {
      try {
        return await connection.write('store a memory', () =>
          new PlanWriter(connection, statements, reader, index, termsOf, plan).run(),
        );
      } catch (error) {
        if (error instanceof Conflict) return { status: 'conflict', why: error.message };
        throw error;
      }
    },
  };
}

class PlanWriter {
  readonly #statements: PlanStatements;
  readonly #reader: ReturnType<typeof memoryReader>;
  readonly #index: TermIndex;
  readonly #termsOf: (memory: Memory) => readonly string[];
  readonly #plan: Plan;
  readonly #receipt = newId();
  readonly #now: number;

  constructor(
    connection: Connection,
    statements: PlanStatements,
    reader: ReturnType<typeof memoryReader>,
    index: TermIndex,
    termsOf: (memory: Memory) => readonly string[],
    plan: Plan,
  ) {
    this.#statements = statements;
    this.#reader = reader;
    this.#index = index;
    this.#termsOf = termsOf;
    this.#plan = plan;
    this.#now = connection.now();
  }

  run(): PlanResult {
    const { caller, kind, onceKey } = this.#plan;
    if (onceKey !== undefined) this.#once(onceKey);
    const short = this.#short('receipts', this.#receipt);
    const row = Number(
      this.#statements.addReceipt.run(
        this.#receipt,
        short,
        kind,
        this.#owner(),
        caller.surface,
        caller.client,
        caller.externalSession,
        this.#projectRow(caller.project?.id ?? null),
        this.#now,
      ).lastInsertRowid,
    );
    const items = this.#plan.operations.map((operation, place) => {
      const before = 'target' in operation ? this.#reader.one('r.id = ?', operation.target) : null;
      const item = this.#apply(operation);
      this.#statements.addOperation.run(
        row,
        place,
        item.op,
        item.outcome,
        item.memory.id,
        item.memory.version,
        before === null
          ? null
          : JSON.stringify({
              state: before.state,
              version: before.version,
              title: before.title,
              content: before.content,
            }),
      );
      return item;
    });
    this.#index.flush();
    return { status: 'applied', receipt: receiptId(this.#receipt), receiptShort: `c_${short}`, items };
  }

  #apply(operation: Operation): AppliedOperation {
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
    }
  }

  #insert(memory: NewMemory): Memory {
    const hash = Buffer.from(memory.contentHash);
    const project = this.#projectRow(memory.project);
    if (this.#statements.liveHash.get(this.#owner(), memory.scope, project ?? 0, hash) !== undefined) {
      throw new Conflict('the same content was stored meanwhile');
    }
    const id = newId();
    const row = Number(
      this.#statements.insert.run({
        id,
        short: this.#short('memories', id),
        kind: memory.kind,
        owner: this.#owner(),
        scope: memory.scope,
        project,
        title: memory.title,
        content: memory.content,
        hash,
        state: memory.state,
        reason: memory.reason,
        origin: memory.origin,
        claim: memory.claim,
        evidence: JSON.stringify(memory.evidence),
        confidence: memory.confidence,
        tags: JSON.stringify(memory.tags),
        aliases: JSON.stringify(memory.aliases),
        paths: JSON.stringify(memory.paths),
        sources: JSON.stringify(memory.sources),
        client: memory.client,
        session: memory.session,
        externalSession: memory.externalSession,
        turn: memory.turn,
        callId: memory.callId,
        checkout: memory.checkout,
        cwd: memory.cwd,
        branch: memory.branch,
        commit: memory.commit,
        now: this.#now,
        validFrom: memory.validFrom,
        validTo: memory.validTo,
      }).lastInsertRowid,
    );
    this.#link(id, memory.links);
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
    this.#statements.merge.run({
      row: old.row,
      title: incoming.title,
      content: incoming.content,
      hash: Buffer.from(incoming.contentHash),
      origin: strongest(old, incoming),
      evidence: JSON.stringify(old.origin === strongest(old, incoming) ? old.evidence : incoming.evidence),
      confidence: Math.max(old.confidence, incoming.confidence),
      tags: JSON.stringify(union(old.tags, incoming.tags)),
      aliases: JSON.stringify(union(old.aliases, incoming.aliases)),
      sources: JSON.stringify(union(old.sources, incoming.sources)),
      paths: JSON.stringify([
        ...incoming.paths,
        ...old.paths.filter(({ path }) => !incoming.paths.some((other) => other.path === path)),
      ]),
      now: this.#now,
    });
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
      this.#receipt,
    );
  }

  #decide(memory: Memory, decision: string, reason: string | null, how: string): void {
    this.#statements.decide.run(memory.id, decision, reason, how, this.#owner(), this.#now, this.#receipt);
  }

  #once(key: string): void {
    const content = createHash('sha256').update(JSON.stringify(this.#plan.operations)).digest();
    const known = this.#statements.once.get(key);
    if (known !== undefined && !known.equals(content)) {
      throw new StoreError({
        what: `The once-key ${key} was used before`,
        why: 'with other content',
        next: 'Use a new key',
      });
    }
    if (known === undefined) this.#statements.putOnce.run(key, content, this.#receipt, this.#now);
    else throw new Conflict('the plan was applied before');
  }

  #owner(): number {
    const row = this.#statements.owner.get(this.#plan.caller.owner);
    if (row === undefined) throw new StoreError({ what: `There is no owner ${this.#plan.caller.owner}` });
    return row;
  }

  #projectRow(id: string | null): number | null {
    return id === null ? null : (this.#statements.project.get(id) ?? null);
  }

  #read(id: string): Memory {
    const memory = this.#reader.one('r.id = ?', id);
    if (memory === null) throw new StoreError({ what: `Memory ${id} was not stored` });
    return memory;
  }

  #short(table: 'memories' | 'receipts', id: string): string {
    const taken = this.#statements.taken(table);
    for (let length = SHORT_LENGTH; length < id.length; length += 2) {
      if (taken.get(id.slice(0, length)) === undefined) return id.slice(0, length);
    }
    return id;
  }
}

function strongest(old: Memory, incoming: NewMemory): Memory['origin'] {
  return isWeaker(old.origin, incoming.origin) ? incoming.origin : old.origin;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
