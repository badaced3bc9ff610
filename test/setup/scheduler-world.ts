/** A machine to schedule on: a temporary home, and programs that note how they were called. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Os } from '../../src/platform/paths.ts';
import { isMissingProgram, runProgram } from '../../src/platform/run-program.ts';
import { homeLayout } from '../../src/project/home.ts';
import { type NotedRun, type SchedulerService, schedulerService } from '../../src/setup/scheduler/index.ts';
import type { SchedulerWorld } from '../../src/setup/scheduler/types.ts';
import type { RunAnswer } from '../../src/setup/types.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-scheduler-')));
  folders.push(folder);
  return folder;
}

export type Machine = {
  readonly folder: string;
  readonly osHome: string;
  readonly home: string;
  readonly world: SchedulerWorld;
  readonly service: SchedulerService;
  /** Puts a program on PATH: the body of a Node module that sees `args`, `input` and the folder `state`. */
  readonly program: (name: string, body: string) => void;
  /** What was called so far, one line each, and forgets it. */
  readonly calls: () => readonly string[];
  readonly file: (name: string) => string;
};

type Setting = {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly lastRun?: NotedRun;
  readonly node?: string;
};

/** Linux with real programs, which are scripts of the test. */
export function linux(setting: Setting = {}): Machine {
  const folder = setting.folder ?? temporaryFolder();
  const [osHome, bin, state] = [join(folder, 'u'), join(folder, 'bin'), join(folder, 'state')];
  for (const each of [osHome, bin, state]) mkdirSync(each, { recursive: true });
  const env = { PATH: bin, HOME: osHome, ...setting.env };
  const home = join(osHome, '.midturn');
  const log = join(state, 'calls');
  const world: SchedulerWorld = {
    os: 'linux',
    env,
    osHome,
    layout: homeLayout(home),
    uid: 1000,
    run: async (argv, options = {}) => {
      const { stdin } = options;
      try {
        return await runProgram({
          argv,
          env: { ...env, ...options.env },
          timeoutMs: 20_000,
          ...(stdin === undefined ? {} : { stdin }),
        });
      } catch (error) {
        if (isMissingProgram(error)) return null;
        throw error;
      }
    },
  };
  const node = setting.node ?? '/opt/node/bin/node';
  return {
    folder,
    osHome,
    home,
    world,
    service: schedulerService({
      world,
      program: async () => ({ node, launcher: join(home, 'app', 'midturn.cjs') }),
      lastRun: async () => setting.lastRun ?? null,
    }),
    program: (name, body) => {
      const path = join(bin, name);
      const script = [
        `#!${process.execPath}`,
        "const fs = require('node:fs');",
        'const args = process.argv.slice(2);',
        `const state = ${JSON.stringify(state)};`,
        "const input = args.includes('-') ? fs.readFileSync(0, 'utf8') : '';",
        `fs.appendFileSync(${JSON.stringify(log)}, ${JSON.stringify(`${name} `)} + args.join(' ') + '\\n');`,
        body,
      ];
      writeFileSync(path, `${script.join('\n')}\n`);
      chmodSync(path, 0o755);
    },
    calls: () => {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      rmSync(log, { force: true });
      return lines;
    },
    file: (name) => readFileSync(join(folder, name), 'utf8'),
  };
}

export type Told = {
  readonly service: SchedulerService;
  readonly world: SchedulerWorld;
  readonly asked: string[];
};

/** Another system: its programs are a function of the words that they are called with. */
export function elsewhere(
  os: Os,
  { osHome, env = {} }: { readonly osHome: string; readonly env?: Readonly<Record<string, string>> },
  answer: (words: readonly string[]) => Partial<RunAnswer> | null,
): Told {
  const asked: string[] = [];
  const home = os === 'win32' ? `${osHome}\\.midturn` : join(osHome, '.midturn');
  const layout = homeLayout(home);
  const world: SchedulerWorld = {
    os,
    env,
    osHome,
    layout,
    uid: 501,
    run: async (argv) => {
      asked.push(argv.join(' '));
      const given = answer(argv);
      return given === null ? null : { code: 0, stdout: '', stderr: '', timedOut: false, ...given };
    },
  };
  const launcher = os === 'win32' ? `${home}\\app\\midturn.cjs` : join(home, 'app', 'midturn.cjs');
  const node = os === 'win32' ? 'C:\\Program Files\\nodejs\\node.exe' : '/opt/homebrew/bin/node';
  return {
    asked,
    world,
    service: schedulerService({
      world,
      program: async () => ({ node, launcher }),
      lastRun: async () => null,
    }),
  };
}
