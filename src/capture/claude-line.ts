/** Which session a line of a Claude Code file belongs to, and the facts that every line of the chain carries. */
import { createHash } from 'node:crypto';
import type { SessionNature } from '../store/capture.ts';
import type { SourceFile } from './adapter.ts';
import type { ClaudeState } from './claude-state.ts';
import { flag, text, time, type JsonRecord } from './read-json.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const AGENT = 'agent-[\\w-]+';
/** `<session>.jsonl`; sub-agents in a folder of their session, until 2.0 beside it. */
const TRANSCRIPT = new RegExp(`^(?:projects/)?[^/]+/(?:(?:${UUID}|${AGENT})|${UUID}/subagents/(?:[^/]+/)*${AGENT})\\.jsonl$`, 'i');
const FILE_NAME = new RegExp(`(?:^|/)(?:(${UUID})/subagents/(?:[^/]+/)*)?(?:(${UUID})|agent-([\\w-]+)|[^/]*?)(?:\\.jsonl)?$`, 'i');

/** True for a transcript below the client's folder; tool results and side files are none. */
export function isClaudeTranscript(relative: string): boolean {
  return TRANSCRIPT.test(relative);
}

/** What the path of a file says: the session it is named for, and the sub-agent. */
export type FileName = { readonly session: string | null; readonly agent: string | null; readonly stem: string };

export function fileName({ path, relative }: SourceFile): FileName {
  const whole = path.replaceAll('\\', '/').length >= relative.length ? path.replaceAll('\\', '/') : relative;
  const [, folder, session, agent] = FILE_NAME.exec(whole) ?? [];
  const stem = relative.slice(relative.lastIndexOf('/') + 1).replace(/\.jsonl$/i, '');
  if (agent !== undefined) return { session: folder?.toLowerCase() ?? null, agent, stem };
  return { session: session?.toLowerCase() ?? null, agent: null, stem };
}

/** A line's place and circumstances. */
export type Line = {
  readonly session: string;
  /** The session above it, for a sub-agent's; else null. */
  readonly above: string | null;
  readonly uuid: string | null;
  /** The parent record as the client says it; never the record itself. */
  readonly parent: string | null;
  readonly at: number | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly nature: Exclude<SessionNature, 'imported'> | null;
};

/** Reads the facts of a line. A sub-agent's session is `<session>/agent-<id>`, before 2.0 `<session>:sidechain:<first uuid>`. */
export function lineOf(record: JsonRecord, file: FileName, state: ClaudeState): Line {
  const uuid = text(record, 'uuid') ?? null;
  const named = text(record, 'parentUuid') ?? text(record, 'logicalParentUuid') ?? null;
  const parent = named === uuid || named === '' ? null : named;
  const { session, above } = sessionOf(record, file, state, uuid, parent);
  const branch = text(record, 'gitBranch');
  return {
    session,
    above,
    uuid,
    parent,
    at: time(record, 'timestamp'),
    cwd: text(record, 'cwd') || null,
    // The client writes HEAD for a detached checkout.
    branch: branch === undefined || branch === '' || branch === 'HEAD' ? null : branch,
    nature: above === null ? natureOf(record) : 'subagent',
  };
}

/** A short name for a prompt, to find the call that handed it to a sub-agent. */
export function promptMark(prompt: string): string {
  return createHash('sha256').update(prompt.trim()).digest('hex').slice(0, 16);
}

function sessionOf(
  record: JsonRecord,
  file: FileName,
  state: ClaudeState,
  uuid: string | null,
  parent: string | null,
): { session: string; above: string | null } {
  const said = text(record, 'sessionId') || null;
  state.root ??= said;
  if (file.agent !== null) {
    // The record's own word first: a sub-agent of a session that was copied stays the first one's.
    const above = said ?? file.session ?? state.root ?? file.stem;
    return { session: `${above}/agent-${file.agent}`, above };
  }
  const root = file.session ?? state.root ?? file.stem;
  if (!flag(record, 'isSidechain')) return { session: root, above: null };
  const agent = text(record, 'agentId');
  if (agent !== undefined) return { session: `${root}/agent-${agent}`, above: root };
  const prefix = `${root}:sidechain:`;
  const before = parent === null ? undefined : state.placeOf(parent)?.session;
  if (before?.startsWith(prefix) === true) return { session: before, above: root };
  const running = parent === null || before !== undefined ? undefined : state.newest((id) => id.startsWith(prefix));
  return { session: running ?? `${prefix}${uuid ?? ''}`, above: root };
}

function natureOf(record: JsonRecord): 'interactive' | 'headless' | null {
  const entrypoint = text(record, 'entrypoint');
  if (entrypoint !== undefined) {
    return /^(?:sdk|mcp$|claude-code-github-action|bench)/.test(entrypoint) ? 'headless' : 'interactive';
  }
  const source = text(record, 'promptSource');
  return source === 'sdk' ? 'headless' : source === 'typed' ? 'interactive' : null;
}
