/**
 * `midturn recall-trigger`: decides whether a request needs memory, and answers from it if so. For scripts and hooks of
 * other programs: whatever goes wrong is said, and ends with exit code 0.
 */
import { resolve } from 'node:path';
import type { Caller } from '../model/caller.ts';
import { type ErrorWords, MidturnError, messageOf, sentence } from '../model/errors.ts';
import { sessionId } from '../model/ids.ts';
import type { RecallHit } from '../recall/index.ts';
import { clean } from '../text/clean.ts';
import { recallTrigger, type Trigger } from '../text/recall-trigger.ts';
import type { Command } from './command.ts';
import { type Act, type Invocation, toJson } from './invocation.ts';
import type { Io } from './io.ts';
import { type PromptPayload, payloadFrom, payloadIn } from './prompt-payload.ts';

const NAME = 'recall-trigger';

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
    .command(NAME)
    .summary('recall, if a request speaks of earlier work')
    .description(
      'Answers from memory when the request points back at earlier work (“again”, “last time”, “as agreed”, in several languages) and says enough to search for; otherwise says that it did not. It can stand in a client as the hook on a prompt. Always exits with 0; what goes wrong, wrong usage too, is in the output.',
    )
    .argument('[request...]', 'the request')
    .option('--query <text>', 'the request, in one flag')
    .option('--from-stdin', 'take the request from the payload of a hook, on stdin')
    .option('--hook-payload <file>', 'take it from a payload in a file')
    .option('--cleanup-payload', 'remove that file afterwards')
    .option('--client <name>', 'the client whose hook this is')
    .option('--cwd <dir>', 'the directory that it is about (default: this one)')
    .option('--explicit', 'somebody asked for memory: no sign is needed')
    .option('--top-k <n>', `how many facts, up to ${TOP.most} (default: ${TOP.default})`)
    .option('--format <format>', `how it is written: ${FORMATS.join(' or ')} (default: ${FORMATS[0]})`)
    .examples(
      'midturn recall-trigger --query "why did we pin zod last time?"',
      'midturn recall-trigger --explicit --query "release steps" --format json',
      'midturn recall-trigger --from-stdin --client claude-code',
    )
    .action(act(run));
}

async function run(invocation: Invocation): Promise<number> {
  const { flags, io, command } = invocation;
  const top = flags.whole('top-k', TOP) ?? TOP.default;
  const format = flags.text('format');
  if (format !== undefined && flags.choice('format', FORMATS) === undefined)
    throw command.wrong(`--format takes ${FORMATS.join(' or ')}`, { why: `${format} was given` });
  const payload = await payloadOf(invocation);
  const cwd = resolve(io.cwd, flags.text('cwd') ?? payload?.cwd ?? '.');
  const query = requestOf(invocation) ?? payload?.prompt.trim() ?? '';
  const trigger = recallTrigger(query, flags.has('explicit'));
  const asked = { query, cwd, trigger, session: payload?.session_id ?? null };
  const outcome = await answered(invocation, asked, top);
  if (invocation.json || format === 'json') invocation.printJson(asFields(outcome));
  else invocation.print(asMarkdown(outcome));
  return 0;
}

async function payloadOf({ flags, io }: Invocation): Promise<PromptPayload | null> {
  const file = flags.text('hook-payload');
  if (file !== undefined) return payloadIn(resolve(io.cwd, file), flags.has('cleanup-payload'));
  return flags.has('from-stdin') ? payloadFrom(io.stdin) : null;
}

/** Null where it is the payload's to say. */
function requestOf({ command, words }: Invocation): string | null {
  const { query } = command.opts();
  const flag = typeof query === 'string' ? query.trim() : null;
  if (words.length === 0) return flag;
  if (flag !== null) throw command.wrong('The request is given twice, by --query and as words');
  return words.join(' ').trim();
}

/**
 * What is said in the place of an error, null for other commands: a client takes exit code 2 of a hook for an order to
 * stop, and its prompt would be lost.
 */
export function softFailure(
  argv: readonly string[],
  error: unknown,
  { cwd }: Pick<Io, 'cwd'>,
): string | null {
  if (argv.find((word, at) => !word.startsWith('-') && argv[at - 1] !== '--home') !== NAME) return null;
  const outcome: Outcome = {
    status: 'error',
    query: '',
    cwd,
    trigger: recallTrigger('', false),
    results: [],
    error: said(error),
    contract: null,
  };
  const format = argv.indexOf('--format');
  const asJson =
    argv.includes('--json') ||
    argv.includes('--format=json') ||
    (format !== -1 && argv[format + 1] === 'json');
  return asJson ? toJson(asFields(outcome)) : asMarkdown(outcome);
}

function said(error: unknown): string {
  const words: ErrorWords =
    error instanceof MidturnError ? error.words : { what: messageOf(error), next: '' };
  return clean(sentence(words));
}

type Asked = Pick<Outcome, 'query' | 'cwd' | 'trigger'> & { readonly session: string | null };

async function answered(invocation: Invocation, asked: Asked, top: number): Promise<Outcome> {
  const { app } = invocation;
  const { query, cwd, trigger, session } = asked;
  const nothing = { query, cwd, trigger, results: [], error: null, contract: null };
  try {
    const contract = (await app.inject()).contract();
    if (!trigger.triggered) return { ...nothing, status: 'not_triggered', contract };
    const caller = await app.caller({ ...factsOf(invocation, session), cwd });
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
    return { ...nothing, status: 'error', error: said(error) };
  }
}

/** A hook speaks for the session that its payload names. */
function factsOf({ facts, flags }: Invocation, external: string | null): Invocation['facts'] {
  const client = flags.text('client') ?? facts.client;
  if (client === null || external === null) return { ...facts, client };
  return { ...facts, client, externalSession: external, session: sessionId(client, external) };
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
