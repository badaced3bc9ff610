/** `midturn token`: who may come in over HTTP. A token is shown once, when it is made. */
import type { CreatedToken, TokenView } from '../access/index.ts';
import { ACCESS_SCOPES, type AccessScope, USUAL_SCOPES } from '../model/access.ts';
import type { ProjectId } from '../model/ids.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import { listCommand, refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, time } from './layout.ts';
import { which } from './project.ts';

const AGE = /^\d+\s*(?:m|min|h|d|w)$/i;

export function tokenCommand(program: Command, act: Act): void {
  const group = program
    .command('token')
    .summary('who may come in over HTTP: make, list and revoke tokens')
    .description('Makes, lists and revokes the tokens by which clients come in over HTTP (`midturn serve`).');
  listCommand(group, 'list the tokens, never their secrets').action(act(list));
  group
    .command('create')
    .summary('make a token and show it, this once')
    .description(
      'Makes a token and shows it, this once: the store keeps a hash. read: recall, history, status. write: remember, suggest, compile. admin: approve, in a form of the client, what waits for a person. No scope holds another one.',
    )
    .option(
      '--scope <scope>',
      `read, write or admin; may be given several times (default: read, write)`,
      collect,
    )
    .option(
      '--project <project>',
      'a folder, name or id; may be given several times. The token sees these alone, and what is about you (default: all)',
      collect,
    )
    .option('--expires <when>', 'after a length of time (30d) or at a time (2026-12-31); never by default')
    .option('--label <text>', 'what it is for, to tell it from others')
    .examples(
      'midturn token create --label laptop --expires 90d',
      'midturn token create --scope read --project . --json',
    )
    .action(act(create));
  group
    .command('revoke')
    .summary('end a token at once')
    .description('Ends a token at once, also for servers that run. It cannot be given back.')
    .argument('<id>', 'as `midturn token list` shows it')
    .examples('midturn token revoke a_4f9k2c')
    .action(act(revoke));
}

async function create(invocation: Invocation): Promise<number> {
  const { flags } = invocation;
  const [scopes, expiresAt] = [scopesOf(invocation), expiryOf(invocation)];
  const caller = await invocation.reader();
  const access = await invocation.app.access();
  const projects = await projectsOf(invocation);
  const made = await access.create(caller, { label: flags.text('label') ?? '', scopes, projects, expiresAt });
  if (invocation.json) invocation.printJson(createdJson(made));
  else {
    invocation.print(
      `${made.id} may ${wordsOf(made)}.`,
      '',
      made.token,
      '',
      'It is not shown again: keep it where only you can read it.',
      `\`midturn token revoke ${made.id}\` ends it.`,
      ...lacks(made.scopes),
    );
  }
  return 0;
}

async function list(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  const caller = await invocation.reader();
  const tokens = await (await invocation.app.access()).list(caller);
  if (invocation.json) {
    invocation.printJson({ tokens: tokens.map(tokenJson), next_cursor: null });
    return 0;
  }
  if (tokens.length === 0) {
    invocation.print('There is no token yet. `midturn token create` makes one, `midturn serve` another.');
    return 0;
  }
  const now = invocation.app.now();
  invocation.print(...columns(tokens.map((token) => rowOf(token, now))));
  return 0;
}

async function revoke(invocation: Invocation): Promise<number> {
  const id = invocation.word('the id');
  const caller = await invocation.reader();
  const token = await (await invocation.app.access()).revoke(caller, id);
  if (invocation.json) invocation.printJson(tokenJson(token));
  else invocation.print(`${token.id} opens nothing any more.`);
  return 0;
}

function scopesOf({ flags, command }: Invocation): readonly AccessScope[] {
  const words = flags.texts('scope').flatMap((word) => word.split(',').map((part) => part.trim()));
  const strange = words.find((word) => !ACCESS_SCOPES.some((scope) => scope === word));
  if (strange !== undefined)
    throw command.wrong('--scope takes read, write or admin', { why: `${strange} was given` });
  return words.length === 0 ? USUAL_SCOPES : ACCESS_SCOPES.filter((scope) => words.includes(scope));
}

function expiryOf({ flags, command, app }: Invocation): number | null {
  const text = flags.text('expires');
  if (text === undefined) return null;
  const length = AGE.test(text.trim()) ? flags.duration('expires') : undefined;
  const at = length === undefined ? flags.time('expires', 'end') : app.now() + length;
  if (at !== undefined && at <= app.now()) {
    throw command.wrong('--expires lies in the past', { hint: `It is ${time(app.now())} now.` });
  }
  return at ?? null;
}

async function projectsOf(invocation: Invocation): Promise<readonly ProjectId[] | null> {
  const words = invocation.flags.texts('project');
  if (words.length === 0) return null;
  const desk = await invocation.app.projectDesk();
  const ids = new Set<ProjectId>();
  for (const word of words) ids.add((await desk.show(which(invocation, word))).id);
  return [...ids];
}

/** `read and write, in shop alone, until 2026-12-31 10:00` */
function wordsOf({ scopes, projects, expiresAt }: TokenView): string {
  const where = projects === null ? 'in all projects' : `in ${projectWords(projects)} alone`;
  const until = expiresAt === null ? 'without end' : `until ${time(expiresAt)}`;
  return `${scopes.join(' and ')}, ${where}, ${until}`;
}

/** Scopes are not nested, which is easily taken to be so: `admin` sounds like everything. */
function lacks(scopes: readonly AccessScope[]): readonly string[] {
  const said: string[] = [];
  if (!scopes.includes('read'))
    said.push('It reads nothing: recall, history, status and resources need --scope read.');
  if (scopes.includes('admin') && !scopes.includes('write'))
    said.push('admin alone approves nothing: a form comes with what is stored, which needs --scope write.');
  return said;
}

function projectWords(projects: TokenView['projects']): string {
  return projects === null ? 'all projects' : projects.map(({ name }) => clean(name)).join(', ');
}

function rowOf(token: TokenView, now: number): string[] {
  const { id, label, scopes, projects, createdAt, lastUsedAt } = token;
  return [
    id,
    scopes.join(' '),
    projectWords(projects),
    stateOf(token, now),
    lastUsedAt === null ? 'never used' : `used ${time(lastUsedAt)}`,
    `made ${time(createdAt)}`,
    clean(label),
  ];
}

function stateOf({ revokedAt, expiresAt }: TokenView, now: number): string {
  if (revokedAt !== null) return `revoked ${time(revokedAt)}`;
  if (expiresAt === null) return 'no end';
  return `${expiresAt <= now ? 'expired' : 'until'} ${time(expiresAt)}`;
}

function createdJson(made: CreatedToken): unknown {
  return { ...tokenJson(made), token: made.token };
}

function tokenJson(token: TokenView) {
  const at = (value: number | null) => (value === null ? null : iso(value));
  return {
    id: token.id,
    label: token.label,
    scopes: token.scopes,
    projects: token.projects,
    created_at: iso(token.createdAt),
    expires_at: at(token.expiresAt),
    last_used_at: at(token.lastUsedAt),
    revoked_at: at(token.revokedAt),
  };
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
