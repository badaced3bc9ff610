/**
 * Answers name the exact call that shows more, as an agent makes it: `recall_history({session:"k3f9a2", turns:[4]})`.
 * At a terminal the same is a command.
 */
const VALUE = String.raw`"(?:[^"\\]|\\.)*"|\[[\d, ]*\]|-?\d+|true|false`;
const CALL = new RegExp(String.raw`recall_history\((?:\{((?:\w+: ?(?:${VALUE})(?:, ?)?)*)\})?\)`, 'g');
const ARGUMENT = new RegExp(String.raw`(\w+): ?(${VALUE})`, 'g');
/** Needs no quotes in any shell. */
const PLAIN = /^[\w./:@,+-]+$/;

/** Every call in a text of our own, written as a command. */
export function asCommands(text: string): string {
  return text.replace(CALL, (_call, inside: string | undefined) => commandOf(inside ?? ''));
}

/** In stored text only a call that ends a line is ours: it stands behind each line of an index. */
export function asCommandsAtLineEnds(text: string): string {
  return text.replace(new RegExp(`(?<= — )${CALL.source}$`, 'gm'), (_call, inside: string | undefined) =>
    commandOf(inside ?? ''),
  );
}

/** The cursor that a call goes on with, or null. */
export function cursorOf(call: string): string | null {
  for (const [, name, value] of call.matchAll(ARGUMENT)) {
    if (name === 'cursor' && value?.startsWith('"') === true) return textOf(value);
  }
  return null;
}

function commandOf(inside: string): string {
  const words = ['midturn history'];
  const flags: string[] = [];
  for (const [, name = '', value = ''] of inside.matchAll(ARGUMENT)) {
    if (name === 'query') words.push(quoted(textOf(value)));
    else if (value === 'true') flags.push(`--${name}`);
    else if (value !== 'false') flags.push(`--${name.replaceAll('_', '-')} ${quoted(textOf(value))}`);
  }
  return [...words, ...flags].join(' ');
}

function textOf(value: string): string {
  const parsed: unknown = JSON.parse(value);
  return Array.isArray(parsed) ? parsed.join(',') : String(parsed);
}

function quoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
