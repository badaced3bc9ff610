/** midturn compile-preflight and scan: why something runs, and which projects have anything to do. */
import { appendFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { mcpCall } from '../../src/app/caller.ts';
import { at, type CommandLine, commandLine } from './command-line.ts';

async function suggest(cli: CommandLine, content: string): Promise<void> {
  const file = cli.write('s.json', JSON.stringify({ memory_updates: [{ content }] }));
  await cli.midturn(['suggest', file]);
}

/** An agent's own fact: it marks the files stale, and leaves writing them to compile and the command line. */
async function rememberOverMcp({ folder, home, project }: CommandLine, content: string): Promise<void> {
  const env = { HOME: folder, MIDTURN_HOME: home };
  const app = new App({ env, cwd: project, version: 'test' });
  const facts = mcpCall({ clientName: 'any', meta: null, env, cwd: project });
  await (await app.memories()).remember(await app.caller(facts), { content });
  app.close();
}

describe('midturn compile-preflight', () => {
  it('says what there is to do', async () => {
    const cli = commandLine();
    await suggest(cli, 'We use pnpm');
    utimesSync(cli.write('home/inbox/a.json', '{}'), 1000, 1000);
    const preflight = async () => (await cli.midturn('compile-preflight')).out;
    expect(await preflight()).toBe('run: 1 suggestion in the queue; 1 file in the inbox.\n');
    await cli.midturn('compile');
    expect(await preflight()).toBe('skip_empty: nothing is to be compiled.\n');
    await rememberOverMcp(cli, 'We deploy on Tuesdays');
    expect(await preflight()).toBe('run: memory has changed since its files were written.\n');
    expect((await cli.midturn('compile-preflight --json')).json).toMatchObject({
      status: 'run',
      pending: 0,
      due: { suggestions: 0, inbox: 0, expired: false, files: 'stale' },
    });
    await cli.midturn('compile');
    const [project = ''] = readdirSync(join(cli.home, 'projects'));
    appendFileSync(
      join(cli.home, 'projects', project, 'MEMORY.md'),
      '\n## By hand\n\nTests run in Docker.\n',
    );
    expect(await preflight()).toBe('run: a file was edited by hand.\n');
  });
});

describe('midturn scan', () => {
  it('lists only projects that have something to do', async () => {
    const cli = commandLine();
    await suggest(cli, 'We use pnpm');
    const other = join(cli.folder, 'other');
    mkdirSync(join(other, '.git'), { recursive: true });
    writeFileSync(join(other, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    await cli.midturn('compile', { cwd: other });
    const dry = await cli.midturn('scan --dry-run', { cwd: other });
    expect(dry.out).toMatch(
      /^2 projects: 1 would compile, 1 skipped, 0 failed; 1 suggestion\.\n {2}shop {2}1 suggestion\n$/,
    );
    const done = await cli.midturn('scan', { cwd: other });
    expect(done.out).toMatch(/^2 projects: 1 compiled, 1 skipped, .*\n {2}shop {2}success, 1 suggestion\n$/);
    expect(at((await cli.midturn('scan --json')).json, 'results')).toHaveLength(2);
  });
});
