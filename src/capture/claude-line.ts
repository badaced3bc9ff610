/** Which session a line of a Claude Code file belongs to, and the facts that every line of the chain carries. */
import { createHash } from 'node:crypto';
import type { SessionNature } from '../store/capture.ts';
import type { SourceFile } from './adapter.ts';
import type { ClaudeState } from './claude-state.ts';
import { flag, type JsonRecord, record, text, time } from './read-json.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const AGENT = 'agent-[\\w-]+';
/** `<session>.jsonl`; sub-agents in a folder of their session, until 2.0 beside it. */
const TRANSCRIPT = new RegExp(
  `^(?:projects/)?[^/]+/(?:(?:${UUID}|${AGENT})|${UUID}/subagents/(?:[^/]+/)*${AGENT})\\.jsonl$`,
  'i',
);
const FILE_NAME = new RegExp(
  `(?:^|/)(?:(${UUID})/subagents/(?:[^/]+/)*)?(?:(${UUID})|agent-([\\w-]+)|[^/]*?)(?:\\.jsonl)?$`,
  'i',
);

/** True for a transcript below the client's folder; tool results and side files are none. */
export function isClaudeTranscript(relative: string): boolean {
  return TRANSCRIPT.test(relative);
}

/** What the path of a file says: the session it is named for, and the sub-agent. */
export type FileName = {
  readonly session: string | null;
  readonly agent: string | null;
  readonly stem: string;
};

export function fileName({ path }: SourceFile): FileName {
  const slashed = path.replaceAll('\\', '/');
  const stem = slashed.slice(slashed.lastIndexOf('/') + 1).replace(/\.jsonl$/i, '');
  const [, folder, session, agent] = FILE_NAME.exec(slashed) ?? [];
  return { session: (agent === undefined ? session : folder) ?? null, agent: agent ?? null, stem };
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
  /** The session that the record was copied from, where it says so. */
  readonly copiedFrom: string | null;
  /** The session that the record names, in a file that is named for another one: older versions copied on resume. */
  readonly continues: string | null;
};

/** Reads the facts of a line. A sub-agent's session is `<session>/agent-<id>`, before 2.0 `<session>:sidechain:<first uuid>`. */
export function lineOf(line: JsonRecord, file: FileName, state: ClaudeState): Line {
  const uuid = text(line, 'uuid') || null;
  const named = text(line, 'parentUuid') ?? text(line, 'logicalParentUuid') ?? null;
  const parent = named === uuid || named === '' ? null : named;
  const said = text(line, 'sessionId') || null;
  const { session, above } = sessionOf(line, file, state, uuid, parent);
  const branch = text(line, 'gitBranch');
  return {
    session,
    above,
    uuid,
    parent,
    at: time(line, 'timestamp'),
    cwd: text(line, 'cwd') || null,
    // The client writes HEAD for a detached checkout.
    branch: branch === undefined || branch === '' || branch === 'HEAD' ? null : branch,
    nature: above === null ? natureOf(line) : 'subagent',
    copiedFrom:
      [text(record(line, 'forkedFrom'), 'sessionId'), text(line, 'requestSessionId')].find(
        (from) => from !== undefined && from !== '' && from !== session && from !== above,
      ) ?? null,
    continues: above === null && said !== null && said !== session ? said : null,
  };
}

/** A short name for a prompt, to find the call that handed it to a sub-agent. */
export function promptMark(prompt: string): string {
  return createHash('sha256').update(prompt.trim()).digest('hex').slice(0, 16);
}

function sessionOf(
  line: JsonRecord,
  file: FileName,
  state: ClaudeState,
  uuid: string | null,
  parent: string | null,
): { session: string; above: string | null } {
  const said = text(line, 'sessionId') || null;
  state.root = said ?? state.root;
  if (file.agent !== null) {
    // The record's own word first: a sub-agent of a session that was copied stays the first one's.
    const above = said ?? file.session ?? state.root ?? file.stem;
    return { session: `${above}/agent-${file.agent}`, above };
  }
  const root = file.session ?? state.root ?? file.stem;
  if (!flag(line, 'isSidechain')) return { session: root, above: null };
  const agent = text(line, 'agentId');
  if (agent !== undefined) return { session: `${root}/agent-${agent}`, above: root };
  const prefix = `${root}:sidechain:`;
  const before = parent === null ? undefined : state.placeOf(parent)?.session;
  if (before?.startsWith(prefix) === true) return { session: before, above: root };
  const running =
    parent === null || before !== undefined ? undefined : state.newest((id) => id.startsWith(prefix));
  return { session: running ?? `${prefix}${uuid ?? ''}`, above: root };
}

function natureOf(line: JsonRecord): 'interactive' | 'headless' | null {
  const entrypoint = text(line, 'entrypoint');
  if (entrypoint !== undefined) {
    return /^(?:sdk|mcp$|claude-code-github-action|bench)/.test(entrypoint) ? 'headless' : 'interactive';
  }
  const source = text(line, 'promptSource');
  return source === 'sdk' ? 'headless' : source === 'typed' ? 'interactive' : null;
}
