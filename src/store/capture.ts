/** The write side of capture: a batch of a source's entries and its new offset, in one transaction. */

import * as z from 'zod';
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { LinkKind, MessageKind, Part, Role, Speaker } from '../model/message.ts';
import type { TextCues } from '../text/cues.ts';

/** How a session was started; a headless prompt may have been written by a program. */
export type SessionNature = 'interactive' | 'headless' | 'subagent' | 'imported';

export type SessionFacts = {
  readonly id: SessionId;
  readonly client: string;
  readonly external: string;
  readonly nature: SessionNature | null;
  readonly project: ProjectId | null;
  readonly cwd: string | null;
  readonly startedAt: number | null;
  readonly title: string | null;
};

export type SealedMessage = {
  /** 16 bytes; null where the source gives no identity: the store then derives it from digest and count. */
  readonly key: Uint8Array | null;
  /** 16 bytes over the client's content, made before redaction. */
  readonly digest: Uint8Array;
  /** How full this form is: a higher grade completes a lower one under the same key; the same grade revises it. */
  readonly grade: number;
  /** The parent's key; null = whatever stands before it. */
  readonly parentKey: Uint8Array | null;
  readonly turnKey: string | null;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly by: Speaker;
  readonly author: string | null;
  readonly tool: string | null;
  readonly at: number | null;
  readonly project: ProjectId | null;
  readonly text: string;
  /** A string is their JSON: who seals in another thread has written it there. */
  readonly parts: readonly Part[] | string | null;
  readonly meta: Readonly<Record<string, unknown>> | string;
  /** Index terms in order; empty = kept, not searchable. Numbers are places in the `words` of the batch. */
  readonly terms: readonly string[] | Uint32Array;
  /** What its text is like; absent = found out when it is written. */
  readonly textCues?: TextCues;
  /** The client's ids of the calls in it, so that a call can be found again. */
  readonly callIds: readonly string[];
  readonly outside: boolean;
  /** The key of a message in the session that this one describes. */
  readonly describes?: Uint8Array;
  /** Order within the source. */
  readonly place: number;
};

export type CaptureEntry =
  | { readonly type: 'session'; readonly facts: SessionFacts }
  | {
      readonly type: 'turn';
      readonly session: SessionId;
      readonly key: string;
      readonly at: number | null;
      readonly cwd: string | null;
      readonly project: ProjectId | null;
      readonly branch: string | null;
      readonly commit: string | null;
      /** The key of the message this turn answers to; null = the turn before it. */
      readonly parentKey: Uint8Array | null;
      /** Order within the source. */
      readonly place: number;
    }
  | { readonly type: 'message'; readonly session: SessionId; readonly message: SealedMessage }
  /** A skipped record that parents run through. */
  | {
      readonly type: 'hop';
      readonly session: SessionId;
      readonly key: Uint8Array;
      readonly parentKey: Uint8Array;
    }
  | {
      readonly type: 'link';
      readonly session: SessionId;
      readonly kind: LinkKind;
      readonly to: SessionId;
      readonly toExternal: string;
      /** The call in the other session that started this one, or null. */
      readonly callId: string | null;
      /** The place in the other session's order after its last shared record, or null. */
      readonly place: number | null;
    }
  /** Rewound: the session's newest active turns, this many. */
  | { readonly type: 'rewind'; readonly session: SessionId; readonly turns: number; readonly place: number }
  /**
   * Rewound: the turns that begin at or after this place of the session's older files. `startedAt`: when the client
   * began the file that goes on there, as the session's facts in it say too; null = no file is known to be older.
   */
  | {
      readonly type: 'rewind-at';
      readonly session: SessionId;
      readonly place: number;
      readonly startedAt: number | null;
    };

export type CaptureBatch = {
  readonly source: {
    readonly row: number;
    readonly epoch: number;
    /** Where the batch begins; the store answers `conflict` when another process has read on meanwhile. */
    readonly from: number;
    readonly to: number;
    readonly lines: number;
    readonly tail: string;
    readonly modifiedAt: number;
    readonly state: string;
  };
  /** Gone through once. */
  readonly entries: Iterable<CaptureEntry>;
  /**
   * The words of its messages, where those name terms by number. Batches may share one list: their numbers are
   * remembered as long as it stays the same one, which may only grow.
   */
  readonly words?: readonly string[];
  /** Bulk import may lose its last batch in a power cut and read it again; the tail of a live session may not. */
  readonly durable: boolean;
};

export type CaptureResult =
  | {
      readonly status: 'written';
      /** Messages that were new, by session. */
      readonly added: ReadonlyMap<SessionId, number>;
      readonly revised: number;
      readonly copies: number;
    }
  | { readonly status: 'conflict' };

export interface CapturePort {
  append(batch: CaptureBatch): Promise<CaptureResult>;
  /** Several batches in one transaction, each with a result of its own; durable when one of them is. */
  appendAll(batches: readonly CaptureBatch[]): Promise<readonly CaptureResult[]>;
  /**
   * The newest message that holds this call id, or null while it is not captured. Where the caller's session is known,
   * only in it, or in one that stands for it (a sub-agent's, one that goes on with it): ids may come again elsewhere.
   * `orNext`: also in one that began in its place afterwards, as by Claude Code's `/clear`.
   */
  findCall(
    callId: string,
    session: SessionId | null,
    options?: { readonly orNext?: boolean },
  ): Promise<CapturedCall | null>;
  /** The last message captured of a turn, by the client's own id of it, or null while there is none. */
  findTurn(session: SessionId, key: string): Promise<CapturedCall | null>;
}

const PARTS = z.array(z.custom<Part>((part) => typeof part === 'object' && part !== null));

export type CapturedCall = {
  readonly row: number;
  readonly session: SessionId;
  readonly number: number;
  readonly turn: number | null;
  readonly position: number;
};

/** The parts of a sealed message, whichever way they are written. */
export function partsOf({ parts }: Pick<SealedMessage, 'parts'>): readonly Part[] | null {
  return typeof parts === 'string' ? PARTS.parse(JSON.parse(parts)) : parts;
}
