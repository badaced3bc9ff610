/** Setup that was killed in the middle, that runs twice in a second, and whose list of what it did is gone. */
import { existsSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Machine, machine, NO_WISHES, outside } from './machine.ts';

const CODEX = 'model = "x"';
const SETTINGS = '{\r\n\t"permissions": {"allow": ["Bash(ls:*)"]}\r\n}';

function withClients(): Machine {
  const made = machine();
  made.write('.codex/config.toml', CODEX);
  made.write('.claude/settings.json', SETTINGS);
  return made;
}

async function wire({ setup }: Machine, wishes = NO_WISHES) {
  const service = setup();
  return service.apply(await service.plan([], wishes));
}

async function unwire({ setup }: Machine) {
  const service = setup();
  return service.remove(await service.planRemoval([]));
}

/** As it is when the process dies behind the list of what it is about to do, and before the files themselves. */
async function cutOff(made: Machine): Promise<void> {
  await wire(made);
  made.write('.codex/config.toml', CODEX);
  made.write('.codex/hooks.json.0123456789ab.tmp', '{"hooks": "midturn');
  unlinkSync(made.file('.codex/hooks.json'));
  unlinkSync(made.file('.claude.json'));
  made.write('.claude/settings.json', SETTINGS);
}

describe('setup that was cut off', () => {
  it('is taken out byte for byte, with the half of a file that it left', async () => {
    const made = withClients();
    const before = outside(made.home);
    await cutOff(made);
    expect(await unwire(made)).toMatchObject({ failed: [], last: true });
    expect(outside(made.home)).toEqual(before);
  });

  it('is finished by the next one, and taken out byte for byte all the same', async () => {
    const made = withClients();
    const before = outside(made.home);
    await cutOff(made);
    const { failed, written } = await wire(made);
    expect([failed, written.length]).toEqual([[], 4]);
    expect(existsSync(made.file('.codex/hooks.json.0123456789ab.tmp'))).toBe(false);
    expect(made.read('.codex/config.toml')).toContain('[mcp_servers.midturn]');
    await unwire(made);
    expect(outside(made.home)).toEqual(before);
  });

  it('says nothing of a file that it could not write', async () => {
    const made = withClients();
    const service = made.setup();
    const plan = await service.plan(['codex'], NO_WISHES);
    made.write('.codex/config.toml', 'model = "other"\n');
    const { failed } = await service.apply(plan);
    expect(failed.map(({ why }) => why)).toEqual([
      'it was changed since it was shown. Run midturn setup again.',
    ]);
    expect(made.read('.midturn/setup.json')).not.toContain('config.toml');
  });
});

describe('two setups of the same', () => {
  it('both end well when the second one finds done what it has shown', async () => {
    const made = withClients();
    const [first, second] = [made.setup(), made.setup()];
    const [one, two] = [await first.plan([], NO_WISHES), await second.plan([], NO_WISHES)];
    const before = outside(made.home);
    expect((await first.apply(one)).written).toHaveLength(4);
    expect(await second.apply(two)).toMatchObject({ failed: [], written: [] });
    await unwire(made);
    expect(outside(made.home)).toEqual(before);
  });

  it('keep their copies apart, though they run in one second', async () => {
    const made = withClients();
    const now = (): number => Date.UTC(2026, 10, 21, 9);
    const at = async (): Promise<void> => {
      const service = made.setup({ now });
      await service.apply(await service.plan([], NO_WISHES));
    };
    const before = outside(made.home);
    await at();
    made.write('.codex/config.toml', `${CODEX}\n`);
    await at();
    expect(readdirSync(made.file('.midturn/backups/setup'))).toEqual([
      '2026-11-21T09-00-00Z',
      '2026-11-21T09-00-00Z-2',
    ]);
    made.write('.codex/config.toml', CODEX);
    await unwire(made);
    expect(outside(made.home)).toEqual(before);
  });
});

describe('the copies of clients’ files', () => {
  it('are kept of the last ten runs, and as long as uninstall would give them back', async () => {
    const made = withClients();
    const before = outside(made.home);
    await wire(made);
    const kept = readdirSync(made.file('.midturn/backups/setup'));
    for (let run = 0; run < 14; run += 1) {
      made.write('.claude.json', `{"run": ${run}}`);
      await wire(made);
    }
    const folders = readdirSync(made.file('.midturn/backups/setup'));
    expect(folders).toHaveLength(11);
    expect(folders).toEqual(expect.arrayContaining(kept));
    unlinkSync(made.file('.claude.json'));
    await unwire(made);
    expect(outside(made.home)).toEqual(before);
  });
});

describe('the list of what setup has done', () => {
  it('may be damaged: what is ours is found without it, and the damaged one is kept', async () => {
    const made = withClients();
    await wire(made);
    made.write('.midturn/setup.json', '{"format": 1, "fi');
    const { failed, last } = await unwire(made);
    expect([failed, last]).toEqual([[], true]);
    expect(Object.values(outside(made.home)).join('\n')).not.toContain('midturn');
    expect(readFileSync(made.file('.midturn/backups/setup-damaged.json'), 'utf8')).toBe('{"format": 1, "fi');
  });

  it('of a newer midturn is left to that one', async () => {
    const made = withClients();
    await wire(made);
    made.write('.midturn/setup.json', '{"format": 2, "files": {}}');
    await expect(unwire(made)).rejects.toThrow('a newer midturn has written it');
    expect(made.read('.codex/config.toml')).toContain('midturn');
  });
});
