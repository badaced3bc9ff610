/**
 * The loop with the real clients: setup, a session that states a preference and mends a failing command, its review
 * and compile in the background, a second session in another worktree that is told and can recall, uninstall.
 */
import { execFileSync } from 'node:child_process';
import {
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
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BIN, NODE } from '../support/built-program.ts';
import type { Turn } from './fake-model.ts';
import { type ClientName, clientProgram, clientTurn, missing, type Place } from './real-clients.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await removeWhenQuiet(folder);
});

/** What a session has started in the background may still write while its home is removed. */
async function removeWhenQuiet(folder: string): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch {
      await sleep(250);
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

const PLUGIN = fileURLToPath(new URL('../../dist-plugin', import.meta.url));
const CLIENTS: readonly ClientName[] = ['codex', 'claude-code'];
/** The shell tool of each client, and what the command's argument is called there. */
const SHELL = {
  codex: (command: string): Turn => ({ tool: 'exec_command', args: { cmd: command } }),
  'claude-code': (command: string): Turn => ({ tool: 'Bash', args: { command, description: 'run' } }),
} as const;

const PREFERENCE = 'From now on always use pnpm in this repository, never npm. Then make the build pass.';
const BUILD = "console.log(require('node:fs').readFileSync('generated/schema.json', 'utf8').length)\n";
const LIMIT_MS = 240_000;
/** Of the commit, whose hash a client may tell its model. */
const DAY = '2026-11-01T12:00:00Z';

for (const client of CLIENTS) {
  const installed = clientProgram(client) !== null;
  if (!installed) process.stdout.write(`skipped: ${missing(client)}\n`);

  describe.skipIf(!installed)(`midturn in ${client}`, () => {
    it(
      'tells the next session what the last one said, and how an error was mended',
      async () => {
        const world = makeWorld();
        world.midturn('setup', client, '--yes', '--no-import');
        await learnsAndTells(client, world, []);
      },
      LIMIT_MS,
    );

    it(
      'does the same as a plugin, with nothing else set up',
      async () => {
        const world = makeWorld();
        await learnsAndTells(client, world, installPlugin(client, world));
      },
      LIMIT_MS,
    );

    it(
      'adds nothing to a prompt that no memory fits',
      async () => {
        const sent: string[] = [];
        for (const asks of [true, false]) {
          const world = makeWorld();
          world.midturn('setup', client, '--yes', '--no-import');
          world.midturn('remember', 'Releases of this project are cut from the branch stable');
          if (!asks) replaceWords(world.home, 'UserPromptSubmit', 'SubagentStart');
          const { requests } = await clientTurn(client, world.first, 'Write a limerick about lighthouses', [
            { text: 'There was a light on a shore' },
          ]);
          sent.push(comparable(requests[0], world));
        }
        expect(sent[0]?.length).toBeGreaterThan(0);
        expect(sent[0]).toBe(sent[1]);
      },
      LIMIT_MS,
    );

    it(
      'stops no session when the program is gone, or the Node that starts it',
      async () => {
        const world = makeWorld();
        world.midturn('setup', client, '--yes', '--no-import');
        const program = join(world.home, '.midturn', 'app');
        renameSync(program, `${program}.away`);
        for (const broken of ['program', 'node']) {
          if (broken === 'node') {
            renameSync(`${program}.away`, program);
            replaceWords(world.home, NODE, '/nowhere/node');
          }
          const { code, output, unasked } = await clientTurn(client, world.first, 'Say hello', [
            { text: 'Hello from a session without memory.' },
          ]);
          expect({ broken, code, unasked }).toEqual({ broken, code: 0, unasked: 0 });
          expect(output).toContain('Hello from a session without memory.');
        }
      },
      LIMIT_MS,
    );

    it(
      'is not done twice where the plugin comes on top of setup',
      async () => {
        const world = makeWorld();
        world.midturn('setup', client, '--yes', '--no-import');
        const args = installPlugin(client, world);
        const { code, requests } = await clientTurn(
          client,
          world.first,
          'Say hello',
          [{ text: 'Hello.' }],
          args,
        );
        expect(code).toBe(0);
        expect(requests[0]?.split('# Long-term memory (midturn)')).toHaveLength(2);
      },
      LIMIT_MS,
    );

    it(
      'is gone after uninstall, and the memories stay',
      async () => {
        const world = makeWorld();
        const before = textFiles(world.home);
        world.midturn('setup', client, '--yes', '--no-import');
        await firstSession(client, world.first);
        await settled(world);
        world.midturn('uninstall', '--yes');

        const after = textFiles(world.home);
        const traces = [...after].filter(
          ([name, text]) => /midturn/i.test(`${name} ${text}`) && !before.has(name),
        );
        expect(traces.map(([name]) => name)).toEqual([]);
        expect(world.memories().length).toBeGreaterThan(0);
      },
      LIMIT_MS,
    );
  });
}

type World = {
  readonly home: string;
  readonly first: Place;
  readonly second: Place;
  readonly midturn: (...args: readonly string[]) => string;
  readonly memories: () => readonly { readonly content: string }[];
};

/** A repository with two worktrees, and a home in which nothing is installed. */
function makeWorld(): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-client-')));
  folders.push(root);
  const [home, main, second] = [join(root, 'home'), join(root, 'tideline'), join(root, 'tideline-fix')];
  for (const folder of [join(home, '.codex'), join(home, '.claude'), main])
    mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: main,
      env: { ...process.env, GIT_AUTHOR_DATE: DAY, GIT_COMMITTER_DATE: DAY },
    });
  writeFileSync(join(main, 'build.js'), BUILD);
  writeFileSync(
    join(main, 'make-schema.js'),
    "const fs = require('node:fs'); fs.mkdirSync('generated', { recursive: true }); fs.writeFileSync('generated/schema.json', '{}');\n",
  );
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'first');
  git('worktree', 'add', '-q', second, '-b', 'fix');

  const env = { PATH: process.env.PATH ?? '', HOME: home, CODEX_HOME: join(home, '.codex') };
  const midturn = (...args: readonly string[]) =>
    execFileSync(NODE, [BIN, ...args], {
      cwd: main,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    home,
    first: { home, cwd: main },
    second: { home, cwd: second },
    midturn,
    memories: () => memoryList.parse(JSON.parse(midturn('memories', 'list', '--json'))).memories,
  };
}

