/** A compile in a process of its own: `home`, `project`, `name`, where to wait (or -), how far its clock is ahead. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryTerms } from '../../src/memories/index.ts';
import { projectId } from '../../src/model/ids.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { callerIn, compiler } from '../support/compile-world.ts';

const [home = '', project = '', name = '', waitAt = '-', ahead = '0', limit = ''] = process.argv.slice(2);
const now = () => Date.now() + Number(ahead);
const store = await openSqlite({ path: join(home, 'midturn.db'), now, memoryTerms });

const service = compiler(store, home, {
  now,
  checkpoint: async (at) => {
    if (at !== waitAt) return;
    process.stdout.write(`${at}\n`);
    while (!existsSync(join(home, `${name}.go`))) await sleep(10);
  },
});
const caller = callerIn(store, { id: projectId(project), name: 'shop' });
if (waitAt === 'start') {
  process.stdout.write('start\n');
  while (!existsSync(join(home, 'all.go'))) await sleep(1);
}
const result = await service.compile(caller, limit === '' ? {} : { limit: Number(limit) });
store.close();
writeFileSync(join(home, `${name}.json`), JSON.stringify(result));
