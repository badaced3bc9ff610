// What is told of a run of compile in words, the same for people and models.

/** What of a run's result the words are made of. */
type Run = {
  readonly receipts?: readonly string[];
  readonly actions: { readonly discarded: number; readonly failed: number };
  readonly discarded?: readonly Discarded[];
};

type Discarded = {
  readonly id: string;
  readonly family: string;
  readonly index: number;
  readonly title: string;
  readonly outcome: string;
  readonly reason?: string;
};

/** Items that are named. */
const NAMED = 10;
const TITLE = 60;

/** ` (receipt c_4f9k2c)`, ` (10 receipts, c_4f9k2c … c_7d3x9p)`, or nothing. */
export function receiptsWords({ receipts = [] }: Pick<Run, 'receipts'>): string {
  const [first] = receipts;
  const last = receipts.at(-1);
  if (first === undefined || last === undefined) return '';
  return receipts.length === 1 ? ` (receipt ${first})` : ` (${receipts.length} receipts, ${first} … ${last})`;
}

/** A line for each item that came to nothing, the reason with it; at most ten. */
export function discardedLines({ discarded = [], actions }: Pick<Run, 'discarded' | 'actions'>): string[] {
  const total = actions.discarded + actions.failed;
  const shown = discarded.slice(0, NAMED).map(discardedLine);
  const left = total - shown.length;
  return [...shown, ...(left > 0 && shown.length > 0 ? [`… and ${left} more were discarded`] : [])];
}

function discardedLine({ id, family, index, title, reason, outcome }: Discarded): string {
  const line = title.replace(/\s+/g, ' ').trim();
  const words = line.length > TITLE ? `${line.slice(0, TITLE - 1)}…` : line;
  return `${outcome}: ${id} ${family}[${index}] “${words}”${reason === undefined ? '' : `: ${reason}`}`;
}
