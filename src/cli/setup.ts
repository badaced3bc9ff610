/** `midturn setup`: shows what belongs into the clients' files, writes it, brings history in, and proves that it works. */
import { performance } from 'node:perf_hooks';
import type { Proof, SetupPlan, SetupService } from '../setup/index.ts';
import { clean } from '../text/clean.ts';
import { unifiedDiff } from '../text/unified-diff.ts';
import { changeLines, changeRows } from './changes-shown.ts';
import type { Command } from './command.ts';
import { planLines, summarise } from './import-plan.ts';
import { reportLines } from './import-report.ts';
import type { Act, Invocation } from './invocation.ts';
import { progressLine } from './progress.ts';

/** Of a hit by which setup shows that it works. */
const WIDEST = 200;
const MOST_DAYS = 36_500;
const A_YEAR = 365;

export function setupCommand(program: Command, act: Act): void {
  program
    .command('setup')
    .summary('wire midturn into the coding agents on this machine')
    .description(
      'Puts the program into the home, and the server, hooks and permissions into the configuration of the clients. Then imports the sessions there are, and shows that the installed program finds something in them. Every change is shown before it is written; a file that was there is backed up; `midturn uninstall` takes out exactly what was put in. It may be run at any time: a second run changes only what is new.',
    )
    .argument(
      '[client...]',
      'codex, claude-code, cursor, opencode, gemini, vscode (default: those that are found)',
    )
    .option('--dry-run', 'only show what would be written')
    .option('--yes', 'do not ask: wire the clients and import their history')
    .option('--no-import', 'do not import the sessions there are')
    .option('--scheduler', 'also have the system run `midturn scan` every 15 minutes')
    .option(
      '--keep-transcripts <days>',
      'have Claude Code keep its transcripts at least so long (it deletes them after 30 days)',
    )
    .examples('midturn setup', 'midturn setup codex --dry-run', 'midturn setup --yes --no-import')
    .action(act(setUp));
}

type Report = {
  dry_run: boolean;
  written: ReadonlyArray<{ client: string; file: string; backup: string | null }>;
  failed: ReadonlyArray<{ client: string; file: string; why: string }>;
  proof: Proof | null;
  imported: { sessions: number; messages: number } | null;
};

async function setUp(invocation: Invocation): Promise<number> {
  const { app, flags, words, json } = invocation;
  const service = await app.setup();
  const keepTranscriptDays = flags.whole('keep-transcripts', { least: 1, most: MOST_DAYS }) ?? null;
  const first = await service.plan(words, { keepTranscriptDays });
  const kept = await wantsThemKept(invocation, first);
  if (kept === null) {
    invocation.print('Nothing was written.');
    return 1;
  }
  const plan = kept ? await service.plan(words, { keepTranscriptDays: A_YEAR }) : first;
  const report: Report = { dry_run: true, written: [], failed: [], proof: null, imported: null };
  if (!json) showPlan(invocation, plan);
  const go = plan.clients.length > 0 && !flags.has('dry-run') && (await agreed(invocation, plan));
  if (go) {
    report.dry_run = false;
    const { written, failed } = await service.apply(plan);
    Object.assign(report, { written, failed });
    if (!json) showWritten(invocation, report);
    if (flags.has('scheduler')) await schedule(invocation);
    report.imported = await importHistory(invocation);
    report.proof = await proveIt(
      invocation,
      service,
      report.imported !== null || (await holdsHistory(invocation)),
    );
  }
  if (json) invocation.printJson({ ...report, ...planJson(plan) });
  else closing(invocation, plan, { done: go, kept });
  if (go) {
    const whole = report.failed.length === 0 && plan.clients.every(({ problems }) => problems.length === 0);
    return whole && report.proof?.ok === true ? 0 : 1;
  }
  return flags.has('dry-run') || (plan.clients.length > 0 && isDone(plan)) ? 0 : 1;
}

/**
 * Asked where a client is wired for the first time, before the changes are shown: the answer is one of them. Null where
 * the person has left the question.
 */
async function wantsThemKept(
  { flags, mayAsk, io }: Invocation,
  { clients }: SetupPlan,
): Promise<boolean | null> {
  const short = clients.find(
    ({ drafts, transcriptDays }) => drafts.length > 0 && transcriptDays !== null && transcriptDays < A_YEAR,
  );
  if (short === undefined || !mayAsk) return false;
  if (flags.has('keep-transcripts') || flags.has('yes') || flags.has('dry-run')) return false;
  const question = `${short.name} deletes its transcripts after ${short.transcriptDays} days. Have it keep them for a year? (midturn keeps what it has captured either way)`;
  return io.ask.confirm(question, false);
}

/** Without anybody to ask, `--yes` says it: an agent does not wire itself by the way. */
async function agreed({ flags, mayAsk, io }: Invocation, plan: SetupPlan): Promise<boolean> {
  if (flags.has('yes')) return true;
  if (!mayAsk) return false;
  const question = isDone(plan)
    ? 'All is wired. Bring the program in the home up to date and test it?'
    : 'Write this?';
  return (await io.ask.confirm(question, true)) === true;
}

function isDone({ clients }: SetupPlan): boolean {
  return clients.every(({ drafts }) => drafts.length === 0);
}

