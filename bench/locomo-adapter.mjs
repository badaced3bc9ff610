/**
 * For a retrieval harness that gives items `{id, text, speaker, time, session}` and asks questions: imports them as
 * NDJSON, asks `recall_history` of the built server as a client does, and maps the refs it answers back to ids.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, connect } from './program.mjs';

export async function open(folder) {
  rmSync(folder, { recursive: true, force: true });
  const cwd = join(folder, 'shop');
  mkdirSync(cwd, { recursive: true });
  const env = { PATH: process.env.PATH ?? '', HOME: folder, MIDTURN_HOME: join(folder, '.midturn') };
  const { server, initializeMs } = await connect(process.execPath, [bin, 'mcp'], { cwd, env });
  const ids = new Map();
  return {
    pid: server.pid,
    startup: { initializeMs },
    ingest: async (items) => {
      const file = join(folder, 'items.ndjson');
      const lines = items.map(({ session, speaker, time, text }) =>
        JSON.stringify({ session: String(session), role: 'user', author: speaker, time, text, cwd }),
      );
      writeFileSync(file, `${lines.join('\n')}\n`);
      const report = JSON.parse(
        execFileSync(process.execPath, [bin, 'import', file, '--json'], {
          cwd,
          env,
          encoding: 'utf8',
          maxBuffer: 1 << 28,
        }),
      );
      const short = new Map(report.sessions.map(({ external_id, session }) => [external_id, session]));
      const counts = new Map();
      for (const { id, session } of items) {
        const number = (counts.get(session) ?? 0) + 1;
        counts.set(session, number);
        ids.set(`${short.get(String(session))}/${number}`, id);
      }
    },
    search: async (query, k) => {
      const { result } = await server.request('tools/call', {
        name: 'recall_history',
        arguments: { query, limit: Math.min(50, k), max_tokens: 8000 },
      });
      const refs = [...result.content[0].text.matchAll(/^\[([0-9a-z]+\/\d+)\]/gm)].map(([, ref]) => ref);
      return refs.flatMap((ref) => ids.get(ref) ?? []);
    },
    close: () => server.close(),
  };
}
