/** midturn setup and uninstall at the command line: what is asked, and what happens without anybody to ask. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine } from './command-line.ts';

/** A home folder of the user, with a Codex in it. */
function withCodex() {
  const cli = commandLine();
  const config = cli.write('user/.codex/config.toml', 'model = "x"\n');
  const env = { HOME: join(cli.folder, 'user') };
  return { ...cli, config, env, text: () => readFileSync(config, 'utf8') };
}

describe('midturn setup', () => {
  it('asks a person before it writes, and takes no for an answer', async () => {
    const cli = withCodex();
    const ran = await cli.midturn('setup', { env: cli.env, answers: [false] });
    expect(cli.asked).toEqual(['Write this?']);
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('+[mcp_servers.midturn]') });
    expect(cli.text()).toBe('model = "x"\n');
  });

  it('raises the days of transcripts only for a person who says so, and shows it before it is written', async () => {
    const cli = commandLine();
    cli.write('user/.claude/settings.json', '{}');
    const env = { HOME: join(cli.folder, 'user') };
    const no = await cli.midturn('setup', { env, answers: [false, false] });
    expect(cli.asked[0]).toContain('Claude Code deletes its transcripts after 30 days.');
    expect(no.out).not.toContain('cleanupPeriodDays');
    const yes = await cli.midturn('setup', { env, answers: [true, false] });
    expect(yes.out).toContain('+  "cleanupPeriodDays": 365');
    expect(yes.out).toContain('To write it: `midturn setup --keep-transcripts 365 --yes`');
    const left = await cli.midturn('setup', { env, answers: [null] });
    expect(left).toMatchObject({ code: 1, out: 'Nothing was written.\n' });
    await cli.midturn('setup --yes --dry-run', { env, answers: [] });
    await cli.midturn('setup --keep-transcripts 90', { env, answers: [false] });
    expect(cli.asked.filter((question) => question.includes('transcripts'))).toHaveLength(3);
  });

  it('does not wire an agent that runs it, unless it is told to', async () => {
    const cli = withCodex();
    const ran = await cli.midturn('setup', { env: { ...cli.env, CLAUDECODE: '1' }, answers: [true] });
    expect(cli.asked).toEqual([]);
    expect(ran).toMatchObject({
      code: 1,
      out: expect.stringContaining('To write it: `midturn setup --yes`'),
    });
    expect(cli.text()).toBe('model = "x"\n');
  });

  it('begins with a line for each file, and shows all of a long line behind it', async () => {
    const cli = commandLine();
    const settings = cli.write('user/.claude/settings.json', '{"model":"x"}');
    const { out } = await cli.midturn('setup --dry-run', { env: { HOME: join(cli.folder, 'user') } });
    const [summary = '', full = ''] = out.split('In full:');
    expect(summary).toContain('What would be written:');
    expect(summary).toContain(`${settings}  1 line changed: Claude Code runs the hooks`);
    expect(full.replaceAll(/\n {2}↪/g, '')).toMatch(
      /"hooks":\{"SessionStart".*mcp__midturn__status"\]\}\}\n/,
    );
  });

  it('says so where there is no client', async () => {
    const cli = commandLine();
    const ran = await cli.midturn('setup --yes', { env: { HOME: cli.folder } });
    expect(ran).toMatchObject({
      code: 1,
      out: expect.stringContaining('No client was found on this machine.'),
    });
  });
});

describe('midturn uninstall', () => {
  it('deletes the memory only when the word is typed', async () => {
    const cli = withCodex();
    await cli.midturn('remember We deploy on Tuesdays');
    const refused = await cli.midturn('uninstall --purge', { env: cli.env, answers: ['yes'] });
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('Nothing was deleted') });
    expect(existsSync(join(cli.home, 'midturn.db'))).toBe(true);
    const done = await cli.midturn('uninstall --purge', { env: cli.env, answers: ['delete'] });
    expect(done.code).toBe(0);
    expect(existsSync(join(cli.home, 'midturn.db'))).toBe(false);
  });

  it('deletes nothing without anybody to ask', async () => {
    const cli = withCodex();
    await cli.midturn('remember We deploy on Tuesdays');
    const ran = await cli.midturn('uninstall --purge', { env: cli.env });
    expect(ran).toMatchObject({
      code: 1,
      out: expect.stringContaining('To do it: `midturn uninstall --yes`'),
    });
    expect(existsSync(join(cli.home, 'midturn.db'))).toBe(true);
  });
});
