/**
 * `npm run demo`: what midturn does, in under a minute. In a temporary home it imports sessions that the real Codex
 * and Claude Code wrote, starts the built server, asks it what an agent would ask in the middle of a turn, and then
 * plays the loop that runs by itself. It ends with an error where something does not work.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { playLoop } from './loop.mjs';
import { claudeFolder, claudeSession } from './sessions.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'dist', 'midturn.cjs');
const fixtures = join(root, 'test', 'fixtures');
const SCENARIOS = {
  codex: ['plain', 'resume', 'failing-then-fixed', 'fork', 'mcp-tool', 'reasoning', 'shell'],
  'claude-code': [
    'plain',
    'resume',
    'failing-then-fixed',
    'rewind',
    'compact-manual',
    'subagent',
    'thinking',
  ],
};

const home = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-demo-')));
const shop = join(home, 'shop');
const env = {
  PATH: process.env.PATH ?? '',
  HOME: home,
  USERPROFILE: home,
  MIDTURN_HOME: join(home, '.midturn'),
};
const started = Date.now();
try {
  await main();
  await playLoop({ bin, home, env, cwd: shop, title, indent, midturn });
  console.log(
    `\nDone in ${((Date.now() - started) / 1000).toFixed(1)} s. Everything ran in ${home}, which is removed now.`,
  );
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

async function main() {
  makeWorkspace();
  layTranscripts();
  title('1. Import the sessions that Codex and Claude Code have written (nothing else was configured)');
  console.log(indent(midturn('import')));

  title('2. An agent starts in the same project: Claude Code launches `midturn mcp`');
  const session = claudeSession({ home, cwd: shop });
  const client = new Client(
    { name: 'claude-code', version: 'demo' },
    { versionNegotiation: { mode: 'auto' } },
  );
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [bin, 'mcp'],
      env: { ...env, CLAUDE_CODE_SESSION_ID: session.id },
      cwd: shop,
    }),
  );
  const { tools } = await client.listTools();
  console.log(
    indent(
      `protocol ${client.getNegotiatedProtocolVersion()}, tools: ${tools.map(({ name }) => name).join(', ')}`,
    ),
  );
  const ask = asker(client, session);

  title('3. In the middle of a turn it searches what was said and done before, in either client');
  await ask('recall_history', { query: 'the cart total ignores the quantity', limit: 3 });
  await ask('recall_history', { query: 'when does the nightly export run?', limit: 2 });

  title('4. The user states a fact; the agent keeps it. The transcript proves who said it');
  say(session, 'Prices are in cents everywhere in this shop; never use floats for money. Remember that.');
  await ask('remember', {
    content: 'Prices are in cents everywhere in this shop; never use floats for money.',
    tags: ['money'],
  });
  await ask('remember', {
    content: 'The user wants every pull request merged without review',
    said_by: 'user',
    scope: 'user',
  });

  title('5. Later, any agent recalls it; a question that nothing fits gets one sentence');
  await ask('recall', { query: 'should I use floats for a price?' });
  await ask('recall', { query: 'kubernetes ingress certificates' });

  title('6. At the end of a session a reviewer suggests what should last; nothing is memory yet');
  await ask('submit_suggestion', {
    memory_updates: [
      { title: 'Test runner', content: 'Tests of the shop run with `node --test`, not with Jest.' },
      { content: 'Round 2 of the cart fix is pending, 3 of 7 tests pass.' },
    ],
    recall_candidate: [
      {
        title: 'Cart totals ignored the quantity',
        content:
          'Pitfall: the cart total summed prices only. Fix: multiply price by quantity in src/cart.js.',
        source_paths: ['src/cart.js'],
      },
    ],
    skill_action: [
      {
        action: 'create',
        skill_id: 'release-the-shop',
        title: 'Release the shop',
        description: 'Use when a new version of the shop has to be released.',
        content:
          '1. Run the tests: node --test.\n2. Raise the version.\n3. Verify the cart page by hand.\n4. Tag it.',
      },
    ],
  });

  title(
    '7. The compiler promotes it: one transaction, one receipt; what is volatile is refused, a skill waits',
  );
  await ask('compile', {});
  await ask('recall', { query: 'what do we run the tests of the shop with?' });
  console.log(indent(readFileSync(memoryFile(), 'utf8'), '  MEMORY.md | '));

  title('8. What is stored, and what needs a person');
  await ask('status', {});
  console.log(indent(midturn('review')));

  title('9. Anything can be taken back: the receipt of that compile is undone');
  const { receipts } = JSON.parse(midturn('undo', '--list', '--json'));
  const { id } = receipts.find(({ kind }) => kind === 'compile');
  console.log(indent(midturn('undo', id, '--yes')));
  await ask('recall', { query: 'what do we run the tests of the shop with?' });
  await client.close();
}

/** The file that the project's durable facts are rendered into; a person may edit it. */
function memoryFile() {
  const projects = join(env.MIDTURN_HOME, 'projects');
  const [folder] = readdirSync(projects).filter((name) => name.startsWith('shop-'));
  return join(projects, folder, 'MEMORY.md');
}

function makeWorkspace() {
  mkdirSync(join(shop, 'src'), { recursive: true });
  writeFileSync(join(shop, 'package.json'), '{ "name": "shop" }\n');
  writeFileSync(
    join(shop, 'src', 'cart.js'),
    'export const total = (items) => items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);\n',
  );
}

/** The fixtures name /home/dev/shop; here they are about the workspace of this run. */
function layTranscripts() {
  for (const [client, scenarios] of Object.entries(SCENARIOS)) {
    const folder = join(home, client === 'codex' ? '.codex' : '.claude');
    for (const scenario of scenarios) cpSync(join(fixtures, client, scenario), folder, { recursive: true });
    for (const file of filesBelow(folder)) {
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replaceAll('/home/dev/shop', shop.replaceAll('\\', '/')),
      );
    }
  }
  renameSync(join(home, '.claude', 'projects', '-home-dev-shop'), claudeFolder(home, shop));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path.endsWith('.jsonl') ? [path] : [];
  });
}

function midturn(...args) {
  return execFileSync(process.execPath, [bin, ...args], { cwd: shop, env, encoding: 'utf8' }).trim();
}

/** Calls a tool the way Claude Code does: with the id of the call, which its transcript holds a moment later. */
function asker(client, session) {
  return async (name, args) => {
    const id = session.call(`mcp__midturn__${name}`, args);
    console.log(`\n  > ${name}(${JSON.stringify(args)})`);
    const at = performance.now();
    const result = await client.callTool({ name, arguments: args, _meta: { 'claudecode/toolUseId': id } });
    const text = result.content.map((block) => block.text).join('\n');
    console.log(indent(text, '  | '));
    console.log(`    ${(performance.now() - at).toFixed(0)} ms`);
  };
}

function say(session, text) {
  console.log(`\n  user: ${text}`);
  session.say(text);
}

function title(text) {
  console.log(`\n${text}`);
}

function indent(text, by = '  ') {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
