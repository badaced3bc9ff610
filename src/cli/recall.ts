/** `midturn recall`: what is remembered of something. */
import { Option } from 'commander';
import { printAnswer } from './answer.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';

const SCOPES = ['project', 'user', 'all'] as const;
const KINDS = ['memory', 'recall', 'skill'] as const;
const LIMIT = { least: 1, most: 20 };
const TOKENS = { least: 100, most: 8000 };

export function recallCommand(program: Command, act: Act): void {
  program
    .command('recall')
    .summary('what is remembered of something')
    .description(
      'Finds what is remembered, for this project and about you. Answers with the few facts that fit, or says that none does.',
    )
    .argument('<query...>', 'a question or topic, in plain words')
    .option('--limit <n>', `how many facts, up to ${LIMIT.most} (default: 5)`)
    .addOption(
      new Option(
        '--scope <scope>',
        'project = only this one; user = only about you; all = also other projects',
      ).choices(SCOPES),
    )
    .addOption(new Option('--kinds <kind...>', 'only these: memory, recall (records), skill').choices(KINDS))
    .option('--as-of <time>', 'what held then: a day, a month (2026-05) or an ISO time')
    .option('--explain', 'say why each one fits')
    .option('--max-tokens <n>', `stop at this length, ${TOKENS.least} to ${TOKENS.most} tokens`)
    .examples(
      'midturn recall how do we run the tests',
      'midturn recall deploy --scope all --json',
      'midturn recall test runner --as-of 2026-05',
    )
    .action(act(recall));
}

async function recall(invocation: Invocation): Promise<number> {
  const { flags, app } = invocation;
  const query = invocation.joined('the query');
  const limit = flags.whole('limit', LIMIT);
  const scope = flags.choice('scope', SCOPES);
  const kinds = KINDS.filter((kind) => flags.texts('kinds').includes(kind));
  const asOf = flags.text('as-of');
  const maxTokens = flags.whole('max-tokens', TOKENS) ?? null;
  const caller = await invocation.reader();
  const service = await app.recall();
  const answer = await service.ask(caller, {
    query,
    ...(limit === undefined ? {} : { limit }),
    ...(scope === undefined ? {} : { scope }),
    ...(kinds.length === 0 ? {} : { kinds }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(flags.has('explain') ? { explain: true } : {}),
  });
  printAnswer(invocation, answer, (hit) => hit.id, maxTokens);
  return 0;
}
