/** `midturn migrate`: take over what another memory system keeps. */
import { resolve } from 'node:path';
import type { MigrateDesk } from '../app/migrate-desk.ts';
import type { Migrated, MigrationPlan, SourceName } from '../migrate/index.ts';
import type { Caller } from '../model/caller.ts';
import { MidturnError, UserInputError } from '../model/errors.ts';
import { redact } from '../text/redaction.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, count, counted, oneLine } from './layout.ts';

const SAMPLES = 3;
const SHOWN_SKIPS = 5;

export function migrateCommand(program: Command, act: Act): void {
  program
    .command('migrate')
    .summary('take over what another memory system keeps')
    .description(
      'Takes over what another memory system keeps: codex-self-evolution, claude-mem, and the memories of Codex (codex) and Claude Code (claude-code). Shows what it would do; --apply does it. Nothing of the other system is changed, and what was taken over before is not taken again.',
    )
    .argument(
      '[source...]',
      'codex-self-evolution, claude-mem, codex, claude-code (default: all that are there)',
    )
    .option('--from <dir>', 'where the one source that is named lies')
    .option('--dry-run', 'only show what would be taken over (the default)')
    .option('--apply', 'take it over')
    .option(
      '--approve',
      'approve what is taken over as your own words: then it is also shown at the start of sessions',
    )
    .option('--yes', 'do not ask')
    .examples('midturn migrate', 'midturn migrate codex-self-evolution --apply')
    .action(act(migrate));
}

async function migrate(invocation: Invocation): Promise<number> {
  const { flags, command, app } = invocation;
  if (flags.has('apply') && flags.has('dry-run'))
    throw command.wrong('--apply and --dry-run exclude each other');
  if (flags.has('approve') && !flags.has('apply')) throw command.wrong('--approve needs --apply');
  if (flags.has('approve') && !invocation.facts.personPresent) {
    throw new UserInputError({
      what: 'Approving needs a person',
      why: 'no terminal is attached, or an agent drives it',
      next: 'Leave --approve out, or run it in a terminal of your own',
    });
  }
  const caller = await invocation.caller();
  const desk = await app.migrateDesk();
  const places = await placesOf(invocation, desk);
  const plans: MigrationPlan[] = [];
  const unreadable: string[] = [];
  for (const { source, root } of places) {
    try {
      plans.push(await desk.look(source, root));
    } catch (error) {
      // One that cannot be read keeps nobody from the others.
      if (!(error instanceof MidturnError) || places.length === 1) throw error;
      unreadable.push(`${source} is left out: ${error.message}`);
    }
  }
  for (const words of unreadable) invocation.io.err(`${words}\n`);
  const total = plans.reduce((sum, { planned }) => sum + planned.length, 0);
  const code = unreadable.length === 0 ? 0 : 1;
  if (!flags.has('apply')) return shown(invocation, plans, total, code);
  if (total === 0) return nothing(invocation, plans, code);
  if (!(await agreed(invocation, plans, total))) return 1;
  const done: Migrated[] = [];
  for (const plan of plans)
    if (plan.planned.length > 0) done.push(await take(invocation, caller, desk, plan));
  const approval = await approve(invocation, caller, desk, done);
  report(invocation, plans, done, approval);
  return done.some(({ outcomes }) => (outcomes.failed ?? 0) > 0) ? 1 : code;
}

async function placesOf(
  { words, flags, command, io }: Invocation,
  desk: MigrateDesk,
): Promise<ReadonlyArray<{ readonly source: SourceName; readonly root: string }>> {
  const named = words.map((word) => {
    const source = desk.sources.find((each) => each === word);
    if (source === undefined)
      throw command.wrong(`there is no source ${word}`, { hint: `There are ${desk.sources.join(', ')}.` });
    return source;
  });
  const from = flags.text('from');
  if (from === undefined && named.length === 0) return desk.present();
  if (from !== undefined && named.length !== 1)
    throw command.wrong('--from needs one source', { hint: `Name it: ${desk.sources.join(', ')}.` });
  const places = named.map((source) => ({
    source,
    root: desk.placeOf(source, from === undefined ? undefined : resolve(io.cwd, from)),
  }));
  for (const { source, root } of places) {
    if (!(await desk.isThere(root)))
      throw new UserInputError({
        what: `There is no ${source} at ${root}`,
        next: 'Say where it lies: --from DIR',
      });
  }
  return places;
}

