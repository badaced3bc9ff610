/** Whether there is anything that an import has never seen: what setup asks before it asks a person. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(exclude = '') {
  const root = tempFolder();
  const folder = join(root, '.codex', 'sessions', '2026', '11', '20');
  mkdirSync(folder, { recursive: true });
  const env = { HOME: root, MIDTURN_HOME: join(root, 'home'), MIDTURN_CAPTURE_EXCLUDE: exclude };
  const app = () => new App({ env, cwd: root, version: '0.0.0' });
  const write = (id: string, cwd: string): void => {
    const at = '2026-11-20T10:00:00Z';
    const content = [{ type: 'input_text', text: 'Hello' }];
    const lines = [
      { timestamp: at, type: 'session_meta', payload: { id, cwd, timestamp: at } },
      { timestamp: at, type: 'response_item', payload: { type: 'message', role: 'user', content } },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(join(folder, `rollout-2026-11-20T10-00-00-${id}.jsonl`), text);
  };
  const hasNew = async (from: App) =>
    (await from.capture()).hasNew(await from.planImport({ paths: [], confirmed: false }));
  return { root, app, write, hasNew };
}

describe('new transcripts', () => {
  it('are those that nothing was ever read of', async () => {
    const { root, app, write, hasNew } = place();
    const own = app();
    expect(await hasNew(own)).toBe(false);
    write('b3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b', root);
    expect(await hasNew(own)).toBe(true);
    const plan = await own.planImport({ paths: [], confirmed: false });
    await (await own.capture()).run(plan, await own.self());
    expect(await hasNew(own)).toBe(false);
    write('c3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b', root);
    expect(await hasNew(own)).toBe(true);
    own.close();
  });

  it('are none that are kept out', async () => {
    const { root, app, write, hasNew } = place('**/private');
    const own = app();
    write('b3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b', root);
    const plan = await own.planImport({ paths: [], confirmed: false });
    await (await own.capture()).run(plan, await own.self());
    write('c3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b', join(root, 'private'));
    expect(await hasNew(own)).toBe(false);
    own.close();
  });
});
