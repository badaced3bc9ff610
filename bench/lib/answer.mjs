/** What an answer of `recall` or `recall_history` says to a reader: its refs, which are doubtful, and the verdict. */

const HIT = /^\[((?:m_)?[0-9a-z]+(?:\/\d+)?)\] .*$/gm;

/**
 * `{refs, good, verdict}`: `good` = refs not marked as weak matches; verdict `silent` = no hit, `weak` = doubtful ones
 * only, `good` = at least one that is not.
 */
export function read(text) {
  const [sentence = ''] = text.split('\n', 1);
  const allWeak = /\bweak match(?:es)?\b/.test(sentence);
  const hits = [...text.matchAll(HIT)].map(([line, ref]) => ({
    ref,
    weak: allWeak || / · weak match\b/.test(line),
  }));
  const good = hits.filter(({ weak }) => !weak).map(({ ref }) => ref);
  return {
    refs: hits.map(({ ref }) => ref),
    good,
    verdict: hits.length === 0 ? 'silent' : good.length === 0 ? 'weak' : 'good',
  };
}

/** As many hits as R@25 needs, in one answer. */
const DEEP = { limit: 25, max_tokens: 8000 };

/** Asks the history as a client does; `more` = further arguments. */
export async function askHistory(server, query, more = DEEP) {
  const { text, ms } = await server.call('recall_history', { query, ...more });
  return { ...read(text), ms };
}
