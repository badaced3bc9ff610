/** `midturn skills`: the procedures that were learned, and where the clients find them. */
import { Option } from 'commander';
import type { Caller } from '../model/caller.ts';
import type { Skill } from '../model/skill.ts';
import type { Publish } from '../skills/index.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import { listCommand, refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { counted, oneLine } from './layout.ts';
import { versionsText } from './record.ts';
import { placesText, shownJson, skillJson, skillRows, skillText } from './skill.ts';

const SCOPES = ['project', 'user', 'all'] as const;
const TO = ['user', 'repo'] as const satisfies readonly Publish[];

export function skillsCommand(program: Command, act: Act): void {
  const group = program
    .command('skills')
    .summary('list, publish and retire skills')
    .description('Lists the skills that were learned, publishes them for the clients, and takes them away.');
  listCommand(group, 'list the skills of this project and your own')
    .option('--all', 'also what was retired or rejected')
    .addOption(new Option('--scope <scope>', 'project, user, or all for every project').choices(SCOPES))
    .examples('midturn skills', 'midturn skills list --all --json')
    .action(act(list));
  group
    .command('show')
    .summary('show one with its versions and where it is published')
    .description('Shows a skill whole, with its versions and where it is published on this machine.')
    .argument('<id>', 'its id or name, as in k_7d3x9p or release')
    .examples('midturn skills show release')
    .action(act(show));
  group
    .command('publish')
    .summary('write it where the clients look')
    .description(
      'Writes a skill into .agents/skills (Codex) and .claude/skills (Claude Code): of your home, or of its repository.',
    )
    .argument('<id>', 'its id or name')
    .addOption(new Option('--to <where>', 'user, or repo for a skill of this repository').choices(TO))
    .examples('midturn skills publish release', 'midturn skills publish deploy --to repo')
    .action(act(publish));
  group
    .command('unpublish')
    .summary('take it away from the clients')
    .description('Takes the published copies of a skill away; midturn keeps the skill itself.')
    .argument('<id>', 'its id or name')
    .option('--force', 'also copies that were changed by hand')
    .examples('midturn skills unpublish release')
    .action(act(unpublish));
  group
    .command('retire')
    .summary('take it out of use')
    .description('Retires a skill: it is published and recalled no more. `midturn undo` brings it back.')
    .argument('<id>', 'its id or name')
    .option('--reason <why>', 'why, for the record')
    .option('--yes', 'do not ask')
    .option('--force', 'also take copies away that were changed by hand')
    .examples('midturn skills retire release --reason "the pipeline does it now"')
    .action(act(retire));
}

async function list(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  const { flags, app, io } = invocation;
  const caller = await invocation.caller();
  const service = await app.skills();
  // What was changed in the files by hand is part of what is listed.
  const { notices } = await service.sync(caller);
  for (const { words } of notices) io.err(`${clean(words)}.\n`);
  const scope = flags.choice('scope', SCOPES);
  const skills = await service.list(caller, {
    all: flags.has('all'),
    ...(scope === undefined ? {} : { scope }),
  });
  if (invocation.json) invocation.printJson({ skills: skills.map(skillJson), next_cursor: null });
  else if (skills.length === 0) invocation.print('There are no skills here yet.');
  else invocation.print(...skillRows(skills, io.columns.stdout));
  const discarded = invocation.json ? [] : await discardedSkills(invocation, caller);
  if (discarded.length > 0) invocation.print(...discarded);
  return 0;
}

/** Skills that were suggested in the last day and did not pass the gate. */
async function discardedSkills({ app }: Invocation, caller: Caller): Promise<readonly string[]> {
  const { discarded } = await (await app.status()).report(caller);
  const skills = discarded.newest.filter(({ family }) => family === 'skill_action');
  if (skills.length === 0) return [];
  return [
    '',
    'Suggested in the last day and not taken:',
    ...skills.map(({ title, reason }) => `  ${oneLine(title, 60)}: ${oneLine(reason, 200)}`),
  ];
}

async function show(invocation: Invocation): Promise<number> {
  const caller = await invocation.caller();
  const shown = await (await invocation.app.skills()).show(caller, invocation.word('the id'));
  if (invocation.json) {
    invocation.printJson({ skills: [shownJson(shown)], next_cursor: null });
    return 0;
  }
  const { skill, folders, versions } = shown;
  const published =
    folders.length === 0 ? [] : ['', 'Published:', ...folders.map(({ path }) => `  ${clean(path)}`)];
  invocation.print(...skillText(skill), ...published, ...versionsText(versions));
  return 0;
}

async function publish(invocation: Invocation): Promise<number> {
  const caller = await invocation.caller();
  const service = await invocation.app.skills();
  const { skill } = await service.show(caller, invocation.word('the id'));
  const where = invocation.flags.choice('to', TO) ?? (skill.scope === 'user' ? 'user' : 'repo');
  const places = await service.publish(caller, skill.id, where);
  if (invocation.json) invocation.printJson({ id: skill.short, places });
  else invocation.print(...placesText(places));
  return places.every(({ status }) => status === 'written' || status === 'unchanged') ? 0 : 1;
}

async function unpublish(invocation: Invocation): Promise<number> {
  const { app, flags } = invocation;
  const caller = await invocation.caller();
  const service = await app.skills();
  const { skill } = await service.show(caller, invocation.word('the id'));
  const places = await service.unpublish(caller, skill.id, { force: flags.has('force') });
  if (invocation.json) invocation.printJson({ id: skill.short, places });
  else if (places.length === 0) invocation.print(`${skill.short} is published nowhere.`);
  else invocation.print(...placesText(places));
  return places.every(({ status }) => status === 'removed') ? 0 : 1;
}

async function retire(invocation: Invocation): Promise<number> {
  const { app, flags, io } = invocation;
  const caller = await invocation.caller();
  const service = await app.skills();
  const { skill, drafts } = await service.show(caller, invocation.word('the id'));
  if (invocation.mayAsk && !flags.has('yes')) {
    if (drafts.length > 0)
      invocation.print(
        `${counted(drafts.length, 'proposal')} to change it ${drafts.length === 1 ? 'waits' : 'wait'} for review and will be rejected: ${draftsWords(drafts)}.`,
      );
    const question = `Retire ${skill.short}, "${oneLine(skill.title, io.columns.stderr - 24)}"?`;
    if ((await io.ask.confirm(question, false)) !== true) {
      invocation.print('Nothing was retired.');
      return 1;
    }
  }
  const done = await service.retire(caller, skill.id, {
    reason: flags.text('reason') ?? 'retired at the command line',
    how: 'terminal',
    force: flags.has('force'),
  });
  if (invocation.json)
    invocation.printJson({
      id: done.skill.short,
      state: done.skill.state,
      receipt: done.receipt,
      places: done.places,
      rejected: done.rejected.map(({ short }) => short),
    });
  else {
    const left = done.places.filter(({ status }) => status !== 'removed');
    invocation.print(`Retired: ${done.skill.short}, "${oneLine(done.skill.title, io.columns.stdout)}".`);
    if (done.rejected.length > 0)
      invocation.print(`Rejected with it: ${draftsWords(done.rejected)} (${done.skill.short} was retired).`);
    if (left.length > 0) invocation.print(...placesText(left));
  }
  return 0;
}

function draftsWords(drafts: readonly Skill[]): string {
  return drafts.map(({ short, title }) => `${short}, "${oneLine(title, 60)}"`).join('; ');
}
