/**
 * What git itself must be asked: remotes and the root commit, by which clones of one repository on any machine know
 * each other. Asked off the path of an answer: a repository may be huge, and git may be missing.
 */
import { hostOs, type Os, pathsOf } from '../platform/paths.ts';
import { type GitOptions, runGit } from '../platform/run-git.ts';
import type { GitLocation } from './locate.ts';
import { isLocalRemote, normaliseRemote } from './remote.ts';

export type GitFacts = {
  /** Canonical addresses (see `normaliseRemote`), `origin` first, without repetitions. */
  readonly remotes: readonly string[];
  /** Null when history is cut off, empty, or too long to walk in time. */
  readonly rootCommit: string | null;
  readonly shallow: boolean;
};

export type GitFactsOptions = {
  /** The environment of this process; git gets a cleaned copy. */
  readonly env: GitOptions['env'];
  /** For each question, in ms. A million commits take a few seconds. */
  readonly timeoutMs?: number;
  readonly os?: Os;
};

/** Where the main line of history is looked for; every clone has one of these, whatever is checked out. */
const MAIN_LINES = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/** The facts, or null when git did not answer or refused: then nothing is known, and it may be asked again. */
export async function askGit(location: GitLocation, options: GitFactsOptions): Promise<GitFacts | null> {
  const { env, timeoutMs = 10_000, os = hostOs() } = options;
  const ask = (args: readonly string[]) =>
    runGit([`--git-dir=${location.commonDir}`, ...args], { cwd: location.commonDir, timeoutMs, env });
  const [listed, refs] = await Promise.all([
    ask(['remote', '-v']),
    ask(['for-each-ref', '--format=%(refname)', ...MAIN_LINES]),
  ]);
  if (listed.kind !== 'ok') return null;
  const remotes = parseRemotes(listed.stdout)
    .map((url) => normaliseRemote(url, os))
    .filter((remote) => remote !== null)
    .map((remote) => absoluteRemote(remote, location, os));
  const unique = [...new Set(remotes)];
  if (location.shallow) return { remotes: unique, rootCommit: null, shallow: true };
  if (refs.kind !== 'ok') return { remotes: unique, rootCommit: null, shallow: false };
  const there = new Set(refs.stdout.split('\n'));
  const start = MAIN_LINES.find((ref) => there.has(ref)) ?? 'HEAD';
  // By first parents there is exactly one root, also where histories were joined later.
  const walked = await ask(['rev-list', '--first-parent', '--max-parents=0', start]);
  const rootCommit = walked.kind === 'ok' ? (/^[0-9a-f]{40,64}$/m.exec(walked.stdout)?.[0] ?? null) : null;
  return { remotes: unique, rootCommit, shallow: false };
}

/** The addresses in what `git remote -v` prints, `origin` first. Abbreviations (`insteadOf`) are written out there. */
export function parseRemotes(text: string): readonly string[] {
  const found: { readonly name: string; readonly url: string }[] = [];
  for (const line of text.split('\n')) {
    const match = /^(.+?)\t(.+) \(fetch\)(?: \[[^\]]*\])?$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) found.push({ name: match[1], url: match[2] });
  }
  const rank = (name: string) => (name === 'origin' ? 0 : 1);
  return found.toSorted((a, b) => rank(a.name) - rank(b.name)).map((remote) => remote.url);
}

function absoluteRemote(remote: string, location: GitLocation, os: Os): string {
  if (!isLocalRemote(remote) || !/^\.{1,2}[\\/]/.test(remote)) return remote;
  return pathsOf(os).resolve(location.mainRoot ?? location.root ?? location.commonDir, remote);
}
