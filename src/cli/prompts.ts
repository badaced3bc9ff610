/** Questions at the terminal, asked on stderr: stdout is for what was asked of the command. */
import { type Prompts, widthOf } from './io.ts';

const TERMINAL_ROWS = 24;

/** A terminal that says its size is 0 would be written to by a letter a line. */
function here() {
  const { stderr } = process;
  if (stderr.isTTY) {
    stderr.columns = widthOf(stderr);
    if (stderr.rows === 0) stderr.rows = TERMINAL_ROWS;
  }
  return { output: stderr, withGuide: false };
}

/** The prompts are loaded with the first question: most commands ask none. */
export const terminalPrompts: Prompts = {
  confirm: async (question, suggested) => {
    const { confirm } = await import('@clack/prompts');
    const answer = await confirm({ message: question, initialValue: suggested, ...here() });
    return typeof answer === 'boolean' ? answer : null;
  },
  text: async (question) => {
    const { text } = await import('@clack/prompts');
    const answer = await text({ message: question, ...here() });
    return typeof answer === 'string' ? answer : null;
  },
  edit: async (text, editor) => {
    const { editText } = await import('./editor.ts');
    return editText(text, editor);
  },
};
