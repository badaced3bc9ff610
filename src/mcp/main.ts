/** The bundle behind `midturn mcp`: one server over stdio, ended with its client. */
// First of all: schemas look at it when they are made.
import '../app/jitless.ts';
import { App } from '../app/app.ts';
import { connectProcess } from './roots.ts';
import { serve } from './stdio.ts';
import { workspaceOf } from './workspace.ts';

const args = process.argv.slice(2);
const at = args.indexOf('--home');
const joined = args.find((arg) => arg.startsWith('--home='))?.slice('--home='.length);
const workspace = workspaceOf(args);
const cwd = workspace ?? process.cwd();
const log = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const app = new App({
    env: process.env,
    cwd,
    version: __MIDTURN_VERSION__,
    home: joined ?? (at === -1 ? undefined : args[at + 1]),
    isServer: true,
  });
  serve({
    app,
    version: __MIDTURN_VERSION__,
    connect: connectProcess({ app, env: process.env, cwd, asksRoots: workspace === undefined, log }),
    log,
  });
} catch (error) {
  log(`midturn: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
