/** What was said in a Codex thread: prompts, answers, reasoning, summaries, the client's own context. */
import type { Block } from './adapter.ts';
import { ownCommand } from './codex-calls.ts';
import { contentBlock, contentBlocks, isImageLabel, promptBlocks, promptText } from './codex-content.ts';
import { passthrough, toldCwd, turnIdOf, type Voice, voices } from './codex-speakers.ts';
import { type CodexThread, type Form, known, type Said, sha256 } from './codex-thread.ts';
import { type JsonRecord, list, record, text } from './read-json.ts';

/** A `message` of the model's history. */
export function readMessage(thread: CodexThread, payload: JsonRecord): void {
  const role = text(payload, 'role');
  if (role === 'assistant') readAnswer(thread, payload, list(payload, 'content'), 'response');
  else if (role === undefined) thread.push({ type: 'unusable', reason: 'a message without a role' });
  else readInput(thread, payload);
}

/** A message of role user, developer or system: each voice in it is a message of its own. */
function readInput(thread: CodexThread, payload: JsonRecord): void {
  const heard = voices(payload);
  const content = list(payload, 'content');
  const cwd = toldCwd(payload);
  if (cwd !== undefined && thread.state.cwd === null) {
    thread.state.cwd = cwd;
    thread.tellSession();
  }
  for (const voice of new Set(heard)) {
    const spoken = content.filter((_, place) => heard[place] === voice);
    if (voice === 'prompt') readPrompt(thread, payload, spoken, 'response');
    else if (voice === 'command') ownCommand(thread, payload, spoken);
    else if (voice === 'aborted') tellAborted(thread, turnIdOf(payload), contentBlocks(spoken), 1);
    else inject(thread, payload, spoken, heard);
  }
}

/** A prompt: a message of role user, a UserMessage item, or a `user_message` event. */
export function readPrompt(
  thread: CodexThread,
  payload: JsonRecord,
  content: readonly unknown[],
  form: Form,
): void {
  const blocks = promptBlocks(content);
  const said = promptText(blocks);
  const turn = thread.promptTurn(turnIdOf(payload), said, form);
  const key = thread.textKey(turn, 'user', said, form);
  const { prompter, review } = thread.state;
  const by = review === null ? prompter : 'harness';
  thread.say({
    key,
    turn,
    grade: promptGrade(content, form),
    content: { type: 'prompt', content: promptContent(content) },
    role: 'user',
    by,
    kind: by === 'harness' ? 'injected' : 'said',
    blocks,
    meta: ids(payload),
  });
}

/** The item is the final form of words; of an image it has the path only, where the response item has the bytes. */
function promptGrade(content: readonly unknown[], form: Form): 1 | 2 {
  const words = content.every(
    (entry) => contentBlock(entry)?.type === 'text' && !isImageLabel(text(entry, 'text') ?? ''),
  );
  return words === (form === 'item') ? 2 : 1;
}

/** What both forms of a prompt have in common is written alike: then the second one changes nothing. */
function promptContent(content: readonly unknown[]): unknown[] {
  return content.map((entry) => {
    const block = contentBlock(entry);
    if (block?.type !== 'text') return entry;
    const marked = list(entry, 'text_elements');
    return marked.length === 0 ? { text: block.text } : { text: block.text, marked };
  });
}

/** `user_message` of rollouts without items: words without images, ids or turn. */
export function readPromptEvent(thread: CodexThread, payload: JsonRecord): void {
  const said = text(payload, 'message') ?? '';
  const turn = thread.promptTurn(turnIdOf(payload), said, 'item');
  const { prompter, review } = thread.state;
  const by = review === null ? prompter : 'harness';
  thread.say({
    key: thread.textKey(turn, 'user', said, 'item'),
    turn,
    grade: 0,
    content: { type: 'prompt', content: [{ text: said }] },
    role: 'user',
    by,
    kind: by === 'harness' ? 'injected' : 'said',
    blocks: [{ type: 'text', text: said }],
  });
}

/** An answer: a message of role assistant, an AgentMessage item, or an `agent_message` event. */
export function readAnswer(
  thread: CodexThread,
  payload: JsonRecord,
  content: readonly unknown[],
  form: Form,
): void {
  const { state } = thread;
  const blocks = contentBlocks(content);
  const said = promptText(blocks);
  const id = text(payload, 'id');
  const turn = thread.turn(turnIdOf(payload));
  const key = (state.items ? thread.key(turn, id) : null) ?? thread.textKey(turn, 'assistant', said, form);
  state.answer = { key, hash: sha256(said), length: said.length };
  thread.say({
    key,
    turn,
    grade: state.items && form === 'item' ? 2 : form === 'response' ? 1 : 0,
    content: { type: 'answer', content: content.map((entry) => ({ text: text(entry, 'text') ?? entry })) },
    role: 'assistant',
    by: 'agent',
    blocks,
    meta: { ...ids(payload), ...known({ model: state.model, phase: text(payload, 'phase') }) },
  });
}

