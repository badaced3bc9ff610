/**
 * `npm run plugin`: one folder that is a plugin of Codex and of Claude Code, with a marketplace file for each around
 * it, in dist-plugin/. The program lies in it whole, so that nothing else has to be installed; the database's native
 * part is the one of this machine and this Node.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root } from './process.mjs';

const NAME = 'midturn';
const CATEGORY = 'Productivity';
/** What the program loads from outside of its bundles. */
const PACKAGES = ['better-sqlite3', 'sqlite-vec'];
/** Needed to install a package, not to run it. */
const ONLY_TO_INSTALL = new Set(['prebuild-install']);
const LEFT_OUT = new Set(['deps', 'src', 'test', 'obj', 'obj.target', '.deps', 'test_extension.node']);
const KEPT = /(?:\.(?:js|cjs|json|node|so|dylib|dll)|(?:^|[\\/])licen[cs]e[^\\/]*)$/i;

/** Builds the plugin of the package at `source` into `outdir`, which is emptied first. */
export async function buildPlugin({ source = root, outdir = join(root, 'dist-plugin') } = {}) {
  const about = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const plugin = join(outdir, 'plugins', NAME);
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(plugin, { recursive: true });
  await writeProgram(source, join(plugin, 'program'));
  const contract = readFileSync(join(source, 'prompts', 'recall-contract.md'), 'utf8');
  const texts = {
    ...manifests(about),
    'plugins/midturn/skills/midturn/SKILL.md': skill(contract),
    'plugins/midturn/program/start.cjs': readFileSync(join(source, 'scripts', 'plugin-start.cjs'), 'utf8'),
    'README.md': readme(about),
  };
  for (const [name, content] of Object.entries(texts)) {
    const path = join(outdir, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
  cpSync(join(source, 'LICENSE'), join(plugin, 'LICENSE'));
  return { outdir, plugin, version: about.version };
}

/** Everything that says what the plugin is, by its path. */
export function manifests({ version, description, license, author }) {
  const about = { name: NAME, version, description, author: { name: author }, license };
  const inside = (name) => `plugins/${NAME}/${name}`;
  return {
    // Codex reads what its manifest names and nothing else; Claude Code looks at the usual places by itself.
    [inside('.codex-plugin/plugin.json')]: {
      ...about,
      skills: './skills/',
      mcpServers: './codex/mcp.json',
      hooks: './codex/hooks.json',
    },
    [inside('codex/mcp.json')]: { mcpServers: { [NAME]: codexServer(version) } },
    [inside('codex/hooks.json')]: { hooks: codexHooks() },
    [inside('.claude-plugin/plugin.json')]: about,
    [inside('.mcp.json')]: { mcpServers: { [NAME]: claudeServer() } },
    [inside('hooks/hooks.json')]: { hooks: claudeHooks() },
    '.agents/plugins/marketplace.json': {
      name: NAME,
      plugins: [
        {
          name: NAME,
          source: { source: 'local', path: `./plugins/${NAME}` },
          policy: { installation: 'AVAILABLE', authentication: 'ON_INSTALL' },
          category: CATEGORY,
        },
      ],
    },
    '.claude-plugin/marketplace.json': {
      name: NAME,
      description,
      owner: { name: author },
      plugins: [{ name: NAME, source: `./plugins/${NAME}`, description, version }],
    },
  };
}

/**
 * Codex fills no variable into a plugin's server and starts it in the workspace, as it must be; `cwd` could name the
 * plugin's folder but would lose the workspace. So a few words of JavaScript look up where Codex has put the plugin.
 */
function codexServer(version) {
  const find = [
    "const{existsSync,readdirSync}=require('node:fs'),{join}=require('node:path')",
    "const top=join(process.env.CODEX_HOME||join(require('node:os').homedir(),'.codex'),'plugins','cache')",
    `const found=readdirSync(top).map((name)=>join(top,name,'${NAME}','${version}','program','start.cjs')).find((file)=>existsSync(file))`,
    `if(!found)throw new Error('${NAME} ${version} is not in '+top)`,
    'process.argv.splice(1,0,found)',
    'require(found)',
  ];
  return { command: 'node', args: ['-e', find.join(';'), 'mcp'], env_vars: ['CODEX_HOME', 'MIDTURN_HOME'] };
}

function claudeServer() {
  return { command: 'node', args: [`${ROOT}/program/start.cjs`, 'mcp'], alwaysLoad: true };
}

/** Both fill it in, in hooks; Claude Code in servers too. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the clients fill it in.
const ROOT = '${CLAUDE_PLUGIN_ROOT}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: the clients fill it in.
const PROMPT = '${prompt}';

/** Codex gives the line to a shell and knows no list of arguments. Timeouts are in seconds. */
function codexHooks() {
  const run = (word, timeout) => [
    { type: 'command', command: `node "${ROOT}/program/start.cjs" ${word} --client codex`, timeout },
  ];
  return {
    SessionStart: [{ matcher: 'startup|resume|clear|compact', hooks: run('session-start', 10) }],
    UserPromptSubmit: [{ hooks: [ask(NAME)] }],
    PostToolUse: [{ matcher: '^Bash$', hooks: run('post-tool', 5) }],
    Stop: [{ hooks: run('stop-review', 10) }],
    PreCompact: [{ hooks: run('pre-compact', 20) }],
    // More than 3 would be clamped, with a warning at every end.
    SessionEnd: [{ hooks: run('session-end', 3) }],
  };
}

function claudeHooks() {
  const run = (word, timeout) => [
    {
      type: 'command',
      command: 'node',
      args: [`${ROOT}/program/start.cjs`, word, '--client', 'claude-code'],
      timeout,
    },
  ];
  return {
    SessionStart: [{ hooks: run('session-start', 10) }],
    // A plugin's server is known to hooks by this name only.
    UserPromptSubmit: [{ hooks: [ask(`plugin:${NAME}:${NAME}`)] }],
    PostToolUseFailure: [{ matcher: 'Bash', hooks: run('post-tool', 5) }],
    Stop: [{ hooks: run('stop-review', 10) }],
    PreCompact: [{ hooks: run('pre-compact', 20) }],
    SessionEnd: [{ hooks: run('session-end', 3) }],
  };
}

function ask(server) {
  return { type: 'mcp_tool', server, tool: 'recall', input: { query: PROMPT, hook: true }, timeout: 5 };
}

function skill(contract) {
  const body = contract.replace(/^# .*\n+/, '').trim();
  const description =
    'When to ask the long-term memory of this project and its user, and what to keep in it. Use it before answering or changing code where an earlier decision, convention, fix or preference may matter, and when the user corrects something, states a preference or asks to remember.';
  return `---\nname: ${NAME}\ndescription: ${description}\n---\n\n${body}\n`;
}

function readme({ version, description }) {
  return `# ${NAME} ${version}, as a plugin

${description}.

Codex, in this folder:

    codex plugin marketplace add .
    codex plugin add ${NAME}@${NAME}

Then start \`codex\`, type \`/hooks\`, look at the hooks of ${NAME} and trust them: until then memory works by its tools alone.

Claude Code:

    claude plugin marketplace add ./
    claude plugin install ${NAME}@${NAME}

It asks before it runs a tool of ${NAME} for the first time; \`"permissions": {"allow": ["mcp__plugin_${NAME}_${NAME}__recall"]}\` in settings.json and the like spare the question.

Both need \`node\` on the PATH: the one that this folder was built with, or another of the same version line. Where \`midturn setup\` has wired a client, leave the plugin out of it: its hooks rest there, but the tools would be there twice. Setup writes nothing into a client that has the plugin.
`;
}

async function writeProgram(source, folder) {
  await build({ source, outdir: folder });
  for (const name of withDependencies(source, PACKAGES)) {
    const from = join(source, 'node_modules', name);
    cpSync(from, join(folder, 'node_modules', name), {
      recursive: true,
      dereference: true,
      filter: (path) =>
        path === from || (!LEFT_OUT.has(basename(path)) && (statSync(path).isDirectory() || KEPT.test(path))),
    });
  }
  const { platform, arch, versions } = process;
  const built = { platform, arch, modules: versions.modules, node: versions.node };
  writeFileSync(join(folder, 'built-for.json'), `${JSON.stringify(built, null, 2)}\n`);
}

/** Packages that are there; optional ones (sqlite-vec has one for each system) may not be. */
function withDependencies(source, names) {
  const found = new Set();
  const queue = [...names];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const file = join(source, 'node_modules', name, 'package.json');
    if (found.has(name) || ONLY_TO_INSTALL.has(name) || !existsSync(file)) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
    queue.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies));
  }
  return found;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { outdir, version } = await buildPlugin();
    const folder = relative(process.cwd(), outdir);
    console.log(
      `${NAME} ${version} as a plugin: ${folder} (${readdirSync(outdir)
        .map((name) => basename(name))
        .join(', ')})`,
    );
  } catch (error) {
    console.error(`plugin failed: ${error.message}`);
    process.exitCode = 1;
  }
}
