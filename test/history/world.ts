/** A store with a shop project in it, and a history service over it. */
import {
  type HistoryHit,
  type HistoryRequest,
  type HistoryService,
  historyService,
} from '../../src/history/index.ts';
import type { Answer } from '../../src/model/answer.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { CaptureEntry } from '../../src/store/capture.ts';
import type { Store } from '../../src/store/store.ts';
import { agentIn, type Conversation } from '../support/conversation.ts';
import { project, tempStore } from '../support/temp-store.ts';

export type World = {
  readonly store: Store;
  readonly shop: ProjectId;
  readonly history: HistoryService;
  /** An agent in the shop whose own session is not known. */
  readonly agent: Caller;
  /** An agent in that conversation. */
  readonly inside: (conversation: Conversation) => Promise<Caller>;
  readonly texts: (request: HistoryRequest, caller?: Caller) => Promise<string[]>;
  readonly refs: (request: HistoryRequest, caller?: Caller) => Promise<string[]>;
};

export async function world(): Promise<World> {
  const store = await tempStore();
  const shop = await project(store, 'shop');
  const history = historyService({ store, now: () => Date.UTC(2026, 10, 21) });
  const agent = await agentIn(store, null, shop);
  return {
    store,
    shop,
    history,
    agent,
    inside: (conversation) => agentIn(store, conversation, shop),
    texts: async (request, caller = agent) =>
      (await history.ask(caller, request)).blocks.map(({ text }) => text),
    refs: async (request, caller = agent) =>
      (await history.ask(caller, request)).blocks.map(({ ref }) => ref),
  };
}

let sources = 1_000_000;

/** Appends entries as an adapter would. */
export async function append(store: Store, entries: readonly CaptureEntry[]): Promise<void> {
  sources += 1;
  const source = await store.sources.begin({
    client: 'claude-code',
    machine: 'here',
    path: `/transcripts/more-${sources}.jsonl`,
    inode: '',
    head: '',
    tail: '',
    offset: 0,
    lines: 0,
    modifiedAt: 0,
    createdAt: sources,
    state: null,
  });
  await store.capture.append({
    source: {
      row: source.row,
      epoch: source.epoch,
      from: 0,
      to: 1,
      lines: 1,
      tail: '',
      modifiedAt: 0,
      state: '{}',
    },
    entries,
    durable: false,
  });
}

/** Everything that an answer says, as a surface would put it together. */
export function said(answer: Answer<unknown>): string {
  return [answer.sentence, ...answer.blocks.map(({ text }) => text), ...answer.closing].join('\n');
}

/** The cursor in the call for what stands after the first `shown` blocks. */
export function cursorOf(answer: Answer<HistoryHit>, shown = answer.blocks.length): string | null {
  return /cursor:"([^"]+)"/.exec(answer.next(shown) ?? '')?.[1] ?? null;
}
