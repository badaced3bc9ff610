/** Whether an agent had a file in its hands: what was changed in it then is not shown to be a person's. */
import type { Message } from '../model/message.ts';
import type { Store } from '../store/store.ts';
import { isMidturnTool } from '../text/own-tools.ts';
import { analyse } from '../text/terms.ts';

/** Postings read, and messages looked at. */
const BUDGET = 20_000;
const LOOKED_AT = 400;
/** Clients write their transcripts by a clock of their own. */
const CLOCK_MS = 2_000;

/**
 * True when a captured tool call since then (epoch ms; null = since ever) names the file: by its path, or by its name
 * and its folder's name, wherever it was called from.
 * @param path absolute, in the spelling of any system
 */
export async function touchedByTool(
  store: Pick<Store, 'search' | 'messages'>,
  path: string,
  since: number | null,
): Promise<boolean> {
  const [file = '', folder = ''] = path.split(/[\\/]/).reverse();
  const terms = [...new Set([...analyse(file), ...analyse(folder)])];
  if (terms.length === 0) return false;
  const corpus = await store.search.corpus('messages', terms);
  const filter = { projects: null, ...(since === null ? {} : { since: since - CLOCK_MS }) };
  const candidates = await store.search.messages(corpus.terms, filter, BUDGET, LOOKED_AT);
  const messages = await store.messages.byRows(candidates.map(({ row }) => row));
  return messages.some((message) => callsName(message, file, folder));
}

function callsName({ parts }: Message, file: string, folder: string): boolean {
  return (parts ?? []).some((part) => {
    if (part.type !== 'tool_call' || isMidturnTool(part.name)) return false;
    const words = typeof part.arguments === 'string' ? part.arguments : JSON.stringify(part.arguments);
    return words?.includes(file) === true && words.includes(folder);
  });
}
