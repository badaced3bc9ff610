/** The built program puts itself into a crontab, runs from there, and takes itself out again. */
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BIN, environment, NODE } from '../support/built-program.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A machine with a crontab that keeps its table in a file, and no systemd. */
function machine() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-cron ')));
  folders.push(folder);
  const [bin, home, table] = [join(folder, 'bin'), join(folder, 'u'), join(folder, 'table')];
  for (const each of [bin, home]) mkdirSync(each);
  const script = `#!${process.execPath}
const fs = require('node:fs');
const table = ${JSON.stringify(table)};
const [what] = process.argv.slice(2);
if (what === '-l') {
  if (!fs.existsSync(table)) { console.error('no crontab for u'); process.exit(1); }
  process.stdout.write(fs.readFileSync(table));
} else if (what === '-r') fs.rmSync(table);
else fs.writeFileSync(table, fs.readFileSync(0));
`;
  writeFileSync(join(bin, 'crontab'), script);
  chmodSync(join(bin, 'crontab'), 0o755);
  const midturn = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(
        NODE,
        [BIN, ...args],
        { cwd: home, env: environment(home, { PATH: bin }) },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(stderr));
        },
      );
    });
  return { home, table, midturn };
}

describe.runIf(process.platform === 'linux')('midturn scheduler', () => {
  it('installs, runs, tells and takes away again', async () => {
    const { home, table, midturn } = machine();
    expect(await midturn('scheduler', 'install', '--every', '30')).toContain(
      'Installed: a line in your crontab runs `midturn scan` every 30 minutes.',
    );
    expect(await midturn('scheduler', 'status')).toBe(
      'Scheduled (cron), every 30 minutes.\n  last run  never, as far as is known\n',
    );
    const again: unknown = JSON.parse(await midturn('scheduler', 'install', '--every', '30', '--json'));
    expect(again).toMatchObject({ kind: 'cron', every_minutes: 30, changed: false, dry_run: false });

    const command = readFileSync(table, 'utf8').trim().split(' ').slice(5).join(' ');
    // As cron does it: a shell, and next to nothing in the environment.
    const ran = spawnSync('/bin/sh', ['-c', command], { cwd: '/', env: { HOME: home }, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(await midturn('scheduler', 'status')).toMatch(/last run {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC, well/);

    expect(await midturn('scheduler', 'uninstall')).toBe('Uninstalled:\n  crontab\n');
    expect(existsSync(table)).toBe(false);
    expect(JSON.parse(await midturn('scheduler', 'uninstall', '--json'))).toEqual({ removed: [] });
  });

  it('shows what it would write, and writes nothing', async () => {
    const { home, table, midturn } = machine();
    const shown = await midturn('scheduler', 'install', '--dry-run');
    expect(shown).toMatch(/^It would be a line in your crontab, every 15 minutes\. Nothing was written\.\n/);
    expect(shown).toMatch(/^ {2}\*\/15 \* \* \* \* \/usr\/bin\/env /m);
    expect(existsSync(table)).toBe(false);
    expect(existsSync(join(home, '.midturn', 'app'))).toBe(false);
  });
});
