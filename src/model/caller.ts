/** Who asks a service: the first argument of every service. */
import type { Rights } from './access.ts';
import type { ProjectId, SessionId } from './ids.ts';

export type Surface = 'mcp' | 'cli' | 'hook' | 'http';

/** The project that a call belongs to, resolved from the caller's working directory. */
export type CallerProject = {
  readonly id: ProjectId;
  /** All ids that count as this project (itself and those joined to it). */
  readonly ids: readonly ProjectId[];
  readonly name: string;
  /** The root of the checkout on this machine, or the folder itself outside git. */
  readonly root: string | null;
  /** The caller's directory relative to the root, with `/`; empty at the root. */
  readonly cwd: string;
  readonly branch: string | null;
  readonly commit: string | null;
};

export type Caller = {
  readonly owner: string;
  readonly surface: Surface;
  /** `codex`, `claude-code`, another client's own name, or null at a terminal. */
  readonly client: string | null;
  /** The client has midturn as a plugin, and may know its tools by other names for that. */
  readonly plugin?: boolean;
  readonly session: SessionId | null;
  /** The client's own id of the session. */
  readonly externalSession: string | null;
  /** The client's own id of the turn, where it sends one. */
  readonly turnKey: string | null;
  /** The client's own id of the call, where it sends one. */
  readonly callId: string | null;
  readonly project: CallerProject | null;
  readonly cwd: string;
  readonly rights: Rights;
  /** The token of a call over the network: receipts and the audit name it. */
  readonly token?: string | undefined;
  /**
   * The projects that this caller may see anything of, whatever id, name or reference it sends; null or absent = all.
   * What belongs to no project but to the owner stays visible.
   */
  readonly reach?: readonly ProjectId[] | null | undefined;
  /**
   * What a caller with reach says of its session and call itself. Capture looks for it; everything else goes by
   * `session` and `callId`, which name what lies within reach and nothing else.
   */
  readonly claimed?: { readonly session: SessionId | null; readonly callId: string | null } | undefined;
  /** A person sits at this terminal and no agent drives it. */
  readonly personPresent: boolean;
};
