import { describe, expect, it } from 'vitest';
import { type MachineSources, machineId } from '../../src/platform/machine.ts';

const ID = '0123456789abcdef0123456789abcdef';
const home = { ino: 7n, birthtimeNs: 100n, ctimeNs: 900n };
const sources: MachineSources = {
  os: 'linux',
  readText: (path) => (path === '/etc/machine-id' ? `${ID}\n` : null),
  homeStat: () => home,
  hostname: () => 'box',
};

describe('the machine', () => {
  it('has one name, the same each time', () => {
    expect(machineId()).toMatch(/^[0-9a-f]{32}$/);
    expect(machineId()).toBe(machineId());
  });

  it('on Linux is its machine-id, not shown as it is, whatever the host is called', () => {
    expect(machineId(sources)).not.toContain(ID);
    expect(machineId({ ...sources, hostname: () => 'renamed', homeStat: () => null })).toBe(
      machineId(sources),
    );
    expect(machineId({ ...sources, readText: () => ID.replace('0', 'f') })).not.toBe(machineId(sources));
  });

  it.each([null, '', 'uninitialized\n', '0'.repeat(31)])(
    'without a machine-id (%j) is known by the home folder',
    (text) => {
      const without = { ...sources, readText: () => text };
      expect(machineId({ ...without, hostname: () => 'renamed' })).toBe(machineId(without));
      expect(machineId({ ...without, homeStat: () => ({ ...home, ino: 8n }) })).not.toBe(machineId(without));
    },
  );

  it('elsewhere is known by the home folder: a laptop’s host name changes with its network', () => {
    for (const os of ['darwin', 'win32'] as const) {
      expect(machineId({ ...sources, os, hostname: () => 'a' })).toBe(
        machineId({ ...sources, os, hostname: () => 'b' }),
      );
    }
  });

  it.each([
    ['there is none', null],
    ['it has no birth time', { ...home, birthtimeNs: 0n }],
    ['its birth time is its change time', { ...home, birthtimeNs: 900n }],
  ])('is known by the host name when of the home folder %s', (_, stat) => {
    const last = { ...sources, os: 'darwin' as const, homeStat: () => stat };
    expect(machineId({ ...last, hostname: () => 'Box.local' })).toBe(
      machineId({ ...last, hostname: () => 'box.lan' }),
    );
    expect(machineId({ ...last, hostname: () => 'other' })).not.toBe(machineId(last));
  });
});
