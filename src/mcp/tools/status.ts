/** status: what midturn holds, what waits, what went wrong. */
import * as z from 'zod';
import type { StatusReport } from '../../status/index.ts';
import { PATIENCE_MS, tool } from '../define-tool.ts';

export default tool({
  name: 'status',
  title: 'Memory status',
  description:
    'How much is stored, what waits for review, when sessions were last captured, and what is wrong.',
  input: z.strictObject({}),
  aliases: {},
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'read',
  run: async (_args, { app, facts }) => {
    const caller = await app.caller(facts, PATIENCE_MS);
    const report = await (await app.status()).report(caller);
    const { counts, project, health, embeddings } = report;
    const lines = [
      `midturn ${report.version} holds ${many(counts.memories.active ?? 0, 'memory', 'memories')} and ${many(counts.messages, 'message')} of ${many(counts.sessions, 'session')}.`,
      ...(project === null
        ? []
        : [`This project: ${many(project.messages, 'message')} of ${many(project.sessions, 'session')}.`]),
      ...(report.last.capture === null
        ? ['Nothing was captured yet.']
        : [`Last capture: ${report.last.capture.at}.`]),
      ...(embeddings === null || embeddings.model === null ? [] : [embeddingsLine(embeddings)]),
      ...health.map(({ words, fix }) => (fix === undefined ? words : `${words} (${fix})`)),
    ];
    return { text: lines.join('\n'), structured: { ...report } };
  },
});

function embeddingsLine({ model, memories, messages }: NonNullable<StatusReport['embeddings']>): string {
  return `Embeddings by ${model}: ${memories.done + messages.done} of ${memories.total + messages.total} texts have a vector.`;
}

function many(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
