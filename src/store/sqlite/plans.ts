/** Applies plans: all operations, versions, suggestions and the receipt in one durable transaction. */
import { createHash } from 'node:crypto';
import { StoreError } from '../../model/errors.ts';
import { newId, receiptId } from '../../model/ids.ts';
import type { Memory } from '../../model/memory.ts';
import type {
  AppliedOperation,
  AppliedSkill,
  Operation,
  Plan,
  PlanResult,
  SkillOperation,
} from '../../model/plan.ts';
import type { PlansPort } from '../plans.ts';
import type { Connection } from './connection.ts';
import { memoryReader } from './memory-rows.ts';
import { Conflict, type PlanContext } from './plan-context.ts';
import { checkLease, itemStatements, PlanItems } from './plan-items.ts';
import { journalStatements, PlanJournal } from './plan-journal.ts';
import { PlanMemories } from './plan-memories.ts';
import { PlanSkills, skillStatements } from './plan-skills.ts';
import { planStatements } from './plan-statements.ts';
import { shortIds } from './short-ids.ts';
import { skillReader } from './skill-rows.ts';
import type { TermIndex } from './term-index.ts';

export function sqlitePlans(
  connection: Connection,
  index: TermIndex,
  termsOf: (memory: Memory) => readonly string[],
): PlansPort {
  const writer = planWriter(connection, index, termsOf);
  return {
    apply: async (plan) => {
      try {
        return await connection.write('store a memory', () => writer(plan));
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        return { status: 'conflict', why: error.message, leaseLost: error.leaseLost };
      }
    },
  };
}

/** Prepares everything once; what it returns runs inside a transaction. */
function planWriter(
  connection: Connection,
  index: TermIndex,
  termsOf: (memory: Memory) => readonly string[],
): (plan: Plan) => PlanResult {
  const statements = planStatements(connection);
  const journalled = journalStatements(connection);
  const itemised = itemStatements(connection);
  const short = shortIds(connection);
  const memoryTools = { statements, reader: memoryReader(connection), index, termsOf, short };
  const skillTools = { statements: skillStatements(connection), reader: skillReader(connection), short };

  const ownerRow = (id: string): number => {
    const row = statements.owner.get(id);
    if (row === undefined) throw new StoreError({ what: `There is no owner ${id}` });
    return row;
  };
  const projectRow = (id: string | null): number | null =>
    id === null ? null : (statements.project.get(id) ?? null);

  const once = (key: string, { operations }: Plan, receipt: string, now: number): void => {
    const content = createHash('sha256').update(JSON.stringify(operations)).digest();
    const known = statements.once.get(key);
    if (known !== undefined && !known.equals(content)) {
      throw new StoreError({
        what: `The once-key ${key} was used before`,
        why: 'with other content',
        next: 'Use a new key',
      });
    }
    if (known !== undefined) throw new Conflict('the plan was applied before');
    statements.putOnce.run(key, content, receipt, now);
  };

  /** Taking back an undoing puts the receipt that it had undone in force again. */
  const undo = (target: string, receipt: string): void => {
    const known = statements.undone.get(target);
    if (known === undefined) throw new Conflict(`the receipt ${target} is not there`);
    if (known.undoneBy !== null) throw new Conflict('the receipt was undone meanwhile');
    statements.setUndone.run(receipt, target);
    if (known.undoes !== null) statements.setUndone.run(null, known.undoes);
  };

  const addReceipt = (plan: Plan, id: string, shortId: string, owner: number, now: number): number => {
    const { caller, report } = plan;
    const fallback = report?.fallback ?? null;
    return Number(
      statements.addReceipt.run({
        id,
        short: shortId,
        kind: plan.kind,
        owner,
        surface: caller.surface,
        client: caller.client,
        session: caller.externalSession,
        token: caller.token ?? null,
        project: projectRow(caller.project?.id ?? null),
        now,
        status: report?.status ?? 'success',
        backend: report?.backend ?? null,
        fallback: fallback === null ? null : JSON.stringify(fallback),
        stats: report === undefined ? null : JSON.stringify(report.stats),
        undoes: plan.undoes ?? null,
      }).lastInsertRowid,
    );
  };

  return (plan) => {
    const receipt = newId();
    const now = connection.now();
    checkLease(itemised, plan);
    if (plan.onceKey !== undefined) once(plan.onceKey, plan, receipt, now);
    if (plan.undoes !== undefined) undo(plan.undoes, receipt);
    const owner = ownerRow(plan.caller.owner);
    const receiptShort = short('receipts', receipt);
    const receiptRow = addReceipt(plan, receipt, receiptShort, owner, now);
    const context: PlanContext = { plan, now, receipt, receiptRow, owner, projectRow };
    const journal = new PlanJournal(journalled, context);
    const items = new PlanItems(itemised, context);
    const memories = new PlanMemories(memoryTools, context, journal);
    const skills = new PlanSkills(skillTools, context, journal);
    const done: AppliedOperation[] = [];
    const skillsDone: AppliedSkill[] = [];
    plan.operations.forEach((operation, place) => {
      const { item, also = [] } = operation;
      const record = (op: string, outcome: Outcome, id: string, version: number, reason: string | null) => {
        journal.close(place);
        items.applied(item, outcome, id, reason);
        for (const other of also) items.applied(other, outcome === 'added' ? 'merged' : outcome, id, reason);
        statements.addOperation.run(receiptRow, place, op, outcome, id, version, item ?? null);
      };
      if (ofSkill(operation)) {
        const { op, outcome, skill } = pushed(skillsDone, skills.apply(operation));
        record(op, outcome, skill.id, skill.version, skill.reason);
      } else {
        const { op, outcome, memory } = pushed(done, memories.apply(operation));
        record(op, outcome, memory.id, memory.version, memory.state === 'waiting' ? memory.reason : null);
      }
    });
    items.close();
    index.flush();
    return {
      status: 'applied',
      receipt: receiptId(receipt),
      receiptShort: `c_${receiptShort}`,
      items: done,
      skills: skillsDone,
    };
  };
}

type Outcome = AppliedOperation['outcome'] | AppliedSkill['outcome'];

function ofSkill(operation: Operation): operation is SkillOperation & Operation {
  return operation.op.startsWith('skill_');
}

function pushed<T>(list: T[], value: T): T {
  list.push(value);
  return value;
}
