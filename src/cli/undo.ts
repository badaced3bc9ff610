/** `midturn undo`: takes back what one receipt did; without one, lists the latest. */
import type { ListedReceipt } from '../memories/index.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, counted, oneLine, time } from './layout.ts';

type Receipt = ListedReceipt['receipt'];

const LIMIT = { least: 1, most: 500 };
const DEFAULT_LIMIT = 20;

export function undoCommand(program: Command, act: Act): void {
  program
    .command('undo')
    .summary('take back what a receipt did')
    .description(
      'Puts everything that one receipt changed back to what it was before. Without a receipt, lists the latest ones. Undoing has a receipt too: it can be undone.',
    )
    .argument('[receipt]', 'its id, as in c_4f9k2c')
    .option('--list', 'list the latest receipts')
    .option('--limit <n>', `how many to list, up to ${LIMIT.most} (default: ${DEFAULT_LIMIT})`)
    .option('--cursor <cursor>', 'go on behind an earlier list: its next_cursor')
    .option('--yes', 'do not ask')
    .examples('midturn undo', 'midturn undo c_4f9k2c')
    .action(act(undo));
}

async function undo(invocation: Invocation): Promise<number> {
  const [target] = invocation.words;
  if (target === undefined || invocation.flags.has('list')) return list(invocation);
  const { flags, io, app } = invocation;
  const caller = await invocation.caller();
  const memories = await app.memories();
  if (invocation.mayAsk && !flags.has('yes')) {
    const agreed = await io.ask.confirm(`Undo ${clean(target)}?`, false);
    if (agreed !== true) {
      invocation.print('Nothing was undone.');
      return 1;
    }
  }
  const { undone, receipt, records, items } = await memories.undo(caller, target);
  // What clients read of a skill must not outlive its approval.
  if (records.some(({ id }) => id.startsWith('k_'))) await (await app.skills()).sync(caller);
  if (invocation.json) {
    invocation.printJson({ undone: undone.short, receipt, records, items });
    return 0;
  }
  invocation.print(
    `Undone: ${undone.short}. ${counted(records.length, 'record is', 'records are')} as before (receipt ${receipt}).`,
    ...columns(records.map(({ id, state, title }) => [id, state, oneLine(title, io.columns.stdout - 24)])),
    ...(items === 0 ? [] : [`${counted(items, 'suggestion')} of it will not be compiled again.`]),
  );
  return 0;
}

async function list(invocation: Invocation): Promise<number> {
  const { flags, app } = invocation;
  const limit = flags.whole('limit', LIMIT) ?? DEFAULT_LIMIT;
  const before = flags.whole('cursor', { least: 1, most: Number.MAX_SAFE_INTEGER });
  const found = await (await app.memories()).receipts({
    limit: limit + 1,
    ...(before === undefined ? {} : { before }),
  });
  const receipts = found.slice(0, limit);
  const next = found.length > limit ? String(receipts.at(-1)?.receipt.row ?? '') : null;
  if (invocation.json) {
    invocation.printJson({
      receipts: receipts.map(({ receipt, records }) => receiptJson(receipt, records)),
      next_cursor: next,
    });
    return 0;
  }
  if (receipts.length === 0) {
    invocation.print('There are no receipts yet.');
    return 0;
  }
  const rows = receipts.map(({ receipt, records }) => [
    receipt.short,
    time(receipt.at),
    receipt.kind,
    byWords(receipt),
    `${records.join(', ')}${receipt.undoneBy === null ? '' : ' (undone)'}`,
  ]);
  invocation.print(...columns(rows));
  if (next !== null) invocation.print('', `There are more: add --cursor ${next}`);
  return 0;
}

/** Fields may be added, never renamed. */
function receiptJson(receipt: Receipt, records: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    id: receipt.short,
    long_id: receipt.id,
    kind: receipt.kind,
    status: receipt.status,
    at: iso(receipt.at),
    ...by(receipt),
    records,
    undoes: receipt.undoes,
    undone_by: receipt.undoneBy,
    backend: receipt.backend,
    stats: receipt.stats,
  };
}

function by({ surface, client, session }: Receipt): Readonly<Record<string, unknown>> {
  return { surface, client, session };
}

export function byWords({ surface, client, session }: Receipt): string {
  const who = client ?? (surface === 'cli' ? 'you, at the command line' : surface);
  return clean(session === null ? who : `${who} ${session.slice(0, 8)}`);
}
