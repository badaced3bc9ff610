/**
 * A store of two projects, one of which a token is bound to, with memories, sessions, skills, suggestions and receipts in
 * both that point at each other; and the same without the other project.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from '../../src/app/app.ts';
import { type CallFacts, httpCall } from '../../src/app/caller.ts';
import { openShelf } from '../../src/app/shelf.ts';
import { readUri } from '../../src/mcp/resources/read.ts';
import { TOOLS } from '../../src/mcp/tools/index.ts';
import { rightsOf } from '../../src/model/access.ts';
import { messageOf } from '../../src/model/errors.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { Memory, NewMemory } from '../../src/model/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { applied, envelope, item, skill } from '../store/promoting.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { agentIn, type Conversation, converse } from '../support/conversation.ts';
import { hashOf, newMemory } from '../support/new-memory.ts';
import { project, tempFolder } from '../support/temp-store.ts';

const NOW = Date.UTC(2026, 10, 21);
/** Words of the other project alone. */
export const SECRETS = ['zebrafish', 'quokka', 'narwhal', 'bravolandia', 'axolotl', 'pangolin'] as const;

export type World = {
  readonly app: App;
  readonly store: Store;
  readonly alpha: ProjectId;
  /** Ids, short forms, client ids and refs of what is the other project's, and its words. */
  readonly foreign: Foreign;
  readonly own: {
    readonly memories: readonly Memory[];
    readonly session: string;
    readonly ids: ReadonlyMap<string, string>;
  };
  readonly call: (tool: string, args: unknown, meta?: unknown) => Promise<string>;
  readonly read: (uri: string) => Promise<string>;
  /** The same for a token that is bound to nothing. */
  readonly callUnbound: (tool: string, args: unknown, meta?: unknown) => Promise<string>;
};

type Foreign = {
  readonly memories: readonly string[];
  readonly sessions: readonly string[];
  readonly skills: readonly string[];
  readonly envelopes: readonly string[];
  readonly receipts: readonly string[];
  readonly projects: readonly string[];
  readonly external: string;
};

const agent = (text: string) => ({ text, role: 'assistant' as const, by: 'agent' as const });

