/**
 * What a reader of a Claude Code transcript must know to go on at any line: small, of bounded size, kept as JSON with
 * the offset. The newest records are remembered with the turn they belong to, because the chain of parents, not the
 * order of lines, says whose answer a line is.
 */
import * as z from 'zod';

/** Records whose turn is remembered: a parent stands a few lines above its child, parallel agents some more. */
const REMEMBERED_RECORDS = 256;
/** Sessions of one file that go on side by side: the main one and its older kind of sub-agents. */
const OPEN_SESSIONS = 16;
/** Calls that wait for their result. */
const WAITING_CALLS = 64;
/** Records before the first turn: a prompt that goes back to one of them takes back all turns. */
const FIRST_RECORDS = 16;
/** Sessions that this one was copied from, told once each. */
const TOLD_LINKS = 16;

const OpenSession = z.object({
  id: z.string(),
  nature: z.enum(['interactive', 'headless', 'subagent']).nullable(),
  cwd: z.string().nullable(),
  /** The running turn and its directory. */
  turn: z.string().nullable(),
  turnCwd: z.string().nullable(),
  /** Turns told so far. */
  turns: z.number(),
  /** The newest record of the chain. */
  last: z.string().nullable(),
});
export type OpenSession = z.infer<typeof OpenSession>;

const WaitingCall = z.object({
  id: z.string(),
  tool: z.string(),
  prompt: z.string().nullable(),
  /** A shell command that reads from the network. */
  fetches: z.boolean().default(false),
});
export type WaitingCall = z.infer<typeof WaitingCall>;

/** Where a record belongs. */
export type Place = { readonly session: string; readonly turn: string | null };

const Saved = z.object({
  version: z.literal(1),
  root: z.string().nullable(),
  title: z.object({ text: z.string(), given: z.boolean() }).nullable(),
  copying: z.boolean(),
  links: z.array(z.string()),
  first: z.array(z.string()),
  sessions: z.array(OpenSession),
  calls: z.array(WaitingCall),
  records: z.array(
    z.object({ session: z.string(), turn: z.string().nullable(), uuids: z.array(z.string()) }),
  ),
});

export class ClaudeState {
  /** The session that the newest record named: the file's own, where its name says none. */
  root: string | null = null;
  /** The session's title; `given` by a person, else made by the client. */
  title: { text: string; given: boolean } | null = null;
  /** The newest answer was copied from another session, so its results are too. */
  copying = false;
  readonly #sessions = new Map<string, OpenSession>();
  readonly #calls = new Map<string, WaitingCall>();
  readonly #records = new Map<string, Place>();
  #links: string[] = [];
  #first: string[] = [];

  /** A state that cannot be read starts anew: what is missing then is the turn of records whose parent came before. */
  constructor(saved: string | null) {
    const parsed = Saved.safeParse(parse(saved));
    if (!parsed.success) return;
    const { root, title, copying, links, first, sessions, calls, records } = parsed.data;
    this.root = root;
    this.title = title;
    this.copying = copying;
    this.#links = links;
    this.#first = first;
    for (const session of sessions) this.#sessions.set(session.id, session);
    for (const call of calls) this.#calls.set(call.id, call);
    for (const { session, turn, uuids } of records) {
      const place = { session, turn };
      for (const uuid of uuids) this.#records.set(uuid, place);
    }
  }

  /** The session with what was told of it, and whether it is met for the first time. */
  meet(id: string): { readonly session: OpenSession; readonly isNew: boolean } {
    const known = this.#sessions.get(id);
    const session = known ?? { id, nature: null, cwd: null, turn: null, turnCwd: null, turns: 0, last: null };
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    trim(this.#sessions, OPEN_SESSIONS);
    return { session, isNew: known === undefined };
  }

  /** The newest session of the file for which `fits` holds. */
  newest(fits: (id: string) => boolean): string | undefined {
    return [...this.#sessions.keys()].reverse().find(fits);
  }

  /** What is known of a session that was met before. */
  session(id: string): OpenSession | undefined {
    return this.#sessions.get(id);
  }

  remember(uuid: string, place: Place): void {
    const key = short(uuid);
    this.#records.delete(key);
    this.#records.set(key, place);
    trim(this.#records, REMEMBERED_RECORDS);
  }

  /** A record of the main session that stands before its first turn. */
  rememberFirst(uuid: string): void {
    this.#first = [...this.#first, short(uuid)].slice(-FIRST_RECORDS);
  }

  isFirst(uuid: string): boolean {
    return this.#first.includes(short(uuid));
  }

  placeOf(uuid: string): Place | undefined {
    return this.#records.get(short(uuid));
  }

  await(call: WaitingCall): void {
    this.#calls.delete(call.id);
    this.#calls.set(call.id, call);
    trim(this.#calls, WAITING_CALLS);
  }

  /** The waiting call that this result answers; it waits no longer. */
  answered(id: string): WaitingCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  /** The oldest waiting call that hands this prompt to a sub-agent. */
  callWith(prompt: string): string | null {
    for (const call of this.#calls.values()) if (call.prompt === prompt) return call.id;
    return null;
  }

  /** True once for each other session that a link leads to. */
  isNewLink(to: string): boolean {
    if (this.#links.includes(to)) return false;
    this.#links = [...this.#links, to].slice(-TOLD_LINKS);
    return true;
  }

  save(): string {
    const saved: z.infer<typeof Saved> = {
      version: 1,
      root: this.root,
      title: this.title,
      copying: this.copying,
      links: this.#links,
      first: this.#first,
      sessions: [...this.#sessions.values()],
      calls: [...this.#calls.values()],
      records: [],
    };
    for (const [uuid, { session, turn }] of this.#records) {
      const last = saved.records.at(-1);
      if (last !== undefined && last.session === session && last.turn === turn) last.uuids.push(uuid);
      else saved.records.push({ session, turn, uuids: [uuid] });
    }
    return JSON.stringify(saved);
  }
}

/** Enough of a UUID to tell 256 apart. */
function short(uuid: string): string {
  return uuid.length < 24 ? uuid : `${uuid.slice(0, 8)}${uuid.slice(-12)}`;
}

function trim<T>(map: Map<string, T>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

function parse(saved: string | null): unknown {
  if (saved === null) return null;
  try {
    return JSON.parse(saved);
  } catch {
    return null;
  }
}
