/** The first line of a rollout: which thread it is, who drives it, and what it goes on from. */
import type { CodexThread } from './codex-thread.ts';
import { type JsonRecord, number, record, text, time } from './read-json.ts';

/** Reads `session_meta`, or the header of the first rollouts. */
export function readSessionMeta(thread: CodexThread, line: JsonRecord, payload: JsonRecord): void {
  const { state } = thread;
  const id = text(payload, 'id') ?? text(payload, 'session_id');
  if (id === undefined || id === '') {
    if (thread.session() === null) thread.push({ type: 'unusable', reason: 'the session has no id' });
    return;
  }
  if (state.session !== null && id !== state.session) {
    // Forks used to be copies: the history that follows was the other thread's.
    state.origin = id;
    fork(thread, id);
    return;
  }
  state.session = id;
  if (state.origin === '') state.origin = id;
  const first = !state.introduced;
  state.introduced = true;
  takeFacts(thread, payload);
  thread.tellSession();
  if (first) tellOrigin(thread, line, payload);
}

function takeFacts({ state }: CodexThread, payload: JsonRecord): void {
  const git = record(payload, 'git');
  const driver = driverOf(payload);
  state.nature = driver.nature ?? state.nature;
  state.prompter = driver.prompter;
  state.startedAt = time(payload, 'timestamp') ?? state.startedAt;
  state.cwd = text(payload, 'cwd') ?? state.cwd;
  state.branch = text(git, 'branch') ?? state.branch;
  state.commit = text(git, 'commit_hash') ?? state.commit;
  state.items = text(payload, 'history_mode') === 'paginated';
}

/** What the thread goes on from: another thread, the thread that started it, or an earlier file of its own. */
function tellOrigin(thread: CodexThread, line: JsonRecord, payload: JsonRecord): void {
  const { state } = thread;
  const session = text(payload, 'id') ?? '';
  const forkedFrom = text(payload, 'forked_from_id');
  if (forkedFrom !== undefined)
    fork(thread, forkedFrom, number(record(payload, 'history_base'), 'end_ordinal_exclusive'));
  const parent = text(payload, 'parent_thread_id') ?? text(spawn(payload), 'parent_thread_id');
  if (parent !== undefined && parent !== session) {
    thread.push({ type: 'link', session, kind: 'spawned_by', to: parent, callId: null });
  }
  // A thread that was rewound goes on in a second file: the first one keeps what was taken back. Its name says so,
  // and where history is left, a pointer to the thread itself.
  const base = record(payload, 'history_base');
  if (thread.file.segment || (forkedFrom === undefined && text(base, 'thread_id') === session)) {
    const place = number(base, 'end_ordinal_exclusive') ?? number(line, 'ordinal') ?? 0;
    thread.push({ type: 'rewind-at', session, place, startedAt: state.startedAt });
  }
}

/** `place`: the ordinal after the last record that both threads share, where the client says it. */
function fork(thread: CodexThread, from: string, place?: number): void {
  const { state } = thread;
  // A copied history may hold the heads of several threads: the nearest one comes first.
  if (state.forked || state.session === null || from === state.session) return;
  state.forked = true;
  const link = {
    type: 'link' as const,
    session: state.session,
    kind: 'forked_from' as const,
    to: from,
    callId: null,
  };
  thread.push(place === undefined ? link : { ...link, place });
}

type Driver = Pick<CodexThread['state'], 'nature' | 'prompter'>;

function driverOf(payload: JsonRecord): Driver {
  const source = payload.source;
  const spawned = spawn(payload);
  if (spawned !== undefined) return { nature: 'subagent', prompter: 'agent' };
  if (typeof source === 'string') {
    if (source === 'exec') return { nature: 'headless', prompter: 'person' };
    // A program drives Codex through its MCP server.
    if (source === 'mcp') return { nature: 'headless', prompter: 'program' };
    if (source === 'cli' || source === 'vscode') return { nature: 'interactive', prompter: 'person' };
  }
  if (source === undefined) return { nature: natureOf(text(payload, 'originator')), prompter: 'person' };
  // Reviews, compactions, guardians: the client itself writes what they are asked.
  if (subagent(payload) !== undefined || record(payload, 'source')?.internal !== undefined) {
    return { nature: 'subagent', prompter: 'harness' };
  }
  if (text(payload, 'parent_thread_id') !== undefined) return { nature: 'subagent', prompter: 'agent' };
  return { nature: null, prompter: 'person' };
}

/** Rollouts without a source (until October 2025) name the program that wrote them. */
function natureOf(originator: string | undefined): Driver['nature'] {
  if (originator === undefined) return null;
  return originator === 'codex_exec' ? 'headless' : 'interactive';
}

function subagent(payload: JsonRecord): unknown {
  const source = record(payload, 'source');
  return source?.subagent ?? source?.sub_agent;
}

function spawn(payload: JsonRecord): JsonRecord | undefined {
  const source = record(payload, 'source');
  return record(record(source, 'subagent') ?? record(source, 'sub_agent'), 'thread_spawn');
}
