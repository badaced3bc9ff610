/** Messages as a reviewer sees them: injected text and midturn's own calls left out, secrets and floods cut. */
import { isOwnTool, isToolSearch, mentionsOwnTool } from '../capture/index.ts';
import type { Message } from '../model/message.ts';
import type { SnapshotMessage } from '../model/review.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import { clipMiddle } from '../text/clip.ts';
import { stripFenced } from '../text/fence.ts';
import { redact } from '../text/redaction.ts';
import { type ToolCall, toolFacts } from './tool-facts.ts';

/** Characters of one message. A conclusion is never cut. */
export type Caps = {
  readonly person: number;
  readonly agent: number;
  readonly failure: number;
  readonly result: number;
};
export const ROOMY: Caps = { person: 6_000, agent: 3_000, failure: 1_200, result: 600 };
/** For a turn that does not fit otherwise: what was run and how it ended stays, its output nearly goes. */
export const TIGHT: Caps = { person: 6_000, agent: 800, failure: 500, result: 160 };

/** Read whole, cut later: a message of a turn. */
export type Line = {
  readonly message: Message;
  /** Cleaned, redacted, whole. */
  readonly text: string;
  readonly tool: SnapshotMessage['tool'];
  /** Said by a person, or the turn's conclusion: what is left when nothing else fits. */
  readonly bone: boolean;
  readonly conclusion: boolean;
};

/** What of a turn's messages, oldest first, is shown. */
export function linesOf(messages: readonly Message[], root: string | null): Line[] {
  const calls = new Map<string, ToolCall>();
  const answered = new Set<string>();
  for (const message of messages) {
    for (const part of message.parts ?? []) {
      if (part.type === 'tool_call') calls.set(part.id, part);
      if (part.type === 'tool_result') answered.add(part.id);
    }
  }
  const lines = messages.flatMap((message) => {
    const line = lineOf(message, calls, answered, root);
    return line === null ? [] : [line];
  });
  const last = lines.findLastIndex(({ message, text }) => message.role === 'assistant' && text !== '');
  return lines.map((line, at) => (at === last ? { ...line, bone: true, conclusion: true } : line));
}

function lineOf(
  message: Message,
  calls: ReadonlyMap<string, ToolCall>,
  answered: ReadonlySet<string>,
  root: string | null,
): Line | null {
  if (message.kind !== 'said' || message.role === 'system') return null;
  const ids = (message.parts ?? []).flatMap((part) =>
    part.type === 'tool_call' || part.type === 'tool_result' ? [part.id] : [],
  );
  const call = ids.map((id) => calls.get(id)).find((known) => known !== undefined) ?? null;
  const name = message.tool ?? call?.name ?? null;
  // A call that has its answer is shown with the answer.
  const open = message.role === 'tool' || (call !== null && !ids.some((id) => answered.has(id)));
  if (open && name !== null && isOwn(name, call)) return null;
  const text = redact(clean(stripFenced(saidIn(message)).text)).text.trim();
  const tool = open && name !== null ? toolFacts(message, call, root) : null;
  if (text === '' && tool === null) return null;
  const bone = message.by === 'person' && message.role === 'user';
  return { message, text, tool, bone, conclusion: false };
}

function isOwn(name: string, call: ToolCall | null): boolean {
  return isOwnTool(name) || isToolSearch(name) || (call !== null && mentionsOwnTool(call.arguments));
}

/** What was said or answered, without thoughts and arguments. */
function saidIn({ parts, text }: Message): string {
  if (parts === null) return text;
  return parts
    .flatMap((part) =>
      part.type === 'text' || part.type === 'tool_result' ? [text.slice(...part.span)] : [],
    )
    .join('\n');
}

export function shown(line: Line, caps: Caps): SnapshotMessage {
  const { message } = line;
  const limit = limitOf(line, caps);
  const text = clipMiddle(line.text, limit, (cut) => `\n[… ${cut} characters …]\n`);
  return {
    ref: `${message.sessionShort}/${message.number}`,
    number: message.number,
    turn: message.turn,
    role: message.role,
    by: message.by,
    at: message.at === null ? null : iso(message.at),
    text,
    cut: text !== line.text,
    tool: line.tool,
  };
}

function limitOf({ message, tool, conclusion }: Line, caps: Caps): number {
  if (conclusion) return Number.POSITIVE_INFINITY;
  if (tool !== null) return tool.failed ? caps.failure : caps.result;
  return message.role === 'user' ? caps.person : caps.agent;
}

/** What a message costs of the window, in characters. */
export function sizeOf({ text, tool }: SnapshotMessage): number {
  return text.length + (tool?.command?.length ?? 0) + (tool?.wrote.join(' ').length ?? 0);
}
