/** A command line in a temporary home: runs commands in process and gathers what they print. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

type Ran = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly json: unknown;
};

type Setting = {
  /** A person at a terminal, who gives these answers; `null` = they press Ctrl-C. */
  readonly answers?: ReadonlyArray<boolean | string | null>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array | string>;
  readonly cwd?: string;
  readonly now?: number;
  readonly width?: number;
  /** stderr is a terminal, though nobody sits there. */
  readonly progress?: boolean;
  /** Presses Ctrl-C when the first progress is shown. */
  readonly interrupt?: boolean;
};

export type CommandLine = {
  readonly folder: string;
  readonly home: string;
  readonly project: string;
  /** Questions that were asked, over all runs. */
  readonly asked: string[];
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly midturn: (words: string | readonly string[], setting?: Setting) => Promise<Ran>;
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function commandLine(): CommandLine {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-cli-')));
  folders.push(folder);
  const home = join(folder, 'home');
  const project = join(folder, 'shop');
  mkdirSync(join(project, '.git'), { recursive: true });
  writeFileSync(join(project, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  const asked: string[] = [];
  return {
    folder,
    home,
    project,
    asked,
    write: (name, content) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    midturn: async (words, setting = {}) => {
      const printed = { out: '', err: '' };
      const argv = typeof words === 'string' ? words.split(' ') : words;
      const io = ioOf({ folder, home, project, asked }, setting, printed);
      const code = await run(argv, io);
      const json: unknown = argv.includes('--json') && printed.out !== '' ? JSON.parse(printed.out) : null;
      return { code, ...printed, json };
    },
  };
}

function ioOf(
  place: Pick<CommandLine, 'folder' | 'home' | 'project' | 'asked'>,
  setting: Setting,
  printed: { out: string; err: string },
): Io {
  const interrupt: { stop: () => void } = { stop: () => {} };
  const answers = [...(setting.answers ?? [])];
  const present = setting.answers !== undefined;
  const width = setting.width ?? 200;
  const answer = (question: string): boolean | string | null => {
    place.asked.push(question);
    const next = answers.shift();
    if (next === undefined) throw new Error(`nobody answers: ${question}`);
    return next;
  };
  return {
    stdin:
      typeof setting.stdin === 'object' && Symbol.asyncIterator in setting.stdin
        ? setting.stdin
        : chunks(setting.stdin ?? ''),
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
      if (setting.interrupt === true && text.includes('%')) interrupt.stop();
    },
    isTTY: {
      stdin: present,
      stdout: present,
      stderr: present || setting.progress === true || setting.interrupt === true,
    },
    columns: { stdout: width, stderr: width },
    env: { HOME: place.folder, MIDTURN_HOME: place.home, ...setting.env },
    cwd: setting.cwd ?? place.project,
    ask: {
      confirm: async (question) => {
        const given = answer(question);
        return typeof given === 'string' ? null : given;
      },
      text: async (question) => {
        const given = answer(question);
        return typeof given === 'string' ? given : null;
      },
      edit: async (text) => {
        const given = answer(`edit: ${text}`);
        return typeof given === 'string' ? given : null;
      },
    },
    onInterrupt: (stop) => {
      interrupt.stop = stop;
      return () => {};
    },
    ...(setting.now === undefined ? {} : { now: () => setting.now ?? 0 }),
  };
}

async function* chunks(content: string | Uint8Array): AsyncGenerator<Uint8Array | string> {
  if (content.length > 0) yield content;
}

/** Follows names and places into what JSON gave; undefined where there is nothing. */
export function at(value: unknown, ...path: ReadonlyArray<string | number>): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}
