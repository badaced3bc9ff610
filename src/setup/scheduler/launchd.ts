/** An agent of launchd (macOS): one property list in LaunchAgents, loaded with launchctl. */
import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../model/errors.ts';
import type { RunAnswer } from '../types.ts';
import { MARK_WORDS, removeEmpty, removeOwn, textOf, writeOwn } from './files.ts';
import { type Job, type Mechanism, NOT_THERE, type SchedulerWorld } from './types.ts';
import { xml } from './xml.ts';

/** `bootout` answers before the old job is gone: `bootstrap` then says EIO (5) or EALREADY (37). */
const RETRY_WAITS_MS = [50, 200, 500, 1000];
const LAUNCHCTL = '/bin/launchctl';

export function launchd(world: SchedulerWorld, wait: (ms: number) => Promise<void> = pause): Mechanism {
  const folder = posix.join(world.osHome, 'Library', 'LaunchAgents');
  const path = (name: string): string => posix.join(folder, `${labelOf(name)}.plist`);
  const ask = (...args: readonly string[]) => world.run([LAUNCHCTL, ...args]);

  /** Where somebody sits at the screen it is `gui`; over ssh alone there is only `user`. */
  const domain = async (): Promise<string | null> => {
    for (const kind of ['gui', 'user']) {
      const answer = await ask('print', `${kind}/${world.uid ?? 0}`);
      if (answer?.code === 0) return `${kind}/${world.uid ?? 0}`;
    }
    return null;
  };
  const targets = (name: string) =>
    ['gui', 'user'].map((kind) => `${kind}/${world.uid ?? 0}/${labelOf(name)}`);
  const isLoaded = async (name: string): Promise<RunAnswer | null> => {
    for (const target of targets(name)) {
      const answer = await ask('print', target);
      if (answer?.code === 0) return answer;
    }
    return null;
  };
  const unload = async (name: string): Promise<void> => {
    for (const target of targets(name)) await ask('bootout', target);
  };

  return {
    kind: 'launchd',
    words: 'an agent of launchd',
    refusal: async () => ((await domain()) === null ? 'launchctl does not answer for this user' : null),
    places: (job) => [{ place: path(job.name), text: plist(job) }],
    install: async (job) => {
      const changed = await writeOwn(path(job.name), plist(job));
      if (!changed && (await isLoaded(job.name)) !== null) return false;
      const at = await domain();
      await unload(job.name);
      // A job that somebody disabled by hand would be loaded and never run.
      await ask('enable', `${at ?? ''}/${labelOf(job.name)}`);
      let answer = await ask('bootstrap', at ?? '', path(job.name));
      for (const ms of RETRY_WAITS_MS) {
        if (answer?.code !== 5 && answer?.code !== 37) break;
        await wait(ms);
        answer = await ask('bootstrap', at ?? '', path(job.name));
      }
      if (answer?.code === 0) return true;
      throw new ConfigError({
        what: `launchctl did not take ${path(job.name)}`,
        why: answer === null ? 'there is no launchctl' : (answer.stderr.trim().split('\n')[0] ?? ''),
        next: 'See `launchctl print-disabled` and the system log, then install again',
      });
    },
    uninstall: async (name) => {
      const text = await textOf(path(name));
      if (text === null) return [];
      await unload(name);
      const gone = await removeOwn(path(name));
      await removeEmpty(folder, posix.join(world.osHome, 'Library'));
      return gone ? [path(name)] : [];
    },
    standing: async (name) => {
      const text = await textOf(path(name));
      if (text === null) return NOT_THERE;
      const loaded = await isLoaded(name);
      const seconds = /<key>StartInterval<\/key>\s*<integer>(\d+)<\/integer>/.exec(text)?.[1];
      const exit = /last exit code = (\d+)/.exec(loaded?.stdout ?? '')?.[1];
      return {
        installed: true,
        active: loaded !== null,
        minutes: seconds === undefined ? null : Number(seconds) / 60,
        // launchd keeps no times.
        next: null,
        last: null,
        exit: exit === undefined ? null : Number(exit),
      };
    },
    notes: [],
  };
}

/** `midturn.scan`, `midturn-3f9a2c1e.scan`. */
function labelOf(name: string): string {
  return `${name}.scan`;
}

function plist({ name, argv, env, cwd, minutes, output }: Job): string {
  const variables = Object.entries(env).flatMap(([key, value]) => [
    `    <key>${xml(key)}</key>`,
    `    <string>${xml(value)}</string>`,
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${MARK_WORDS} -->`,
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  <string>${xml(labelOf(name))}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...argv.map((word) => `    <string>${xml(word)}</string>`),
    '  </array>',
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    ...variables,
    '  </dict>',
    '  <key>WorkingDirectory</key>',
    `  <string>${xml(cwd)}</string>`,
    '  <key>StartInterval</key>',
    `  <integer>${minutes * 60}</integer>`,
    '  <key>RunAtLoad</key>',
    '  <false/>',
    '  <key>ProcessType</key>',
    '  <string>Background</string>',
    '  <key>LowPriorityIO</key>',
    '  <true/>',
    '  <key>Nice</key>',
    '  <integer>10</integer>',
    '  <key>StandardOutPath</key>',
    `  <string>${xml(output)}</string>`,
    '  <key>StandardErrorPath</key>',
    `  <string>${xml(output)}</string>`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}

async function pause(ms: number): Promise<void> {
  await sleep(ms);
}
