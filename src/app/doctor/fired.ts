/** When each hook of a client last ran, and whether sessions go on without them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf } from '../../model/errors.ts';
import { minute } from '../../model/time.ts';
import type { HomeLayout } from '../../project/home.ts';
import type { LogLine } from '../../project/log-file.ts';
import { HOOK_EVENTS, lastHooks } from '../../status/index.ts';
import type { Finding } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';
import { newestTranscript } from './transcripts.ts';
import type { Patient } from './types.ts';

/** A session that went on this long after the last hook of its client had none. */
const SILENT_MS = 24 * 3_600_000;
/** Clients with hooks of which midturn also reads the transcripts. */
const WITH_HOOKS: readonly string[] = ['codex', 'claude-code'];

type Asked = {
  readonly patient: Patient;
  readonly store: Store;
  /** The log of the last day: hooks that leave no word in the store (a failing command) are in it. */
  readonly lines: readonly LogLine[];
  readonly client: { readonly id: string; readonly name: string };
  readonly wired: boolean;
};

export async function checkFired({
  patient,
  store,
  lines,
  client,
  wired,
}: Asked): Promise<readonly Finding[]> {
  if (!WITH_HOOKS.includes(client.id)) return [];
  const id = `${client.id}.fired`;
  try {
    const noted = await lastHooks(store, client.id);
    const last = HOOK_EVENTS.flatMap((event) => {
      const logged = lines.findLast((line) => line.kind === `hook.${event}` && line.client === client.id);
      const note = noted.find((each) => each.event === event);
      if (logged !== undefined && logged.at >= (note?.at ?? 0))
        return [{ event, at: logged.at, error: null, hasFailed: !logged.ok }];
      return note === undefined ? [] : [{ ...note, hasFailed: note.error !== null }];
    });
    const newest = await newestTranscript(patient.app, client.id);
    if (last.length === 0)
      return wired ? [neverFired(client, newest, await wiredAt(patient.app.layout))] : [];
    // What the log of the last day knows is told with its activity.
    const failed = last.filter(({ error }) => error !== null);
    const told = last
      .map(({ event, at, hasFailed }) => `${event} ${minute(at)}${hasFailed ? ' (failed)' : ''}`)
      .join(', ');
    const latest = Math.max(...last.map(({ at }) => at));
    if (failed.length > 0)
      return failed.map(({ event, at, error }) => ({
        id,
        status: 'warn',
        words: `The hook ${event} of ${client.name} failed when it last ran (${minute(at)} UTC): ${error ?? ''}`,
      }));
    if (wired && newest !== null && newest - latest > SILENT_MS)
      return [
        {
          id,
          status: 'warn',
          words: `${client.name} has gone on without hooks since ${minute(latest)} UTC: they are switched off, or not trusted any more`,
          fix: `midturn setup ${client.id}`,
        },
      ];
    return [{ id, status: 'ok', words: `Hooks of ${client.name} last ran (UTC): ${told}` }];
  } catch (error) {
    return [{ id, status: 'warn', words: `Its hooks could not be looked up: ${messageOf(error)}` }];
  }
}

function neverFired(
  { id: client, name }: Asked['client'],
  newest: number | null,
  since: number | null,
): Finding {
  const id = `${client}.fired`;
  if (newest !== null && since !== null && newest - since > SILENT_MS)
    return {
      id,
      status: 'warn',
      words: `No hook of ${name} has ever run, though it was used since they are there: they are switched off, or not trusted`,
      fix: `midturn setup ${client}`,
    };
  return {
    id,
    status: 'ok',
    words: `No hook of ${name} has run yet: sessions that were open before setup have none, the next one has`,
  };
}

/** When setup last wrote anything. */
async function wiredAt({ root }: HomeLayout): Promise<number | null> {
  try {
    return (await stat(join(root, 'setup.json'))).mtimeMs;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}
