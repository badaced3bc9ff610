/** Spawn to handshake answered. */
import { spawnSync } from 'node:child_process';
import { bin, connect, median, ms, residentMB, withHome } from './program.mjs';

const RUNS = 15;

export function start() {
  return withHome(async (place) => {
    const peer = process.env.BENCH_PEER?.split(' ').filter(Boolean);
    const first = await once([process.execPath, bin, 'mcp'], place);
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
    return [
      ['first start: initialize / tools/list', `${ms(first.initializeMs)} / ${ms(first.listMs)}`],
      [`second starts, median of ${RUNS}: initialize / tools/list`, pair(ours)],
      ['memory after tools/list, store open', `${median(ours.map(({ memory }) => memory ?? Number.NaN))} MB`],
      ...(peer === undefined ? [] : [['peer, median: initialize / tools/list', pair(theirs)]]),
      ['bare Node, start to end', ms(median(bare))],
    ];
  });
}

function pair(runs) {
  return `${ms(median(runs.map(({ initializeMs }) => initializeMs)))} / ${ms(median(runs.map(({ listMs }) => listMs)))}`;
}

async function once([command, ...args], place) {
  const { server, initializeMs, listMs } = await connect(command, args, place);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const memory = residentMB(server.pid);
  await server.close();
  return { initializeMs, listMs, memory };
}
