/** A store with memories and sessions, and the inject service over it. */
import { historyService } from '../../src/history/index.ts';
import { type InjectDeps, injectService } from '../../src/inject/index.ts';
import { agentIn, type Conversation, converse, type Said } from '../support/conversation.ts';
import { recallWorld } from '../support/recall-world.ts';

export const DEFAULTS = {
  settings: { sessionStart: true, prompt: true, failures: true, maxCharacters: 9000 },
  trust: 'user',
  budgets: { user: 1375, project: 2200 },
} as const satisfies Partial<InjectDeps>;

export async function injectWorld(changes: Partial<InjectDeps> = {}) {
  const world = await recallWorld('2026-11-21T09:00:00Z');
  const { store, recall, shop } = world;
  const history = historyService({ store, now: () => world.clock.now });
  const service = (more: Partial<InjectDeps> = {}) =>
    injectService({ store, recall, history, ...DEFAULTS, ...changes, ...more });
  const talk = (external: string, said: readonly Said[], startedAt = Date.UTC(2026, 10, 1)) =>
    converse(store, external, said, { project: shop, startedAt });
  const agent = (conversation: Conversation | null = null) => agentIn(store, conversation, shop);
  return { ...world, inject: service(), service, talk, agent };
}

let calls = 0;

/** A command as Codex records it: call and result in one message. */
export function ran(command: string, output: string, exit: number): Said {
  calls += 1;
  const id = `call-${calls}`;
  return {
    role: 'tool',
    by: 'tool',
    tool: 'shell',
    callIds: [id],
    text: output,
    blocks: [
      { type: 'tool_call', id, name: 'shell', arguments: { command: ['/bin/bash', '-lc', command] } },
      { type: 'tool_result', id, status: exit === 0 ? 'completed' : 'failed', text: output },
    ],
    meta: { exit_code: exit, ...(exit === 0 ? {} : { failed: true }) },
  };
}

/** A command as Claude Code records it: the call in an answer of the model, the result in a line of its own. */
export function ranApart(command: string, output: string, failed: boolean): readonly Said[] {
  calls += 1;
  const id = `toolu-${calls}`;
  return [
    {
      role: 'assistant',
      text: '',
      callIds: [id],
      blocks: [{ type: 'tool_call', id, name: 'Bash', arguments: { command } }],
    },
    {
      role: 'tool',
      by: 'tool',
      tool: 'Bash',
      text: output,
      blocks: [{ type: 'tool_result', id, status: failed ? 'error' : 'ok', text: output }],
      meta: failed ? { failed: true, exit_code: 1 } : {},
    },
  ];
}

export function edited(path: string): Said {
  calls += 1;
  const id = `call-${calls}`;
  return {
    role: 'tool',
    by: 'tool',
    tool: 'apply_patch',
    text: 'done',
    callIds: [id],
    blocks: [
      { type: 'tool_call', id, name: 'apply_patch', arguments: { changes: { [path]: { type: 'update' } } } },
      { type: 'tool_result', id, status: 'completed', text: 'done' },
    ],
  };
}
