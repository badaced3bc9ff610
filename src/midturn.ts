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
/** How often a bundle that was loaded for a call is written again, with what further calls have compiled of it. */
const rewrites = 3;
/**
 * A server waits most of its life: its heap may grow by half before it is collected, not to several times what is in
 * use; and the space for new objects stays as large as it is, where V8 would let it grow to 32 MB.
 */
const smallHeap = ['--heap-growing-percent=50', '--semi-space-growth-factor=1'];
/** V8's own. */
const usualHeap = ['--heap-growing-percent=0', '--semi-space-growth-factor=2'];
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
// A code cache holds the functions that had been called when it was written: what one hook calls in a bundle is not
// what the next one calls, nor what a server does, and compiling it would take a third of its time.
const caller = chosen === 'mcp.cjs' ? '-mcp' : chosen === 'hook.cjs' ? `-${firstWord(args)}` : '';
start(chosen, cacheFolder(args));

/** `midturn mcp`, `midturn serve` and the hooks have bundles of their own; their help, like everything else, is the command line's. */
function pickBundle(args: readonly string[]): string {
  const word = firstWord(args);
  if (word === undefined || args.includes('--help') || args.includes('-h')) return 'cli.cjs';
  if (word === 'mcp') return 'mcp.cjs';
  if (word === 'serve') return 'serve.cjs';
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

type Caches = Array<{ readonly write: () => void; left: number }>;

function start(bundle: string, folder: string): void {
  const caches: Caches = [];
  const isServer = bundle === 'mcp.cjs';
  // For the bundle to call once its first answer is out, when V8 has compiled what a start needs; and after calls, for
  // what was loaded for them.
  const writeCodeCache = (): void => {
    if (caches.length > 0) inUsualHeap(() => writeAll(caches));
    if (isServer) settle();
  };
  Reflect.set(globalThis, Symbol.for('midturn.writeCodeCache'), writeCodeCache);
  Reflect.set(globalThis, Symbol.for('midturn.build'), __MIDTURN_BUNDLES__['configuring.cjs']);
  // A bundle loads another one by its name, as it was loaded itself.
  const loadAnother = (name: string): unknown =>
    inUsualHeap(() => load(name, folder, { caches, times: isServer ? rewrites : 1 }));
  Reflect.set(globalThis, Symbol.for('midturn.load'), loadAnother);
  if (!isServer) process.once('exit', writeCodeCache);
  load(bundle, folder, { caches, times: 1 });
}

/** Not before the first answer: while a server starts, a heap kept small is collected again and again. */
function settle(): void {
  if (settled) return;
  settled = true;
  setFlags(smallHeap);
}

/** A code cache holds for the flags that it was written under. */
function inUsualHeap<T>(act: () => T): T {
  if (!settled) return act();
  setFlags(usualHeap);
  try {
    return act();
  } finally {
    setFlags(smallHeap);
  }
}

/** Loaded only where it is used: with it come the streams, which a hook can do without. */
function setFlags(flags: readonly string[]): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}

function writeAll(caches: Caches): void {
  for (const cache of caches.splice(0)) {
    cache.write();
    cache.left -= 1;
    if (cache.left > 0) caches.push(cache);
  }
}

/**
 * Runs a bundle as the CommonJS module it is: it stands in its file as the function that Node would make of it. The
 * hash in the cache's name is the build's: V8 itself compares no more than the length of the source.
 */
function load(
  bundle: string,
  folder: string,
  { caches, times }: { readonly caches: Caches; readonly times: number },
): unknown {
  const filename = join(__dirname, bundle);
  const source = readFileSync(filename, 'latin1');
  const name = `${__MIDTURN_BUNDLES__[bundle]}-${process.version}-${process.arch}${caller}`;
  const cachedData = readOwn(join(folder, name));
  // The build has put it into a function: two halves joined here would be one more copy of it in memory.
  const script = new Script(source, cachedData === undefined ? { filename } : { filename, cachedData });
  const fresh = cachedData !== undefined && script.cachedDataRejected === false;
  if (!fresh) caches.push({ write: () => write(folder, name, script), left: times });
  const module = { exports: {}, id: filename, filename, loaded: false };
  // This file's own require resolves from the same folder.
  script.runInThisContext()(module.exports, require, module, filename, dirname(filename));
  module.loaded = true;
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
