/** A process that renders and stops for good on the way, to be killed there. Arguments: the home, where to stop. */
import { writeSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { storeSource } from '../../src/compile/projection-source.ts';
import { renderGroup } from '../../src/compile/projections.ts';
import { prepare } from '../../src/memories/prepare.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import { homeLayout } from '../../src/project/home.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { person } from '../support/projection-caller.ts';

const [root = '', where = ''] = process.argv.slice(2);
const store = await openSqlite({ path: join(root, 'midturn.db'), now: Date.now, memoryTerms });

function stop(): void {
  writeSync(1, `${where}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

await renderGroup(
  {
    layout: homeLayout(root),
    projections: store.projections,
    source: storeSource(store),
    budgets: { user: 1375, project: 2200 },
    prepare,
    touchedByTool: async () => false,
    now: Date.now,
  },
  { scope: 'user', project: null },
  {
    apply: async (operations) => {
      await store.plans.apply({ kind: 'absorb', caller: person(store.owner), operations });
    },
    rename: async (from, to) => {
      if (where === 'before the rename') stop();
      await rename(from, to);
      if (where === 'after the rename') stop();
    },
  },
);
store.close();
