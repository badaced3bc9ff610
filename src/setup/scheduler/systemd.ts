/** A timer of the user's own systemd (Linux): two unit files, enabled with systemctl. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../model/errors.ts';
import { MARK_WORDS, removeEmpty, removeOwn, textOf, writeOwn } from './files.ts';
import { calendarOf } from './times.ts';
import {
  type Job,
  type Mechanism,
  NOT_THERE,
  type Place,
  type SchedulerWorld,
  type Standing,
} from './types.ts';

/** The words with which a user's systemd that can be talked to describes itself; `offline` and `unknown` do not count. */
const ANSWERS = new Set(['initializing', 'starting', 'running', 'degraded', 'maintenance']);
const SHOWN = ['LoadState', 'ActiveState', 'NextElapseUSecRealtime', 'LastTriggerUSec'];

export function systemd(world: SchedulerWorld): Mechanism {
  const folder = unitFolder(world);
  const ask = (...args: readonly string[]) =>
    // Times are printed in the zone of whoever asks, in words of their language.
    world.run(['systemctl', '--user', '--no-pager', ...args], { env: { TZ: 'UTC', LC_ALL: 'C' } });

  const refusal = async (): Promise<string | null> => {
    const answer = await ask('is-system-running');
    if (answer === null) return 'there is no systemctl';
    if (ANSWERS.has(answer.stdout.trim())) return null;
    const said = answer.stderr.trim().split('\n')[0] ?? '';
    return `the user's systemd does not answer${said === '' ? '' : ` (${said})`}`;
  };

  const told = async (...args: readonly string[]): Promise<void> => {
    const answer = await ask(...args);
    if (answer?.code === 0) return;
    throw new ConfigError({
      what: `systemctl --user ${args.join(' ')} failed`,
      why: answer === null ? 'there is no systemctl' : firstLine(answer.stderr),
      next: 'See `systemctl --user status`, then install again',
    });
  };

  return {
    kind: 'systemd',
    words: 'a systemd timer of this user',
    refusal,
    places: (job) => unitFiles(job, folder),
    install: async (job) => {
      let changed = false;
      for (const { place, text } of unitFiles(job, folder))
        changed = (await writeOwn(place, text)) || changed;
      const timer = `${job.name}.timer`;
      const active =
        !changed &&
        (await ask('is-enabled', timer))?.code === 0 &&
        (await ask('is-active', timer))?.code === 0;
      if (active) return false;
      await told('daemon-reload');
      await told('enable', timer);
      // A timer that runs already keeps its old times until it is started again.
      await told('restart', timer);
      return true;
    },
    uninstall: async (name) => {
      const paths = [`${name}.timer`, `${name}.service`].map((file) => join(folder, file));
      const texts = await Promise.all(paths.map(textOf));
      if (texts.every((text) => text === null)) return [];
      // Where systemd does not answer, the files are what there is to take away; it forgets the rest at its next start.
      await ask('disable', '--now', `${name}.timer`);
      const gone = [];
      for (const path of paths) if (await removeOwn(path)) gone.push(path);
      if (gone.length === 0) return [];
      await ask('daemon-reload');
      // A run that failed is listed until it is forgotten.
      await ask('reset-failed', `${name}.service`);
      await removeTraces(world, name);
      await removeEmpty(join(folder, 'timers.target.wants'), folder);
      await removeEmpty(folder, world.osHome);
      return gone;
    },
    standing: async (name) => {
      const text = await textOf(join(folder, `${name}.timer`));
      if (text === null) return NOT_THERE;
      const answer = await ask('show', `${name}.timer`, `--property=${SHOWN.join(',')}`);
      const service = await ask('show', `${name}.service`, '--property=ExecMainStatus,ExecMainExitTimestamp');
      return standingOf(text, answer?.stdout ?? '', service?.stdout ?? '');
    },
    notes: [
      'It runs while you are logged in; on a machine where you never are, `loginctl enable-linger` lets it run all the same.',
      'What it prints is in the journal: `journalctl --user -u midturn`.',
    ],
  };
}

