/** Words that stand in no fence: stored ones (titles, names, reasons) and those of a caller, given back in an answer. */
import { clean } from '../text/clean.ts';
import { disarm } from '../text/fence.ts';
import { redact } from '../text/redaction.ts';

/** Nothing invisible, no look of a fence, no secret. The very same string where there is nothing of these. */
export function plain(text: string): string {
  return redact(disarm(clean(text))).text;
}
