/** `[capture] exclude` on this disk: a folder is kept out under each name that it has, as written and without links. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { codeOf } from '../model/errors.ts';
import { hostOs, isAbsolutePath, type Os, pathsOf } from '../platform/paths.ts';
import { isExcluded } from '../project/exclude.ts';

/** Directories whose answer is remembered: a transcript names the same few again and again. */
const REMEMBERED = 4096;
/** Codes with which a path cannot be resolved further: it is taken as it is written. */
const UNRESOLVED = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);

/** True for the paths that one of the patterns keeps out. */
export function exclusionOf(patterns: readonly string[], os: Os = hostOs()): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const known = new Map<string, boolean>();
  let both: readonly string[] | null = null;
  return (path) => {
    const remembered = known.get(path);
    if (remembered !== undefined) return remembered;
    both ??= [...new Set([...patterns, ...patterns.map((pattern) => realPattern(pattern, os))])];
    const answer = isExcluded(path, both, os) || isExcluded(realPath(path, os), both, os);
    if (known.size >= REMEMBERED) known.clear();
    known.set(path, answer);
    return answer;
  };
}

/** A name for a set of patterns, whatever their order; empty for none. */
export function patternsName(patterns: readonly string[]): string {
  if (patterns.length === 0) return '';
  return createHash('sha256')
    .update(JSON.stringify([...patterns].sort()))
    .digest('hex')
    .slice(0, 16);
}

/** The pattern with the links in the part before its first wildcard resolved. */
function realPattern(pattern: string, os: Os): string {
  const text = pattern.trim();
  if (!isAbsolutePath(text, os)) return pattern;
  const wildcard = text.search(/[*?]/);
  if (wildcard < 0) return realPath(text, os);
  const literal = text.slice(0, Math.max(text.lastIndexOf('/', wildcard), text.lastIndexOf('\\', wildcard)));
  if (literal === '') return pattern;
  return `${realPath(literal, os).replace(/[\\/]+$/, '')}${text.slice(literal.length)}`;
}

/** The path with its links resolved as far as it exists here. */
function realPath(path: string, os: Os): string {
  if (!isAbsolutePath(path, os)) return path;
  const flavour = pathsOf(os);
  const rest: string[] = [];
  for (let at = path; ; at = flavour.dirname(at)) {
    try {
      return flavour.join(realpathSync(at), ...rest);
    } catch (error) {
      if (!UNRESOLVED.has(codeOf(error) ?? '')) throw error;
      if (flavour.dirname(at) === at) return path;
      rest.unshift(flavour.basename(at));
    }
  }
}
