/**
 * `midturn recall-trigger`: decides whether a request needs memory, and answers from it if so. For scripts and hooks of
 * other programs: whatever goes wrong is said, and ends with exit code 0.
 */
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Caller } from '../model/caller.ts';
import { type ErrorWords, MidturnError, messageOf, sentence } from '../model/errors.ts';
import type { RecallHit } from '../recall/index.ts';
import { clean } from '../text/clean.ts';
import { recallTrigger, type Trigger } from '../text/recall-trigger.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';

const FORMATS = ['markdown', 'json'] as const;
const TOP = { default: 3, least: 1, most: 20 };

type Status = 'matched' | 'no_match' | 'not_triggered' | 'error';

type Outcome = {
  readonly status: Status;
  readonly query: string;
  readonly cwd: string;
  readonly trigger: Trigger;
  readonly results: readonly Result[];
  readonly error: string | null;
  readonly contract: string | null;
};

/** The fields that scripts of the program that this replaces read. */
type Result = {
  readonly id: string;
  readonly summary: string;
  readonly content: string;
  readonly source_paths: readonly string[];
  readonly repo_fingerprint: string | null;
  readonly cwd: string | null;
  readonly thread_id: string | null;
  readonly turn_id: string | null;
  readonly scope: string;
  readonly origin: string;
  readonly at: string;
  readonly files: RecallHit['files'];
  readonly sources: readonly string[];
};

export function recallTriggerCommand(program: Command, act: Act): void {
  program
    .command('recall-trigger')
    .summary('recall, if a request speaks of earlier work')
    .description(
      'Answers from memory when the request points back at earlier work (“again”, “last time”, “as agreed”, in several languages) and says enough to search for; otherwise says that it did not. Always exits with 0.',
    )
    .option('--query <text>', 'the request')
    .option('--cwd <dir>', 'the directory that it is about (default: this one)')
    .option('--explicit', 'somebody asked for memory: no sign is needed')
    .option('--top-k <n>', `how many facts, up to ${TOP.most} (default: ${TOP.default})`)
    .addOption(new Option('--format <format>', 'how it is written (default: markdown)').choices(FORMATS))
    .examples(
      'midturn recall-trigger --query "why did we pin zod last time?"',
      'midturn recall-trigger --explicit --query "release steps" --format json',
    )
    .action(act(run));
}

async function run(invocation: Invocation): Promise<number> {
  const { flags } = invocation;
  const top = flags.whole('top-k', TOP) ?? TOP.default;
  const asJson = invocation.json || flags.choice('format', FORMATS) === 'json';
  const cwd = resolve(invocation.io.cwd, flags.text('cwd') ?? '.');
  const { query: given } = invocation.command.opts();
  const query = typeof given === 'string' ? given.trim() : '';
  const trigger = recallTrigger(query, flags.has('explicit'));
  const outcome = await answered(invocation, { query, cwd, trigger }, top);
  if (asJson) invocation.printJson(asFields(outcome));
  else invocation.print(asMarkdown(outcome));
  return 0;
}

type Asked = Pick<Outcome, 'query' | 'cwd' | 'trigger'>;

async function answered({ app, facts }: Invocation, asked: Asked, top: number): Promise<Outcome> {
  const { query, cwd, trigger } = asked;
  const nothing = { ...asked, results: [], error: null, contract: null };
  try {
    const contract = (await app.inject()).contract();
    if (!trigger.triggered) return { ...nothing, status: 'not_triggered', contract };
    const caller = await app.caller({ ...facts, cwd });
    const { hits } = await (await app.recall()).ask(caller, { query, limit: top });
    const memories = await app.memories();
    const results = await Promise.all(hits.map((hit) => resultOf(memories.show, caller, hit)));
    app.record(
      caller,
      'shown',
      hits.map(({ id }) => id),
    );
    return { ...nothing, contract, status: results.length === 0 ? 'no_match' : 'matched', results };
  } catch (error) {
    const words: ErrorWords =
      error instanceof MidturnError ? error.words : { what: messageOf(error), next: '' };
    return { ...nothing, status: 'error', error: clean(sentence(words)) };
  }
}

type Show = Awaited<ReturnType<Invocation['app']['memories']>>['show'];

async function resultOf(show: Show, caller: Caller, hit: RecallHit): Promise<Result> {
  const shared = {
    id: hit.id,
    summary: hit.title,
    content: hit.text,
    scope: hit.scope,
    origin: hit.origin,
    at: hit.at,
    files: hit.files,
    sources: hit.sources,
  };
  if (!hit.id.startsWith('m_'))
    return { ...shared, source_paths: [], repo_fingerprint: null, cwd: null, thread_id: null, turn_id: null };
  const { memory } = await show(caller, hit.id);
  return {
    ...shared,
    source_paths: memory.paths.map(({ path }) => path),
    repo_fingerprint: memory.project,
    cwd: memory.cwd,
    thread_id: memory.externalSession,
    turn_id: memory.turn === null ? null : String(memory.turn),
  };
}

const POLICY =
  'Asked by name (--explicit), or a word that points back at earlier work together with two telling words.';

function asFields({ status, query, cwd, trigger, results, error, contract }: Outcome) {
  return {
    status,
    query,
    count: results.length,
    results,
    focused_recall: results.map(({ id, summary }) => `[${id}] ${summary}`),
    triggered: trigger.triggered,
    reasons: trigger.reasons,
    policy: POLICY,
    skill_id: 'recall-contract',
    skill_content: contract,
    cwd,
    error,
  };
}

const NEXT: Readonly<Record<Status, string | null>> = {
  matched: null,
  no_match: 'Memory holds nothing that fits. Go on without it, and do not make up what was done before.',
  not_triggered:
    'The request does not speak of earlier work, so memory was not asked. Go on without it; nothing follows from this about what was done before.',
  error: 'Memory could not be asked. Go on without it, and do not make up what was done before.',
};

function asMarkdown({ status, query, trigger, results, error }: Outcome): string {
  const asked = query.replace(/\s+/g, ' ');
  const lines = [
    '# Recall',
    '',
    `Status: ${status}`,
    `Query: ${clean(asked)}`,
    `Reasons: ${trigger.reasons.join(', ')}`,
    `Results: ${results.length}`,
  ];
  if (error !== null) lines.push('', error);
  const next = NEXT[status];
  if (next !== null) lines.push('', next);
  for (const [
    at,
    { id, summary, content, scope, origin, at: date, files, source_paths, sources },
  ] of results.entries()) {
    const facts = [id, scope, date.slice(0, 10), `said by ${origin}`];
    if (files !== null) facts.push(`files ${files}`);
    if (source_paths.length > 0) facts.push(source_paths.join(', '));
    if (sources.length > 0) facts.push(`from ${sources.join(', ')}`);
    lines.push(
      '',
      `## ${at + 1}. ${clean(summary).replace(/\s+/g, ' ')}`,
      '',
      clean(content),
      '',
      `_${facts.join(' · ')}_`,
    );
  }
  return lines.join('\n');
}
