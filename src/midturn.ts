/**
 * The bin. It picks a bundle by the arguments and runs it with V8's code cache from the home, which saves the
 * time of compiling it. It imports nothing of ours: everything it loads is paid for at every start.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

const oldestNode = { major: 20, minor: 19 };
/** What clients call: each has to be over within a tenth of a second. */
const hooks = ['session-start', 'user-prompt', 'post-tool', 'stop-review', 'pre-compact', 'session-end'];
const cacheLifeMs = 30 * 24 * 60 * 60 * 1000;
/** V8's own: how many times as large its space for new objects may become at once. */
const usualGrowth = 2;
let settled = false;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldestNode.major || (major === oldestNode.major && minor < oldestNode.minor)) {
  process.stderr.write(
    `midturn needs Node ${oldestNode.major}.${oldestNode.minor} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

const args = process.argv.slice(2);
const chosen = pickBundle(args);
// A code cache holds for the flags that it was written under, and holds the functions that had been called by then:
// what one hook calls in a bundle is not what the next one calls, and compiling it would take a third of its time.
const flags = chosen === 'mcp.cjs' ? '-small' : chosen === 'hook.cjs' ? `-${firstWord(args)}` : '';
if (chosen === 'mcp.cjs') keepSmall();
start(chosen, cacheFolder(args));

/** `midturn mcp` and the hooks have bundles of their own; their help, like everything else, is the command line's. */
function pickBundle(args: readonly string[]): string {
  const word = firstWord(args);
  if (word === undefined || args.includes('--help') || args.includes('-h')) return 'cli.cjs';
  if (word === 'mcp') return 'mcp.cjs';
  return hooks.includes(word) ? 'hook.cjs' : 'cli.cjs';
}

function firstWord(args: readonly string[]): string | undefined {
  return args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '--home');
}

function cacheFolder(args: readonly string[]): string {
  const at = args.indexOf('--home');
  const joined = args.find((arg) => arg.startsWith('--home='));
  const flag = joined === undefined ? (at === -1 ? undefined : args[at + 1]) : joined.slice('--home='.length);
  const home = flag || process.env.MIDTURN_HOME || join(homedir(), '.midturn');
  return join(resolve(home), 'cache');
}

function start(bundle: string, folder: string): void {
  const caches: Array<() => void> = [];
  // For the bundle to call once its first answer is out: by then V8 has compiled what a start needs.
  const writeCodeCache = (): void => {
    writeAll(caches);
    if (bundle === 'mcp.cjs') settle();
  };
  Reflect.set(globalThis, Symbol.for('midturn.writeCodeCache'), writeCodeCache);
  // A bundle loads another one by its name, as it was loaded itself.
  Reflect.set(globalThis, Symbol.for('midturn.load'), (name: string) => load(name, folder, caches));
  if (bundle !== 'mcp.cjs') process.once('exit', writeCodeCache);
  load(bundle, folder, caches);
}

/**
 * A server waits most of its life: its heap may grow by half before it is collected, not to several times what is in
 * use. To be called before any bundle is loaded.
 */
function keepSmall(): void {
  setFlag('--heap-growing-percent=50');
}

/** From its first answer on, the space for new objects stays as large as it is: V8 would let it grow to 32 MB. */
function settle(): void {
  settled = true;
  setGrowth(1);
}

function setGrowth(factor: number): void {
  setFlag(`--semi-space-growth-factor=${factor}`);
}

/** Loaded only where it is used: with it come the streams, which a hook can do without. */
function setFlag(flag: string): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

function writeAll(caches: Array<() => void>): void {
  for (const write of caches.splice(0)) write();
}

/**
 * Runs a bundle as the CommonJS module it is. The hash in the cache's name is the build's: V8 itself compares no more
 * than the length of the source.
 */
function load(bundle: string, folder: string, caches: Array<() => void>): unknown {
  if (settled) setGrowth(usualGrowth);
  const filename = join(__dirname, bundle);
  const source = readFileSync(filename, 'latin1');
  const name = `${__MIDTURN_BUNDLES__[bundle]}-${process.version}-${process.arch}${flags}`;
  const cachedData = readOwn(join(folder, name));
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${source}\n})`,
    cachedData === undefined ? { filename } : { filename, cachedData },
  );
  const fresh = cachedData !== undefined && script.cachedDataRejected === false;
  if (!fresh) caches.push(() => write(folder, name, script));
  const module = { exports: {}, id: filename, filename, loaded: false };
  // This file's own require resolves from the same folder.
  script.runInThisContext()(module.exports, require, module, filename, dirname(filename));
  module.loaded = true;
  if (settled) setGrowth(1);
  return module.exports;
}

/** The file's bytes; undefined when there is none, or when another user could have written it: it is code. */
function readOwn(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { uid, mode } = fstatSync(file);
    const trusted = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return trusted ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Without a home, on a full or read-only disk there is no cache, and the next start is a little slower. */
function write(folder: string, name: string, script: Script): void {
  const next = join(folder, `${name}.${process.pid}.tmp`);
  try {
    makeFolder(folder);
    const file = openSync(next, 'wx', 0o600);
    try {
      writeFileSync(file, script.createCachedData());
      // V8 does not verify the content: a rename must never publish blocks that a power cut left empty.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, join(folder, name));
    removeOld(folder);
  } catch {
    try {
      rmSync(next, { force: true });
    } catch {
      // Nothing was made, or nothing can be removed: neither is worth a word at the end of a command.
    }
  }
}

/** Not recursive: the home itself is the store's to make. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, 0o700);
  } catch {
    // It exists, or opening the file says why it cannot.
  }
}

/** Bundles and Nodes that are gone leave their caches behind; one still in use is written again. */
function removeOld(folder: string): void {
  for (const file of readdirSync(folder)) {
    if (!/^[0-9a-f]{64}-v/.test(file)) continue;
    const path = join(folder, file);
    if (Date.now() - statSync(path).mtimeMs > cacheLifeMs) rmSync(path, { force: true });
  }
}
