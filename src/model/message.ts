/** A message: one thing said or done in a session, kept whole. */
import type { ProjectId, SessionId } from './ids.ts';

export const ROLES = ['system', 'user', 'assistant', 'tool'] as const;
export type Role = (typeof ROLES)[number];

export const MESSAGE_KINDS = ['said', 'injected', 'summary', 'event', 'noise'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const SPEAKERS = ['person', 'agent', 'program', 'harness', 'tool'] as const;
/** Who is behind a message: shown by the transcript, not claimed. */
export type Speaker = (typeof SPEAKERS)[number];

export type MessageState = 'kept' | 'hidden' | 'purged' | 'erased';

/**
 * One block of a message, in order. `span` stands for text that is a slice of the message's own `text`
 * (start, end in UTF-16 units), so that nothing is stored twice.
 */
export type Part =
  | { readonly type: 'text'; readonly span: readonly [number, number] }
  | { readonly type: 'thinking'; readonly text: string; readonly signature?: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | {
      readonly type: 'tool_result';
      readonly id: string;
      readonly status?: string;
      readonly span: readonly [number, number];
    }
  | { readonly type: 'image'; readonly media: string; readonly bytes: number; readonly sha256: string }
  | { readonly type: 'unknown'; readonly value: unknown };

/** A message as it is read from the store. */
export type Message = {
  readonly row: number;
  readonly session: SessionId;
  readonly sessionShort: string;
  readonly number: number;
  readonly turn: number | null;
  readonly turnState: 'active' | 'withdrawn';
  readonly position: number;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly by: Speaker;
  readonly author: string | null;
  readonly tool: string | null;
  readonly client: string;
  readonly project: ProjectId | null;
  readonly projectName: string | null;
  /** Epoch milliseconds; null when the source gave none. */
  readonly at: number | null;
  readonly state: MessageState;
  readonly text: string;
  readonly parts: readonly Part[] | null;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly revision: number;
  /** The row that holds the text, when this record is a copy of another session's. */
  readonly copyOf: number | null;
  /** What was read from outside the workspace: web, another MCP server. */
  readonly outside: boolean;
  /** The short id of the other session that this summary describes, or null. */
  readonly describes: string | null;
};

export type LinkKind = 'forked_from' | 'spawned_by' | 'continues' | 'same_as';

/** A link between two sessions; `number` is the message of the other session where it starts. */
export type SessionLink = {
  readonly kind: LinkKind;
  readonly to: SessionId;
  readonly toExternal: string;
  readonly number: number | null;
};
