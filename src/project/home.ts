/** The home: which folder it is, what lies where in it, and making it. */
import { access, constants, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, codeOf, UserInputError } from '../model/errors.ts';
import { expandTilde, hostOs, isAbsolutePath, normalisePath, type Os } from '../platform/paths.ts';
import { makePrivateDir } from '../platform/permissions.ts';

/** Absolute paths; nothing is made by naming it. */
export type HomeLayout = {
  readonly root: string;
  readonly db: string;
  readonly config: string;
  /** Provider keys: parsed, never executed. */
  readonly env: string;
  readonly user: string;
  readonly skills: string;
  readonly projects: string;
  readonly sessions: string;
  readonly spool: string;
  /** Where other programs drop suggestions. */
  readonly inbox: string;
  readonly cache: string;
  readonly app: string;
  readonly logs: string;
  readonly backups: string;
  readonly pause: string;
};

export function homeLayout(home: string): HomeLayout {
  return {
    root: home,
    db: join(home, 'midturn.db'),
    config: join(home, 'config.toml'),
    env: join(home, '.env'),
    user: join(home, 'USER.md'),
    skills: join(home, 'skills'),
    projects: join(home, 'projects'),
    sessions: join(home, 'sessions'),
    spool: join(home, 'spool'),
    inbox: join(home, 'inbox'),
    cache: join(home, 'cache'),
    app: join(home, 'app'),
    logs: join(home, 'logs'),
    backups: join(home, 'backups'),
    pause: join(home, 'pause.json'),
  };
}

export type HomeSources = {
  /** `--home`, taken from `cwd` when relative. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly osHome: string;
  readonly cwd: string;
  readonly os?: Os;
};

/** The home's absolute path: `--home`, else `$MIDTURN_HOME` (empty counts as unset), else `~/.midturn`. */
export function resolveHome({ flag, env, osHome, cwd, os = hostOs() }: HomeSources): string {
  if (flag !== undefined) {
    if (flag.trim() === '') {
      throw new UserInputError({ what: '--home is empty', next: 'Give it a folder, or leave it out' });
    }
    return normalisePath(resolve(cwd, expandTilde(flag, osHome)), os);
  }
  const named = env.MIDTURN_HOME;
  if (named !== undefined && named.trim() !== '') {
    const path = expandTilde(named, osHome);
    if (isAbsolutePath(path, os)) return normalisePath(path, os);
    throw new ConfigError({
      what: `MIDTURN_HOME is ${JSON.stringify(named)}`,
      why: 'a relative path would be another home in every folder',
      next: 'Set it to an absolute path',
    });
  }
  if (!isAbsolutePath(osHome, os)) {
    throw new ConfigError({
      what: 'This user has no home folder',
      next: 'Set MIDTURN_HOME to an absolute path',
    });
  }
  return normalisePath(join(osHome, '.midturn'), os);
}

export type PrepareOptions = { readonly os?: Os; readonly makeDir?: typeof makePrivateDir };

/**
 * Makes the home, for its owner alone (0700), and checks that it can be written to. A folder that was there before
 * and holds other things keeps its permissions: somebody may have named `/srv` or their own home. Throws ConfigError.
 */
export async function prepareHome(layout: HomeLayout, options: PrepareOptions = {}): Promise<void> {
  const { os = hostOs(), makeDir = makePrivateDir } = options;
  try {
    if (!(await isForeignFolder(layout.root))) await makeDir(layout.root, os);
    await access(layout.root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw homeError(layout.root, code, error);
  }
}

/** True for a folder with content but no store. */
async function isForeignFolder(path: string): Promise<boolean> {
  try {
    const names = await readdir(path);
    return names.length > 0 && !names.includes('midturn.db');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

const WHY: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ENOTDIR: ['it, or a folder it should lie in, is a file', 'Move that file away, or name another home'],
  EEXIST: ['there is a file of that name', 'Move that file away, or name another home'],
  EACCES: [
    'the permissions do not allow it',
    'Give this user the right to write there, or name another home',
  ],
  EPERM: ['the system does not allow it', 'Give this user the right to write there, or name another home'],
  EROFS: ['the file system is read-only', 'Name a home on a disk that can be written to'],
  ENOSPC: ['the disk is full', 'Free some space, or name a home on another disk'],
  EDQUOT: ["this user's disk quota is used up", 'Free some space, or name a home on another disk'],
  ENOENT: [
    'a folder it should lie in does not exist and cannot be made',
    'Make that folder, or name another home',
  ],
  ELOOP: ['its symbolic links lead in a circle', 'Repair the link, or name another home'],
  ENAMETOOLONG: ['the path is too long', 'Name another home'],
};

function homeError(home: string, code: string, cause: unknown): ConfigError {
  const [why, next] = WHY[code] ?? [`the system answered ${code}`, 'Name another home'];
  const words = { what: `The home ${home} cannot be used`, why, next: `${next} (--home or MIDTURN_HOME)` };
  return new ConfigError(words, { cause });
}

const FOLDER_NAME_LENGTH = 40;
/** Windows gives these names to devices, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** `<name>-<8 letters of the id>`: a folder's name on every system. The id makes it unique, the name readable. */
export function projectFolder(name: string, id: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}<>:"/\\|?*]+/gu, '-')
    .replace(/^[-.]+/, '');
  const short = Array.from(clean)
    .slice(0, FOLDER_NAME_LENGTH)
    .join('')
    .replace(/[-.]+$/, '');
  const named = short === '' ? 'project' : short.replace(DEVICE, '_$&');
  return `${named}-${id.slice(0, 8)}`;
}
