/** A message as text: its blocks in order, calls as one line each, long outputs excerpted. */
import type { Message, Part } from '../model/message.ts';
import { clipEnd, clipStart } from '../text/clip.ts';

export type TextOptions = {
  /** Nothing is cut. */
  readonly whole: boolean;
  /** What the model thought, and blocks of unknown kinds. */
  readonly thinking: boolean;
};

/** A text of up to this many characters is shown whole, a longer one by its head and its tail. */
const EXCERPT = { whole: 2000, head: 1200, tail: 600 } as const;
const CALL_ARGUMENTS = 300;

export function messageText(message: Message, options: TextOptions): string {
  const { parts, text } = message;
  if (parts === null) return cut(text, options);
  const shown = join(parts.map((part) => partText(part, text, options)));
  if (shown !== '') return shown;
  if (text !== '') return cut(text, options);
  // Nothing but thinking: who asks for this message wants to see it.
  return join(parts.map((part) => partText(part, text, { ...options, thinking: true })));
}

/** Head and tail of a long text, with the number of characters between them. */
export function excerpt(text: string): string {
  if (text.length <= EXCERPT.whole) return text;
  const head = clipEnd(text, EXCERPT.head).text;
  const tail = clipStart(text, EXCERPT.tail).text;
  return `${head}\n… ${text.length - head.length - tail.length} characters left out …\n${tail}`;
}

function join(lines: readonly string[]): string {
  return lines.filter((line) => line.trim() !== '').join('\n');
}

function cut(text: string, { whole }: TextOptions): string {
  return whole ? text : excerpt(text);
}

function partText(part: Part, text: string, options: TextOptions): string {
  switch (part.type) {
    case 'text':
      return cut(text.slice(...part.span), options);
    case 'tool_call':
      return `→ ${part.name}: ${argumentText(part.arguments, options)}`;
    case 'tool_result':
      return `${failing(part.status) ? `(${part.status}) ` : ''}${cut(text.slice(...part.span), options)}`;
    case 'image':
      return `[${part.media} ${size(part.bytes)} sha256:${part.sha256.slice(0, 12)}]`;
    case 'thinking':
      return options.thinking ? `(thinking) ${cut(part.text, options)}` : '';
    case 'unknown':
      return options.thinking ? cut(JSON.stringify(part.value) ?? '', options) : '';
  }
}

function failing(status: string | undefined): boolean {
  return status !== undefined && /err|fail|denied|abort|cancel|timed?.?out/i.test(status);
}

/** The command of a shell-like call, else its arguments as JSON. */
function argumentText(value: unknown, { whole }: TextOptions): string {
  const shown = commandOf(value) ?? (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  if (whole) return shown;
  const { text, cut: left } = clipEnd(shown, CALL_ARGUMENTS);
  return left === 0 ? text : `${text}… (${left} more characters)`;
}

function commandOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const command = 'command' in value ? value.command : 'cmd' in value ? value.cmd : undefined;
  if (typeof command === 'string') return command;
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return null;
  // Codex: ["bash", "-lc", "<the command>"]
  const [shell = '', option = '', ...rest] = command;
  return /sh$/.test(shell) && /^-\w*c$/.test(option) ? rest.join(' ') : command.join(' ');
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
