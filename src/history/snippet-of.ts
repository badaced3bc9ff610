/** The piece of a message around what was asked for. */
import type { Message } from '../model/message.ts';
import { clean } from '../text/clean.ts';
import { snippet } from '../text/snippet.ts';
import type { AnalysedQuery } from '../text/terms.ts';
import { messageText } from './message-text.ts';

/** Longer texts are looked at near their first match only: analysing a megabyte for a few lines takes too long. */
const LOOKED_AT = 12_000;

export function snippetOf(message: Message, query: AnalysedQuery, maxChars: number): string {
  const text = clean(messageText(message, { whole: true, thinking: false }));
  return snippet(near(text, query), query.terms, maxChars);
}

/** A part of a long text around the first place that holds what is rarest in the question: its names, its phrases. */
function near(text: string, { terms, identifiers, phrases }: AnalysedQuery): string {
  if (text.length <= LOOKED_AT) return text;
  const lower = text.toLowerCase();
  for (const wanted of [
    ...phrases.map((phrase) => phrase.toLowerCase()),
    ...identifiers,
    ...byLength(terms),
  ]) {
    const at = lower.indexOf(wanted);
    if (at >= 0) return text.slice(Math.max(0, at - LOOKED_AT / 2), at + LOOKED_AT / 2);
  }
  return text.slice(0, LOOKED_AT);
}

function byLength(terms: readonly string[]): string[] {
  return [...terms].sort((a, b) => b.length - a.length);
}
