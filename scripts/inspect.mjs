/**
 * `npm run inspect [-- --http URL [--header 'Name: value']]`: builds, and opens the MCP inspector on `midturn mcp`, or
 * on a server that listens already. `npm run inspect -- --check` opens nothing: the inspector's command line asks the
 * built program for everything that only reads, over stdio and HTTP, as clients of both protocol eras do, with an empty
 * home; exits 1 on any problem, a warning on a schema among them. The inspector is installed in a temporary folder with
 * the Node 24 that it needs (MIDTURN_CONFORMANCE_TOOLS names a folder where both are: node24, insp).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { attended, finished } from './lib/child.mjs';
import { furtherArgs, LISTS, listArgs, readRun, schemaWarnings } from './lib/inspector-runs.mjs';
import { bin, emptyEnvironment, filledProject, productServer } from './lib/product-server.mjs';
import { inScratch, node24In } from './lib/scratch.mjs';
import { root } from './process.mjs';

const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
/** Longer than any call may take, shorter than the inspector's own patience. */
const PATIENCE_MS = 30_000;

await inScratch('inspect', async (scratch) => {
  const args = process.argv.slice(2);
  const { node, inspector } = installed(scratch);
  const open = async (more) => {
    await attended(node, [inspector, '--web', ...more]);
    return 0;
  };
  if (args[0] === '--http') {
    const [url, ...rest] = args.slice(1);
    if (url === undefined) throw new Error('--http needs the address of a server');
    return open(['--transport', 'http', '--server-url', url, ...rest]);
  }
  await build();
  if (args[0] === '--check') return check({ node, inspector }, scratch);
  // Of the environment it hands on little more than PATH and HOME.
  const own = Object.entries(process.env).filter(
    ([name]) => name.startsWith('MIDTURN_') && name !== 'MIDTURN_CONFORMANCE_TOOLS',
  );
  const handedOn = own.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return open([...handedOn, process.execPath, bin, 'mcp', ...args]);
});

function installed(scratch) {
  const folder = process.env.MIDTURN_CONFORMANCE_TOOLS;
  const node = folder === undefined ? scratch.node24() : node24In(join(folder, 'node24'));
  const at = folder === undefined ? scratch.install(node, 'insp', [INSPECTOR]) : join(folder, 'insp');
  const here = join(at, 'node_modules', '@modelcontextprotocol', 'inspector');
  const { version, bin: bins } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  if (!INSPECTOR.endsWith(`@${version}`)) throw new Error(`${here} is ${version}, not ${INSPECTOR}`);
  return { node, inspector: join(here, bins['mcp-inspector']) };
}

async function check({ node, inspector }, scratch) {
  const env = emptyEnvironment(scratch.folder);
  const project = await filledProject(scratch.folder, env);
  const { url, headers, stop } = await productServer(project, env);
  const sent = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const targets = {
    stdio: ['--cwd', project, process.execPath, bin, 'mcp'],
    http: ['--transport', 'http', '--server-url', url, '--header', ...sent],
  };
  const problems = [];
  const warnings = new Set();
  try {
    for (const [transport, target] of Object.entries(targets)) {
      for (const era of ['legacy', 'modern']) {
        const ask = async (args) => {
          // What goes to the server itself stands last.
          const all = [inspector, '--cli', '--protocol-era', era, '--format', 'json', ...args, ...target];
          const ended = await finished(node, all, { cwd: root, env, timeoutMs: PATIENCE_MS });
          const { problem, result } = readRun(ended);
          if (problem !== null) problems.push(`${transport}, ${era}, ${args.join(' ')}: ${problem}`);
          for (const warning of schemaWarnings(ended.stderr)) warnings.add(warning);
          return result;
        };
        const answers = new Map();
        for (const method of LISTS) answers.set(method, await ask(listArgs(method)));
        const further = furtherArgs(answers);
        for (const args of further) await ask(args);
        scratch.say(`${transport}, ${era}: ${LISTS.length + further.length} requests`);
      }
    }
  } finally {
    await stop();
  }
  for (const warning of warnings) console.log(`warning: ${warning}`);
  for (const problem of problems) console.log(problem);
  scratch.say(`${problems.length} problems, ${warnings.size} warnings`);
  return problems.length === 0 ? 0 : 1;
}
