/** The bundle behind `midturn mcp`: one server over stdio, ended with its client. */
import { App } from '../app/app.ts';
import { serve } from './stdio.ts';

const args = process.argv.slice(2);
const at = args.indexOf('--home');
const joined = args.find((arg) => arg.startsWith('--home='))?.slice('--home='.length);
const log = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const app = new App({
    env: process.env,
    cwd: process.cwd(),
    version: __MIDTURN_VERSION__,
    home: joined ?? (at === -1 ? undefined : args[at + 1]),
  });
  serve({ app, version: __MIDTURN_VERSION__, env: process.env, cwd: process.cwd(), log });
} catch (error) {
  log(`midturn: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
