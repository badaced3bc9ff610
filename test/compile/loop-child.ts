/**
 * A process that does what it is told with a home, one command after the other, and kills itself with SIGKILL at the
 * place that the command names: places lie before and after every writing method of the store and every rename.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { memoriesService, memoryTerms } from '../../src/memories/index.ts';
import { MidturnError } from '../../src/model/errors.ts';
import { projectId } from '../../src/model/ids.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { callerIn, compiler } from '../support/compile-world.ts';
import { type Answer, type Order, orderFrom } from './loop-orders.ts';

const WRITES = new Set(
  'apply put claim release acquire rendered dropped setNote count begin step done hide'.split(' '),
);

/** Places to pass before the end comes; infinite = there is none. */
let left = Number.POSITIVE_INFINITY;

function place(): void {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

const { rename } = fs;
fs.rename = async (from, to) => {
  place();
  await rename(from, to);
  place();
};
syncBuiltinESMExports();

/** The same object, with a place before and after each method that writes. */
function watched<T extends object>(port: T, depth = 0): T {
  return new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (depth === 0 && typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
        return watched(value, 1);
      if (typeof value !== 'function') return value;
      if (depth === 0 || !WRITES.has(String(key))) return value.bind(target);
      return async (...args: unknown[]) => {
        place();
        const result: unknown = await Reflect.apply(value, target, args);
        place();
        return result;
      };
    },
  });
}

async function obey(store: Store, { home, project, act }: Order): Promise<Answer> {
  const caller = callerIn(
    store,
    project === null ? null : { id: projectId(project.id), name: project.name },
    { personPresent: act.do !== 'submit' && act.do !== 'compile' },
  );
  const memories = memoriesService({
    store,
    now: Date.now,
    policy: 'tiered',
    findCall: async () => ({ call: null, readable: false }),
    home,
  });
  const service = compiler(store, home);
  switch (act.do) {
    case 'submit': {
      const sent = await service.submit(caller, act.envelope, { source: 'submit', originCap: null });
      return { items: sent.items.flatMap(({ id }) => (id === undefined ? [] : [id])) };
    }
    case 'compile':
      await service.compile(caller, act.limit === null ? {} : { limit: act.limit });
      return {};
    case 'remember': {
      const { id } = await memories.remember(caller, { content: act.content, scope: act.scope });
      return id === undefined ? {} : { memory: id };
    }
    case 'forget': {
      const { memories: all } = await store.memories.list({ states: ['active', 'waiting'], limit: 1000 });
      const chosen = all[act.at % Math.max(1, all.length)];
      if (chosen === undefined) return {};
      await memories.forget(caller, chosen.id, 'not needed');
      return { memory: chosen.id };
    }
    case 'decide': {
      const waiting = await memories.waiting(caller);
      const chosen = waiting[act.at % Math.max(1, waiting.length)];
      if (chosen === undefined) return {};
      await memories.decide(caller, chosen.id, act.decision, 'terminal', 'as the person likes');
      return { memory: chosen.id };
    }
    case 'undo': {
      const receipts = await store.receipts.list({ limit: 50 });
      const chosen = receipts[act.at % Math.max(1, receipts.length)];
      if (chosen !== undefined) await memories.undo(caller, chosen.id);
      return {};
    }
  }
}

process.on('message', async (message) => {
  const order = orderFrom(message);
  const store = await openSqlite({ path: join(order.home, 'midturn.db'), now: Date.now, memoryTerms });
  left = order.killAt ?? Number.POSITIVE_INFINITY;
  let answer: Answer;
  try {
    answer = await obey(watched(store), order);
  } catch (error) {
    // What a person is refused is an answer as well; everything else is a fault of the program.
    answer =
      error instanceof MidturnError
        ? { refused: error.message }
        : { fault: String(error instanceof Error ? error.stack : error) };
  } finally {
    left = Number.POSITIVE_INFINITY;
    store.close();
  }
  process.send?.(answer);
});
process.stdout.write('ready\n');