const memoryList = z.looseObject({ memories: z.array(z.looseObject({ content: z.string() })) });
const queue = z.looseObject({
  queue: z.looseObject({
    reviews: z.looseObject({ queued: z.number(), running: z.number() }),
    suggestions: z.looseObject({ pending: z.number(), processing: z.number() }),
  }),
});

/** One session states and mends; another one, in the second worktree, is told the one and recalls the other. */
async function learnsAndTells(client: ClientName, world: World, args: readonly string[]): Promise<void> {
  await firstSession(client, world.first, args);
  await settled(world);
  const recalled = { tool: 'recall', args: { query: 'node build.js fails ENOENT generated/schema.json' } };
  const script = [recalled, { text: 'done' }];
  const { requests, output } = await clientTurn(client, world.second, 'What about the build?', script, args);
  expect(requests[0], output.slice(-2000)).toContain('pnpm');
  expect(requests.at(-1)).toContain('make-schema');
}

/** Installs the built plugin as its marketplace says; answers what the client is to be started with. */
function installPlugin(client: ClientName, { home, first }: World): readonly string[] {
  const program = clientProgram(client);
  if (program === null) throw new Error(missing(client));
  if (client === 'claude-code') {
    return [
      '--plugin-dir',
      join(PLUGIN, 'plugins', 'midturn'),
      '--allowedTools',
      'Bash,mcp__plugin_midturn_midturn',
    ];
  }
  const env = { PATH: process.env.PATH ?? '', HOME: home, CODEX_HOME: join(home, '.codex') };
  const { name } = named.parse(
    JSON.parse(readFileSync(join(PLUGIN, '.agents', 'plugins', 'marketplace.json'), 'utf8')),
  );
  for (const args of [
    ['marketplace', 'add', PLUGIN],
    ['add', `midturn@${name}`],
  ])
    execFileSync(program, ['plugin', ...args], { cwd: first.cwd, env, stdio: 'pipe' });
  return [];
}

const named = z.looseObject({ name: z.string() });

async function firstSession(client: ClientName, place: Place, args: readonly string[] = []): Promise<void> {
  const shell = SHELL[client];
  const script = [
    shell('node build.js'),
    shell('node make-schema.js'),
    shell('node build.js'),
    { text: 'The build passes: generated/schema.json was missing, node make-schema.js makes it.' },
  ];
  const { code, output, unasked } = await clientTurn(client, place, PREFERENCE, script, args);
  expect({ code, unasked }, output.slice(-2000)).toEqual({ code: 0, unasked: 0 });
}

/** Waits until what the session left behind is captured, reviewed and compiled. */
async function settled({ midturn, memories }: World): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    const { reviews, suggestions } = queue.parse(JSON.parse(midturn('status', '--json'))).queue;
    const open = reviews.queued + reviews.running + suggestions.pending + suggestions.processing;
    if (open === 0 && memories().some(({ content }) => content.includes('pnpm'))) return;
    await sleep(500);
  }
  throw new Error(`nothing was learned: ${midturn('status')}`);
}

/** Other words in the configuration of the clients: of an event that never happens here, say. */
function replaceWords(home: string, from: string, to: string): void {
  for (const file of ['.codex/config.toml', '.codex/hooks.json', '.claude.json', '.claude/settings.json']) {
    const path = join(home, file);
    try {
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

/** What the model is told, without what differs from session to session and from folder to folder. */
function comparable(request: string | undefined, { home }: World): string {
  // Codex sends its own ids beside the prompt, in any order.
  const { client_metadata: _, ...told } = z.looseObject({}).parse(JSON.parse(request ?? '{}'));
  return JSON.stringify(told)
    .replaceAll(dirname(home), 'ROOT')
    .replaceAll(dirname(home).replace(/[^A-Za-z0-9]/g, '-'), 'ROOT')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/[0-9a-f]{32,}/g, 'ID')
    .replace(/\d{6,}/g, 'N');
}

/** Text files of a home, but for midturn's own and what the clients write about their sessions. */
function textFiles(home: string): Map<string, string> {
  const own =
    /^(?:\.midturn|\.codex\/(?:sessions|log|packages|tmp|\.tmp)|\.claude\/(?:projects|backups|file-history|shell-snapshots|session-env|statsig|todos|debug)|\.cache)(?:\/|$)|\.sqlite(?:-\w+)?$/;
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => !own.test(name));
  return new Map(files.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}
