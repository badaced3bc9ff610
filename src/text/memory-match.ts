// Which entry of a file is which, when id comments were broken, doubled or moved: by its words, its id, its title, and
// at last by how much of its text is still there.

import type { RenderedEntry } from './memory-diff.ts';
import { wordsHash } from './memory-file.ts';
import type { ParsedEntry } from './memory-parse.ts';

/** Share of words in common (Jaccard) from which a text without id and title counts as the same entry. */
const SIMILAR = 0.5;
/** Above so many comparisons the rest is taken as new: two files have nothing to do with each other then. */
const COMPARISONS = 200_000;

/** For each entry of the file: the rendered entry that it is, or null. No rendered entry is given twice. */
export function matchEntries(
  parsed: readonly ParsedEntry[],
  rendered: readonly RenderedEntry[],
): ReadonlyArray<RenderedEntry | null> {
  const matcher = new Matcher(parsed, rendered);
  matcher.byWords();
  matcher.byId();
  matcher.byTitle();
  matcher.bySimilarity();
  return matcher.found;
}

class Matcher {
  readonly found: Array<RenderedEntry | null>;
  readonly #parsed: readonly ParsedEntry[];
  readonly #rendered: readonly RenderedEntry[];
  readonly #byId: ReadonlyMap<string, RenderedEntry>;
  readonly #taken = new Set<string>();

  constructor(parsed: readonly ParsedEntry[], rendered: readonly RenderedEntry[]) {
    this.#parsed = parsed;
    this.#rendered = rendered;
    this.#byId = new Map(rendered.map((entry) => [entry.id, entry]));
    this.found = parsed.map(() => null);
  }

  /** Unchanged words are that entry, whatever its comment says by now; first those whose comment agrees. */
  byWords(): void {
    const hashes = this.#parsed.map(({ title, content }) =>
      title === null ? '' : wordsHash({ title, content }),
    );
    this.#each(
      (entry) => this.#named(entry),
      (known, at) => known.hash === hashes[at],
    );
    const byHash = group(this.#rendered, ({ hash }) => hash);
    this.#each(
      (_entry, at) => this.#free(byHash.get(hashes[at] ?? '')),
      () => true,
    );
    // The same text under another title; texts that changed places were not both rewritten.
    const byContent = group(this.#rendered, ({ content }) => wordsHash({ title: '', content }));
    this.#each(
      ({ content }) => this.#free(byContent.get(wordsHash({ title: '', content }))),
      ({ content }) => content !== '',
    );
  }

  byId(): void {
    // A comment that moved to another entry's heading: the title and the text speak against it.
    const byTitle = group(this.#rendered, ({ title }) => title);
    this.#each(
      (entry) => {
        const other = this.#free(byTitle.get(entry.title ?? ''));
        const named = this.#named(entry);
        if (other === null || named === null || other === named || named.title === entry.title) return null;
        return similarity(entry.content, other.content) > similarity(entry.content, named.content)
          ? other
          : null;
      },
      () => true,
    );
    // Of several with one id, the one that kept its title is the entry, the others are copies.
    this.#each(
      (entry) => this.#named(entry),
      (known, at) => known.title === this.#parsed[at]?.title,
    );
    this.#each(
      (entry) => this.#named(entry),
      () => true,
    );
  }

  byTitle(): void {
    const byTitle = group(this.#rendered, ({ title }) => title);
    this.#each(
      (entry) => (entry.title === null ? null : this.#free(byTitle.get(entry.title))),
      () => true,
    );
  }

  bySimilarity(): void {
    const free = this.#rendered.filter(({ id }) => !this.#taken.has(id));
    const open = this.found.filter((known) => known === null).length;
    if (free.length * open > COMPARISONS) return;
    const bags = free.map((known) => ({ known, words: wordsOf(known.content) }));
    this.#each(
      (entry) => {
        const words = wordsOf(entry.content);
        let best: RenderedEntry | null = null;
        let most = SIMILAR;
        for (const { known, words: theirs } of bags) {
          const share = this.#taken.has(known.id) ? 0 : jaccard(words, theirs);
          if (share >= most && (best === null || share > most)) [best, most] = [known, share];
        }
        return best;
      },
      () => true,
    );
  }

  #named({ id }: ParsedEntry): RenderedEntry | null {
    const known = id === null ? undefined : this.#byId.get(id);
    return known === undefined || this.#taken.has(known.id) ? null : known;
  }

  /** The only one of them that is not given yet. */
  #free(entries: readonly RenderedEntry[] = []): RenderedEntry | null {
    const free = entries.filter(({ id }) => !this.#taken.has(id));
    return free.length === 1 ? (free[0] ?? null) : null;
  }

  #each(
    candidate: (entry: ParsedEntry, at: number) => RenderedEntry | null,
    fits: (known: RenderedEntry, at: number) => boolean,
  ): void {
    this.#parsed.forEach((entry, at) => {
      if (this.found[at] !== null) return;
      const known = candidate(entry, at);
      if (known === null || !fits(known, at)) return;
      this.found[at] = known;
      this.#taken.add(known.id);
    });
  }
}

function group(
  entries: readonly RenderedEntry[],
  key: (entry: RenderedEntry) => string,
): ReadonlyMap<string, readonly RenderedEntry[]> {
  const groups = new Map<string, RenderedEntry[]>();
  for (const entry of entries) {
    const found = groups.get(key(entry));
    if (found === undefined) groups.set(key(entry), [entry]);
    else found.push(entry);
  }
  return groups;
}

function similarity(a: string, b: string): number {
  return jaccard(wordsOf(a), wordsOf(b));
}

/** Words, and pairs of characters where a script writes none. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [run] of text
    .toLowerCase()
    .matchAll(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]+|[\p{L}\p{N}]+/gu)) {
    if (!/^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(run)) words.add(run);
    else for (let at = 0; at < Math.max(1, run.length - 1); at += 1) words.add(run.slice(at, at + 2));
  }
  return words;
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}
