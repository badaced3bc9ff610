/** Words without the absolute paths in them: who asks over the network has no business with this machine's folders. */

/** `/…`, `C:\…` and `\\server\…`, as far as a path goes without a blank; what follows a scheme is no path. */
const PATH = /(?<![\w.:/\\<-])(?:\/[^\s"'`,;()<>]+|[A-Za-z]:[\\/][^\s"'`,;()<>]+|\\\\[^\s"'`,;()<>]+)/g;

/** @param roots folders that are known, for paths with blanks in them */
export function withoutPaths(text: string, roots: readonly string[] = []): string {
  const known = roots.filter((root) => root.length > 1).toSorted((a, b) => b.length - a.length);
  const cut = known.reduce((rest, root) => rest.replaceAll(root, '/<path>'), text);
  return cut
    .replace(/\/<path>[^\s"'`,;()<>]*/g, '<path>')
    .replace(PATH, (path) => `<path>${/[.:!?]$/.exec(path)?.[0] ?? ''}`);
}
