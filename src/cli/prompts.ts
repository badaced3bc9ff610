/** Questions at the terminal, asked on stderr: stdout is for what was asked of the command. */
import type { Prompts } from './io.ts';

const HERE = { output: process.stderr, withGuide: false };

/** The prompts are loaded with the first question: most commands ask none. */
export const terminalPrompts: Prompts = {
  confirm: async (question, suggested) => {
    const { confirm } = await import('@clack/prompts');
    const answer = await confirm({ message: question, initialValue: suggested, ...HERE });
    return typeof answer === 'boolean' ? answer : null;
  },
  text: async (question) => {
    const { text } = await import('@clack/prompts');
    const answer = await text({ message: question, ...HERE });
    return typeof answer === 'string' ? answer : null;
  },
  edit: async (text, editor) => {
    const { editText } = await import('./editor.ts');
    return editText(text, editor);
  },
};
