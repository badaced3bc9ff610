/**
 * Tools that the package does not depend on, installed by npm in a temporary folder: Node 24 (what needs more than our
 * oldest Node), and what runs under it. Folders and argument arrays only, no shell; everything is removed at the end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { run } from '../process.mjs';

/**
 * Runs `act` with a new folder and removes it. The exit code is what `act` answers; an error is said in one line and
 * makes it 1.
 * @param script its name in package.json
 */
export async function inScratch(script, act) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `midturn-${script.replace(/\W/g, '-')}-`)));
  try {
    process.exitCode = await act(new Scratch(script, folder));
  } catch (error) {
    console.error(`${script}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    // Windows keeps the files of a process that has just ended for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Scratch {
  constructor(script, folder) {
    this.script = script;
    this.folder = folder;
    this.npm = findNpm(script);
  }

  say(what) {
    console.log(`${this.script}: ${what}`);
  }

  /** Throws when the program does not end well. */
  step(what, program, args, options) {
    this.say(what);
    const code = run(program, args, options);
    if (code !== 0) throw new Error(`${what} failed (${code})`);
  }

  /**
   * Installs into a folder of its own (what runs an install is not part of what is installed) and answers with it.
   * npm is run by `node`, which is also the `node` that install scripts find.
   */
  install(node, name, packages, allowScripts = {}) {
    const cwd = join(this.folder, name);
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, allowScripts }));
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
    const args = [this.npm, 'install', '--no-audit', '--no-fund', ...packages];
    this.step(`installing ${packages.join(' ')}`, node, args, { cwd, env });
    return cwd;
  }

  /** The program of Node 24, installed. */
  node24(name = 'node24') {
    return node24In(this.install(process.execPath, name, ['node@24'], { node: true }));
  }
}

/** The program of Node 24 that npm has put below `folder`. Throws where there is none that runs. */
export function node24In(folder) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = ['node/bin', `node-${process.platform}-${process.arch}/bin`]
    .map((path) => join(folder, 'node_modules', path, name))
    .find((path) => existsSync(path));
  if (node === undefined) throw new Error('node@24 came without a program for this machine');
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (!stdout?.startsWith('v24.'))
    throw new Error(`node@24 installed ${stdout?.trim() || 'nothing that runs'}`);
  return node;
}

/** npm's own program: set by `npm run`, else the one beside the running Node. */
function findNpm(script) {
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const found = [process.env.npm_execpath, beside].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error(`start this with \`npm run ${script}\``);
  return found;
}
