/** `midturn serve` of the built program, with a home and a project of its own that hold a little of everything. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../process.mjs';
import { finished, startServer } from './child.mjs';

export const bin = join(root, 'dist', 'midturn.cjs');

/** An environment in which nothing of the person's own is found: homes, clients, configuration. */
export function emptyEnvironment(folder) {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env.PATH,
    ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
    HOME: home,
    USERPROFILE: home,
    MIDTURN_HOME: join(home, '.midturn'),
    CODEX_HOME: join(home, '.codex'),
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
  };
}

/** A project with memories and one session, known to the home of `env`. Answers with its folder. */
export async function filledProject(folder, env) {
  const project = join(folder, 'project');
  mkdirSync(join(project, '.git'), { recursive: true });
  writeFileSync(join(project, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  const session = join(folder, 'session.ndjson');
  const lines = [
    {
      session: 'one',
      role: 'user',
      at: '2026-11-01T10:00:00Z',
      text: 'Which port does the test database use?',
    },
    { session: 'one', role: 'assistant', at: '2026-11-01T10:00:05Z', text: 'It listens on port 5433.' },
  ];
  writeFileSync(session, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await midturn(
    ['remember', 'The test database listens on port 5433.', '--title', 'Test database'],
    project,
    env,
  );
  await midturn(['remember', 'Releases are tagged by the pipeline, never by hand.'], project, env);
  await midturn(['import', session, '--yes'], project, env);
  return project;
}

async function midturn(args, cwd, env) {
  const { code, stderr } = await finished(process.execPath, [bin, ...args], { cwd, env });
  if (code !== 0) throw new Error(`midturn ${args[0]} failed (${code}): ${stderr.trim()}`);
}

/** @returns the server's address, the headers of its owner at work in `project`, and `stop` */
export async function productServer(project, env) {
  const args = [bin, 'serve', '--port', '0', '--json'];
  const { url, token_file, stop } = await startServer(process.execPath, args, { cwd: project, env });
  const headers = {
    Authorization: `Bearer ${readFileSync(token_file, 'utf8').trim()}`,
    'Midturn-Project': encodeURIComponent(project),
  };
  return { url, headers, stop };
}