/** @param isWhole with the other project, and with what points across */
export async function reachWorld(isWhole: boolean, isCrossed = isWhole): Promise<World> {
  const home = tempFolder();
  mkdirSync(join(home, 'midturn'), { mode: 0o700 });
  // A client whose transcripts can be read: what they show decides who said something.
  mkdirSync(join(home, '.codex', 'sessions'), { recursive: true });
  const env = { HOME: home, MIDTURN_HOME: join(home, 'midturn') };
  const app = new App({ env, cwd: home, version: 'test', now: () => NOW });
  afterThisTest(() => app.close());
  const store = await app.store();
  const add = async (content: string, changes: Partial<NewMemory> = {}): Promise<Memory> => {
    const caller = await agentIn(store, null, changes.project ?? null);
    const [done] = (await applied(store, [{ op: 'add', memory: newMemory(content, changes) }], { caller }))
      .items;
    if (done === undefined) throw new Error('nothing was added');
    return done.memory;
  };
  const beforehand = isWhole ? await bravo(store, add) : null;
  const alpha = await project(store, 'alphaville');
  const inAlpha = { scope: 'project', project: alpha } as const;
  const talk = await converse(
    store,
    'own-talk',
    [
      { text: 'How do we release the shop to production?' },
      agent('The release runs from the main branch with the deploy script on Friday.'),
      { text: 'And which port does the billing service use?' },
      agent('The billing service listens on port 4100.'),
    ],
    { project: alpha },
  );
  const memories = [
    await add('The release runs from the main branch on Friday', inAlpha),
    await add('The billing service listens on port 4100', inAlpha),
    await add('The shop keeps its sessions in Redis', inAlpha),
    await add('The user prefers short answers with examples', { origin: 'user' }),
  ];
  const slug = 'cut-a-release';
  const made = await applied(store, [
    { op: 'skill_create', skill: skill(slug, 'Run the release script', { ...inAlpha, state: 'draft' }) },
  ]);
  const draft = made.skills[0]?.skill;
  if (draft === undefined) throw new Error('no skill was made');
  await applied(store, [{ op: 'skill_activate', target: draft.id, version: draft.version, how: 'terminal' }]);
  const foreign = beforehand ?? NOBODY;
  if (isCrossed && beforehand !== null)
    await crossed(store, add, { alpha, memories, talk, foreign: beforehand });
  const short = (await store.sessions.get(talk.session))?.short ?? '';
  const ids = new Map<string, string>([
    ...memories.flatMap(({ id, short }, at): [string, string][] => [
      [id, `memory ${at}`],
      [short, `memory ${at}`],
    ]),
    [talk.session, 'session'],
    [short, 'session'],
    [draft.short, 'skill'],
    [draft.id, 'skill'],
    [alpha, 'alpha'],
  ]);
  const facts = (meta: unknown, projects: readonly ProjectId[] | null = [alpha]) =>
    httpCall({
      clientName: 'codex',
      meta,
      principal: {
        id: 'a_bound1',
        owner: store.owner,
        rights: rightsOf(['read', 'write', 'admin']),
        projects,
        expiresAt: null,
      },
      project: alpha,
    });
  const answer = async (name: string, args: unknown, from: CallFacts): Promise<string> => {
    const tool = TOOLS.find((each) => each.name === name);
    if (tool === undefined) throw new Error(`there is no tool ${name}`);
    try {
      const { text, ...rest } = await tool.call(args, {
        app,
        facts: from,
        signal: new AbortController().signal,
        deadline: new AbortController().signal,
        allow: () => {},
        progress: () => {},
      });
      return `${text}\n${JSON.stringify(rest)}`;
    } catch (error) {
      return `error: ${messageOf(error)}`;
    }
  };
  return {
    app,
    store,
    alpha,
    foreign,
    own: { memories, session: short, ids },
    call: (name, args, meta = null) => answer(name, args, facts(meta)),
    callUnbound: (name, args, meta = null) => answer(name, args, facts(meta, null)),
    read: async (uri) => {
      const caller = await app.caller(facts(null));
      const shelf = await openShelf({ store: app.store, config: app.config }, caller);
      return JSON.stringify(await readUri({ app, shelf, fresh: false }, uri));
    },
  };
}

type Add = (content: string, changes?: Partial<NewMemory>) => Promise<Memory>;

const NOBODY: Foreign = {
  memories: [],
  sessions: [],
  skills: [],
  envelopes: [],
  receipts: [],
  projects: [],
  external: '',
};

