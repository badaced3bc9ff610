/** `midturn memories`: what is remembered. */
import { Option } from 'commander';
import { iso } from '../model/time.ts';
import type { Command } from './command.ts';
import { listCommand, refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { count } from './layout.ts';
import { memoryJson, memoryRows, memoryText, unshownReason } from './memory.ts';
import { history } from './memory-history.ts';
import { versionsText } from './record.ts';

const SCOPES = ['project', 'user', 'all'] as const;
const LIMIT = { least: 1, most: 1000 };
const DEFAULT_LIMIT = 50;

export function memoriesCommand(program: Command, act: Act): void {
  const group = program
    .command('memories')
    .summary('list and show what is remembered')
    .description('Lists and shows what is remembered.');
  listCommand(group, 'list what is remembered for this project and about you')
    .option('--all', 'also what was replaced, expired or forgotten')
    .addOption(new Option('--scope <scope>', 'project, user, or all for every project').choices(SCOPES))
    .option('--limit <n>', `how many, up to ${LIMIT.most} (default: ${DEFAULT_LIMIT})`)
    .option('--cursor <cursor>', 'go on behind an earlier list: its next_cursor')
    .examples('midturn memories list', 'midturn memories list --scope all --json')
    .action(act(list));
  group
    .command('show')
    .summary('show one with its versions')
    .description('Shows a memory with where it comes from and how it has changed.')
    .argument('<id>', 'its id, as in m_4f9k2c')
    .examples('midturn memories show m_4f9k2c')
    .action(act(show));
  group
    .command('history')
    .summary('show how one came to be what it is')
    .description(
      'Shows every version of a memory with who made it and what changed, and what it took the place of.',
    )
    .argument('<id>', 'its id, as in m_4f9k2c')
    .examples('midturn memories history m_4f9k2c')
    .action(act(history));
}

async function list(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  const { flags, app, io } = invocation;
  const limit = flags.whole('limit', LIMIT) ?? DEFAULT_LIMIT;
  const offset = flags.whole('cursor', { least: 0, most: 1_000_000_000 }) ?? 0;
  const scope = flags.choice('scope', SCOPES);
  const caller = await invocation.reader();
  const { memories, total } = await (await app.memories()).list(caller, {
    all: flags.has('all'),
    limit,
    offset,
    ...(scope === undefined ? {} : { scope }),
  });
  const next =
    offset + memories.length < total && memories.length > 0 ? String(offset + memories.length) : null;
  if (invocation.json) {
    invocation.printJson({ memories: memories.map(memoryJson), total, next_cursor: next });
  } else if (memories.length === 0) {
    invocation.print(offset > 0 ? 'There are no more.' : 'Nothing is remembered here yet.');
  } else {
    invocation.print(...memoryRows(memories, io.columns.stdout));
    const trust = (await app.config()).trust.inject;
    const unshown = memories.filter((memory) => unshownReason(memory, trust) !== null).length;
    if (unshown > 0) {
      invocation.print(
        '',
        `${unshown === 1 ? '1 of these is' : `${unshown} of these are`} recalled, not shown at session start: no word of yours.`,
        '`midturn review approve ID` makes one yours.',
      );
    }
    if (next !== null) invocation.print('', `${count(total - Number(next))} more: add --cursor ${next}`);
  }
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const id = invocation.word('the id');
  const caller = await invocation.reader();
  const { memory, versions } = await (await invocation.app.memories()).show(caller, id);
  if (invocation.json) {
    invocation.printJson({
      memories: [
        {
          ...memoryJson(memory),
          evidence: memory.evidence,
          versions: versions.map((version) => ({ ...version, at: iso(version.at) })),
        },
      ],
      next_cursor: null,
    });
    return 0;
  }
  const { trust } = await invocation.app.config();
  invocation.print(...memoryText(memory, trust.inject), ...versionsText(versions));
  return 0;
}
