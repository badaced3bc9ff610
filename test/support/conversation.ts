/** Captures a short conversation into a store, as an adapter would, and gives callers that stand in it. */
import type { CapturedMessage } from '../../src/capture/adapter.ts';
import { sealMessage } from '../../src/capture/seal.ts';
import type { Caller } from '../../src/model/caller.ts';
import { type ProjectId, type SessionId, sessionId } from '../../src/model/ids.ts';
import type { CaptureEntry, SessionNature } from '../../src/store/capture.ts';
import type { Store } from '../../src/store/store.ts';

export type Said = Partial<CapturedMessage> & { readonly text: string };

export type Conversation = {
  readonly session: SessionId;
  readonly external: string;
  readonly client: string;
};

let sources = 0;

/** Each prompt by a person begins a turn. Times are a second apart. */
export async function converse(
  store: Store,
  external: string,
  said: readonly Said[],
  options: {
    readonly project?: ProjectId | null;
    readonly client?: string;
    readonly nature?: SessionNature;
    readonly startedAt?: number;
  } = {},
): Promise<Conversation> {
  const {
    project = null,
    client = 'claude-code',
    nature = 'interactive',
    startedAt = Date.UTC(2026, 10, 1),
  } = options;
  const session = sessionId(client, external);
  const known = await store.sessions.get(session);
  const before = known?.messages ?? 0;
  sources += 1;
  const source = await store.sources.begin({
    client,
    machine: 'here',
    path: `/transcripts/${external}/${sources}.jsonl`,
    inode: '',
    head: '',
    tail: '',
    offset: 0,
    lines: 0,
    modifiedAt: 0,
    createdAt: sources,
    state: null,
  });
  const entries: CaptureEntry[] = [
    {
      type: 'session',
      facts: { id: session, client, external, nature, project, cwd: null, startedAt, title: null },
    },
  ];
  let turn: string | null = before === 0 ? null : `turn-${known?.turns ?? 0}`;
  let turns = known?.turns ?? 0;
  said.forEach(({ text, ...given }, at) => {
    const role = given.role ?? 'user';
    const time = startedAt + (before + at) * 1000;
    if (role === 'user' && (given.kind ?? 'said') === 'said') {
      turns += 1;
      turn = `turn-${turns}`;
      entries.push({
        type: 'turn',
        session,
        key: turn,
        at: time,
        cwd: null,
        project,
        branch: null,
        commit: null,
        parentKey: null,
        place: before + at,
      });
    }
    const message: CapturedMessage = {
      key: `${external}-${before + at}`,
      content: { role, text },
      grade: 2,
      parentKey: null,
      turnKey: turn,
      role,
      kind: 'said',
      by: role === 'user' ? 'person' : role === 'tool' ? 'tool' : 'agent',
      author: null,
      at: time,
      cwd: null,
      tool: null,
      callIds: [],
      outside: false,
      blocks: [{ type: 'text', text }],
      meta: {},
      ...given,
    };
    entries.push({
      type: 'message',
      session,
      message: sealMessage(message, {
        digestKey: store.digestKey,
        project,
        place: before + at,
        counts: new Map(),
      }),
    });
  });
  await store.capture.append({
    source: {
      row: source.row,
      epoch: source.epoch,
      from: 0,
      to: 1,
      lines: said.length,
      tail: '',
      modifiedAt: 0,
      state: '{}',
    },
    entries,
    durable: false,
  });
  return { session, external, client };
}

/** An agent in that conversation, calling with `callId`. */
export async function agentIn(
  store: Store,
  conversation: Conversation | null,
  project: ProjectId | null,
  callId: string | null = null,
): Promise<Caller> {
  const record = project === null ? null : await store.projects.get(project);
  return {
    owner: store.owner,
    surface: 'mcp',
    client: conversation?.client ?? null,
    session: conversation?.session ?? null,
    externalSession: conversation?.external ?? null,
    turnKey: null,
    callId,
    project:
      record === null
        ? null
        : {
            id: record.id,
            ids: record.ids,
            name: record.name,
            root: null,
            cwd: '',
            branch: null,
            commit: null,
          },
    cwd: '/home/dev/shop',
    rights: { read: true, write: true, admin: false },
    personPresent: false,
  };
}

/** The person at their own terminal. */
export async function person(store: Store, project: ProjectId | null): Promise<Caller> {
  return { ...(await agentIn(store, null, project)), surface: 'cli', personPresent: true };
}
