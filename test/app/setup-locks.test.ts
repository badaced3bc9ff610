import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLoopLock, takeSetupLock } from '../../src/app/loop/lock.ts';
import { stillThere } from '../../src/app/same-file.ts';
import { alone } from '../../src/app/setup-locks.ts';
import { processIdentity } from '../../src/platform/process.ts';
import { machine, NO_WISHES } from '../setup/machine.ts';
import { tempFolder } from '../support/temp-store.ts';

const now = Date.now;

function guarded() {
  const made = machine();
  made.write('.codex/config.toml', '');
  const { layout } = made.world;
  return { ...made, layout, service: alone(made.setup(), { layout, now }) };
}

describe('setup', () => {
  it('waits until another one is done, and lets go of its lock', async () => {
    const { service, layout, file } = guarded();
    mkdirSync(layout.root);
    const plan = await service.plan([], NO_WISHES);
    const other = await takeSetupLock(layout, now);
    const applying = service.apply(plan);
    const removing = service.remove(await service.planRemoval([]));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(existsSync(file('.codex/hooks.json'))).toBe(false);
    other?.release();
    expect((await applying).written).toHaveLength(2);
    await removing;
    expect(existsSync(join(layout.root, 'setup.lock'))).toBe(false);
  });

  it('makes no home to take something out', async () => {
    const { service, layout } = guarded();
    expect(await service.remove(await service.planRemoval([]))).toMatchObject({ failed: [] });
    expect(await service.purge()).toEqual([]);
    expect(existsSync(layout.root)).toBe(false);
  });
});

describe('taking the program or the home away', () => {
  it('ends the worker that is at work first', async () => {
    const { service, layout } = guarded();
    mkdirSync(layout.root);
    const worker = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000); console.log("up")'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(worker.stdout, 'data');
    const ended = once(worker, 'exit');
    writeFileSync(join(layout.root, 'worker.lock'), JSON.stringify(await processIdentity(worker.pid ?? 0)));
    expect(await service.purge()).toEqual([]);
    expect((await ended)[1]).toBe(process.platform === 'win32' ? null : 'SIGTERM');
    expect(existsSync(layout.root)).toBe(false);
  });

  it('leaves the place of the worker free', async () => {
    const { service, layout } = guarded();
    mkdirSync(layout.root);
    await service.removeProgram();
    const lock = await takeLoopLock(layout, now);
    expect(lock).not.toBeNull();
    lock?.release();
  });
});

describe.skipIf(process.platform === 'win32')('a store that is open', () => {
  it('is known to be deleted, and known to be another one', () => {
    const path = join(tempFolder(), 'midturn.db');
    writeFileSync(path, 'one');
    const check = stillThere(path);
    expect(check).not.toThrow();
    writeFileSync(`${path}.new`, 'two');
    renameSync(`${path}.new`, path);
    expect(check).toThrow('The memory was deleted');
    rmSync(path);
    expect(check).toThrow('Start the session again');
  });
});
