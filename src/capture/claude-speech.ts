/** Who speaks in a user line of Claude Code, and whether it opens a turn: person, agent, program and harness share one role. */
import type { MessageKind, Speaker } from '../model/message.ts';
import type { Block } from './adapter.ts';
import { contentBlocks } from './claude-content.ts';
import { isCommandForm, typedCommand, type Unwrapped, unwrap } from './claude-wrappers.ts';
import { flag, type JsonRecord, record, text } from './read-json.ts';

export type Speech = {
  readonly kind: MessageKind;
  readonly by: Speaker;
  readonly blocks: readonly Block[];
  /** A prompt: the turn before it is over. */
  readonly opensTurn: boolean;
};

/** `[Request interrupted by user]`, `… for tool use]`, `[Request interrupted: the session ended …]`. */
const INTERRUPTION = /^\s*\[Request interrupted[^\]]*\]\s*$/;
/** Origins (`origin.kind`) that say who is behind a prompt; without one it is a person's. */
const ORIGINS = new Map<string, 'person' | 'agent' | 'harness'>([
  ['human', 'person'],
  ['composer', 'person'],
  ['person', 'person'],
  ['suggestion', 'person'],
  ['peer', 'agent'],
  ['coordinator', 'agent'],
  ['task-notification', 'harness'],
  ['auto-continuation', 'harness'],
  ['observer-activity', 'harness'],
  ['unclassified', 'harness'],
  ['voice-call', 'harness'],
]);

/**
 * @param line the user record
 * @param content `message.content`, without tool results
 * @param subagent true in a sub-agent's session, where the agent above it writes the prompts
 */
export function userSpeech(line: JsonRecord, content: unknown, subagent: boolean): Speech {
  const blocks = contentBlocks(content);
  const words = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  if (flag(line, 'isCompactSummary')) return { kind: 'summary', by: 'agent', blocks, opensTurn: false };
  if (INTERRUPTION.test(words)) return { kind: 'event', by: 'harness', blocks, opensTurn: false };
  const by = speakerOf(line, subagent);
  if (flag(line, 'isMeta') || by === 'harness') return injected(blocks);
  const typed = typedCommand(words);
  if (typed !== null) {
    const others = blocks.filter((block) => block.type !== 'text');
    const opensTurn =
      typed.prompts || text(line, 'turnOrigin') !== undefined || text(line, 'promptSource') !== undefined;
    return { kind: 'said', by, blocks: [{ type: 'text', text: typed.text }, ...others], opensTurn };
  }
  if (isCommandForm(words)) return injected(blocks);
  return unwrapped(blocks, by);
}

/** What a queued prompt says, or null for a note of the harness in the same form. */
export function queuedSpeech(attachment: JsonRecord, subagent: boolean): Speech | null {
  const mode = text(attachment, 'commandMode');
  if (mode === 'task-notification' || flag(attachment, 'isMeta')) return null;
  const by = speakerOf(attachment, subagent);
  if (by === 'harness') return null;
  const speech = unwrapped(contentBlocks(attachment.prompt), by);
  if (speech.kind !== 'said') return null;
  if (mode !== 'bash') return { ...speech, opensTurn: false };
  const blocks = speech.blocks.map((block) =>
    block.type === 'text' ? { ...block, text: `! ${block.text}` } : block,
  );
  return { ...speech, blocks, opensTurn: false };
}

function speakerOf(from: JsonRecord, subagent: boolean): Exclude<Speaker, 'tool'> {
  const kind = text(record(from, 'origin'), 'kind');
  const by = kind === undefined ? (subagent ? 'agent' : 'person') : (ORIGINS.get(kind) ?? 'program');
  // Passed on by a host program or a chat service: nobody typed it here.
  const relayed =
    flag(from, 'textNotTyped') || flag(from, 'handedOff') || flag(from, 'verifiedSlackHumanTurn');
  return by === 'person' && relayed ? 'program' : by;
}

function injected(blocks: readonly Block[]): Speech {
  return { kind: 'injected', by: 'harness', blocks, opensTurn: false };
}

/** A prompt without what others put around it: that is kept beside it, but is nobody's word. */
function unwrapped(blocks: readonly Block[], by: Speaker): Speech {
  const wrapped: Unwrapped[] = [];
  let said = false;
  const cut = blocks.flatMap((block): Block[] => {
    if (block.type !== 'text') {
      said ||= block.type === 'image';
      return [block];
    }
    const parts = unwrap(block.text);
    if (parts.speaker === null) {
      said ||= block.text.trim() !== '';
      return [block];
    }
    wrapped.push(parts);
    said ||= parts.said.trim() !== '';
    const text: Block[] = parts.said.trim() === '' ? [] : [{ type: 'text', text: parts.said }];
    return [...parts.before.map(aside), ...text, ...parts.after.map(aside)];
  });
  if (said || wrapped.length === 0) return { kind: 'said', by, blocks: cut, opensTurn: true };
  const other = wrapped.find(({ speaker }) => speaker !== 'harness')?.speaker;
  if (other === undefined || other === null) return injected(blocks);
  return { kind: 'said', by: other, blocks, opensTurn: true };
}

function aside(text: string): Block {
  return { type: 'unknown', value: { type: 'injected', text } };
}
