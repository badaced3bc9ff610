/** midturn scheduler on Linux: a systemd timer where the user has one, else a line in the crontab. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobEnvironment } from '../../src/setup/scheduler/environment.ts';
import { cutOutput } from '../../src/setup/scheduler/output.ts';
import { calendarOf, cronOf, minutesOfCron, requireMinutes } from '../../src/setup/scheduler/times.ts';
import { linux, type Machine, temporaryFolder } from './scheduler-world.ts';

/** A systemd that keeps what it was told in files. */
const SYSTEMCTL = `
const [, , verb, unit] = args;
const file = (name) => require('node:path').join(state, name);
if (verb === 'is-system-running') { console.log('degraded'); process.exit(1); }
if (verb === 'enable') fs.writeFileSync(file('enabled'), '');
if (verb === 'restart') fs.writeFileSync(file('active'), '');
if (verb === 'disable') for (const name of ['enabled', 'active']) fs.rmSync(file(name), { force: true });
if (verb === 'is-enabled') process.exit(fs.existsSync(file('enabled')) ? 0 : 1);
if (verb === 'is-active') process.exit(fs.existsSync(file('active')) ? 0 : 3);
if (verb === 'show' && unit.endsWith('.timer')) {
  if (process.env.TZ !== 'UTC') process.exit(9);
  console.log('NextElapseUSecRealtime=Sat 2026-11-21 15:15:00 UTC');
  console.log('LastTriggerUSec=Sat 2026-11-21 15:00:07 UTC');
  console.log('LoadState=loaded');
  console.log('ActiveState=' + (fs.existsSync(file('active')) ? 'active' : 'inactive'));
}
if (verb === 'show' && unit.endsWith('.service')) {
  console.log('ExecMainExitTimestamp=Sat 2026-11-21 15:00:09 UTC\\nExecMainStatus=1');
}
`;
const NO_BUS = "console.error('Failed to connect to bus: No medium found'); process.exit(1);";
/** A cron that keeps the table in a file. */
const CRONTAB = `
const table = require('node:path').join(state, 'table');
if (args[0] === '-l') {
  if (!fs.existsSync(table)) { console.error('no crontab for u'); process.exit(1); }
  process.stdout.write(fs.readFileSync(table));
}
if (args[0] === '-') fs.writeFileSync(table, input);
if (args[0] === '-r') fs.rmSync(table);
`;

const units = (machine: Machine): string => join(machine.osHome, '.config/systemd/user');