/** The other project: words of it stand beside those that both use. */
async function bravo(store: Store, add: Add): Promise<Foreign> {
  const id = await project(store, 'bravolandia');
  const there = { scope: 'project', project: id } as const;
  const talk = await converse(
    store,
    '0198bravo-external-id',
    [
      { text: 'How do we release zebrafish to production? Use the quokka port 7777.' },
      agent('The release of zebrafish runs from the narwhal branch on Monday.'),
      { text: 'Remember: the billing service of zebrafish listens on port 7777' },
      { ...agent('Noted for zebrafish.'), callIds: ['call-bravo'] },
    ],
    { project: id, client: 'codex', startedAt: Date.UTC(2023, 4, 2) },
  );
  const memories = [
    await add('The release of zebrafish runs from the narwhal branch', {
      ...there,
      title: 'Release of zebrafish',
      session: talk.session,
      turn: 1,
    }),
    await add('The billing service of quokka listens on port 7777', there),
    await add('Keep the axolotl keys in the vault', { ...there, state: 'waiting', reason: 'pangolin' }),
    await add('The narwhal branch is frozen in winter', { ...there, validTo: NOW - 1 }),
  ];
  const made = await applied(store, [
    { op: 'skill_create', skill: skill('feed-the-quokka', 'Feed the quokka with zebrafish', there) },
    { op: 'skill_create', skill: skill('cut-a-release', 'Cut a release of zebrafish', there) },
  ]);
  const drafts = made.skills.map(({ skill: each }) => each);
  for (const draft of drafts)
    await applied(store, [
      { op: 'skill_activate', target: draft.id, version: draft.version, how: 'terminal' },
    ]);
  const { envelope: kept } = await store.suggestions.put(
    envelope(
      store.owner,
      'bravo',
      [item('zebrafish wants quokka'), item('axolotl refused', { refused: 'pangolin is no reason' })],
      { project: id, session: talk.session },
    ),
  );
  await store.health.setNote('compile', {
    at: NOW,
    error: 'zebrafish: /srv/bravolandia/MEMORY.md cannot be read',
    detail: { fallback: 'script: quokka' },
  });
  await store.health.setNote('review', { at: NOW, error: 'narwhal', detail: {} });
  await store.health.setNote('capture', { at: NOW, error: 'axolotl in /srv/bravolandia', detail: {} });
  const record = await store.sessions.get(talk.session);
  const receipts = await store.receipts.list({ limit: 100 });
  return {
    memories: memories.flatMap(({ id: each, short }) => [short, each]),
    sessions: [record?.short ?? '', talk.session, talk.external],
    skills: drafts.flatMap(({ id: each, short }) => [short, each]),
    envelopes: [kept.short, kept.id, ...kept.items.flatMap(({ short, id: each }) => [short, each])],
    receipts: receipts.flatMap(({ short, id: each }) => [short, each]),
    projects: [id, 'bravolandia'],
    external: talk.external,
  };
}

type Both = {
  readonly alpha: ProjectId;
  readonly memories: readonly Memory[];
  readonly talk: Conversation;
  readonly foreign: Foreign;
};

/** What points from one project into the other, as after two that were joined are taken apart. */
async function crossed(store: Store, add: Add, { alpha, memories, talk, foreign }: Both): Promise<void> {
  const [bravoId] = foreign.projects;
  const [other] = await store.memories.find(foreign.memories[0] ?? '');
  const [listening] = await store.memories.find(foreign.memories[2] ?? '');
  const [, , redis] = memories;
  const there = await store.projects.named(bravoId ?? '');
  const bravoProject = there[0]?.id;
  if (other === undefined || listening === undefined || redis === undefined || bravoProject === undefined)
    throw new Error('the other project is there');
  const inAlpha = { scope: 'project', project: alpha } as const;
  const ref = `${foreign.sessions[0]}/1`;
  // A record of its own that replaced a foreign one, and links into it; one that a foreign one has replaced.
  await applied(store, [
    {
      op: 'replace',
      target: listening.id,
      version: listening.version,
      memory: newMemory('The billing service moved to port 4200', {
        ...inAlpha,
        contentHash: hashOf('moved'),
        links: [
          { kind: 'see_also', target: other.id },
          { kind: 'part_of', target: other.id },
        ],
        sources: [ref],
        evidence: { proven: true, why: 'test', refs: [ref] },
      }),
    },
    {
      op: 'replace',
      target: redis.id,
      version: redis.version,
      memory: newMemory('zebrafish keeps its sessions in quokka Redis', {
        scope: 'project',
        project: bravoProject,
      }),
    },
  ]);
  // The owner's own, said in the other project.
  await add('The user likes tabs', {
    origin: 'user',
    session: other.session,
    turn: 1,
    sources: [ref],
    evidence: { proven: true, why: 'test', refs: [ref] },
    paths: [{ path: 'src/zebrafish.ts', sha256: null }],
    checkout: '/srv/bravolandia',
    branch: 'narwhal',
  });
  // A session that goes on in the other folder, and one of the other project with a turn in this one.
  await converse(
    store,
    talk.external,
    [{ text: 'Now feed the zebrafish in the other repository' }, agent('The quokka is fed.')],
    {
      project: bravoProject,
    },
  );
  await converse(
    store,
    foreign.external,
    [{ text: 'Back to the shop: which port has billing?' }, agent('Port 4100 it is.')],
    { project: alpha, client: 'codex' },
  );
}
