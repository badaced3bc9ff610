/**
 * For a retrieval harness that gives items `{id, text, speaker, time, session}` and asks questions: imports them as
 * NDJSON, asks `recall_history` of the built server as a client does, and maps the refs it answers back to ids.
 */
import { rmSync } from 'node:fs';
import { askHistory } from './lib/answer.mjs';
import { midturn, placeIn } from './lib/program.mjs';
import { importMessages } from './lib/sessions.mjs';

export async function open(folder) {
  rmSync(folder, { recursive: true, force: true });
  const place = placeIn(folder);
  const server = await midturn(place);
  let ids = new Map();
  return {
    pid: server.pid,
    startup: { initializeMs: server.initializeMs, firstToolsListMs: server.listMs },
    ingest: async (items) => {
      const messages = items.map(({ id, session, speaker, time, text }) => ({
        id,
        session: String(session),
        role: 'user',
        author: speaker,
        time,
        text,
      }));
      ids = await importMessages(place, messages);
    },
    search: async (query, k) => {
      const { refs } = await askHistory(server, query, { limit: Math.min(50, k), max_tokens: 8000 });
      return refs.flatMap((ref) => ids.get(ref) ?? []);
    },
    close: () => server.close(),
  };
}
