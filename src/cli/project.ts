/** `midturn project`: which projects there are, and which of them count as one. */
import { resolve } from 'node:path';
import type { ProjectView } from '../app/projects/desk.ts';
import type { Caller } from '../model/caller.ts';
import { iso } from '../model/time.ts';
import type { Command } from './command.ts';
import { listCommand, refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, counted, time } from './layout.ts';

const WHICH = 'its id or the beginning of it, its name, or a folder';

export function projectCommand(program: Command, act: Act): void {
  const group = program
    .command('project')
    .summary('list projects, join two, take one out again')
    .description(
      'Lists projects, joins two, takes one out again. Clones of one repository (the same origin, the same first commit) are joined by themselves; forks are not.',
    );
  listCommand(group, 'list the projects that are known')
    .examples('midturn project list', 'midturn project list --json')
    .action(act(list));
  group
    .command('show')
    .summary('show one, with what it is known by')
    .description('Shows a project with what it is known by. Without a word: the one of this folder.')
    .argument('[project]', WHICH)
    .action(act(show));
  group
    .command('join')
    .summary('count one project as another')
    .description(
      'Counts the first project as the second from now on. Nothing is rewritten; `split` undoes it.',
    )
    .argument('<project>', WHICH)
    .argument('<into>', WHICH)
    .examples('midturn project join shop-old shop')
    .action(act(join));
  group
    .command('split')
    .summary('take a joined project out again')
    .description(
      'Takes a joined project out again, with what was remembered in it before. It is not joined by itself any more.',
    )
    .argument('<project>', WHICH)
    .examples('midturn project split 4f9k2c7d')
    .action(act(split));
}

async function list(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  await invocation.reader();
  const desk = await invocation.app.projectDesk();
  const projects = await desk.list();
  if (invocation.json) {
    invocation.printJson({ projects: projects.map(projectJson), next_cursor: null });
    return 0;
  }
  if (projects.length === 0) {
    invocation.print('No project is known yet.');
    return 0;
  }
  const rows = projects.flatMap((project) => [
    [project.id.slice(0, 8), project.name, counted(project.sessions, 'session'), project.paths[0] ?? ''],
    ...project.joined.map(({ id, name, paths }) => [
      `+ ${id.slice(0, 8)}`,
      name,
      'counts as it',
      paths[0] ?? '',
    ]),
  ]);
  invocation.print(...columns(rows));
  const news = await desk.news();
  if (news.length > 0) invocation.print('', ...news);
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const caller = await invocation.reader();
  const [said] = invocation.words;
  const word = said === undefined ? known(caller) : which(invocation, said);
  if (word === undefined) throw invocation.command.wrong('this folder is no project', { hint: 'Name one.' });
  printProject(invocation, await (await invocation.app.projectDesk()).show(word));
  return 0;
}

function known({ project }: Caller): string | undefined {
  return project === null || project.ids.length === 0 ? undefined : project.id;
}

async function join(invocation: Invocation): Promise<number> {
  const [from = '', into = ''] = invocation.words;
  await invocation.caller();
  const desk = await invocation.app.projectDesk();
  const view = await desk.join(which(invocation, from), which(invocation, into));
  if (invocation.json) invocation.printJson(projectJson(view));
  else invocation.print(`${from} counts as ${view.name} from now on. \`midturn project split\` undoes it.`);
  return 0;
}

async function split(invocation: Invocation): Promise<number> {
  const word = invocation.word('the project');
  await invocation.caller();
  const { taken, from } = await (await invocation.app.projectDesk()).split(which(invocation, word));
  if (invocation.json) {
    invocation.printJson({ project: projectJson(taken), from: projectJson(from) });
  } else {
    invocation.print(
      `${taken.name} (${taken.id.slice(0, 8)}) is a project of its own again, and stays one.`,
      `What was remembered while they were one stays with ${from.name} (${from.id.slice(0, 8)}).`,
    );
  }
  return 0;
}

/** A folder as it is written in a shell: `.`, `../shop`, `./shop`. Names and ids hold no such signs. */
export function which({ io }: Invocation, word: string): string {
  return /^\.{1,2}$|[\\/]/.test(word) ? resolve(io.cwd, word) : word;
}

function printProject(invocation: Invocation, view: ProjectView): void {
  if (invocation.json) {
    invocation.printJson(projectJson(view));
    return;
  }
  const rows = [
    ['id', view.id],
    ['name', view.name],
    ...view.paths.map((path) => ['folder', path]),
    ...view.remotes.map((remote) => ['remote', remote]),
    ...(view.rootCommit === null ? [] : [['first commit', view.rootCommit]]),
    ['known since', time(view.createdAt)],
    ['history', `${counted(view.messages, 'message')} in ${counted(view.sessions, 'session')}`],
    ...view.joined.map(({ id, name, reason, paths }) => [
      'counts as it',
      `${name} (${id.slice(0, 8)}) ${paths[0] ?? ''}: ${reason}`,
    ]),
  ];
  invocation.print(...columns(rows));
}

function projectJson(view: ProjectView) {
  return {
    id: view.id,
    name: view.name,
    paths: view.paths,
    remotes: view.remotes,
    root_commit: view.rootCommit,
    created_at: iso(view.createdAt),
    sessions: view.sessions,
    messages: view.messages,
    joined: view.joined.map(({ at, ...each }) => ({ ...each, at: at === null ? null : iso(at) })),
  };
}
