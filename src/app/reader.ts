/** The thread that an import reads in: a bundle of its own, started by {@link startReader} with what it has to know. */
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { claudeCode, codex, ndjson, serveReader } from '../capture/index.ts';
import { isInPause, type PauseState } from '../project/pause.ts';
import { exclusionOf, patternsName } from './exclusion.ts';

/** What the thread is started with. */
export const ReaderData = z.object({
  digestKey: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  maxLineBytes: z.number(),
  exclude: z.array(z.string()),
  /** The folder of midturn's own agents. */
  own: z.string(),
  pauses: z.custom<PauseState>((value) => typeof value === 'object' && value !== null),
});
export type ReaderData = z.infer<typeof ReaderData>;

if (parentPort !== null) {
  const { digestKey, maxLineBytes, exclude, own, pauses } = ReaderData.parse(workerData);
  serveReader(parentPort, {
    digestKey,
    maxLineBytes,
    adapters: [codex, claudeCode, ndjson({ confirmed: false }), ndjson({ confirmed: true })],
    exclusion: {
      path: exclusionOf([...exclude, own]),
      patterns: patternsName(exclude),
      time: (at) => isInPause(pauses, at),
    },
  });
}
