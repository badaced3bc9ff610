/**
 * What an adapter makes of a client's transcript: a stream of captured things, one line in, any number out. It
 * knows the client's record types and nothing of redaction, projects or the store.
 */
import type { LinkKind, MessageKind, Role, Speaker } from '../model/message.ts';
import type { SessionNature } from '../store/capture.ts';

/** One block of a message as the client wrote it, in order. */
export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string; readonly signature?: string }
  /** `arguments` as the client has them: a JSON string is parsed later, where it is redacted. */
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'tool_result'; readonly id: string; readonly status?: string; readonly text: string }
  /** `base64` is hashed and measured, never stored. */
  | { readonly type: 'image'; readonly media: string; readonly base64: string }
  /** A block that the adapter does not know, as it is. */
  | { readonly type: 'unknown'; readonly value: unknown };

export type CapturedMessage = {
  /**
   * The client's identity of the record within its session (Codex: turn id + item id; Claude Code: uuid), or null
   * where it gives none.
   */
  readonly key: string | null;
  /** The client's own content of the record: what the digest is made from. Never ids, session, cwd or version. */
  readonly content: unknown;
  /**
   * How full this form of the record is. A higher grade completes a lower one under the same key, a lower one adds
   * nothing to a higher one, and the same grade with other content is a new revision. 2 = the final form.
   */
  readonly grade: 0 | 1 | 2;
  /** The parent record's key; null = whatever stands before it. */
  readonly parentKey: string | null;
  /** The key of its turn, told by a `turn` before it; null = before the first one. */
  readonly turnKey: string | null;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly by: Speaker;
  readonly author: string | null;
  /** Epoch milliseconds. */
  readonly at: number | null;
  /** Null = as its turn, else as its session. */
  readonly cwd: string | null;
  /** The tool's full name for role `tool` (`Bash`, `mcp__docs__search`); null where it is not known. */
  readonly tool: string | null;
  readonly callIds: readonly string[];
  /** Read from outside the workspace: the web, another MCP server. */
  readonly outside: boolean;
  /** The key of a record in the session that this one describes; left out = its own. */
  readonly describes?: string;
  readonly blocks: readonly Block[];
  /** The client's ids of record, model, stop reason, token usage …; for tools `exit_code` and `failed: true`. */
  readonly meta: Readonly<Record<string, unknown>>;
};

export type Captured =
  | {
      readonly type: 'session';
      /** The client's own id of the session. */
      readonly session: string;
      readonly nature: SessionNature | null;
      readonly cwd: string | null;
      readonly startedAt: number | null;
      readonly title: string | null;
    }
  | {
      readonly type: 'turn';
      readonly session: string;
      readonly key: string;
      readonly at: number | null;
      readonly cwd: string | null;
      readonly branch: string | null;
      readonly commit: string | null;
      /** The record that the prompt answers to; null = the turn before it. */
      readonly parentKey: string | null;
    }
  | { readonly type: 'message'; readonly session: string; readonly message: CapturedMessage }
  /** A skipped record that parents run through. */
  | { readonly type: 'hop'; readonly session: string; readonly key: string; readonly parentKey: string }
  | {
      readonly type: 'link';
      readonly session: string;
      readonly kind: LinkKind;
      readonly to: string;
      /** The call in the other session that started this one, where the client says it. */
      readonly callId: string | null;
      /** Where the other session is left, in its own order: the place after the last record that is shared. */
      readonly place?: number;
    }
  /** The session's newest turns were taken back, this many. */
  | { readonly type: 'rewind'; readonly session: string; readonly turns: number }
  /**
   * The session goes on in this file at `place`: what its older files hold from there on was taken back. `startedAt`
   * is when the client began this file.
   */
  | {
      readonly type: 'rewind-at';
      readonly session: string;
      readonly place: number;
      readonly startedAt: number | null;
    }
  /** A record type that is known and left out on purpose. */
  | { readonly type: 'skipped'; readonly what: string }
  /** A record type that no table names: counted and reported. */
  | { readonly type: 'unknown'; readonly what: string }
  /** A record that cannot be used, with the reason. */
  | { readonly type: 'unusable'; readonly reason: string };

export type SourceFile = {
  readonly path: string;
  /** The path below the client's folder, with `/`; equal to the file name for a file given by hand. */
  readonly relative: string;
};

/** Reads one file. Everything it must know to go on later stands in `state()`. */
export type TranscriptReader = {
  /**
   * @param record one parsed line
   * @param line its number in the file, from 1
   */
  readonly read: (record: unknown, line: number) => readonly Captured[];
  /** Where the record stands in the file's own order; the line's number unless the client counts by itself. */
  readonly place: (record: unknown, line: number) => number;
  /** JSON, small and of constant size. */
  readonly state: () => string;
};

/** How each record type of a client is taken; the tests hold the fixtures against it. */
export type RecordTable = Readonly<Record<string, 'numbered' | 'folded' | 'skipped'>>;

export type Adapter = {
  readonly client: string;
  /** Tells apart adapters of one client, so that another thread takes the same one. */
  readonly variant?: string;
  readonly records: RecordTable;
  /** The client's transcripts below its folder. */
  readonly isTranscript: (relative: string) => boolean;
  /** True when the first parsed lines of an unknown file look like this client's. */
  readonly recognises: (first: readonly unknown[]) => boolean;
  readonly open: (file: SourceFile, state: string | null) => TranscriptReader;
};
