import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { hookCall } from '../../src/app/caller.ts';
import { planImport } from '../../src/app/capture-desk.ts';
import { tempFolder } from '../support/temp-store.ts';

const PLAIN = fileURLToPath(
  new URL(
    '../fixtures/claude-code/plain/projects/-home-dev-shop/37715f12-131c-4d6c-a82d-c77ec3694927.jsonl',
    import.meta.url,
  ),
);
const SESSION = '37715f12-131c-4d6c-a82d-c77ec3694927';

const open: App[] = [];
afterEach(() => {
  for (const app of open.splice(0)) app.close();
});

/** The transcript of a session in this folder, as an older client leaves it. */
function transcript(cwdOf: (home: string) => string) {
  const folder = tempFolder();
  const home = join(folder, '.midturn');
  const cwd = cwdOf(home);
  mkdirSync(cwd, { recursive: true });
  const path = join(folder, '.claude/projects/-x', `${SESSION}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(PLAIN, 'utf8').replaceAll('/home/dev/shop', cwd));
  const app = new App({ env: { HOME: folder, MIDTURN_HOME: home }, cwd: folder, version: '0.0.0' });
  open.push(app);
  return { app, path, cwd };
}

describe('what an agent of midturn was asked', () => {
  it.each([
    ['in the folder where agents work', (home: string) => join(home, 'cache', 'agents', '1-x'), false],
    ['elsewhere', (home: string) => join(home, '..', 'shop'), true],
  ] as const)('%s is captured: %#', async (_where, cwdOf, kept) => {
    const { app, path, cwd } = transcript(cwdOf);
    const call = hookCall({ client: 'claude-code', session: SESSION, turn: null, call: null, cwd });
    const desk = await app.capture();
    const session = await desk.takeTranscript(await app.caller(call), { path, ms: 0 });
    const stored = session === null ? null : await (await app.store()).sessions.get(session);
    expect(stored !== null).toBe(kept);
  });

  it('is not imported either', async () => {
    const { app } = transcript((home) => join(home, 'cache', 'agents', '1-x'));
    const plan = await planImport(await app.config(), { paths: [], confirmed: true });
    expect(plan.files).toHaveLength(1);
    const report = await (await app.capture()).run(plan, await app.self());
    expect(report).toMatchObject({ added: 0, sessions: [] });
  });
});
