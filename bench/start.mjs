/** Spawn to handshake answered, beside a bare Node and any other server named in BENCH_PEER. */
import { spawnSync } from 'node:child_process';
import { median } from './lib/metrics.mjs';
import { bin, connect, residentMB, withHome } from './lib/program.mjs';
import { ms, plain } from './lib/table.mjs';

const RUNS = 15;
/** A server lives long enough to open its store; the first one to write the code cache that later ones start with. */
const LIFE_MS = 300;
const FIRST_MS = 2000;

export function start() {
  return withHome(async (place) => {
    const peer = process.env.BENCH_PEER?.split(' ').filter(Boolean);
    const first = await once([process.execPath, bin, 'mcp'], place, FIRST_MS);
    const ours = [];
    const theirs = [];
    const bare = [];
    // In turns, so that a slow spell of the machine meets all of them.
    for (let run = 0; run < RUNS; run += 1) {
      ours.push(await once([process.execPath, bin, 'mcp'], place));
      if (peer !== undefined) theirs.push(await once(peer, place));
      const at = performance.now();
      spawnSync(process.execPath, ['-e', '0'], { env: place.env });
      bare.push(performance.now() - at);
    }
    const of = (runs) => ({
      initializeMs: median(runs.map(({ initializeMs }) => initializeMs)),
      listMs: median(runs.map(({ listMs }) => listMs)),
      memoryMB: median(runs.map(({ memory }) => memory ?? Number.NaN)),
    });
    const figures = {
      first,
      second: of(ours),
      peer: peer === undefined ? null : of(theirs),
      bareMs: median(bare),
    };
    const rows = [
      ['first start: initialize / tools/list', pair(first)],
      [`second starts, median of ${RUNS}: initialize / tools/list`, pair(figures.second)],
      ['memory after tools/list, store open', `${figures.second.memoryMB} MB`],
      ...(figures.peer === null
        ? []
        : [
            ['peer, median: initialize / tools/list', pair(figures.peer)],
            ['peer, memory after tools/list', `${figures.peer.memoryMB} MB`],
          ]),
      ['bare Node, start to end', ms(figures.bareMs)],
    ];
    return { figures, tables: [plain('Start', rows)] };
  });
}

const pair = ({ initializeMs, listMs }) => `${ms(initializeMs)} / ${ms(listMs)}`;

async function once([command, ...args], place, lifeMs = LIFE_MS) {
  const { server, initializeMs, listMs } = await connect(command, args, place);
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  const memory = residentMB(server.pid);
  await server.close();
  return { initializeMs, listMs, memory };
}