/** Reasoning as far as it can be read: its summaries, and the raw text where the provider gives it. */
export function readReasoning(thread: CodexThread, payload: JsonRecord, form: Form): boolean {
  const summary = form === 'item' ? list(payload, 'summary_text') : list(payload, 'summary');
  const raw = form === 'item' ? list(payload, 'raw_content') : list(payload, 'content');
  const blocks = contentBlocks([...summary, ...raw]).map(
    (block): Block => (block.type === 'text' ? { type: 'thinking', text: block.text } : block),
  );
  if (blocks.length === 0) return false;
  const thoughts = blocks.map((block) => (block.type === 'thinking' ? block.text : ''));
  const turn = thread.turn(turnIdOf(payload));
  thread.say({
    key:
      thread.key(turn, text(payload, 'id')) ?? thread.textKey(turn, 'reasoning', thoughts.join('\n'), form),
    turn,
    grade: form === 'item' ? 2 : 1,
    content: { type: 'reasoning', thoughts },
    role: 'assistant',
    by: 'agent',
    blocks,
    meta: { ...ids(payload), ...known({ model: thread.state.model }) },
  });
  return true;
}

/** What another agent writes to this one: a task, a question, a final answer. */
export function readAgentMessage(thread: CodexThread, payload: JsonRecord): void {
  const content = payload.content;
  const entries = typeof content === 'string' ? [content] : list(payload, 'content');
  const blocks = contentBlocks(entries);
  const turn = thread.turn(turnIdOf(payload));
  const encrypted = blocks.length < entries.length;
  thread.say({
    key:
      thread.key(turn, text(payload, 'id')) ?? thread.textKey(turn, 'agent', promptText(blocks), 'response'),
    turn,
    grade: 2,
    content: { type: 'agent_message', author: payload.author, recipient: payload.recipient, content },
    role: 'user',
    by: 'agent',
    author: text(payload, 'author') ?? null,
    blocks,
    meta: {
      ...ids(payload),
      ...known({ recipient: text(payload, 'recipient'), encrypted: encrypted || undefined }),
    },
  });
}

/**
 * The summary of a compaction. The model's own words of it stand before it as an answer that has no item: that
 * message becomes the summary.
 */
export function readCompacted(thread: CodexThread, payload: JsonRecord): void {
  const { state } = thread;
  const said = text(payload, 'message') ?? '';
  const turn = thread.turn(undefined);
  const { answer } = state;
  const raw = answer !== null && answer.length > 0 && sha256(said.slice(-answer.length)) === answer.hash;
  state.answer = null;
  thread.say({
    key: raw ? answer.key : thread.textKey(turn, 'compacted', said, 'item'),
    turn,
    grade: 2,
    content: { type: 'compacted', message: said },
    // Where the service compacts, the summary is encrypted: only that it happened can be told.
    role: said === '' ? 'system' : 'user',
    kind: said === '' ? 'event' : 'summary',
    by: said === '' ? 'harness' : 'agent',
    blocks: [{ type: 'text', text: said === '' ? 'The conversation was compacted.' : said }],
    meta: known({ window: payload.window_number, model: state.model }),
  });
}

/** Both the message to the model and the event say that a turn was interrupted. */
export function tellAborted(
  thread: CodexThread,
  id: string | undefined,
  blocks: readonly Block[],
  grade: 0 | 1,
): void {
  const turn = thread.turn(id);
  event(thread, {
    turn,
    id: 'aborted',
    grade,
    content: { type: 'aborted', blocks: promptText(blocks) },
    blocks,
  });
}

/** Something that happened in the thread, told by the client. */
export function event(
  thread: CodexThread,
  told: Pick<Said, 'turn' | 'content' | 'blocks' | 'meta'> & {
    readonly id: string;
    readonly grade?: 0 | 1 | 2;
  },
): void {
  const { id, ...rest } = told;
  const key = thread.key(told.turn, id);
  thread.say({ ...rest, key, grade: told.grade ?? 2, role: 'system', kind: 'event', by: 'harness' });
}

function inject(
  thread: CodexThread,
  payload: JsonRecord,
  content: readonly unknown[],
  heard: readonly Voice[],
): void {
  const role = text(payload, 'role') === 'user' ? 'user' : 'system';
  const blocks = contentBlocks(content);
  const turn = thread.turn(turnIdOf(payload));
  const id = text(payload, 'id');
  // Beside the person's own words in one message: those have the message's identity.
  const own = heard.every((voice) => voice === 'injected')
    ? id
    : id === undefined
      ? undefined
      : `${id}|context`;
  thread.say({
    key: thread.key(turn, own) ?? thread.textKey(turn, 'injected', promptText(blocks), 'response'),
    turn,
    grade: 1,
    content: { type: 'message', role: text(payload, 'role'), content },
    role,
    kind: 'injected',
    by: 'harness',
    blocks,
    meta: { ...ids(payload), ...known({ native_role: text(payload, 'role'), kinds: kindsOf(payload) }) },
  });
}

function kindsOf(payload: JsonRecord): readonly unknown[] | undefined {
  const kinds = list(passthrough(payload), 'content_item_kinds');
  return kinds.length === 0 ? undefined : kinds;
}

/** The client's own id of the record. */
export function ids(payload: JsonRecord): Record<string, unknown> {
  return known({ id: text(payload, 'id') });
}

/** A spoken sentence of a voice session, as the service wrote it down. */
export function readSpeech(thread: CodexThread, payload: JsonRecord): void {
  const data = record(payload, 'data');
  const said = text(data, 'text') ?? '';
  const person = text(data, 'role') === 'user';
  const turn = thread.turn(undefined);
  thread.say({
    key: thread.key(turn, text(payload, 'id')) ?? thread.textKey(turn, 'speech', said, 'item'),
    turn,
    grade: 2,
    content: { type: 'speech', role: text(data, 'role'), text: said },
    role: person ? 'user' : 'assistant',
    by: person ? thread.state.prompter : 'agent',
    blocks: [{ type: 'text', text: said }],
    meta: { ...ids(payload), voice: true },
  });
}
