/** Sessions and their turns, as read. */
import type { ProjectId, SessionId } from '../model/ids.ts';
import type { SessionLink } from '../model/message.ts';
import type { SessionNature } from './capture.ts';

export type SessionRecord = {
  readonly id: SessionId;
  readonly short: string;
  readonly client: string;
  readonly external: string;
  readonly nature: SessionNature | null;
  readonly project: ProjectId | null;
  readonly projectName: string | null;
  readonly cwd: string | null;
  readonly title: string | null;
  readonly startedAt: number | null;
  readonly lastAt: number | null;
  readonly messages: number;
  readonly turns: number;
  readonly links: readonly SessionLink[];
};

export type TurnRecord = {
  readonly session: SessionId;
  readonly sessionShort: string;
  readonly client: string;
  readonly projectName: string | null;
  readonly number: number;
  readonly key: string;
  readonly state: 'active' | 'withdrawn';
  readonly at: number | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly messages: number;
  /** It ended badly: with a command that still failed, with an error, or because it was interrupted. */
  readonly failed: boolean;
  /** What the person asked, the beginning of it; null for a turn without a prompt. */
  readonly prompt: string | null;
  /** What the agent answered last, the beginning of it. */
  readonly conclusion: string | null;
};

/** A turn that is left out; null = the whole session. */
export type ExcludedTurn = { readonly session: SessionId; readonly turn: number | null };

export type TurnQuery = {
  readonly projects: readonly ProjectId[] | null;
  readonly session?: SessionId;
  readonly withdrawn?: boolean;
  readonly exclude?: readonly ExcludedTurn[];
  readonly limit: number;
  readonly offset: number;
};

export interface SessionsPort {
  /** Sessions whose short form, id or client id begins with the text; at most 5. */
  find(text: string): Promise<readonly SessionRecord[]>;
  get(id: SessionId): Promise<SessionRecord | null>;
  list(query: {
    readonly projects: readonly ProjectId[] | null;
    readonly limit: number;
  }): Promise<readonly SessionRecord[]>;
  /** Newest first; `total` counts all that fit. */
  turns(query: TurnQuery): Promise<{ readonly turns: readonly TurnRecord[]; readonly total: number }>;
  /** What was asked first in the session, the beginning of it; null for one without a prompt. */
  opening(session: SessionId): Promise<string | null>;
  /** The sessions that a turn has started (sub-agents). */
  spawnedIn(session: SessionId, turn: number): Promise<readonly SessionId[]>;
  /** The newest active turn of a session, or the one with the client's key. */
  currentTurn(session: SessionId, key: string | null): Promise<number | null>;
}
