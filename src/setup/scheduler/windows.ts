/** A task of the Windows Task Scheduler: of this user, without a password, without a window. */
import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { ConfigError, codeOf } from '../../model/errors.ts';
import { MARK, MARK_WORDS } from './files.ts';
import { type Job, type Mechanism, NOT_THERE, type SchedulerWorld } from './types.ts';
import { fromXml, xml } from './xml.ts';

/** `schtasks` prints times in the user's language; PowerShell can be asked for them as ISO. */
const ASK_TIMES =
  '$i = Get-ScheduledTaskInfo -TaskName $env:MIDTURN_TASK; ' +
  "foreach ($t in $i.LastRunTime, $i.NextRunTime) { if ($t) { $t.ToUniversalTime().ToString('o') } else { '-' } }; " +
  '$i.LastTaskResult';
/** What Windows says of a task that has not run yet. */
const NOT_RUN_YET = 267011;
/** It says 1999-11-30 for never. */
const OLDEST = Date.UTC(2020, 0, 1);

export function windows(world: SchedulerWorld): Mechanism {
  const system = win32.join(world.env.SystemRoot ?? world.env.SYSTEMROOT ?? 'C:\\Windows', 'System32');
  const schtasks = win32.join(system, 'schtasks.exe');
  const ask = (...args: readonly string[]) => world.run([schtasks, ...args]);
  const task = (name: string): string => `\\${name}`;

  /** The task as it is registered; null when there is none. */
  const registered = async (name: string): Promise<string | null> => {
    const answer = await ask('/Query', '/TN', task(name), '/XML');
    return answer?.code === 0 ? answer.stdout.replaceAll('\0', '') : null;
  };

  return {
    kind: 'windows',
    words: 'a task of the Windows Task Scheduler',
    refusal: async () => {
      const answer = await ask('/Query', '/TN', task('midturn'));
      return answer === null ? 'there is no schtasks.exe' : null;
    },
    places: (job) => [{ place: `task ${task(job.name)}`, text: taskXml(job, system, userOf(world)) }],
    install: async (job) => {
      const before = await registered(job.name);
      const text = taskXml(job, system, userOf(world));
      if (before !== null && !before.includes(MARK)) {
        throw new ConfigError({
          what: `There is a task ${task(job.name)} already`,
          why: 'midturn did not make it',
          next: 'Rename it in the Task Scheduler, then install again',
        });
      }
      if (before !== null && sameTask(before, text)) return false;
      const file = join(world.layout.cache, `${job.name}-task.xml`);
      await mkdir(world.layout.cache, { recursive: true, mode: 0o700 });
      // The declaration says UTF-16, and schtasks believes nothing else.
      await writeFile(file, Buffer.from(`\uFEFF${text}`, 'utf16le'), { mode: 0o600 });
      try {
        const answer = await ask('/Create', '/TN', task(job.name), '/XML', file, '/F');
        if (answer?.code === 0) return true;
        throw new ConfigError({
          what: `schtasks did not take the task ${task(job.name)}`,
          why: answer === null ? 'there is no schtasks.exe' : answer.stderr.trim(),
          next: 'See whether tasks are allowed on this machine, then install again',
        });
      } finally {
        await removeFile(file);
      }
    },
    uninstall: async (name) => {
      const before = await registered(name);
      if (before === null || !before.includes(MARK)) return [];
      const answer = await ask('/Delete', '/TN', task(name), '/F');
      if (answer?.code === 0) return [`task ${task(name)}`];
      throw new ConfigError({
        what: `schtasks did not delete the task ${task(name)}`,
        why: answer?.stderr.trim() ?? 'there is no schtasks.exe',
        next: `Delete ${task(name)} in the Task Scheduler`,
      });
    },
    standing: async (name) => {
      const text = await registered(name);
      if (text === null || !text.includes(MARK)) return NOT_THERE;
      const powershell = win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
      const answer = await world.run([powershell, '-NoProfile', '-NonInteractive', '-Command', ASK_TIMES], {
        env: { MIDTURN_TASK: name },
      });
      const [last = '', next = '', result = ''] = (answer?.stdout ?? '')
        .split(/\r?\n/)
        .map((line) => line.trim());
      return {
        installed: true,
        active: !/<Settings>[\s\S]*<Enabled>false<\/Enabled>[\s\S]*<\/Settings>/.test(text),
        minutes: minutesOf(text),
        next: timeOf(next),
        last: timeOf(last),
        exit: /^\d+$/.test(result) && Number(result) !== NOT_RUN_YET ? Number(result) : null,
      };
    },
    notes: ['It runs while you are logged in.'],
  };
}

