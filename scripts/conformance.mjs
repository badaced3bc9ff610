/**
 * `npm run conformance`: the official MCP conformance suite, both of its releases, under Node 24 in a temporary folder
 * (MIDTURN_CONFORMANCE_TOOLS names a folder where they are installed already: node24, conf, conf2). It is run against
 * test/conformance/server.ts, which has what the suite calls by name, on the same HTTP as the product; and against
 * `midturn serve` of the built program, of which only the scenarios count that any server can pass. Prints one table
 * and exits 1 on whatever test/conformance/*.yml does not expect.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { build } from './build.mjs';
import { lateModules } from './late-modules.mjs';
import { leanStart } from './lean-start.mjs';
import { finished, startServer } from './lib/child.mjs';
import { judge, parseBaseline, readResults, startedScenarios, table } from './lib/conformance-results.mjs';
import { headerProxy } from './lib/header-proxy.mjs';
import { emptyEnvironment, filledProject, productServer } from './lib/product-server.mjs';
import { inScratch, node24In } from './lib/scratch.mjs';
import { root } from './process.mjs';

/** Exact releases: the suite grows, and what it asks today says nothing of tomorrow. */
const SUITES = {
  conf: '@modelcontextprotocol/conformance@0.1.16',
  conf2: '@modelcontextprotocol/conformance@0.2.0-alpha.12',
};

/** What needs no tool, resource or prompt of a certain name. */
const GENERIC = [
  'server-initialize',
  'ping',
  'tools-list',
  'resources-list',
  'prompts-list',
  'resources-subscribe',
  'resources-unsubscribe',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];
const GENERIC_2026 = [
  'server-stateless',
  'tools-list',
  'resources-list',
  'prompts-list',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
  'caching',
  'http-header-validation',
  'sep-2164-resource-not-found',
  'input-required-result-unsupported-methods',
  'input-required-result-ignore-extra-params',
  'input-required-result-validate-input',
  'input-required-result-missing-input-response',
];

/** `least`: how many checks pass today; fewer means that the suite has not come to what it was to look at. */
const RUNS = [
  { server: 'fixture', suite: 'conf', args: [], least: 40 },
  { server: 'fixture', suite: 'conf2', args: ['--requirements', '2025-11-25'], least: 84 },
  { server: 'fixture', suite: 'conf2', args: ['--requirements', '2026-07-28'], least: 164 },
  { server: 'product', suite: 'conf', args: [], scenarios: GENERIC, least: 11 },
  {
    server: 'product',
    suite: 'conf2',
    args: ['--requirements', '2025-11-25'],
    scenarios: [...GENERIC, 'server-session-lifecycle'],
    least: 23,
  },
  {
    server: 'product',
    suite: 'conf2',
    args: ['--requirements', '2026-07-28'],
    scenarios: GENERIC_2026,
    least: 68,
  },
];

await inScratch('conformance', async (scratch) => {
  const tools = installed(scratch);
  await build();
  const servers = {
    fixture: await fixtureServer(scratch.folder),
    product: await guardedProduct(scratch.folder),
  };
  const rows = [['server', 'suite', 'passed', 'failed', 'expected', 'skipped']];
  const problems = [];
  try {
    for (const [at, run] of RUNS.entries()) {
      const name = [SUITES[run.suite].split('@').at(-1), ...run.args.slice(1)].join(' ');
      scratch.say(`${run.server}, ${name}`);
      const out = join(scratch.folder, `results-${at}`);
      const found = await runSuite(tools, run, servers[run.server].url, out);
      rows.push([run.server, name, found.passed, found.failed, found.expected, found.skipped]);
      if (found.passed < run.least)
        found.problems.push(`${found.passed} checks pass, of ${run.least} at least`);
      problems.push(...found.problems.map((problem) => `${run.server}, ${name}: ${problem}`));
    }
  } finally {
    for (const server of Object.values(servers)) await server.stop();
  }
  for (const line of [...table(rows), ...problems]) console.log(line);
  return problems.length === 0 ? 0 : 1;
});

function installed(scratch) {
  const folder = process.env.MIDTURN_CONFORMANCE_TOOLS;
  const node = folder === undefined ? scratch.node24() : node24In(join(folder, 'node24'));
  const suite = (name) => {
    const at = folder === undefined ? scratch.install(node, name, [SUITES[name]]) : join(folder, name);
    const here = join(at, 'node_modules', '@modelcontextprotocol', 'conformance');
    const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
    if (!SUITES[name].endsWith(`@${version}`)) throw new Error(`${here} is ${version}, not ${SUITES[name]}`);
    return join(here, 'dist', 'index.js');
  };
  return { node, suites: { conf: suite('conf'), conf2: suite('conf2') } };
}

/** test/conformance/server.ts as one file; what the product's build does to the SDK is done to it here too. */
async function fixtureServer(folder) {
  const outfile = join(folder, 'fixture.cjs');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/conformance/server.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    // Nothing of the suite opens a store.
    external: ['better-sqlite3', 'sqlite-vec'],
    loader: { '.md': 'text' },
    minify: true,
    plugins: [leanStart, lateModules],
    logLevel: 'warning',
  });
  return startServer(process.execPath, [outfile], { cwd: folder, env: emptyEnvironment(folder) });
}

/** The suite sends no token. */
async function guardedProduct(folder) {
  const here = join(folder, 'product');
  const env = emptyEnvironment(here);
  const project = await filledProject(here, env);
  const { url, headers, stop } = await productServer(project, env);
  const proxy = await headerProxy(url, headers);
  return {
    url: proxy.url,
    stop: async () => {
      await proxy.close();
      await stop();
    },
  };
}

async function runSuite({ node, suites }, run, url, out) {
  mkdirSync(out);
  const args = [suites[run.suite], 'server', '--url', url, '-o', out, ...run.args];
  const { stdout, stderr } = await finished(node, args, { cwd: out });
  const results = readResults(out);
  if (results.size === 0) throw new Error(`the suite has no results: ${stderr.trim().slice(-500)}`);
  const file = `${run.server}-${run.args[1] ?? '0.1.16'}.yml`;
  const baseline = parseBaseline(readFileSync(join(root, 'test', 'conformance', file), 'utf8'));
  return judge(results, { baseline, scenarios: run.scenarios, started: startedScenarios(stdout) });
}
