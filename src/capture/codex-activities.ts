/** Items that are no calls: the client's own prompts and plans, sub-agents coming and going, reviews. */
import { event, ids } from './codex-messages.ts';
import { type CodexThread, known } from './codex-thread.ts';
import { type JsonRecord, list, record, text } from './read-json.ts';

export function readHookPrompt(thread: CodexThread, item: JsonRecord): void {
  const texts = list(item, 'fragments').map((fragment) => text(fragment, 'text') ?? '');
  const turn = thread.turn(text(item, 'turn_id'));
  thread.say({
    key: thread.key(turn, text(item, 'id')) ?? thread.textKey(turn, 'hook', texts.join('\n'), 'item'),
    turn,
    grade: 2,
    content: { type: 'hook_prompt', texts },
    role: 'user',
    kind: 'injected',
    by: 'harness',
    blocks: texts.map((said) => ({ type: 'text', text: said })),
    meta: ids(item),
  });
}

export function readPlan(thread: CodexThread, item: JsonRecord): void {
  const said = text(item, 'text') ?? '';
  const turn = thread.turn(text(item, 'turn_id'));
  thread.say({
    key: thread.key(turn, text(item, 'id')) ?? thread.textKey(turn, 'plan', said, 'item'),
    turn,
    grade: 2,
    content: { type: 'plan', text: said },
    role: 'assistant',
    by: 'agent',
    blocks: [{ type: 'text', text: said }],
    meta: { ...ids(item), ...known({ model: thread.state.model, plan: true }) },
  });
}

/** A sub-agent was started by a call, or has ended: its words come as messages of their own. */
export function readActivity(thread: CodexThread, item: JsonRecord): void {
  const id = text(item, 'id') ?? text(item, 'event_id');
  const agent = text(item, 'agent_thread_id');
  const path = text(item, 'agent_path');
  const kind = text(item, 'kind') ?? '';
  const call = thread.waiting(id);
  if (kind === 'started' && agent !== undefined && id !== undefined) thread.spawned(agent, id);
  if (call !== undefined) {
    call.meta = { ...call.meta, ...known({ agent, agent_path: path }) };
    return;
  }
  event(thread, {
    turn: thread.turn(text(item, 'turn_id')),
    id: id ?? `${kind}|${agent ?? ''}`,
    content: { type: 'sub_agent', kind, path: path ?? null },
    blocks: [{ type: 'text', text: `Sub-agent ${path ?? agent ?? ''} ${kind}` }],
    meta: known({ agent, agent_path: path }),
  });
}

export function readControl(thread: CodexThread, item: JsonRecord): void {
  const action = text(item, 'action') ?? '';
  const agent = text(item, 'nickname') ?? text(item, 'targetThreadId');
  const prompt = text(item, 'promptPreview');
  event(thread, {
    turn: thread.turn(text(item, 'turn_id')),
    id: text(item, 'id') ?? action,
    content: { type: 'agent_control', action, agent: agent ?? null, prompt: prompt ?? null },
    blocks: [
      { type: 'text', text: [`Sub-agent ${agent ?? ''}: ${action}`, prompt].filter(Boolean).join('\n') },
    ],
    meta: known({ status: text(item, 'status'), error: text(item, 'error') }),
  });
}

export function readReviewBegin(thread: CodexThread, item: JsonRecord): void {
  const id = text(item, 'turn_id');
  if (id !== undefined) thread.start(id);
  const turn = thread.turn(id);
  thread.state.review = turn;
  const hint = text(item, 'user_facing_hint');
  event(thread, {
    turn,
    id: text(item, 'id') ?? 'review-began',
    content: { type: 'review_began', target: item.target ?? null, hint: hint ?? null },
    blocks: [{ type: 'text', text: `Review began: ${hint ?? JSON.stringify(item.target ?? null)}` }],
  });
}

export function readReviewEnd(thread: CodexThread, item: JsonRecord): void {
  const output = record(item, 'review_output');
  const turn = thread.turn(text(item, 'turn_id'));
  thread.state.review = null;
  const told = text(output, 'overall_explanation');
  event(thread, {
    turn,
    id: text(item, 'id') ?? 'review-ended',
    content: { type: 'review_ended', output: output ?? null },
    blocks: [
      { type: 'text', text: `Review ended${told === undefined ? '' : `: ${told}`}` },
      ...(output === undefined ? [] : [{ type: 'unknown' as const, value: output }]),
    ],
  });
}
