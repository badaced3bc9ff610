/** A person has sent a prompt: it is given what fits it precisely, or nothing, which is zero bytes. */
import { contextAnswer } from './answer.ts';
import { type Hook, type HookCall, SILENT } from './hook.ts';

export const userPrompt: Hook = {
  event: 'user-prompt',
  kind: 'prompt',
  run: async (call) => {
    const { app, payload, caller } = call;
    const { prompt } = payload;
    if (prompt === null) return SILENT;
    const text = await (await app.inject()).prompt(await caller(), prompt);
    return { answer: contextAnswer('UserPromptSubmit', text), wake: false, text: await kept(call, prompt) };
  },
};

/** The prompt as it may lie in the home; null where nothing of this folder is captured. */
async function kept({ app, cwd, payload }: HookCall, prompt: string): Promise<string | null> {
  const [{ exclusionOf }, { redact }] = await Promise.all([
    import('../app/exclusion.ts'),
    import('../text/redaction.ts'),
  ]);
  const isOut = exclusionOf((await app.config()).capture.exclude);
  return isOut(cwd) || (payload.transcript !== null && isOut(payload.transcript))
    ? null
    : redact(prompt).text;
}
