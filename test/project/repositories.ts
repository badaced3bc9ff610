/** Real repositories in a temporary folder, made by git itself and independent of the machine's configuration. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

let minute = 0;

/** A minute later with each command, so that commits have an order. */
function later(): string {
  minute += 1;
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
}

/** Runs git and answers what it printed; throws when it fails. */
export function git(cwd: string, ...args: readonly string[]): string {
  const defaults = ['-c', 'protocol.file.allow=always', '-c', 'init.defaultBranch=main', '-c', 'gc.auto=0'];
  return execFileSync('git', [...defaults, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...ENVIRONMENT, ...IDENTITY, GIT_COMMITTER_DATE: later() },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** An empty folder with its real path. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'midturn-project-')));
}

/** Writes a file and the folders above it. */
export function put(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A repository with one commit. */
export function repository(path: string): string {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '-q');
  put(join(path, 'README.md'), `# ${path}\n`);
  git(path, 'add', '.');
  git(path, 'commit', '-q', '-m', 'begin');
  return path;
}
