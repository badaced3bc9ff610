/** A person has sent a prompt: it is given what fits it precisely, or nothing, which is zero bytes. */
import { contextAnswer } from './answer.ts';
import { type Hook, isAnythingKept, SILENT } from './hook.ts';

export const userPrompt: Hook = {
  event: 'user-prompt',
  kind: null,
  run: async ({ app, payload, caller }) => {
    const { prompt } = payload;
    if (prompt === null || !isAnythingKept(app)) return SILENT;
    const text = await (await app.inject()).prompt(await caller(), prompt);
    return { answer: contextAnswer('UserPromptSubmit', text), wake: false };
  },
};