describe('a systemd timer', () => {
  it('is two unit files that name everything', async () => {
    const machine = linux({
      env: { LANG: 'C.UTF-8', OPENAI_API_KEY: 'dummy-key', CODEX_HOME: '/srv/codex' },
    });
    machine.program('systemctl', SYSTEMCTL);
    const done = await machine.service.install({});
    expect(done).toMatchObject({ kind: 'systemd', minutes: 15, changed: true });
    const { osHome, home, folder } = machine;
    expect(readFileSync(join(units(machine), 'midturn.service'), 'utf8')).toBe(
      `# Written by midturn: \`midturn scheduler uninstall\` takes it away.
[Unit]
Description=midturn: review and compile what agents and their people said

[Service]
Type=oneshot
ExecStart="/opt/node/bin/node" "${home}/app/midturn.cjs" "scan" "--scheduled"
WorkingDirectory=${home}
Environment="HOME=${osHome}"
Environment="MIDTURN_HOME=${home}"
Environment="PATH=/opt/node/bin:${folder}/bin"
Environment="CODEX_HOME=/srv/codex"
Environment="LANG=C.UTF-8"
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=30min
`,
    );
    expect(readFileSync(join(units(machine), 'midturn.timer'), 'utf8')).toBe(
      `# Written by midturn: \`midturn scheduler uninstall\` takes it away.
[Unit]
Description=midturn, every 15 minutes

[Timer]
OnCalendar=*-*-* *:00/15:00
Persistent=true
RandomizedDelaySec=30s

[Install]
WantedBy=timers.target
`,
    );
  });

  it('is enabled once: a second install changes nothing and tells systemd nothing', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    await machine.service.install({});
    expect(machine.calls()).toEqual([
      'systemctl --user --no-pager is-system-running',
      'systemctl --user --no-pager daemon-reload',
      'systemctl --user --no-pager enable midturn.timer',
      'systemctl --user --no-pager restart midturn.timer',
    ]);
    expect((await machine.service.install({})).changed).toBe(false);
    expect(machine.calls().join()).not.toMatch(/reload|restart/);
    expect((await machine.service.install({ minutes: 30 })).changed).toBe(true);
    expect(machine.calls().join()).toMatch(/daemon-reload.*restart/);
  });

  it('is enabled again where somebody has disabled it', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    await machine.service.install({});
    machine.calls();
    await machine.world.run(['systemctl', '--user', '--no-pager', 'disable', 'midturn.timer']);
    expect((await machine.service.install({})).changed).toBe(true);
  });

  it('tells how it stands: the next run, the last one, and how that ended', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    await machine.service.install({ minutes: 20 });
    expect(await machine.service.status()).toEqual({
      kind: 'systemd',
      installed: true,
      active: true,
      every_minutes: 20,
      next: Date.UTC(2026, 10, 21, 15, 15),
      last: { at: Date.UTC(2026, 10, 21, 15, 0, 7), ok: false },
      refused: null,
    });
  });

  it('takes the last run from the log of midturn where there is one', async () => {
    const machine = linux({ lastRun: { at: 5, ok: false, error: 'the disk is full' } });
    machine.program('systemctl', SYSTEMCTL);
    await machine.service.install({});
    expect((await machine.service.status()).last).toEqual({ at: 5, ok: false, error: 'the disk is full' });
  });

  it('is taken away with every trace of it, and nothing else', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    mkdirSync(units(machine), { recursive: true });
    writeFileSync(join(units(machine), 'other.timer'), '[Timer]\n');
    await machine.service.install({});
    const stamps = join(machine.osHome, '.local/share/systemd/timers');
    mkdirSync(stamps, { recursive: true });
    writeFileSync(join(stamps, 'stamp-midturn.timer'), '');
    expect(await machine.service.uninstall()).toEqual([
      join(units(machine), 'midturn.timer'),
      join(units(machine), 'midturn.service'),
    ]);
    expect(readdirSync(units(machine))).toEqual(['other.timer']);
    expect(existsSync(join(machine.osHome, '.local'))).toBe(false);
    expect(await machine.service.status()).toMatchObject({ installed: false, kind: null, last: null });
    expect(await machine.service.uninstall()).toEqual([]);
  });

  it('leaves no folder behind that it made', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    await machine.service.install({});
    await machine.service.uninstall();
    expect(readdirSync(machine.osHome)).toEqual(['.midturn']);
  });

  it('leaves a unit of the same name alone that midturn did not write', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    mkdirSync(units(machine), { recursive: true });
    writeFileSync(join(units(machine), 'midturn.service'), '[Service]\nExecStart=/bin/true\n');
    await expect(machine.service.install({})).rejects.toThrow(/midturn did not write it/);
    expect(await machine.service.uninstall()).toEqual([]);
    expect(readFileSync(join(units(machine), 'midturn.service'), 'utf8')).toContain('/bin/true');
  });

  it('is another one for another home', async () => {
    const folder = temporaryFolder();
    const machine = linux({ folder });
    machine.program('systemctl', SYSTEMCTL);
    const other = linux({ folder });
    expect((await machine.service.install({ dryRun: true })).places[0]?.place).toMatch(/\/midturn\.service$/);
    expect((await other.service.install({ dryRun: true })).places[0]?.place).toMatch(/\/midturn\.service$/);
    const { schedulerService } = await import('../../src/setup/scheduler/index.ts');
    const { homeLayout } = await import('../../src/project/home.ts');
    const named = schedulerService({
      world: { ...machine.world, layout: homeLayout(join(folder, 'second')) },
      program: async () => ({ node: '/n', launcher: '/l' }),
      lastRun: async () => null,
    });
    expect((await named.install({ dryRun: true })).places[0]?.place).toMatch(
      /\/midturn-[0-9a-f]{8}\.service$/,
    );
  });

  it('says what systemd said when it refuses', async () => {
    const machine = linux();
    machine.program(
      'systemctl',
      "if (args[2] === 'is-system-running') console.log('running');\nelse { console.error('Unit is masked.'); process.exit(1); }",
    );
    await expect(machine.service.install({})).rejects.toThrow(/daemon-reload failed: Unit is masked\./);
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)(
    'is read by systemd as it was meant, whatever stands in the paths',
    async () => {
      const folder = join(temporaryFolder(), `a b%h "c" \\d $HOME 'e' ö`);
      mkdirSync(join(folder, 'bin'), { recursive: true });
      const machine = linux({ folder, node: join(folder, 'bin', 'node') });
      machine.program('systemctl', SYSTEMCTL);
      machine.program('node', '');
      await machine.service.install({});
      const files = ['midturn.service', 'midturn.timer'].map((file) => join(units(machine), file));
      const read = (level: string) =>
        spawnSync('systemd-analyze', ['--user', 'verify', ...files], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, XDG_RUNTIME_DIR: machine.folder, SYSTEMD_LOG_LEVEL: level },
        });
      expect(read('info')).toMatchObject({ status: 0, stderr: '' });
      const dumped = read('debug').stdout;
      expect(dumped).toContain(`WorkingDirectory: ${machine.home}\n`);
      expect(dumped).toContain(`Environment: MIDTURN_HOME=${machine.home}\n`);
      expect(dumped).toContain(`Environment: PATH=${join(folder, 'bin')}\n`);
      // A `$` is doubled until the program is started; the dump escapes as a shell would.
      const words = [join(folder, 'bin', 'node'), join(machine.home, 'app/midturn.cjs')];
      const escaped = words.map((word) => `"${word.replaceAll('$', '$$$$').replace(/[\\"$]/g, '\\$&')}"`);
      expect(dumped).toContain(`Command Line: /usr/bin/env ${escaped.join(' ')} scan --scheduled\n`);
    },
  );
});

