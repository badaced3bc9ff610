/** What somebody sent, given back in an error: in quotes, short, without what nobody sees and without a secret. */
import { clean } from './clean.ts';
import { clipEnd } from './clip.ts';
import { redact } from './redaction.ts';

/** Cut last: the beginning of a secret is not known for one any more. */
export function quoted(text: string, most = 60): string {
  const safe = redact(clean(text)).text;
  return JSON.stringify(safe.length > most ? `${clipEnd(safe, most - 1).text}…` : safe);
}