/** `DOMAIN\user` where the system says so; a task without it belongs to whoever makes it. */
function userOf({ env }: SchedulerWorld): string | null {
  const { USERDOMAIN: domain, USERNAME: user } = env;
  if (user === undefined || user === '') return null;
  return domain === undefined || domain === '' ? user : `${domain}\\${user}`;
}

/** The task. Tasks have no environment of their own: the program knows its home by where it lies. */
function taskXml({ name, argv, cwd, minutes }: Job, system: string, user: string | null): string {
  // A console program gets a window on the user's screen, unless its console is made without one.
  const args = ['--headless', ...argv].map(quoted).join(' ');
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo>',
    `    <Description>${xml(MARK_WORDS)}</Description>`,
    `    <URI>\\${xml(name)}</URI>`,
    '  </RegistrationInfo>',
    '  <Triggers>',
    '    <TimeTrigger>',
    '      <Repetition>',
    `        <Interval>PT${minutes}M</Interval>`,
    '        <StopAtDurationEnd>false</StopAtDurationEnd>',
    '      </Repetition>',
    '      <StartBoundary>2026-01-01T00:00:00</StartBoundary>',
    '      <Enabled>true</Enabled>',
    '    </TimeTrigger>',
    '  </Triggers>',
    '  <Principals>',
    '    <Principal id="Author">',
    ...(user === null ? [] : [`      <UserId>${xml(user)}</UserId>`]),
    '      <LogonType>InteractiveToken</LogonType>',
    '      <RunLevel>LeastPrivilege</RunLevel>',
    '    </Principal>',
    '  </Principals>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    // Most laptops would never run it otherwise; a run without work takes well under a second.
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <Hidden>true</Hidden>',
    '    <ExecutionTimeLimit>PT30M</ExecutionTimeLimit>',
    '    <Priority>8</Priority>',
    '  </Settings>',
    '  <Actions Context="Author">',
    '    <Exec>',
    `      <Command>${xml(win32.join(system, 'conhost.exe'))}</Command>`,
    `      <Arguments>${xml(args)}</Arguments>`,
    `      <WorkingDirectory>${xml(cwd)}</WorkingDirectory>`,
    '    </Exec>',
    '  </Actions>',
    '</Task>',
    '',
  ].join('\r\n');
}

/** Windows gives back the task in its own order and with its own defaults: what we set is what is compared. */
function sameTask(before: string, wanted: string): boolean {
  return ['Interval', 'Command', 'Arguments', 'WorkingDirectory', 'DisallowStartIfOnBatteries'].every(
    (name) => contentOf(before, name) === contentOf(wanted, name),
  );
}

function contentOf(text: string, name: string): string | null {
  const value = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text)?.[1];
  return value === undefined ? null : fromXml(value).trim();
}

/** One argument as CommandLineToArgvW and the C runtime take it apart: backslashes count only before a quote. */
function quoted(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

/** An ISO 8601 length: `PT15M`, `PT2H`. */
function minutesOf(text: string): number | null {
  const [whole, hours = '0', minutes = '0'] =
    /<Interval>PT(?:(\d+)H)?(?:(\d+)M)?<\/Interval>/.exec(text) ?? [];
  return whole === undefined ? null : Number(hours) * 60 + Number(minutes);
}

function timeOf(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) || at < OLDEST ? null : at;
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