describe('a line in the crontab', () => {
  it('is added below what stands there, and is the same at the next install', async () => {
    const machine = linux();
    machine.program('systemctl', NO_BUS);
    machine.program('crontab', CRONTAB);
    writeFileSync(join(machine.folder, 'state/table'), 'MAILTO=me\n0 4 * * * backup # mine\n');
    const done = await machine.service.install({ minutes: 30 });
    expect(done).toMatchObject({ kind: 'cron', changed: true });
    const { home, osHome, folder } = machine;
    const line = `*/30 * * * * /usr/bin/env HOME=${osHome} MIDTURN_HOME=${home} PATH=/opt/node/bin:${folder}/bin /opt/node/bin/node ${home}/app/midturn.cjs scan --scheduled # midturn: see midturn scheduler`;
    expect(machine.file('state/table')).toBe(`MAILTO=me\n0 4 * * * backup # mine\n${line}\n`);
    expect((await machine.service.install({ minutes: 30 })).changed).toBe(false);
    await machine.service.install({ minutes: 60 });
    expect(machine.file('state/table').match(/midturn\.cjs/g)).toHaveLength(1);
    expect(await machine.service.status()).toMatchObject({
      kind: 'cron',
      installed: true,
      every_minutes: 60,
      next: null,
    });
  });

  it('goes alone, and a table that it alone made goes with it', async () => {
    const machine = linux();
    machine.program('crontab', CRONTAB);
    const table = join(machine.folder, 'state/table');
    writeFileSync(table, '0 4 * * * backup\n');
    await machine.service.install({});
    expect(await machine.service.uninstall()).toEqual(['crontab']);
    expect(readFileSync(table, 'utf8')).toBe('0 4 * * * backup\n');
    writeFileSync(table, '');
    await machine.service.install({});
    await machine.service.uninstall();
    expect(existsSync(table)).toBe(false);
    machine.calls();
    expect(await machine.service.uninstall()).toEqual([]);
    expect(machine.calls()).toEqual(['crontab -l']);
  });

  it('gives way to a timer once systemd answers', async () => {
    const machine = linux();
    machine.program('crontab', CRONTAB);
    await machine.service.install({});
    machine.program('systemctl', SYSTEMCTL);
    expect((await machine.service.install({})).kind).toBe('systemd');
    expect(existsSync(join(machine.folder, 'state/table'))).toBe(false);
  });

  it('reaches the program word for word through a shell, and through a cron that reads %', async () => {
    const folder = join(temporaryFolder(), `it's 100% "$HOME" \\n`);
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const machine = linux({ folder, node: join(folder, 'bin', 'node') });
    machine.program('crontab', CRONTAB);
    machine.program(
      'node',
      "fs.writeFileSync(require('node:path').join(state, 'ran'), JSON.stringify([args, process.env.MIDTURN_HOME]));",
    );
    await machine.service.install({});
    const command = machine.file('state/table').trim().split(' ').slice(5).join(' ');
    // cron takes the backslash from an escaped percent sign before the shell sees it; not every cron does.
    for (const seen of [command, command.replaceAll('\\%', '%')]) {
      expect(spawnSync('/bin/sh', ['-c', seen], { encoding: 'utf8' }).stderr).toBe('');
      expect(JSON.parse(machine.file('state/ran'))).toEqual([
        [join(machine.home, 'app/midturn.cjs'), 'scan', '--scheduled'],
        machine.home,
      ]);
    }
    expect(command.replaceAll('\\%', '')).not.toContain('%');
  });

  it('stays out of a crontab that would cut it', async () => {
    const machine = linux({ env: { NO_PROXY: 'a'.repeat(900) } });
    machine.program('crontab', CRONTAB);
    await expect(machine.service.install({})).rejects.toThrow(/too long for a crontab/);
  });
});

