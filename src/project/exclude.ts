/**
 * `[capture] exclude`: which folders are kept out. Three wildcards and no more: in the usual glob languages
 * `~/work/(old)` or `app/[id]` are patterns that do not match the folder of that name, and would let it in.
 */
import { isAbsolutePath, type Os, pathKey } from '../platform/paths.ts';

/**
 * True when the path, or a folder above it, fits one of the patterns. `*` and `?` stay within a segment, `**` is any
 * number of segments, all other characters stand for themselves. A pattern that is not absolute fits at any depth
 * (`secret`, `clients/acme`). Letter case counts where the system's file system tells it apart.
 */
export function isExcluded(path: string, patterns: readonly string[], os: Os): boolean {
  const segments = segmentsOf(pathKey(path, os));
  return patterns.some((pattern) => {
    const wanted = patternSegments(pattern, os);
    return wanted.length > 0 && matchesStart(wanted, segments);
  });
}

function patternSegments(pattern: string, os: Os): readonly string[] {
  const text = pattern.trim();
  if (text === '') return [];
  if (isAbsolutePath(text, os)) return segmentsOf(pathKey(text, os));
  const folded = pathKey(os === 'win32' ? `C:\\${text}` : `/${text}`, os);
  const segments = segmentsOf(folded).slice(1);
  return segments.length === 0 ? [] : ['**', ...segments];
}

/** The root is a segment of its own, so that a pattern of the root alone is not empty. */
function segmentsOf(key: string): readonly string[] {
  const drive = /^(?:[a-z]:\/|\/\/|\/)/.exec(key)?.[0] ?? '';
  return [
    drive,
    ...key
      .slice(drive.length)
      .split('/')
      .filter((segment) => segment !== ''),
  ];
}

/** Matches the whole pattern against the first segments of the path: by places reached, so never exponential. */
function matchesStart(pattern: readonly string[], segments: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const wanted of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      const segment = segments[at];
      if (wanted === '**') for (let skip = at; skip <= segments.length; skip += 1) next.add(skip);
      else if (segment !== undefined && matchesSegment(wanted, segment)) next.add(at + 1);
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return true;
}

/** `*` and `?` in one segment, with one step back to the last `*`: linear in practice, quadratic at worst. */
function matchesSegment(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      mark = t;
    } else if (pattern[p] === '?' || (p < pattern.length && pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star !== -1) {
      p = star + 1;
      mark += 1;
      t = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