function shown(invocation: Invocation, plans: readonly MigrationPlan[], total: number, code: number): number {
  if (invocation.json) {
    invocation.printJson({ applied: false, sources: plans.map(planJson) });
    return code;
  }
  if (plans.length === 0) invocation.print('No other memory system was found here.');
  for (const plan of plans) invocation.print(...planLines(plan), '');
  if (total > 0) invocation.print('Nothing was changed. `midturn migrate --apply` takes it over.');
  return code;
}

function nothing(invocation: Invocation, plans: readonly MigrationPlan[], code: number): number {
  if (invocation.json)
    invocation.printJson({
      applied: true,
      sources: plans.map((plan) => ({ ...planJson(plan), outcomes: {}, receipts: [] })),
      approved: null,
    });
  else
    invocation.print(
      plans.length === 0 ? 'No other memory system was found here.' : 'There is nothing new to take over.',
    );
  return code;
}

async function agreed(
  invocation: Invocation,
  plans: readonly MigrationPlan[],
  total: number,
): Promise<boolean> {
  if (invocation.flags.has('yes')) return true;
  if (!invocation.mayAsk) {
    throw new UserInputError({
      what: 'Nothing was taken over',
      why: 'nobody is there to be asked',
      next: 'Add --yes, or run it in a terminal',
    });
  }
  invocation.io.err(`${plans.flatMap((plan) => [...planLines(plan), '']).join('\n')}\n`);
  const answer = await invocation.io.ask.confirm(`Take over ${counted(total, 'entry', 'entries')}?`, true);
  if (answer === true) return true;
  invocation.print('Nothing was taken over.');
  return false;
}

/** With a line on stderr that is written over, where somebody sees it. */
async function take(
  { io }: Invocation,
  caller: Caller,
  desk: MigrateDesk,
  plan: MigrationPlan,
): Promise<Migrated> {
  if (!io.isTTY.stderr || io.env.TERM === 'dumb') return desk.apply(caller, plan);
  const { source, planned } = plan;
  const migrated = await desk.apply(caller, plan, (done) =>
    io.err(`\r${source}: ${count(done)} of ${counted(planned.length, 'entry', 'entries')}\u001b[K`),
  );
  io.err('\r\u001b[K');
  return migrated;
}

type Approval = { readonly open: number; readonly receipt: string | null };

/**
 * These are the words of another program, and no text that a model wrote is shown unasked only because it lay in a
 * file. Its users had it shown at every start, though: so a person is asked, once for all.
 */
async function approve(
  invocation: Invocation,
  caller: Caller,
  desk: MigrateDesk,
  done: readonly Migrated[],
): Promise<Approval> {
  const ids = done.flatMap(({ approvable }) => approvable);
  if (ids.length === 0) return { open: 0, receipt: null };
  const asks = invocation.mayAsk && !invocation.flags.has('yes') && !invocation.flags.has('approve');
  const yes =
    invocation.flags.has('approve') ||
    (asks &&
      (await invocation.io.ask.confirm(
        `${counted(ids.length, 'entry', 'entries')} will be found by recall. Also show them at the start of sessions, as approved by you? You have seen them, or trust who wrote them.`,
        false,
      )) === true);
  return yes ? { open: 0, receipt: await desk.approve(caller, ids) } : { open: ids.length, receipt: null };
}

