/** What a tool call did: its command, how it ended, which files it wrote. */
import { commandOf } from '../capture/index.ts';
import type { Message, Part } from '../model/message.ts';
import type { SnapshotMessage } from '../model/review.ts';
import { hostOs, relativeInside } from '../platform/paths.ts';
import { clean } from '../text/clean.ts';
import { redact } from '../text/redaction.ts';

export type ToolCall = Extract<Part, { readonly type: 'tool_call' }>;
type ToolFacts = NonNullable<SnapshotMessage['tool']>;

/** Tools that write the file they name. */
const WRITES = /^(?:write|edit|multiedit|notebookedit|create_file|str_replace|write_file|edit_file)$/i;
const PATH_KEYS = ['file_path', 'path', 'notebook_path', 'target_file', 'filename'];
/** Lines of a patch that name a file. */
const PATCHED = /^\*\*\* (?:Add|Update|Delete|Move to)(?: File)?: (.+)$/gm;
const MOST_FILES = 20;
const LONGEST_COMMAND = 2_000;

/** @param root of the project's checkout; null where it is not known */
export function toolFacts(message: Message, call: ToolCall | null, root: string | null): ToolFacts {
  const { exit_code: exit, failed } = message.meta;
  const command = call === null ? undefined : commandOf(call.arguments);
  const exitCode = typeof exit === 'number' ? exit : null;
  return {
    name: message.tool ?? call?.name ?? 'tool',
    command: command === undefined ? null : redact(clean(command)).text.slice(0, LONGEST_COMMAND),
    exitCode,
    failed: failed === true || (exitCode !== null && exitCode !== 0),
    wrote: call === null ? [] : wrote(call, root),
    outside: message.outside,
  };
}

function wrote({ name, arguments: given }: ToolCall, root: string | null): readonly string[] {
  const paths = [...named(name, given), ...patched(given)];
  return [...new Set(paths.map((path) => redact(relative(path, root)).text))].slice(0, MOST_FILES);
}

function named(name: string, given: unknown): string[] {
  const fields = isRecord(given) ? given : {};
  const changes = fields.changes;
  const inChanges = Array.isArray(changes)
    ? changes.flatMap((change: unknown) =>
        isRecord(change) && typeof change.path === 'string' ? [change.path] : [],
      )
    : isRecord(changes)
      ? Object.keys(changes)
      : [];
  if (!WRITES.test(name)) return inChanges;
  return [...inChanges, ...PATH_KEYS.flatMap((key) => textOf(fields[key]))];
}

function patched(given: unknown): string[] {
  const text =
    typeof given === 'string' ? given : isRecord(given) ? (commandOf(given) ?? textOf(given.input)[0]) : '';
  if (text === undefined || !text.includes('*** ')) return [];
  return [...text.matchAll(PATCHED)].flatMap(([, path]) => (path === undefined ? [] : [path.trim()]));
}

function relative(path: string, root: string | null): string {
  const inside = root === null ? null : relativeInside(path, root, hostOs());
  return (inside === null || inside === '' ? path : inside).replaceAll('\\', '/');
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
