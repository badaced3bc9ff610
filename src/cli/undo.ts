/** `midturn undo`: takes back what one receipt did; without one, lists the latest. */
import type { Undone } from '../compile/index.ts';
import type { ListedReceipt } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, counted, oneLine, time } from './layout.ts';

type Receipt = ListedReceipt['receipt'];

const LIMIT = { least: 1, most: 500 };
const DEFAULT_LIMIT = 20;
/** Of what a receipt changed, this many are named in the list. */
const NAMED = 3;

export function undoCommand(program: Command, act: Act): void {
  program
    .command('undo')
    .summary('take back what a receipt did')
    .description(
      'Puts everything that one receipt changed back to what it was before. Without a receipt, lists the latest ones. Undoing has a receipt too: it can be undone.',
    )
    .argument('[receipts...]', 'ids, as in c_4f9k2c; of several the newest is undone first')
    .option('--run', 'all receipts of the compile that made it')
    .option('--show', 'show what it did and what came to nothing, and undo nothing')
    .option('--list', 'list the latest receipts')
    .option('--limit <n>', `how many to list, up to ${LIMIT.most} (default: ${DEFAULT_LIMIT})`)
    .option('--cursor <cursor>', 'go on behind an earlier list: its next_cursor')
    .option('--yes', 'do not ask')
    .examples(
      'midturn undo',
      'midturn undo c_4f9k2c',
      'midturn undo c_4f9k2c --run',
      'midturn undo c_4f9k2c --show',
    )
    .action(act(undo));
}

async function undo(invocation: Invocation): Promise<number> {
  const { flags, io, app, words } = invocation;
  const [first] = words;
  if (first === undefined || flags.has('list')) return list(invocation);
  if (flags.has('show')) return show(invocation);
  const caller = await invocation.caller();
  const memories = await app.memories();
  const targets = await chosen(invocation, caller);
  if (invocation.mayAsk && !flags.has('yes')) {
    const named =
      targets.length === 1
        ? (targets[0] ?? '')
        : `${targets.length} receipts, ${targets.at(-1)} … ${targets[0]}`;
    const agreed = await io.ask.confirm(`Undo ${clean(named)}?`, false);
    if (agreed !== true) {
      invocation.print('Nothing was undone.');
      return 1;
    }
  }
  const done: Undone[] = [];
  try {
    // The newest first: what an older one changed may have been changed again by it.
    for (const target of targets) done.push(await memories.undo(caller, target));
  } finally {
    // What clients read of a skill must not outlive its approval.
    const skills = done.some(({ records }) => records.some(({ id }) => id.startsWith('k_')));
    if (skills) await (await app.skills()).sync(caller);
    tell(invocation, done);
  }
  return 0;
}

/** Each once, the newest first. */
async function chosen({ app, flags, words }: Invocation, caller: Caller): Promise<readonly string[]> {
  const memories = await app.memories();
  const found = new Map<string, number>();
  for (const word of words) {
    const receipts = flags.has('run')
      ? await memories.run(caller, word)
      : [(await memories.receipt(caller, word)).receipt];
    const open = flags.has('run') ? receipts.filter(({ undoneBy }) => undoneBy === null) : receipts;
    for (const { short, row } of open.length === 0 ? receipts : open) found.set(short, row);
  }
  return [...found].sort(([, a], [, b]) => b - a).map(([short]) => short);
}

/** Of several, what was done before one could not be undone is told all the same. */
function tell(invocation: Invocation, done: readonly Undone[]): void {
  const { io } = invocation;
  const [only] = done;
  if (invocation.json) {
    const all = done.map(({ undone, receipt, records, items }) => ({
      undone: undone.short,
      receipt,
      records,
      items,
    }));
    if (done.length === 1) invocation.printJson(all[0]);
    else if (done.length > 1) invocation.printJson({ undone: all });
    return;
  }
  if (only === undefined) return;
  for (const { undone, receipt, records, items } of done) {
    invocation.print(
      `Undone: ${undone.short}. ${counted(records.length, 'record is', 'records are')} as before (receipt ${receipt}).`,
      ...(done.length > 1
        ? []
        : columns(
            records.map(({ id, state, title }) => [id, state, oneLine(title, io.columns.stdout - 24)]),
          )),
      ...(items === 0 ? [] : [`${counted(items, 'suggestion')} of it will not be compiled again.`]),
    );
  }
}

async function show(invocation: Invocation): Promise<number> {
  const target = invocation.word('the receipt');
  const caller = await invocation.reader();
  const shown = await (await invocation.app.memories()).receipt(caller, target);
  const { receipt, operations, items } = shown;
  if (invocation.json) {
    const records = [...new Set(operations.map(({ record }) => record))];
    invocation.printJson({
      receipts: [{ ...receiptJson(receipt, records), operations, items }],
      next_cursor: null,
    });
    return 0;
  }
  const width = invocation.io.columns.stdout;
  invocation.print(
    `${receipt.short}  ${time(receipt.at)}  ${receipt.kind}  ${byWords(receipt)}${receipt.undoneBy === null ? '' : ' (undone)'}`,
    ...columns(operations.map(({ record, outcome, title }) => [record, outcome, oneLine(title, width - 24)])),
  );
  const ended = items.filter(({ state }) => state !== 'done');
  if (ended.length === 0) return 0;
  invocation.print(
    '',
    'What came to nothing:',
    ...ended.flatMap(({ id, state, title, reason }) => [
      `  ${id}  ${state}  ${oneLine(title, 60)}`,
      ...(reason === null ? [] : [`    ${clean(reason)}`]),
    ]),
  );
  return 0;
}

async function list(invocation: Invocation): Promise<number> {
  const { flags, app } = invocation;
  const limit = flags.whole('limit', LIMIT) ?? DEFAULT_LIMIT;
  const before = flags.whole('cursor', { least: 1, most: Number.MAX_SAFE_INTEGER });
  const found = await (await app.memories()).receipts(await invocation.reader(), {
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
    `${recordsWords(records)}${receipt.undoneBy === null ? '' : ' (undone)'}`,
  ]);
  invocation.print(...columns(rows));
  if (next !== null) invocation.print('', `There are more: add --cursor ${next}`);
  return 0;
}

/** A compile changes a hundred at once. */
function recordsWords(records: readonly string[]): string {
  if (records.length <= NAMED) return records.join(', ');
  return `${counted(records.length, 'record')}: ${records.slice(0, NAMED).join(', ')}, …`;
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

/** Who did it: `token` names the token of a call over the network, or the bearer that an identity provider vouches for. */
export function by({ owner, surface, client, session, token }: Receipt): Readonly<Record<string, unknown>> {
  return { owner, surface, client, session, token };
}

export function byWords({ surface, client, session, token }: Receipt): string {
  const who = client ?? (surface === 'cli' ? 'you, at the command line' : surface);
  const named = session === null ? who : `${who} ${session.slice(0, 8)}`;
  return clean(token === null ? named : `${named} by ${token}`);
}
