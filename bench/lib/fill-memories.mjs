/**
 * Fills a store with memories through the program's own `remember`, many to a transaction: one by one over MCP a
 * million would take an hour. Run as a bundle of its own: `fill <count> <cwd> …`, one cwd a project; prints the short
 * ids, one a line.
 */
import { App } from '../../src/app/app.ts';
import { memoriesService } from '../../src/app/services.ts';
import { message } from './synthetic.mjs';

const GROUP = 500;

/** The store with plans held back until `size` of them can be applied as one, in one transaction. */
function grouped(store, size) {
  const held = [];
  let expected = size;
  const flush = async () => {
    const group = held.splice(0);
    try {
      const operations = group.flatMap(({ plan }) => plan.operations);
      const result = await store.plans.apply({ ...group[0].plan, operations });
      let at = 0;
      for (const { plan, resolve } of group) {
        const items = result.items?.slice(at, at + plan.operations.length);
        at += plan.operations.length;
        resolve({ ...result, items });
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const plans = {
    apply: (plan) =>
      new Promise((resolve, reject) => {
        held.push({ plan, resolve, reject });
        if (held.length >= expected) void flush();
      }),
  };
  return {
    store: Object.create(store, { plans: { value: plans } }),
    expect: (count) => {
      expected = count;
    },
  };
}

async function fill(count, cwds) {
  const { env } = process;
  const app = new App({ env, cwd: cwds[0], version: 'bench' });
  const { store, expect } = grouped(await app.store(), GROUP);
  const memories = memoriesService({
    store,
    now: Date.now,
    policy: 'tiered',
    findCall: async () => ({ call: null, readable: false }),
  });
  const facts = {
    surface: 'mcp',
    client: 'bench',
    externalSession: null,
    session: null,
    turnKey: null,
    callId: null,
    rights: { read: true, write: true, admin: false },
    personPresent: false,
  };
  const ids = new Array(count);
  // A receipt belongs to one project: the records of a group are of one.
  const waiting = cwds.map(() => []);
  const write = async (project) => {
    const group = waiting[project].splice(0);
    if (group.length === 0) return;
    const caller = await app.caller({ ...facts, cwd: cwds[project] });
    expect(group.length);
    await Promise.all(
      group.map(async ({ n, text }) => {
        const { status, id } = await memories.remember(caller, { content: text });
        if (status !== 'accepted') throw new Error(`record ${n} was ${status}`);
        ids[n] = id;
      }),
    );
  };
  for (let n = 0; n < count; n += 1) {
    const { text, project } = message(n);
    waiting[project].push({ n, text });
    if (waiting[project].length === GROUP) await write(project);
  }
  for (const project of cwds.keys()) await write(project);
  app.close();
  process.stdout.write(JSON.stringify(ids));
}

fill(Number(process.argv[2]), process.argv.slice(3)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
