import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeLayout } from '../../src/project/home.ts';
import { appendLog, readLog } from '../../src/project/log-file.ts';
import { tempFolder } from '../support/temp-store.ts';

const AT = Date.parse('2026-11-21T10:00:00Z');
const DAY = 86_400_000;

describe('the log file', () => {
  it('keeps a file a day and reads back what lies between two times, oldest first', async () => {
    const layout = homeLayout(tempFolder());
    for (const [at, kind] of [
      [AT - DAY, 'hook.stop-review'],
      [AT, 'worker'],
      [AT + 5, 'worker'],
    ] as const)
      expect(appendLog(layout, { at, level: 'info', kind, ok: true, ms: 12.345, client: 'codex' })).toBe(
        true,
      );
    expect(readdirSync(layout.logs).sort()).toEqual([
      'midturn-2026-11-20.ndjson',
      'midturn-2026-11-21.ndjson',
    ]);
    expect(await readLog(layout, { since: AT - DAY, until: AT + 5 })).toEqual([
      { at: AT - DAY, level: 'info', kind: 'hook.stop-review', ok: true, ms: 12.3, client: 'codex' },
      { at: AT, level: 'info', kind: 'worker', ok: true, ms: 12.3, client: 'codex' },
    ]);
  });

  it('does not bring back a home that was deleted', () => {
    const layout = homeLayout(join(tempFolder(), 'gone'));
    expect(appendLog(layout, { at: AT, level: 'info', kind: 'worker', ok: true })).toBe(false);
    expect(existsSync(layout.root)).toBe(false);
  });

  it('keeps 14 days, and nothing but its own files goes', () => {
    const layout = homeLayout(tempFolder());
    mkdirSync(layout.logs);
    for (const name of ['midturn-2026-11-06.ndjson', 'midturn-2026-11-08.ndjson', 'notes-2020-01-01.txt'])
      writeFileSync(join(layout.logs, name), '');
    appendLog(layout, { at: AT, level: 'info', kind: 'worker', ok: true });
    expect(readdirSync(layout.logs).sort()).toEqual([
      'midturn-2026-11-08.ndjson',
      'midturn-2026-11-21.ndjson',
      'notes-2020-01-01.txt',
    ]);
  });

  it('passes over lines that a full disk has cut', async () => {
    const layout = homeLayout(tempFolder());
    appendLog(layout, { at: AT, level: 'error', kind: 'worker', ok: false, error: 'x' });
    appendFileSync(join(layout.logs, 'midturn-2026-11-21.ndjson'), '{"at":"2026-11-2\n\nnull\n7\n');
    expect(await readLog(layout, { since: 0 })).toEqual([
      { at: AT, level: 'error', kind: 'worker', ok: false, error: 'x' },
    ]);
  });

  it('answers false where nothing can be written', async () => {
    const home = join(tempFolder(), 'home');
    writeFileSync(home, 'a file');
    expect(appendLog(homeLayout(home), { at: AT, level: 'info', kind: 'worker', ok: true })).toBe(false);
    expect(existsSync(join(home, 'logs'))).toBe(false);
    expect(await readLog(homeLayout(join(tempFolder(), 'none')), { since: 0 })).toEqual([]);
  });
});
