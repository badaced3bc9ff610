/** `midturn history`: search and read earlier sessions. */
import { Option } from 'commander';
import { ROLES } from '../model/message.ts';
import { printAnswer } from './answer.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';

const LIMIT = { least: 1, most: 50 };
const AROUND = { least: 0, most: 20 };
const LAST = { least: 1, most: 50 };
const MOST_TURNS = 20;

export function historyCommand(program: Command, act: Act): void {
  program
    .command('history')
    .summary('search and read earlier sessions')
    .description(
      'Searches and reads what was said and done in earlier sessions, word for word. Without a query or flags it lists the recent turns of this project.',
    )
    .argument('[query...]', 'words, an error message, a command, a path')
    .option('--since <time>', 'only from then on: 2026-11-21, or an age such as 7d')
    .option('--until <time>', 'only up to then: a day counts whole')
    .addOption(new Option('--role <role>', 'only messages of this role').choices(ROLES))
    .option('--client <client>', 'only sessions of this client: codex, claude-code')
    .option('--project <name>', 'another project by name, or all (default: this one)')
    .option('--limit <n>', `how many, up to ${LIMIT.most} (default: 10)`)
    .option('--ref <ref>', 'one message, as in k3f9a2/17')
    .option('--around <n>', `with so many messages before and after it, up to ${AROUND.most}`)
    .option('--session <id>', 'one session')
    .option('--turns <list>', 'turns of the session, as in 1,2 or 3-5')
    .option('--last <n>', `the newest turns of the session, up to ${LAST.most}`)
    .option('--full', 'also withdrawn and injected messages')
    .option('--explain', 'say what made each hit')
    .option('--cursor <cursor>', 'go on where an earlier answer ended')
    .examples(
      'midturn history',
      'midturn history "connection refused" --since 30d',
      'midturn history --ref k3f9a2/17 --around 3',
      'midturn history --session k3f9a2 --last 2',
    )
    .action(act(history));
}

async function history(invocation: Invocation): Promise<number> {
  const { flags, words, app } = invocation;
  const request = {
    query: words.length === 0 ? undefined : invocation.joined('the query'),
    since: flags.time('since'),
    until: flags.time('until', 'end'),
    role: flags.choice('role', ROLES),
    client: flags.text('client'),
    project: flags.text('project'),
    limit: flags.whole('limit', LIMIT),
    ref: flags.text('ref'),
    around: flags.whole('around', AROUND),
    session: flags.text('session'),
    turns: flags.wholes('turns', MOST_TURNS),
    last: flags.whole('last', LAST),
    full: flags.has('full') ? true : undefined,
    explain: flags.has('explain') ? true : undefined,
    cursor: flags.text('cursor'),
  };
  const caller = await (await app.capture()).refresh(await invocation.reader());
  const service = await app.history();
  const answer = await service.ask(caller, given(request));
  printAnswer(invocation, answer, (hit) => hit.ref, null);
  return 0;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What was given; a field that was not is left out. */
function given<T extends object>(request: T): Given<T> {
  const out: Given<T> = {};
  for (const [name, value] of Object.entries(request)) if (value !== undefined) Reflect.set(out, name, value);
  return out;
}
