/** `midturn uninstall`: takes out of the clients what setup has put there. The memories stay unless `--purge` is given. */
import { existsSync } from 'node:fs';
import { UserInputError } from '../model/errors.ts';
import type { RemovalPlan, Removed } from '../setup/index.ts';
import { clean } from '../text/clean.ts';
import { unifiedDiff } from '../text/unified-diff.ts';
import { changeLines, changeRows } from './changes-shown.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';

/** As the scheduler names the one place that is not its own. */
const CRONTAB = 'crontab';

export function uninstallCommand(program: Command, act: Act): void {
  program
    .command('uninstall')
    .summary('take midturn out of the coding agents again')
    .description(
      'Takes out of the clients exactly what `midturn setup` has put there, also where others have edited around it: servers, hooks, permissions, published skills, the scheduler and the program in the home. What is remembered stays in the home.',
    )
    .argument('[client...]', 'only these (default: all)')
    .option('--dry-run', 'only show what would be taken out')
    .option('--yes', 'do not ask')
    .option('--purge', 'also delete the home with everything that is remembered')
    .examples('midturn uninstall', 'midturn uninstall codex', 'midturn uninstall --purge')
    .action(act(uninstall));
}

async function uninstall(invocation: Invocation): Promise<number> {
  const { app, flags, words, json } = invocation;
  const all = words.length === 0;
  const purge = flags.has('purge');
  if (purge && !all)
    throw invocation.command.wrong('--purge takes no client', {
      why: 'it deletes the memory of all of them',
    });
  const service = await app.setup();
  const plan = await service.planRemoval(words);
  if (!json) showPlan(invocation, plan);
  const go = !flags.has('dry-run') && (await agreed(invocation, plan, purge));
  if (!go) {
    if (json) invocation.printJson({ dry_run: true, ...planJson(plan) });
    else
      invocation.print(
        flags.has('dry-run') || invocation.mayAsk
          ? 'Nothing was taken out.'
          : 'Nothing was taken out. To do it: `midturn uninstall --yes`',
      );
    return flags.has('dry-run') ? 0 : 1;
  }
  const scheduled = all ? await (await app.scheduler()).uninstall() : [];
  const withdrawn = all ? await withdrawSkills(invocation) : [];
  // Planned anew: a client may have written into its file while the question stood there.
  const done = await service.remove(await service.planRemoval(words));
  // A client that could not be cleaned still starts it.
  const complete = all && done.last;
  if (complete && purge) app.close();
  const left = complete && purge ? await service.purge() : [];
  if (complete && !purge) await service.removeProgram();
  if (json)
    invocation.printJson({
      dry_run: false,
      cleaned: done.cleaned,
      failed: done.failed,
      scheduled,
      withdrawn,
      program_removed: complete,
      purged: complete && purge,
      left,
    });
  else showDone(invocation, { done, scheduled, withdrawn, complete, purge, left });
  return done.failed.length === 0 ? 0 : 1;
}

async function agreed(
  { flags, mayAsk, io, app }: Invocation,
  { clients }: RemovalPlan,
  purge: boolean,
): Promise<boolean> {
  if (flags.has('yes')) return true;
  if (!mayAsk) return false;
  if (purge) {
    const typed = await io.ask.text(
      `This deletes ${app.layout.root} with everything that is remembered. Type "delete" to do it.`,
    );
    if (typed !== null && typed.trim() !== 'delete')
      throw new UserInputError({ what: 'Nothing was deleted', why: '"delete" was not typed' });
    return typed !== null;
  }
  const nothing = clients.every(({ removals }) => removals.length === 0);
  return (
    (await io.ask.confirm(nothing ? 'No client is wired. Take out the rest?' : 'Take this out?', true)) ===
    true
  );
}

/** Without a store nothing was ever published; opening it would make one. */
async function withdrawSkills(invocation: Invocation): Promise<readonly string[]> {
  const { app } = invocation;
  if (!existsSync(app.layout.db)) return [];
  const placed = await (await app.skills()).withdrawAll(await app.caller(invocation.facts), {});
  return placed.map(({ path }) => path);
}

function showPlan(invocation: Invocation, { clients }: RemovalPlan): void {
  const touched = clients.filter(({ removals }) => removals.length > 0);
  if (touched.length > 0) {
    invocation.print('What would be taken out:', '');
    for (const { name, removals } of touched)
      invocation.print(name, ...changeRows(removals.map(({ change }) => change)));
    invocation.print('', 'In full:', '');
  }
  for (const { name, removals, problems } of clients) {
    if (removals.length + problems.length === 0) continue;
    invocation.print(name);
    for (const { change } of removals)
      invocation.print(...changeLines(change, invocation.io.columns.stdout), '');
    for (const problem of problems) invocation.print(`  ! ${clean(problem)}`);
  }
  for (const note of clients.flatMap(({ notes }) => notes)) invocation.print(`- ${clean(note)}`);
}

type Done = {
  readonly done: Removed;
  readonly scheduled: readonly string[];
  readonly withdrawn: readonly string[];
  readonly complete: boolean;
  readonly purge: boolean;
  readonly left: readonly string[];
};

function showDone(invocation: Invocation, { done, scheduled, withdrawn, complete, purge, left }: Done): void {
  const { app } = invocation;
  for (const file of done.cleaned) invocation.print(`Cleaned ${clean(file)}`);
  for (const place of scheduled)
    invocation.print(place === CRONTAB ? 'Took its line out of the crontab' : `Removed ${clean(place)}`);
  for (const place of withdrawn) invocation.print(`Removed ${clean(place)}`);
  for (const { file, why } of done.failed)
    invocation.print(`! ${clean(file)}${file === '' ? '' : ': '}${clean(why)}`);
  if (!complete) invocation.print('The program stays in the home: a client may still start it.');
  else if (!purge)
    invocation.print(
      `What is remembered stays in ${clean(app.layout.root)}. To delete it too: \`midturn uninstall --purge\``,
    );
  else if (left.length === 0) invocation.print(`Deleted ${clean(app.layout.root)}.`);
  else
    invocation.print(
      `Deleted what is midturn's in ${clean(app.layout.root)}; ${left.length} other things stay there.`,
    );
}

function planJson({ clients }: RemovalPlan) {
  return {
    clients: clients.map(({ client, removals, problems, notes }) => ({
      client,
      files: removals.map(({ change: { file, before, after } }) => ({
        file,
        removed: after === null,
        diff: unifiedDiff(before ?? '', after ?? '', [file, file]),
      })),
      problems,
      notes,
    })),
  };
}