function unitFolder(world: SchedulerWorld): string {
  return join(baseFolder(world, 'XDG_CONFIG_HOME', '.config'), 'systemd', 'user');
}

/** What systemd keeps of a timer: the link that enables it, and when it last ran (for `Persistent`). */
async function removeTraces(world: SchedulerWorld, name: string): Promise<void> {
  const stamps = join(baseFolder(world, 'XDG_DATA_HOME', join('.local', 'share')), 'systemd', 'timers');
  await rm(join(unitFolder(world), 'timers.target.wants', `${name}.timer`), { force: true });
  await rm(join(stamps, `stamp-${name}.timer`), { force: true });
  await removeEmpty(stamps, world.osHome);
}

function baseFolder({ env, osHome }: SchedulerWorld, variable: string, usual: string): string {
  const named = env[variable] ?? '';
  return named.startsWith('/') ? named : join(osHome, usual);
}

/** The two unit files. */
function unitFiles(job: Job, folder: string): readonly Place[] {
  const { name, argv, env, cwd, minutes } = job;
  const environment = Object.entries(env).map(([key, value]) => `Environment=${quoted(`${key}=${value}`)}`);
  const service = [
    `# ${MARK_WORDS}`,
    '[Unit]',
    'Description=midturn: review and compile what agents and their people said',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${commandLine(argv)}`,
    `WorkingDirectory=${cwd.replaceAll('%', '%%')}`,
    ...environment,
    'Nice=10',
    'IOSchedulingClass=idle',
    'TimeoutStartSec=30min',
    '',
  ];
  const timer = [
    `# ${MARK_WORDS}`,
    '[Unit]',
    `Description=midturn, every ${minutes} minutes`,
    '',
    '[Timer]',
    `OnCalendar=${calendarOf(minutes)}`,
    // A time that was slept through is made up for.
    'Persistent=true',
    'RandomizedDelaySec=30s',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ];
  return [
    { place: join(folder, `${name}.service`), text: service.join('\n') },
    { place: join(folder, `${name}.timer`), text: timer.join('\n') },
  ];
}

/** systemd takes no program whose path holds one of these, however they are written. */
const REFUSED_IN_PROGRAM = /["'\\]/;

/** `$` begins a variable in the arguments, though not in the program's path. */
function commandLine(argv: Job['argv']): string {
  const [program, ...args] = REFUSED_IN_PROGRAM.test(argv[0]) ? ['/usr/bin/env', ...argv] : argv;
  return [quoted(program), ...args.map((arg) => quoted(arg).replaceAll('$', '$$$$'))].join(' ');
}

/** One word by the rules of systemd.syntax(7): C-style escapes in double quotes, and `%` begins a specifier. */
function quoted(word: string): string {
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

function standingOf(timer: string, shown: string, service: string): Standing {
  const at = (text: string, key: string): string =>
    new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const minutes = /^Description=midturn, every (\d+) minutes$/m.exec(timer)?.[1];
  const ended = timeOf(at(service, 'ExecMainExitTimestamp'));
  const state = at(shown, 'ActiveState');
  return {
    installed: true,
    active: state === '' ? null : state === 'active',
    minutes: minutes === undefined ? null : Number(minutes),
    next: timeOf(at(shown, 'NextElapseUSecRealtime')),
    last: timeOf(at(shown, 'LastTriggerUSec')) ?? ended,
    exit: ended === null ? null : Number(at(service, 'ExecMainStatus')),
  };
}

/** `Sat 2026-11-21 15:00:00 UTC`; empty or `n/a` when there is none. */
function timeOf(text: string): number | null {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC/.exec(text) ?? [];
  return day === undefined || time === undefined ? null : Date.parse(`${day}T${time}Z`);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
