/**
 * Paths in a question, as they are remembered: relative to the project's root. Clients name files by their absolute
 * path, in whichever checkout they stand.
 */
import type { Caller, CallerProject } from '../model/caller.ts';
import type { ProjectId } from '../model/ids.ts';
import { hostOs, isAbsolutePath, type Os } from '../platform/paths.ts';

type KnownPlaces = {
  readonly aliases: ReadonlyArray<{ readonly kind: string; readonly value: string }>;
};
type Projects = { readonly get: (id: ProjectId) => Promise<KnownPlaces | null> };

/** The question with the paths of the caller's project made relative, in this checkout or another of its own. */
export async function inOwnPaths(
  question: string,
  { project, cwd }: Pick<Caller, 'project' | 'cwd'>,
  projects: Projects,
): Promise<string> {
  // Most questions name no such path: nothing is looked up for them.
  if (project === null || !ABSOLUTE.test(question)) return question;
  const known = await projects.get(project.id);
  const others = (known?.aliases ?? []).filter(({ kind }) => kind === 'path').map(({ value }) => value);
  return withRelativePaths(question, [...checkoutRoots(project, cwd), ...others]);
}

const ABSOLUTE = /(?:^|[\s"'`(<[=:,])(?:file:\/\/)?(?:\/[^\s/]|[A-Za-z]:[\\/]|\\\\)/;

/** The roots of the caller's checkout: as it was located, and as the caller spells it (a link may lead there). */
function checkoutRoots(project: CallerProject, cwd: string): readonly string[] {
  if (project.root === null) return [];
  const below = project.cwd === '' ? '' : `/${project.cwd}`;
  const spelled = cwd.replaceAll('\\', '/').replace(/\/+$/, '');
  const given = spelled.endsWith(below) ? spelled.slice(0, spelled.length - below.length) : '';
  return [...new Set([project.root, given])].filter((root) => root !== '');
}

/**
 * The question with every absolute path below one of the roots made relative, with `/`. A root itself, and what lies
 * outside of all of them, stays as it is.
 */
export function withRelativePaths(question: string, roots: readonly string[], os: Os = hostOs()): string {
  if (!ABSOLUTE.test(question)) return question;
  // Of two roots in one another the inner one is meant.
  return roots
    .filter((root) => isAbsolutePath(root, os) && segmentsOf(root).length > 0)
    .sort((a, b) => b.length - a.length)
    .reduce((text, root) => text.replace(below(root, os), relative), question);
}

function relative(_whole: string, before: string, rest: string): string {
  return `${before}${rest.replaceAll('\\', '/')}`;
}

function below(root: string, os: Os): RegExp {
  const start = /^[\\/]{2}/.test(root) ? '[\\\\/]{2}' : /^[\\/]/.test(root) ? '[\\\\/]' : '';
  const segments = segmentsOf(root).map((segment) => segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // The usual file systems of these do not tell small letters from capitals.
  const flags = os === 'linux' && !/^[A-Za-z]:/.test(root) ? 'gu' : 'giu';
  return new RegExp(
    `(^|[\\s"'\`(<\\[=:,])(?:file:///?(?=[A-Za-z]:)|file://)?${start}${segments.join('[\\\\/]+')}[\\\\/]+([^\\s"'\`<>|*?)\\]]+)`,
    flags,
  );
}

function segmentsOf(path: string): string[] {
  return path.split(/[\\/]+/).filter((segment) => segment !== '');
}
