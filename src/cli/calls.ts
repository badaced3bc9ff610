/**
 * Answers name the exact call that shows more, as an agent makes it: `recall_history({session:"k3f9a2", turns:[4]})`.
 * At a terminal the same is a command.
 */
const VALUE = String.raw`"(?:[^"\\]|\\.)*"|\[[\d, ]*\]|-?\d+|true|false`;
const CALL = new RegExp(
  String.raw`\b(recall|recall_history)\((?:\{((?:\w+: ?(?:${VALUE})(?:, ?)?)*)\})?\)`,
  'g',
);
const AT_LINE_END = new RegExp(`(?<= — )${CALL.source}$`, 'gm');
const ARGUMENT = new RegExp(String.raw`(\w+): ?(${VALUE})`, 'g');
/** Needs no quotes in any shell. */
const PLAIN = /^[\w./:@,+-]+$/;

/** Every call in a text of our own, written as a command. */
export function asCommands(text: string): string {
  return text.replace(CALL, commandOf);
}

/** In stored text only a call that ends a line is ours: it stands behind each line of an index. */
export function asCommandsAtLineEnds(text: string): string {
  return text.replace(AT_LINE_END, commandOf);
}

/** The cursor that a call goes on with, or null. */
export function cursorOf(call: string): string | null {
  for (const [, name, value] of call.matchAll(ARGUMENT)) {
    if (name === 'cursor' && value?.startsWith('"') === true) return textOf(value);
  }
  return null;
}

function commandOf(_call: string, tool: string, inside: string | undefined = ''): string {
  const name = `midturn ${tool === 'recall' ? 'recall' : 'history'}`;
  const values = [...inside.matchAll(ARGUMENT)].map(([, key = '', value = '']) => ({ key, value }));
  const flags = values.filter(({ key, value }) => key !== 'query' && value !== 'false').map(flagOf);
  const query = values.find(({ key }) => key === 'query');
  if (query === undefined) return [name, ...flags].join(' ');
  const text = textOf(query.value);
  // What begins with a dash would be taken for a flag.
  return (text.startsWith('-') ? [name, ...flags, '--', quoted(text)] : [name, quoted(text), ...flags]).join(
    ' ',
  );
}

function flagOf({ key, value }: { readonly key: string; readonly value: string }): string {
  const flag = `--${key.replaceAll('_', '-')}`;
  return value === 'true' ? flag : `${flag} ${quoted(textOf(value))}`;
}

function textOf(value: string): string {
  const parsed: unknown = JSON.parse(value);
  return Array.isArray(parsed) ? parsed.join(',') : String(parsed);
}

function quoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
