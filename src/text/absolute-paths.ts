/** Words without the absolute paths in them: who asks over the network has no business with this machine's folders. */

/** A drive or a share of Windows, or a folder from the root on; not the path of a URL, a ref or a fraction. */
const PATH =
  /(?<![\w:/\\.~-])(?:file:\/\/\/?|[A-Za-z]:[\\/]|\\\\|~[\\/]|\/)(?:[^\s'"`<>|,;:()]+[\\/])+[^\s'"`<>|,;:()]*/g;
const INSTEAD = '(a path on the server)';

/** @param roots folders that are known by name, for paths with blanks in them; the longest is taken first */
export function withoutPaths(text: string, roots: readonly string[] = []): string {
  const known = roots.filter((root) => root.length > 1).toSorted((a, b) => b.length - a.length);
  // What follows a known folder belongs to it, up to the next blank.
  const cut = known.reduce(
    (rest, root) => rest.replace(new RegExp(`${escaped(root)}[^\\s'"\`<>|,;:()]*`, 'g'), INSTEAD),
    text,
  );
  return cut.replace(PATH, INSTEAD);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
