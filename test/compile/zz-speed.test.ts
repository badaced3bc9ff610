import { it } from 'vitest';
import { join } from 'node:path';
import { tempStore, tempFolder, project } from '/work/main/test/support/temp-store.ts';
import { compileService } from '/work/main/src/compile/index.ts';
import { openCompile } from '/work/main/src/app/compile-desk.ts';
import { homeLayout } from '/work/main/src/project/home.ts';
const words = 'alpha bravo cable delta engine forest garage harbor island jungle kernel lumber magnet needle orange pillow quarry ribbon saddle tunnel umbrella velvet walnut xenon yellow zephyr amber basil cedar dune'.split(' ');
it('speed', async () => {
  const home = tempFolder();
  const store = await tempStore(home);
  const id = await project(store, 'shop');
  const caller = { owner: store.owner, surface: 'cli', client: null, session: null, externalSession: null, turnKey: null, callId: null, project: { id, ids: [id], name: 'shop', root: null, cwd: '', branch: null, commit: null }, cwd: home, rights: { read: true, write: true, admin: true }, personPresent: false } as any;
  const service = openCompile({ store, now: Date.now, layout: homeLayout(home), settings: { trust: { policy: 'tiered' }, compile: { allow_fallback: true, mcp_backends: [], user_characters: 1375, project_characters: 2200 } } as any, findCall: async () => ({ call: null, readable: false }), projectOf: async () => null });
  let n = 0; const t0 = performance.now();
  for (let e = 0; e < 50; e += 1) {
    const items = Array.from({ length: 200 }, () => { n += 1; const w = (k: number) => words[(n * k + (n >> 3)) % words.length]; return { summary: `Fact ${n} of ${w(7)}`, content: `The ${w(3)} service ${n} keeps its ${w(5)} under ${w(11)}/${w(13)}-${n} and restarts after ${n % 97} minutes of ${w(17)}` }; });
    await service.submit(caller, { memory_updates: items }, { source: 'file', originCap: 'agent' });
  }
  const t1 = performance.now();
  const result = await service.compile(caller);
  const t2 = performance.now();
  console.log(`submit ${(t1 - t0).toFixed(0)} compile ${(t2 - t1).toFixed(0)}`, JSON.stringify(result.actions), result.receipts?.length);
  await service.compile(caller);
  const t3 = performance.now();
  for (let i = 0; i < 20; i += 1) await service.compile(caller);
  console.log(`empty ${((performance.now() - t3) / 20).toFixed(2)}`);
}, 120000);
