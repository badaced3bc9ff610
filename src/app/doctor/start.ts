/** Starts the server as each client would, by what stands in its file now, and takes the time until it has answered. */
import type { Os } from '../../platform/paths.ts';
import { talk } from '../../platform/talk.ts';
import type { Row } from '../../setup/manifest.ts';
import type { World } from '../../setup/types.ts';
import type { Finding } from '../../store/health.ts';
import { type Entry, entriesIn, fieldOf } from './entries.ts';

/** Codex asks its model without the tools of a server that is not there by then. The others wait for longer. */
const CODEX_MS = 1_000;
const OTHERS_MS = 5_000;
const PATIENCE_MS = 10_000;
/** What a client hands to a server of the environment, at the least. */
const HANDED = ['HOME', 'LANG', 'PATH', 'SHELL', 'TERM', 'USER'];

/** One finding `<client>.start` for each client that setup has wired and whose file still names a server. */
export async function checkStarts(world: World, rows: readonly Row[]): Promise<readonly Finding[]> {
  const took = new Map<string, Promise<Started>>();
  const findings: Finding[] = [];
  for (const { client, argv, env } of await entriesIn(rows, world.cwd)) {
    const key = JSON.stringify([argv, env]);
    const limit = client === 'codex' ? CODEX_MS : OTHERS_MS;
    let start = await (took.get(key) ?? started(world, argv, env));
    // The first start after an upgrade reads a program from the disk that later ones find in memory.
    if ('ms' in start && start.ms > limit) start = await started(world, argv, env);
    took.set(key, Promise.resolve(start));
    findings.push(findingOf(client, start, limit));
  }
  return findings;
}

function findingOf(client: string, start: Started, limit: number): Finding {
  const id = `${client}.start`;
  if ('trouble' in start)
    return {
      id,
      status: 'fail',
      words: `The server does not start as it is configured: ${start.trouble}`,
      fix: `midturn setup ${client}`,
    };
  const words = `The server answers ${start.ms} ms after it is started`;
  if (start.ms <= limit) return { id, status: 'ok', words };
  return {
    id,
    status: 'warn',
    words: `${words}: the client goes on without it after ${limit} ms`,
    fix: 'Look what slows this machine down, then midturn doctor',
  };
}

type Started = { readonly ms: number } | { readonly trouble: string };

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'midturn-doctor', version: '1' },
  },
};

async function started(world: World, argv: Entry['argv'], env: Entry['env']): Promise<Started> {
  const began = performance.now();
  let answeredAt = began;
  const answer = await talk({
    argv,
    cwd: world.cwd,
    env: { ...handed(world.env, world.os), ...env },
    lines: [JSON.stringify(INITIALIZE)],
    enough: (lines) => {
      answeredAt = performance.now();
      return lines.some(isAnswer);
    },
    timeoutMs: PATIENCE_MS,
  });
  if (answer === null) return { trouble: `there is no program ${argv[0]}` };
  if (answer.outcome === 'answered') return { ms: Math.round(answeredAt - began) };
  if (answer.outcome === 'late') return { trouble: `it did not answer within ${PATIENCE_MS / 1000} s` };
  return { trouble: answer.complaint === '' ? 'it ended without a word' : answer.complaint };
}

function isAnswer(line: string): boolean {
  try {
    const message: unknown = JSON.parse(line);
    const result = fieldOf(message, 'result');
    return fieldOf(message, 'id') === 1 && fieldOf(result, 'serverInfo') !== undefined;
  } catch {
    return false;
  }
}

/** Windows programs need more of the environment than can be named. */
function handed(env: World['env'], os: Os): World['env'] {
  return os === 'win32' ? env : Object.fromEntries(HANDED.map((name) => [name, env[name]]));
}
