import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimStart, dropClaim, isAtWork, takeLoopLock } from '../../../src/app/loop/lock.ts';
import { wakeWorker } from '../../../src/app/loop/start.ts';
import { processIdentity } from '../../../src/platform/process.ts';
import { homeLayout } from '../../../src/project/home.ts';
import { tempFolder } from '../../support/temp-store.ts';

const now = Date.now;
/** Of no process: the largest that Linux gives is 2^22. */
const NOBODY = 2 ** 22 + 1;

function home() {
  const layout = homeLayout(join(tempFolder(), 'home'));
  mkdirSync(layout.root);
  return { layout, lock: join(layout.root, 'worker.lock'), claim: join(layout.root, 'worker.starting') };
}

describe('the lock of the worker', () => {
  it('is held by one, and free again when that one lets go', async () => {
    const { layout } = home();
    const first = await takeLoopLock(layout, now);
    expect(first).not.toBeNull();
    expect(await isAtWork(layout, now())).toBe(true);
    expect(await takeLoopLock(layout, now)).toBeNull();
    first?.release();
    expect(await isAtWork(layout, now())).toBe(false);
    const second = await takeLoopLock(layout, now);
    expect(second).not.toBeNull();
    second?.release();
    expect(readdirSync(layout.root)).toEqual([]);
  });

  it('of a dead process is taken over, and one of many that try gets it', async () => {
    const { layout, lock } = home();
    writeFileSync(lock, JSON.stringify({ ...(await processIdentity()), pid: NOBODY }));
    expect(await isAtWork(layout, now())).toBe(false);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLoopLock(layout, now)));
    expect(taken.filter((one) => one !== null).length).toBe(1);
  });

  it('of a pid that another process has by now is taken over', async () => {
    const { layout, lock } = home();
    const self = await processIdentity();
    writeFileSync(lock, JSON.stringify({ ...self, startTime: '1' }));
    // Where the system does not tell when a process was started, its pid alone has to do.
    const isKnown = self.startTime !== null;
    expect(await isAtWork(layout, now())).toBe(!isKnown);
  });

  it('is no longer young after the clock was set back', async () => {
    const { layout, lock, claim } = home();
    const future = new Date(now() + 30 * 86_400_000);
    for (const file of [lock, claim]) {
      writeFileSync(file, 'rubbish');
      utimesSync(file, future, future);
    }
    expect(await isAtWork(layout, now())).toBe(false);
    expect(claimStart(layout, now())).toBe(true);
    expect(await takeLoopLock(layout, now)).not.toBeNull();
  });

  it('that cannot be made leaves no claim behind', async () => {
    const { layout } = home();
    mkdirSync(join(layout.root, 'full'));
    const full = { ...layout, root: join(layout.root, 'full') };
    mkdirSync(join(full.root, 'worker.lock'));
    expect(claimStart(full, now())).toBe(true);
    await takeLoopLock(full, now).catch(() => null);
    expect(readdirSync(full.root)).toEqual(['worker.lock']);
  });

  it('of another machine holds while it says that it is alive', async () => {
    const { layout, lock } = home();
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', startTime: null, bootId: null }));
    expect(await isAtWork(layout, now())).toBe(true);
    expect(await takeLoopLock(layout, now)).toBeNull();
    const old = new Date(now() - 200_000);
    utimesSync(lock, old, old);
    expect(await isAtWork(layout, now())).toBe(false);
    expect(await takeLoopLock(layout, now)).not.toBeNull();
  });

  it('that nobody can read is waited for only as long as it is young', async () => {
    const { layout, lock } = home();
    writeFileSync(lock, '{"pid":');
    expect(await isAtWork(layout, now())).toBe(true);
    const old = new Date(now() - 60_000);
    utimesSync(lock, old, old);
    expect(await takeLoopLock(layout, now)).not.toBeNull();
  });

  it('let go by one that had lost it leaves the new one alone', async () => {
    const { layout, lock } = home();
    const first = await takeLoopLock(layout, now);
    writeFileSync(lock, JSON.stringify({ ...(await processIdentity()), token: 'another' }));
    first?.release();
    expect(readFileSync(lock, 'utf8')).toContain('another');
  });
});

describe('waking the worker', () => {
  const program = ['/usr/bin/node', '/app/midturn.cjs'] as const;

  it('starts one for fifty that ask at once', async () => {
    const { layout, claim } = home();
    let started = 0;
    const start = () => {
      started += 1;
      return 4711;
    };
    const asked = await Promise.all(
      Array.from({ length: 50 }, () => wakeWorker({ layout, env: {}, now: now(), program, start })),
    );
    expect(started).toBe(1);
    expect(asked.filter((word) => word === 'starting').length).toBe(49);
    (await takeLoopLock(layout, now))?.release();
    expect(existsSync(claim)).toBe(false);
  });

  it('starts none while one is at work', async () => {
    const { layout } = home();
    const lock = await takeLoopLock(layout, now);
    expect(await wakeWorker({ layout, env: {}, now: now(), program, start: () => 1 })).toBe('at work');
    lock?.release();
    expect(await wakeWorker({ layout, env: {}, now: now(), program, start: () => 1 })).toBe('started');
  });

  it('takes a claim over that led to nothing, and drops one for a start that failed', async () => {
    const { layout, claim } = home();
    expect(claimStart(layout, now())).toBe(true);
    expect(claimStart(layout, now())).toBe(false);
    const old = new Date(now() - 60_000);
    utimesSync(claim, old, old);
    expect(claimStart(layout, now())).toBe(true);
    dropClaim(layout);
    expect(await wakeWorker({ layout, env: {}, now: now(), program, start: () => null })).toBe('failed');
    expect(existsSync(claim)).toBe(false);
  });

  it('starts nothing without a program, without a home, and while capture rests', async () => {
    const { layout } = home();
    expect(await wakeWorker({ layout, env: {}, now: now(), program: null })).toBe('failed');
    writeFileSync(layout.pause, JSON.stringify({ since: '2026-01-01T00:00:00Z' }));
    expect(await wakeWorker({ layout, env: {}, now: now(), program, start: () => 1 })).toBe('paused');
    const nowhere = homeLayout(join(layout.root, 'nowhere'));
    expect(await wakeWorker({ layout: nowhere, env: {}, now: now(), program, start: () => 1 })).toBe(
      'starting',
    );
  });
});
