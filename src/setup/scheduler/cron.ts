/** A line in the user's crontab, for Linux without a systemd of the user's own. */
import { ConfigError } from '../../model/errors.ts';
import { cronOf, minutesOfCron } from './times.ts';
import { type Job, type Mechanism, NOT_THERE, type SchedulerWorld } from './types.ts';

/** Debian's cron keeps so many characters of a command and drops the rest without a word. */
const MOST_CHARACTERS = 990;
const FIELDS = /^(\S+ \S+ \S+ \S+ \S+) (.*)$/;

export function cron(world: SchedulerWorld): Mechanism {
  const ask = (args: readonly string[], stdin?: string) =>
    world.run(['crontab', ...args], { env: { LC_ALL: 'C' }, ...(stdin === undefined ? {} : { stdin }) });

  /** The lines of the table, or why it cannot be had. */
  const read = async (): Promise<{ readonly lines: readonly string[] } | { readonly why: string }> => {
    const answer = await ask(['-l']);
    if (answer === null) return { why: 'there is no crontab' };
    if (answer.code === 0) return { lines: linesOf(answer.stdout) };
    const said = `${answer.stderr}${answer.stdout}`.trim().split('\n')[0] ?? '';
    // A user without a table: each cron says it in its own words, all of them with exit 1.
    if (/no crontab|can't open|no such file/i.test(said)) return { lines: [] };
    return { why: `crontab refuses${said === '' ? '' : ` (${said})`}` };
  };
  const write = async (lines: readonly string[]): Promise<void> => {
    // A table that holds nothing is removed: it was not there before us.
    const answer = lines.length === 0 ? await ask(['-r']) : await ask(['-'], `${lines.join('\n')}\n`);
    if (answer?.code === 0) return;
    throw new ConfigError({
      what: 'crontab did not take the new table',
      why: answer === null ? 'there is no crontab' : (answer.stderr.trim().split('\n')[0] ?? ''),
      next: 'See `crontab -l`, then try again',
    });
  };
  const ours = (name: string) => (line: string) => line.endsWith(markOf(name));

  return {
    kind: 'cron',
    words: 'a line in your crontab',
    refusal: async () => {
      const table = await read();
      return 'why' in table ? table.why : null;
    },
    places: (job) => [{ place: 'crontab', text: lineOf(job) }],
    install: async (job) => {
      const table = await read();
      if ('why' in table) {
        throw new ConfigError({
          what: 'The crontab cannot be read',
          why: table.why,
          next: 'See `crontab -l`',
        });
      }
      const line = lineOf(job);
      const others = table.lines.filter((each) => !ours(job.name)(each));
      if (table.lines.includes(line) && others.length === table.lines.length - 1) return false;
      await write([...others, line]);
      return true;
    },
    uninstall: async (name) => {
      const table = await read();
      if ('why' in table) return [];
      const others = table.lines.filter((line) => !ours(name)(line));
      if (others.length === table.lines.length) return [];
      await write(others);
      return ['crontab'];
    },
    standing: async (name) => {
      const table = await read();
      const line = 'why' in table ? undefined : table.lines.find(ours(name));
      if (line === undefined) return NOT_THERE;
      const fields = FIELDS.exec(line)?.[1] ?? '';
      // Whether a cron is running that reads the table is not to be told from here.
      return { ...NOT_THERE, installed: true, minutes: minutesOfCron(fields) };
    },
    notes: ['It runs only where a cron daemon runs: `midturn scheduler status` shows the last run.'],
  };
}

function markOf(name: string): string {
  return ` # ${name}: see midturn scheduler`;
}

/** cron knows no environment and hands the line to a shell: `env` sets the variables, and every word is quoted. */
function lineOf({ name, argv, env, minutes }: Job): string {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const command = ['/usr/bin/env', ...variables, ...argv].map(quoted).join(' ');
  if (/[\r\n]/.test(command)) {
    throw new ConfigError({
      what: 'A path with a line break in it cannot stand in a crontab',
      next: 'Move midturn to another home',
    });
  }
  if (command.length > MOST_CHARACTERS) {
    throw new ConfigError({
      what: `The command is too long for a crontab (${command.length} characters)`,
      why: 'some crons cut it without a word',
      next: 'Install with a shorter PATH',
    });
  }
  return `${cronOf(minutes)} ${command}${markOf(name)}`;
}

/** A word for the shell, and for crons that take `%` for a line break as well as for those that do not. */
function quoted(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`).replaceAll('%', `'\\%'`)}'`;
}

function linesOf(table: string): readonly string[] {
  const lines = table.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
