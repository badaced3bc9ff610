import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  isAlive,
  parseProcStat,
  processIdentity,
  stillRuns,
  watchParent,
} from '../../src/platform/process.ts';

function idle(): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('a process', () => {
  it('is alive until it has ended, and still the same one until then', async () => {
    const child = idle();
    const pid = child.pid ?? 0;
    const self = await processIdentity();
    const identity = await processIdentity(pid);
    expect(isAlive(pid)).toBe(true);
    expect(await stillRuns(identity, self)).toBe(true);
    await end(child);
    expect(isAlive(pid)).toBe(false);
    expect(await stillRuns(identity, self)).not.toBe(true);
  });

  it.runIf(process.platform === 'linux')('has ended when only its parent has yet to ask how', async () => {
    // The child outlives the exec: a shell that still waits would have asked how it ended.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [printed]: unknown[] = await once(parent.stdout, 'data');
      const pid = Number(String(printed));
      await vi.waitFor(
        () => expect(parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).state).toBe('Z'),
        { timeout: 10_000 },
      );
      expect(isAlive(pid)).toBe(false);
    } finally {
      await end(parent);
    }
  });

  it('of no possible pid is not alive, and no group of processes is asked', () => {
    for (const pid of [0, -1, -process.pid, 1.5, Number.NaN, 2 ** 40]) expect(isAlive(pid)).toBe(false);
    expect(isAlive(process.pid)).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'has a start time, a boot and a pid namespace on Linux',
    async () => {
      const self = await processIdentity();
      expect(self).toEqual(await processIdentity());
      expect(self.startTime).toMatch(/^\d+$/);
      expect(self.bootId).toMatch(/^[0-9a-f-]{36}$/);
      expect(self.host).toMatch(/pid:\[\d+\]$/);
    },
  );
});

describe('whether one still runs', () => {
  const self = { pid: process.pid, startTime: null, bootId: 'boot-1', host: 'here' };

  it('cannot be told from another host, or where the boot is not known', async () => {
    expect(await stillRuns({ ...self, host: 'there' }, self)).toBeNull();
    expect(await stillRuns({ ...self, bootId: null }, self)).toBeNull();
  });

  it('is no after a boot', async () => {
    expect(await stillRuns({ ...self, bootId: 'boot-0' }, self)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is no when the pid was given to another process', async () => {
    const identity = await processIdentity();
    expect(await stillRuns(identity, identity)).toBe(true);
    expect(await stillRuns({ ...identity, startTime: '1' }, identity)).toBe(false);
  });
});

it('reads a process whose name is made to confuse', () => {
  const after = ['S', '1', ...Array.from({ length: 17 }, () => '0'), '777', '5'];
  expect(parseProcStat(`12 (a) b (c) Z) ${after.join(' ')}`)).toEqual({ state: 'S', startTime: '777' });
});

describe('watching the parent', () => {
  afterEach(() => vi.useRealTimers());

  const watched = (options: Parameters<typeof watchParent>[1]) => {
    vi.useFakeTimers();
    const onGone = vi.fn();
    const stop = watchParent(onGone, { intervalMs: 10, ...options });
    return { onGone, stop };
  };

  it('tells once that another process has taken its place', () => {
    let ppid = 500;
    const { onGone } = watched({ os: 'linux', ppid: () => ppid });
    vi.advanceTimersByTime(100);
    expect(onGone).not.toHaveBeenCalled();
    ppid = 1;
    vi.advanceTimersByTime(100);
    expect(onGone).toHaveBeenCalledTimes(1);
  });

  it('asks on Windows whether the parent lives, since its name stays', () => {
    const alive = new Set([500]);
    const { onGone } = watched({ os: 'win32', ppid: () => 500, alive: (pid) => alive.has(pid) });
    vi.advanceTimersByTime(100);
    expect(onGone).not.toHaveBeenCalled();
    alive.clear();
    vi.advanceTimersByTime(100);
    expect(onGone).toHaveBeenCalledTimes(1);
  });

  it('may have init for a parent from the start, as in a container', () => {
    const { onGone } = watched({ os: 'linux', ppid: () => 1 });
    vi.advanceTimersByTime(100);
    expect(onGone).not.toHaveBeenCalled();
  });

  it('ends when it is told to, and does not begin where the parent has no number', () => {
    let ppid = 500;
    const { onGone, stop } = watched({ os: 'linux', ppid: () => ppid });
    stop();
    ppid = 1;
    const outside = watched({ os: 'win32', ppid: () => 0, alive: () => false });
    vi.advanceTimersByTime(100);
    expect(onGone).not.toHaveBeenCalled();
    expect(outside.onGone).not.toHaveBeenCalled();
  });
});
