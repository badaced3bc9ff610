/** How what was found is worded: the person's own words as a sentence, a short form, its scope, the paths in it. */
import type { Scope } from '../../model/memory.ts';
import { clipEnd } from '../../text/clip.ts';
import { isIdentifier } from '../../text/identifiers.ts';
import type { Phrases } from './phrases.ts';
import { toolsIn } from './tool-names.ts';

const SUMMARY = 80;
const MOST_PATHS = 6;

/** One line, with a capital where a word begins it, without what hangs on at its ends. */
export function asSentence(text: string): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:.!–—、，。：-]+|[\s,;:–—、，：-]+$/gu, '')
    .replace(/[!！]+$/u, '');
  const [first = ''] = line.split(' ', 1);
  const plain = /^\p{Ll}[\p{L}'’]*[,]?$/u.test(first) && !isIdentifier(first) && toolsIn(first).length === 0;
  return plain ? line.charAt(0).toUpperCase() + line.slice(1) : line;
}

export function summaryOf(content: string): string {
  const line = content.replace(/[.。]+$/u, '');
  if (line.length <= SUMMARY) return line;
  const cut = clipEnd(line, SUMMARY - 1).text;
  const blank = cut.lastIndexOf(' ');
  return `${(blank > SUMMARY / 2 ? cut.slice(0, blank) : cut).replace(/[\s,;:]+$/u, '')}…`;
}

/** About the human, or how they are to be answered: user. Tools, repository, conventions: project. */
export function scopeOf(phrases: readonly Phrases[], text: string, isPerson: boolean): Scope {
  if (isPerson) return 'user';
  const project = phrases.some((each) => each.in('aboutProject', text) !== null) || pathsIn(text).length > 0;
  if (project) return 'project';
  // "…, I don't want to wait" gives the reason, not what it is about.
  const [clause = ''] = text.split(/[,;，；]/, 1);
  return phrases.some((each) => each.in('aboutPerson', clause) !== null) ? 'user' : 'project';
}

const PATH =
  /(?<![\w./@:-])(?:\.{0,2}\/)?(?:[\w@.-]{1,60}\/){1,12}[\w@.*-]{0,80}|(?<![\w./@-])[\w-]{1,60}\.(?:json|toml|ya?ml|ts|tsx|js|jsx|mjs|cjs|py|rs|go|rb|java|kt|php|cs|md|sql|sh|lock|env|ini|cfg|xml|gradle|html|css)(?![\w/])/g;

/** Files and folders of the project that a text names. Addresses, dates and "and/or" are none. */
export function pathsIn(text: string): readonly string[] {
  const found = [...text.matchAll(PATH)].map(([path]) => path.replace(/^\.\//, '').replace(/[.,]+$/, ''));
  const paths = found.filter(
    (path) =>
      !path.startsWith('/') &&
      !path.startsWith('..') &&
      !path.includes('*') &&
      (/\.\w{1,6}$/.test(path) ||
        path.endsWith('/') ||
        /^(?:src|test|tests|lib|docs|app|apps|packages|scripts|config|conf|bench|examples|internal|cmd|pkg|public|assets|vendor|tools|tmp|bin|server|client|api|db|migrations)\//.test(
          path,
        )),
  );
  return [...new Set(found.length === 0 ? [] : paths)].slice(0, MOST_PATHS);
}

const AGAINST =
  /(?:(?:,? )?no longer (?:use |using |need |on |with )?|,? nicht mehr |(?:switched|moved|migrated)(?: away| over)? from |stop(?:ped)? using |,? not |instead of |rather than | over |,? never |,? nicht |anstatt | statt |en (?:vez|lugar) de |, no |em vez de |, não |au lieu (?:de |d')|plutôt qu(?:e |')|, pas |,? а не | вместо |不用|而不是|不要用|ではなく|じゃなくて|말고|대신)\s*[`"']?([\w@./-]{2,40})/iu;

/** The tool that a rule speaks against, or null. */
export function opposed(content: string): string | null {
  const named = AGAINST.exec(content)?.[1];
  return named === undefined ? null : (toolsIn(named)[0] ?? null);
}