function report(
  invocation: Invocation,
  plans: readonly MigrationPlan[],
  done: readonly Migrated[],
  approval: Approval,
): void {
  if (invocation.json) {
    const sources = plans.map((plan) => {
      const own = done.find(({ source }) => source === plan.source);
      return {
        ...planJson(plan),
        outcomes: own?.outcomes ?? {},
        rejected: own?.rejected ?? [],
        receipts: own?.receipts ?? [],
      };
    });
    invocation.printJson({ applied: true, sources, approved: approval.receipt });
    return;
  }
  for (const { source, outcomes, rejected, receipts } of done) {
    const rows = Object.entries(outcomes).map(([status, number]) => [status.replace('_', ' '), number]);
    invocation.print(`${source}:`, ...columns(rows));
    for (const { title, reason } of rejected.slice(0, SHOWN_SKIPS))
      invocation.print(`  not kept: ${oneLine(title, 60)}: ${oneLine(reason, 120)}`);
    if (receipts.length > 0) invocation.print(`  taken back by \`midturn undo ${receipts.join(' ')} --run\``);
  }
  if (approval.receipt !== null) invocation.print(`Approved by you (${approval.receipt}).`);
  if (approval.open > 0)
    invocation.print(
      `${counted(approval.open, 'entry is', 'entries are')} found by recall, and not shown at the start of sessions: they are no words of yours.`,
    );
  if (done.some(({ outcomes }) => (outcomes.pending ?? 0) > 0))
    invocation.print('What is pending waits in the queue: another compile was running (`midturn compile`).');
  if (done.some(({ outcomes }) => (outcomes.needs_review ?? 0) > 0))
    invocation.print('What needs review is decided with `midturn review`.');
}

function planLines({ source, root, planned, skipped }: MigrationPlan): string[] {
  const lines = [`${source} (${root}): ${counted(planned.length, 'entry', 'entries')} to take over`];
  lines.push(...columns(projectRows(planned)));
  for (const { candidate } of planned.slice(0, SAMPLES))
    lines.push(
      `    ${candidate.kind}: ${shownLine(candidate.title === '' ? candidate.content : candidate.title, 90)}`,
    );
  if (skipped.length > 0) {
    lines.push(`  left out: ${skipCounts(skipped)}`);
    for (const { title, reason, words, others } of alike(skipped.filter(isTelling)).slice(0, SHOWN_SKIPS))
      lines.push(
        `    ${reason.replace('_', ' ')}: ${shownLine(title, 60)}${others === 0 ? '' : ` and ${counted(others, 'other')}`} (${shownLine(words, 160)})`,
      );
  }
  return lines;
}

function projectRows(planned: MigrationPlan['planned']): Array<ReadonlyArray<string | number>> {
  const byProject = new Map<string, Map<string, number>>();
  for (const { target, candidate } of planned) {
    const name = target.path === null || target.id !== null ? target.name : `${target.name} (${target.path})`;
    const kinds = byProject.get(name) ?? new Map<string, number>();
    byProject.set(name, kinds.set(candidate.kind, (kinds.get(candidate.kind) ?? 0) + 1));
  }
  return [...byProject].map(([name, kinds]) => [
    name,
    [...kinds].map(([kind, n]) => `${count(n)} ${kind}`).join(', '),
  ]);
}

/** What was left out for one reason is told once, by the first of them. */
function alike(
  skipped: MigrationPlan['skipped'],
): ReadonlyArray<MigrationPlan['skipped'][number] & { readonly others: number }> {
  const found = new Map<string, MigrationPlan['skipped'][number] & { readonly others: number }>();
  for (const each of skipped) {
    const key = `${each.reason} ${each.words}`;
    const first = found.get(key);
    found.set(key, first === undefined ? { ...each, others: 0 } : { ...first, others: first.others + 1 });
  }
  return [...found.values()];
}

/** Words of another system before anything was cut out of them. */
function shownLine(text: string, width: number): string {
  return oneLine(redact(text).text, width);
}

/** What was there before is no news. */
function isTelling({ reason }: MigrationPlan['skipped'][number]): boolean {
  return reason !== 'taken_before' && reason !== 'already_here';
}

function skipCounts(skipped: MigrationPlan['skipped']): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, n]) => `${count(n)} ${reason.replace('_', ' ')}`).join(', ');
}

function planJson({ source, root, planned, skipped }: MigrationPlan) {
  return {
    source,
    root,
    entries: planned.map(({ candidate, target }) => ({
      kind: candidate.kind,
      scope: candidate.scope,
      project: candidate.scope === 'user' ? null : { id: target.id, name: target.name, path: target.path },
      title: redact(candidate.title).text,
    })),
    skipped: skipped.map((each) => ({ ...each, title: redact(each.title).text })),
  };
}
