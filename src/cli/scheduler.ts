/** `midturn scheduler`: has the system run `midturn scan` every so often. */
import type { SchedulerStatus } from '../app/scheduler.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import { refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { block, columns, counted, time } from './layout.ts';

/** A day: the least often that can be asked for. */
const MOST_MINUTES = 1440;

export function schedulerCommand(program: Command, act: Act): void {
  const group = program
    .command('scheduler')
    .summary('have the system run `midturn scan` by itself')
    .description(
      'Has the scheduler of this system (systemd, launchd, the Task Scheduler, cron) run `midturn scan` every so often. Clients with hooks do not need it; it takes up what they leave.',
    )
    .helpCommand('help [command]', 'show the help of a command');
  group
    .command('install')
    .summary('run `midturn scan` every so often from now on')
    .description(
      'Has the system run `midturn scan` every so often from now on. A second install changes only what is new.',
    )
    .option('--every <minutes>', 'how often (default: 15)')
    .option('--dry-run', 'show what would be written, and write nothing')
    .examples(
      'midturn scheduler install',
      'midturn scheduler install --every 60',
      'midturn scheduler install --dry-run',
    )
    .action(act(install));
  group
    .command('uninstall')
    .summary('run it no more')
    .description('Takes away what install has written, and nothing else.')
    .examples('midturn scheduler uninstall')
    .action(act(uninstall));
  group
    .command('status', { isDefault: true })
    .summary('whether it runs, when it ran last and when it will next')
    .description('Says whether it runs, when it ran last and how that ended, and when it will run next.')
    .allowExcessArguments()
    .examples('midturn scheduler status', 'midturn scheduler status --json')
    .action(act(show));
}

async function install(invocation: Invocation): Promise<number> {
  const { app, flags, json } = invocation;
  const minutes = flags.whole('every', { least: 1, most: MOST_MINUTES });
  const dryRun = flags.has('dry-run');
  const done = await (await app.scheduler()).install({
    dryRun,
    ...(minutes === undefined ? {} : { minutes }),
  });
  if (json) {
    const { kind, changed, places, notes } = done;
    invocation.printJson({ kind, every_minutes: done.minutes, changed, dry_run: dryRun, places, notes });
  } else if (dryRun) {
    const shown = done.places.flatMap(({ place, text }) => [`${clean(place)}:`, block(text.trimEnd()), '']);
    invocation.print(`It would be ${done.words}, ${often(done.minutes)}. Nothing was written.`, '', ...shown);
  } else {
    const head = done.changed ? 'Installed' : 'Installed already';
    invocation.print(
      `${head}: ${done.words} runs \`midturn scan\` ${often(done.minutes)}.`,
      ...done.places.map(({ place }) => `  ${clean(place)}`),
      ...done.notes,
    );
  }
  return 0;
}

async function uninstall(invocation: Invocation): Promise<number> {
  const places = await (await invocation.app.scheduler()).uninstall();
  if (invocation.json) invocation.printJson({ removed: places });
  else if (places.length === 0) invocation.print('Nothing was installed.');
  else invocation.print('Uninstalled:', ...places.map((place) => `  ${clean(place)}`));
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  const found = await (await invocation.app.scheduler()).status();
  if (invocation.json) {
    const { next, last, ...rest } = found;
    invocation.printJson({
      ...rest,
      next: next === null ? null : iso(next),
      last: last === null ? null : { ...last, at: iso(last.at) },
    });
  } else invocation.print(...statusLines(found));
  return 0;
}

function statusLines({ kind, active, every_minutes, next, last, refused }: SchedulerStatus): string[] {
  const end = { true: 'well', false: 'failed', null: 'how it ended is not told' }[`${last?.ok ?? null}`];
  const ran = last === null ? 'never, as far as is known' : `${time(last.at)}, ${end}${why(last.error)}`;
  if (kind === null) {
    return [
      'Nothing is scheduled.',
      ...(last === null ? [] : columns([['last run', ran]])),
      refused === null
        ? 'Install it: `midturn scheduler install`'
        : `It cannot be scheduled here: ${clean(refused)}.`,
    ];
  }
  return [
    active === false
      ? `Installed (${kind}), but it does not run: \`midturn scheduler install\` mends it.`
      : `Scheduled (${kind})${every_minutes === null ? '' : `, ${often(every_minutes)}`}.`,
    ...columns([['last run', ran], ...(next === null ? [] : [['next run', time(next)]])]),
  ];
}

function why(error: string | undefined): string {
  return error === undefined ? '' : `: ${clean(error)}`;
}

function often(minutes: number): string {
  if (minutes % 60 !== 0) return `every ${counted(minutes, 'minute')}`;
  return minutes === 60 ? 'every hour' : `every ${counted(minutes / 60, 'hour')}`;
}
