/**
 * How a program is started on Windows. What npm installs there is not a program but a `.cmd` file around one, and
 * Node starts no `.cmd` without a shell (its answer to CVE-2024-27980). So the file that the shim stands for is
 * started instead; a batch file that is no shim goes through cmd.exe, every character quoted.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { win32 } from 'node:path';
import { codeOf } from '../model/errors.ts';

export type WindowsCommand = {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are quoted already: Node must pass them as they are. */
  readonly verbatim: boolean;
};

export type WindowsDisk = {
  readonly isFile: (path: string) => boolean;
  /** Null when it cannot be read. */
  readonly read: (path: string) => string | null;
};

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';
/** A shim of npm, pnpm or yarn names what it runs relative to its own folder (`%dp0%` or `%~dp0`). */
const SHIM_TARGET = /"%(?:~dp0|dp0%)\\?([^"%\r\n]+\.(?:[cm]?js|exe))"/gi;
/** What cmd.exe takes for its own. */
const META = /[()\][%!^"`<>&|;, *?]/g;

/**
 * The file to start and its arguments; null when there is no such program. Looks along PATH, never in the working
 * folder: that may be a repository with a planted program in it.
 * @param node the Node that runs scripts.
 */
export function windowsCommand(
  argv: readonly [string, ...string[]],
  env: Environment,
  { disk = realDisk, node = process.execPath }: { disk?: WindowsDisk; node?: string } = {},
): WindowsCommand | null {
  const [program, ...args] = argv;
  const file = findProgram(program, env, disk);
  if (file === null) return null;
  const extension = win32.extname(file).toLowerCase();
  if (/^\.[cm]?js$/.test(extension)) return { file: node, args: [file, ...args], verbatim: false };
  if (extension !== '.cmd' && extension !== '.bat') return { file, args, verbatim: false };
  const target = shimTarget(file, disk);
  if (target === null) return throughShell(file, args, env);
  if (target.toLowerCase().endsWith('.exe')) return { file: target, args, verbatim: false };
  const own = win32.join(win32.dirname(file), 'node.exe');
  return { file: disk.isFile(own) ? own : node, args: [target, ...args], verbatim: false };
}

function findProgram(program: string, env: Environment, disk: WindowsDisk): string | null {
  const extensions = (variable(env, 'PATHEXT') ?? DEFAULT_EXTENSIONS).split(';').filter((one) => one !== '');
  const known = [...extensions.map((one) => one.toLowerCase()), '.js', '.cjs', '.mjs'];
  // The name as it stands counts only with an extension: npm puts a shell script without one beside each shim.
  const names = known.includes(win32.extname(program).toLowerCase())
    ? [program]
    : extensions.map((extension) => `${program}${extension.toLowerCase()}`);
  const folders = /[\\/]/.test(program)
    ? ['']
    : (variable(env, 'PATH') ?? '').split(';').map((one) => one.replace(/^"(.*)"$/, '$1'));
  for (const folder of folders) {
    for (const name of names) {
      const path = folder === '' ? win32.normalize(name) : win32.join(folder, name);
      if ((folder !== '' || /[\\/]/.test(program)) && disk.isFile(path)) return path;
    }
  }
  return null;
}

/** The last file that a shim names beside itself: the ones before it are the Node it would use. */
function shimTarget(file: string, disk: WindowsDisk): string | null {
  const text = disk.read(file);
  if (text === null || text.length > 10_000) return null;
  const named = [...text.matchAll(SHIM_TARGET)].map(([, path = '']) => path);
  const target = named.filter((path) => !/^node\.exe$/i.test(path)).at(-1);
  if (target === undefined) return null;
  const path = win32.join(win32.dirname(file), target);
  return disk.isFile(path) ? path : null;
}

/** @throws an error of code EINVAL when an argument holds a line break: cmd.exe ends the command there. */
function throughShell(file: string, args: readonly string[], env: Environment): WindowsCommand {
  if (args.some((one) => /[\r\n\0]/.test(one))) {
    const error = new Error(
      `${win32.basename(file)} is a batch file: it takes no argument with a line break`,
    );
    throw Object.assign(error, { code: 'EINVAL' });
  }
  // Twice for the arguments: whatever a batch file does with its `%*` or `%1` is read by cmd.exe once more.
  const words = [escaped(file), ...args.map((one) => escaped(escaped(quoted(one))))].join(' ');
  return {
    file: variable(env, 'ComSpec') ?? 'C:\\Windows\\System32\\cmd.exe',
    args: ['/d', '/s', '/c', `"${words}"`],
    verbatim: true,
  };
}

/** As a program's start-up code reads its command line: backslashes count only before a quote, and are doubled there. */
function quoted(argument: string): string {
  let text = '';
  let backslashes = 0;
  for (const letter of argument) {
    if (letter === '\\') backslashes++;
    else {
      text += '\\'.repeat(letter === '"' ? backslashes * 2 + 1 : backslashes) + letter;
      backslashes = 0;
    }
  }
  return `"${text}${'\\'.repeat(backslashes * 2)}"`;
}

/** For one reading by cmd.exe. */
function escaped(text: string): string {
  return text.replace(META, '^$&');
}

/** The names of variables have no case on Windows. */
function variable(env: Environment, name: string): string | undefined {
  const wanted = name.toUpperCase();
  return Object.entries(env).find(([key]) => key.toUpperCase() === wanted)?.[1];
}

const realDisk: WindowsDisk = {
  isFile: (path) => existsSync(path) && statSync(path).isFile(),
  read: (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return null;
    }
  },
};
