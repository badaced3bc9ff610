/** What was run in earlier sessions of a project, for finding procedures that come again. */
import type { ReviewSnapshot } from '../model/review.ts';
import type { SessionRecord } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { commandSequence, type ProcedureSource, type SessionCommands } from './rules/index.ts';
import { linesOf, shown, TIGHT } from './snapshot-messages.ts';

/** Sessions that are looked at, and messages at the end of each. */
const SESSIONS = 16;
const MESSAGES = 200;
/** Sessions that are remembered while the process runs: fifty that end at once have the same past. */
const REMEMBERED = 200;

export function storedProcedures(store: Pick<Store, 'sessions' | 'messages' | 'projects'>): ProcedureSource {
  const known = new Map<string, readonly string[]>();

  const commandsOf = async ({ id, lastAt, messages }: SessionRecord): Promise<readonly string[]> => {
    const key = `${id} ${lastAt} ${messages}`;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const tail = await store.messages.window(id, Number.MAX_SAFE_INTEGER, MESSAGES, 0);
    const commands = commandSequence(linesOf(tail, null).map((line) => shown(line, TIGHT)));
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, commands);
    return commands;
  };

  return {
    earlierProcedures: async ({ context }: ReviewSnapshot): Promise<readonly SessionCommands[]> => {
      const [own] = await store.sessions.find(context.session);
      if (own === undefined || own.project === null) return [];
      const project = await store.projects.get(own.project);
      const sessions = await store.sessions.list({
        projects: project?.ids ?? [own.project],
        limit: SESSIONS + 1,
      });
      const found: SessionCommands[] = [];
      for (const session of sessions) {
        if (session.id !== own.id)
          found.push({ session: session.short, commands: await commandsOf(session) });
      }
      return found.slice(0, SESSIONS);
    },
  };
}
