/** status: what midturn holds, what waits, what went wrong. */
import * as z from 'zod';
import { tool } from '../arguments.ts';
import { PATIENCE_MS } from '../define-tool.ts';

export default tool({
  name: 'status',
  title: 'Memory status',
  description:
    'How much is stored, what waits for review, when sessions were last captured, and what is wrong.',
  input: z.strictObject({}),
  aliases: {},
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async (_args, { app, facts }) => {
    const caller = await app.caller(facts, PATIENCE_MS);
    const report = await (await app.status()).report(caller);
    const { counts, project, waiting, health } = report;
    const lines = [
      `midturn ${report.version} holds ${counts.memories.active ?? 0} memories and ${counts.messages} messages of ${counts.sessions} sessions.`,
      ...(project === null
        ? []
        : [`This project: ${project.messages} messages of ${project.sessions} sessions.`]),
      ...(waiting > 0 ? [`${waiting} need a person's review.`] : []),
      ...(report.last.capture === null
        ? ['Nothing was captured yet.']
        : [`Last capture: ${report.last.capture.at}.`]),
      ...health.map(({ words, fix }) => (fix === undefined ? words : `${words} (${fix})`)),
    ];
    return { text: lines.join('\n'), structured: { ...report } };
  },
});
