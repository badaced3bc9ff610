/** Snapshots of short sessions, as the rules see them. */
import type { ReviewSnapshot, SnapshotMessage } from '../../../src/model/review.ts';
import { findingsIn } from '../../../src/review/rules/index.ts';

type Tool = NonNullable<SnapshotMessage['tool']>;
type Made = Pick<SnapshotMessage, 'role' | 'by' | 'text' | 'tool'>;

export const person = (text: string): Made => ({ role: 'user', by: 'person', text, tool: null });
export const agent = (text: string): Made => ({ role: 'assistant', by: 'agent', text, tool: null });

export function ran(command: string, exitCode: number, text = ''): Made {
  return { role: 'tool', by: 'tool', text, tool: toolOf({ command, exitCode, failed: exitCode !== 0 }) };
}

export function wrote(...paths: string[]): Made {
  return { role: 'tool', by: 'tool', text: '', tool: toolOf({ name: 'Edit', wrote: paths }) };
}

export function toolOf(facts: Partial<Tool>): Tool {
  return { name: 'Bash', command: null, exitCode: null, failed: false, wrote: [], outside: false, ...facts };
}

export function snapshotOf(
  messages: readonly Made[],
  {
    comparison = {},
    reviewedUpTo = 0,
  }: { comparison?: Partial<ReviewSnapshot['comparison']>; reviewedUpTo?: number } = {},
): ReviewSnapshot {
  let turn = 0;
  const transcript = messages.map((message, at): SnapshotMessage => {
    if (message.role === 'user' || turn === 0) turn += 1;
    return { ...message, ref: `s00001/${at + 1}`, number: at + 1, turn, at: null, cut: false };
  });
  return {
    schema_version: 1,
    context: {
      session: 's00001',
      external_session: 'x1',
      client: 'codex',
      turns: [1, turn],
      reviewed_up_to: reviewedUpTo,
      cwd: null,
      project: 'sample',
      trigger: 'stop',
      triggered_at: '2026-01-01T00:00:00.000Z',
    },
    transcript,
    comparison: { user_md: '', memory_md: '', recall: [], skills: [], ...comparison },
    source_authority: [],
  };
}

/** What is found in a session of these messages, by its content. */
export function contentsOf(...messages: readonly Made[]): string[] {
  return findingsIn(snapshotOf(messages)).map(({ content }) => content);
}
