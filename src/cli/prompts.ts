/** Questions at the terminal, asked on stderr: stdout is for what was asked of the command. */
import type { Prompts } from './io.ts';

/** The prompts are loaded with the first question: most commands ask none. */
export const terminalPrompts: Prompts = {
  confirm: async (question) => {
    const { confirm } = await import('@clack/prompts');
    const answer = await confirm({ message: question, output: process.stderr, withGuide: false });
    return answer === true;
  },
  text: async (question) => {
    const { text } = await import('@clack/prompts');
    const answer = await text({ message: question, output: process.stderr, withGuide: false });
    return typeof answer === 'string' ? answer : null;
  },
};