function showPlan(invocation: Invocation, plan: SetupPlan): void {
  const { app, io, words } = invocation;
  const { clients, absent } = plan;
  if (clients.length === 0) {
    invocation.print(
      'No client was found on this machine.',
      `midturn knows ${absent.join(', ')}. Name one to wire it all the same, as in \`midturn setup codex\`.`,
    );
    return;
  }
  if (!isDone(plan)) {
    invocation.print('What would be written:', '');
    for (const { name, drafts } of clients.filter((client) => client.drafts.length > 0))
      invocation.print(name, ...changeRows(drafts.map(({ change }) => change)));
    invocation.print('', 'In full:', '');
  }
  for (const client of clients) {
    const { name, drafts, problems } = client;
    invocation.print(`${name}${stateOf(client)}`);
    for (const { change } of drafts)
      invocation.print(`  ${clean(change.why)}:`, '', ...changeLines(change, io.columns.stdout), '');
    for (const problem of problems) invocation.print(`  ! ${clean(problem)}`);
  }
  if (absent.length > 0 && words.length === 0) invocation.print(`Not found here: ${absent.join(', ')}.`);
  invocation.print(`The program goes into ${clean(app.layout.app)}.`, '');
}

function stateOf({ drafts, fitting, plugin }: SetupPlan['clients'][number]): string {
  if (plugin !== null) return ': has midturn as a plugin';
  if (drafts.length > 0) return '';
  return fitting.length > 0 ? ': wired already' : ': nothing can be written';
}

function showWritten(invocation: Invocation, { written, failed }: Report): void {
  const { app } = invocation;
  for (const { file } of written) invocation.print(`Wrote ${clean(file)}`);
  for (const { file, why } of failed) invocation.print(`! ${clean(file)} was not written: ${clean(why)}`);
  if (written.some(({ backup }) => backup !== null))
    invocation.print(`What stood there before is kept in ${clean(app.layout.backups)}.`);
  invocation.print('');
}

async function schedule(invocation: Invocation): Promise<void> {
  const { app, json } = invocation;
  const { words, notes } = await (await app.scheduler()).install({});
  if (!json) invocation.print(`${words} runs \`midturn scan\` from now on.`, ...notes.map(clean), '');
}

async function importHistory(invocation: Invocation): Promise<Report['imported']> {
  const { app, flags, io, json, mayAsk } = invocation;
  // `--no-import` makes commander's `import` false.
  if (!flags.has('import') || (await app.isPaused())) return null;
  const plan = await app.planImport({ paths: [], confirmed: false });
  if (plan.files.length === 0) return null;
  // A person is not asked again about what is stored; the hooks see to what these sessions grow by.
  if (!flags.has('yes') && !(await (await app.capture()).hasNew(plan))) {
    if (!json) invocation.print('All sessions that are there have been imported before.', '');
    return null;
  }
  if (!json) invocation.print(...planLines(plan, await summarise(plan, (path) => app.peekProject(path))), '');
  if (!flags.has('yes')) {
    const question = 'Import these sessions? They stay on this machine; secrets are cut out.';
    if (!mayAsk || (await io.ask.confirm(question, true)) !== true) return null;
  }
  const abort = new AbortController();
  const progress = progressLine(io, () => performance.now());
  const release = io.onInterrupt(() => abort.abort());
  const began = performance.now();
  try {
    const caller = await invocation.caller();
    const done = await (await app.capture()).run(plan, caller, {
      signal: abort.signal,
      onProgress: (step) => progress.step(step),
    });
    progress.end();
    if (!json) invocation.print(...reportLines(done, performance.now() - began), '');
    return { sessions: done.sessions.length, messages: done.added };
  } finally {
    release();
    progress.end();
  }
}

async function holdsHistory(invocation: Invocation): Promise<boolean> {
  const { counts } = await (await invocation.app.status()).report(await invocation.caller());
  return counts.sessions > 0;
}

async function proveIt(invocation: Invocation, service: SetupService, history: boolean): Promise<Proof> {
  const { json } = invocation;
  const proof = await service.prove(history);
  if (!json)
    invocation.print(
      clean(proof.words),
      ...proof.found.map(({ ref, words }) => `  [${clean(ref)}] ${clean(words).slice(0, WIDEST)}`),
      '',
    );
  return proof;
}

function closing(
  invocation: Invocation,
  plan: SetupPlan,
  { done, kept }: { readonly done: boolean; readonly kept: boolean },
): void {
  const { flags, words } = invocation;
  const { clients, memories } = plan;
  if (clients.length === 0) return;
  const again = ['midturn setup', ...words, ...(kept ? [`--keep-transcripts ${A_YEAR}`] : [])].join(' ');
  if (!done)
    invocation.print(
      flags.has('dry-run') || isDone(plan)
        ? 'Nothing was written.'
        : `Nothing was written. To write it: \`${again} --yes\``,
    );
  const notes = clients.flatMap((client) => client.notes);
  const own = memories.map((memory) => `${memory.words} \`midturn migrate\` shows what it would bring in.`);
  if (notes.length + own.length > 0)
    invocation.print('', 'Good to know:', ...[...notes, ...own].map((note) => `- ${clean(note)}`));
}

function planJson({ clients, absent, memories, program }: SetupPlan) {
  return {
    program,
    clients: clients.map(({ client, drafts, fitting, notes, problems, plugin }) => ({
      client,
      plugin,
      files: [
        ...drafts.map(({ change: { file, why, before, after } }) => ({
          file,
          why,
          fits: false,
          diff: unifiedDiff(before ?? '', after ?? '', [file, file]),
        })),
        ...fitting.map((file) => ({ file, fits: true })),
      ],
      notes,
      problems,
    })),
    absent,
    memories,
  };
}