describe('a machine without any scheduler', () => {
  it('says why, for each that was looked for, and what to do instead', async () => {
    const machine = linux();
    machine.program('systemctl', NO_BUS);
    await expect(machine.service.install({})).rejects.toThrow(
      /no scheduler that midturn can use: the user's systemd does not answer \(Failed to connect to bus: No medium found\), and there is no crontab\. Run `midturn scan`/,
    );
    expect(await machine.service.status()).toMatchObject({
      installed: false,
      refused: expect.stringContaining('there is no crontab'),
    });
  });

  it('may have a cron that is not for this user', async () => {
    const machine = linux();
    machine.program(
      'crontab',
      "console.error('You (u) are not allowed to use this program (crontab)'); process.exit(1);",
    );
    await expect(machine.service.install({})).rejects.toThrow(/crontab refuses \(You \(u\) are not allowed/);
  });
});

describe('a dry run', () => {
  it('shows what would be written and writes nothing', async () => {
    const machine = linux();
    machine.program('systemctl', SYSTEMCTL);
    const { places, changed } = await machine.service.install({ dryRun: true });
    expect(changed).toBe(false);
    expect(places.map(({ text }) => text).join()).toContain('OnCalendar=');
    expect(readdirSync(machine.osHome)).toEqual([]);
  });
});

describe('how often', () => {
  it('takes what divides an hour or a day, and nothing else', () => {
    for (const minutes of [5, 6, 10, 15, 20, 30, 60, 120, 240, 1440])
      expect(requireMinutes(minutes)).toBe(minutes);
    for (const minutes of [0, 1, 4, 7, 45, 90, 300, 2880, 7.5, Number.NaN])
      expect(() => requireMinutes(minutes)).toThrow(/cannot be scheduled/);
  });

  it('is the same for every system', () => {
    expect([15, 60, 120, 1440].map(calendarOf)).toEqual([
      '*-*-* *:00/15:00',
      '*-*-* *:00:00',
      '*-*-* 00/2:00:00',
      '*-*-* 00:00:00',
    ]);
    for (const minutes of [5, 15, 30, 60, 120, 480, 1440])
      expect(minutesOfCron(cronOf(minutes))).toBe(minutes);
    expect(minutesOfCron('5 4 * * 1')).toBeNull();
  });
});

describe('the environment of a run', () => {
  const asked = {
    osHome: '/home/u',
    home: '/home/u/.midturn',
    node: '/n/bin/node',
    os: 'linux',
    pathCharacters: 400,
  } as const;

  it('has no key in it, no proxy with a password, no folder that is gone tomorrow', () => {
    const env = jobEnvironment({
      ...asked,
      env: {
        PATH: '/usr/bin:/x/node_modules/.bin:relative:/run/user/1/fnm_multishells/2/bin:/usr/bin:/bin',
        ANTHROPIC_API_KEY: 'dummy',
        HTTPS_PROXY: 'http://u:p@proxy:8080',
        HTTP_PROXY: 'http://proxy:8080',
      },
    });
    expect(env).toEqual({
      HOME: '/home/u',
      MIDTURN_HOME: '/home/u/.midturn',
      PATH: '/n/bin:/usr/bin:/bin',
      HTTP_PROXY: 'http://proxy:8080',
    });
  });

  it('keeps PATH within its bound by whole folders, the first ones first', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^\/[a-z]{0,60}$/), { maxLength: 30 }), (folders) => {
        const { PATH = '' } = jobEnvironment({ ...asked, env: { PATH: folders.join(':') } });
        const all = [...new Set(['/n/bin', ...folders])];
        expect(PATH.length).toBeLessThanOrEqual(400);
        expect(PATH.split(':')).toEqual(all.slice(0, PATH.split(':').length));
      }),
    );
  });
});

describe('the file that takes what is printed', () => {
  it('is cut to its last lines when it has grown, and only then', async () => {
    const path = join(temporaryFolder(), 'scheduler.log');
    await cutOutput(path);
    writeFileSync(path, 'short\n');
    await cutOutput(path);
    expect(readFileSync(path, 'utf8')).toBe('short\n');
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at} of the log`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    await cutOutput(path);
    const kept = readFileSync(path, 'utf8');
    expect(kept.length).toBeLessThanOrEqual(64 * 1024);
    expect(kept).toMatch(/^line \d+ of the log\n/);
    expect(kept).toMatch(/line 19999 of the log\n$/);
  });
});
