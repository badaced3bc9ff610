import { describe, expect, it } from 'vitest';
import { below, type KillHost, killTree } from '../../src/platform/kill-tree.ts';

/** A system where the processes named end at SIGTERM, or only at SIGKILL. */
function system({ os, deaf }: { os: KillHost['os']; deaf: boolean }) {
  const told: string[] = [];
  const runs = new Set([10, 11]);
  const host: KillHost = {
    os,
    signal: (pid, signal) => {
      if (signal !== 0) told.push(`${signal} ${pid}`);
      if (signal === 'SIGKILL' || (signal === 'SIGTERM' && !deaf)) {
        if (pid < 0) runs.clear();
        else runs.delete(pid);
      }
      return pid < 0 ? runs.size > 0 : runs.has(pid);
    },
    groupRuns: () => runs.size > 0,
    descendants: async (pid) => (pid === 10 ? [{ pid: 11, startTime: null }] : []),
    run: async (file, args) => {
      told.push([file, ...args].join(' '));
    },
    systemRoot: 'D:\\Win',
  };
  return { host, told };
}

describe('ending a tree of processes', () => {
  it('asks first, and ends nothing that has ended', async () => {
    const { host, told } = system({ os: 'darwin', deaf: false });
    await killTree(10, 5000, host);
    expect(told).toEqual(['SIGTERM -10', 'SIGTERM 11', 'SIGKILL -10']);
  });

  it('ends after the grace what did not end itself', async () => {
    const { host, told } = system({ os: 'darwin', deaf: true });
    await killTree(10, 50, host);
    expect(told).toEqual(['SIGTERM -10', 'SIGTERM 11', 'SIGKILL -10']);
  });

  it('is one call of taskkill on Windows, by its full path', async () => {
    const { host, told } = system({ os: 'win32', deaf: true });
    await killTree(10, 5000, host);
    expect(told).toEqual(['D:\\Win\\System32\\taskkill.exe /pid 10 /T /F']);
  });

  it('finds everything below a process, and comes to an end where the table is in a circle', () => {
    const rows = [
      [2, 1],
      [3, 2],
      [4, 3],
      [5, 1],
      [6, 6],
      [2, 4],
    ].map(([pid = 0, parent = 0]) => ({ pid, parent, startTime: null }));
    expect(below(2, rows).map(({ pid }) => pid)).toEqual([3, 4]);
  });
});
