/** Prepared once for each text: preparing a statement costs more than most reads do. */
const KEPT = 200;

/** Remembers what `make` has made for a key. */
export function keyed<V>(make: (key: string) => V): (key: string) => V {
  const kept = new Map<string, V>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, made);
    return made;
  };
}
