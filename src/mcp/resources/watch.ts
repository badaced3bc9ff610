/**
 * Sees what changes of resources while somebody is subscribed, whoever changes it: this process or another one.
 *
 * Who is told what: up to 2025-11-25 `resources/updated` goes to who has subscribed, and `list_changed` to who has read
 * the list or subscribed to anything, on that connection; from 2026-07-28 on to who listens for it.
 *
 * Over stdio, and over HTTP in the protocol up to 2025-11-25 (a server for each session), nothing is to be done: the
 * server's own handlers begin and end the watch. For `subscriptions/listen` over HTTP see `watchBus` in bus.ts:
 *
 *     const watch = watchBus({ app, log });
 *     const handler = createMcpHandler(factory, { bus: watch.bus });
 *     // `message`: the parsed body; `facts`: what the connection says of a request of this bearer.
 *     const response = await watch.listening({ message, facts }, () => handler.fetch(request, { parsedBody: message }));
 */
import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { App } from '../../app/app.ts';
import type { CallFacts } from '../../app/caller.ts';
import type { Shelf } from '../../app/shelf.ts';
import { messageOf } from '../../model/errors.ts';
import { SESSIONS } from './list.ts';
import { shelfFor, textOf } from './read.ts';
import { parseUri, type ResourceTarget } from './uri.ts';

const INTERVAL_MS = 1000;
/** After a look that found the store changed, nothing is looked at for so many times as long: a twentieth of the time. */
const REST = { times: 20, mostMs: 5000 } as const;
/** Resources that are looked at before other work gets its turn. */
const AT_ONCE = 25;

export type Changes = {
  readonly uris: readonly string[];
  /** The list itself: something has come, gone, or is called otherwise. */
  readonly list: boolean;
};

/** Somebody who wants to be told. */
export type Viewer = {
  /** Who it is: what they may see. Asked at each look. */
  readonly facts: () => Promise<CallFacts>;
  readonly uris: () => ReadonlySet<string>;
  readonly list: () => boolean;
  /** False once the connection is gone: the viewer is forgotten then. */
  readonly isOpen: () => boolean;
  readonly changed: (changes: Changes) => Promise<void>;
};

export type Watched = {
  /** What is subscribed to has become more or less; ends once that which is new is known as it is now. */
  readonly update: () => Promise<void>;
  readonly close: () => void;
};

const watches = new WeakMap<App, Watch>();

/** The one watch of the process. */
export function watchOf(app: App, log: (line: string) => void): Watch {
  const known = watches.get(app);
  if (known !== undefined) return known;
  const watch = new Watch({ app, log });
  watches.set(app, watch);
  return watch;
}

type WatchOptions = {
  readonly app: App;
  readonly log: (line: string) => void;
  readonly intervalMs?: number;
};

/** What was seen of something, and the store's marks by which it is known not to have changed since. */
type Seen = { readonly marks: string; readonly digest: string };
type Seat = {
  readonly viewer: Viewer;
  readonly uris: Map<string, Seen>;
  list: Seen | null;
};

export class Watch {
  readonly #options: WatchOptions;
  readonly #seats = new Set<Seat>();
  #timer: NodeJS.Timeout | undefined;
  /** The store's mark at the last look. */
  #any: string | null = null;
  #looking: Promise<void> | null = null;
  #trouble: string | null = null;
  #restsUntil = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get isWatching(): boolean {
    return this.#timer !== undefined;
  }

  /**
   * From now on: what has changed before this is done is told to nobody. Where the store cannot be read now, it is from
   * when it can.
   */
  async add(viewer: Viewer): Promise<Watched> {
    const seat: Seat = { viewer, uris: new Map(), list: null };
    // A look that begins meanwhile sees it too: nothing falls between the two.
    this.#seats.add(seat);
    this.#timer ??= this.#start();
    const fill = (): Promise<void> => this.#guarded(() => this.#look([seat], 'first'));
    await fill();
    return { update: fill, close: () => this.#leave(seat) };
  }

  /** Looks once. Never throws. */
  look(): Promise<void> {
    this.#looking ??= this.#lookIfChanged().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  #start(): NodeJS.Timeout {
    const look = (): void => {
      if (performance.now() >= this.#restsUntil) void this.look();
    };
    const timer = setInterval(look, this.#options.intervalMs ?? INTERVAL_MS);
    timer.unref();
    return timer;
  }

  #leave(seat: Seat): void {
    this.#seats.delete(seat);
    if (this.#seats.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#any = null;
  }

  async #lookIfChanged(): Promise<void> {
    for (const seat of this.#seats) if (!seat.viewer.isOpen()) this.#leave(seat);
    await this.#guarded(async () => {
      const any = await (await this.#options.app.store()).changes.any();
      if (any === this.#any) return;
      const began = performance.now();
      await this.#look([...this.#seats], 'again');
      const ended = performance.now();
      this.#restsUntil = ended + Math.min((ended - began) * REST.times, REST.mostMs);
      this.#any = any;
      this.#trouble = null;
    });
  }

  /** Counting what went wrong writes to the store, which is a change: the same trouble is counted once. */
  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { app, log } = this.#options;
      const trouble = messageOf(error);
      if (trouble === this.#trouble) return;
      this.#trouble = trouble;
      log(`midturn: changes of resources were not looked for: ${trouble}`);
      app.failed('watch');
    }
  }

  /** @throws the first of what went wrong, once everybody else was looked at for */
  async #look(seats: readonly Seat[], which: 'first' | 'again'): Promise<void> {
    const views = new Map<string, View>();
    const troubles: unknown[] = [];
    for (const seat of seats) {
      try {
        const view = await this.#viewOf(seat.viewer, views);
        const uris = await changedUris(seat, view, which);
        const list = await listChanged(seat, view, which);
        if (uris.length > 0 || list) await seat.viewer.changed({ uris, list });
      } catch (error) {
        troubles.push(error);
      }
    }
    if (troubles.length > 0) throw troubles[0];
  }

  /** Those who may see the same share one look. */
  async #viewOf(viewer: Viewer, views: Map<string, View>): Promise<View> {
    const { app } = this.#options;
    const caller = await app.reader(await viewer.facts());
    const key = JSON.stringify([caller.surface, caller.project?.ids, caller.reach, caller.session]);
    const known = views.get(key);
    if (known !== undefined) return known;
    const shelf = await shelfFor(app, caller);
    const { changes } = shelf;
    const view: View = {
      app,
      shelf,
      digests: new Map(),
      marks: { memory: `${await changes.memory()} ${key}`, history: `${await changes.history()} ${key}` },
    };
    views.set(key, view);
    return view;
  }
}

/** What one who asks may see, at one look. */
type View = {
  readonly app: App;
  readonly shelf: Shelf;
  readonly marks: { readonly memory: string; readonly history: string };
  readonly digests: Map<string, Promise<string>>;
};

async function changedUris({ viewer, uris }: Seat, view: View, which: 'first' | 'again'): Promise<string[]> {
  const wanted = viewer.uris();
  for (const uri of uris.keys()) if (!wanted.has(uri)) uris.delete(uri);
  const changed: string[] = [];
  let looked = 0;
  for (const uri of wanted) {
    const seen = uris.get(uri);
    if (which === 'first' && seen !== undefined) continue;
    const target = parseUri(uri);
    if ('fault' in target) continue;
    const marks = marksOf(target, view);
    if (seen !== undefined && marks !== null && seen.marks === marks) continue;
    looked += 1;
    if (looked % AT_ONCE === 0) await breathe();
    const digest = await digestOf(view, uri, () => contentOf(view, target));
    if (seen !== undefined && seen.digest !== digest) changed.push(uri);
    uris.set(uri, { marks: marks ?? '', digest });
  }
  return changed;
}

async function listChanged(seat: Seat, view: View, which: 'first' | 'again'): Promise<boolean> {
  const { viewer, list: seen } = seat;
  if (!viewer.list()) {
    seat.list = null;
    return false;
  }
  const marks = `${view.marks.memory} ${view.marks.history}`;
  if (seen !== null && (which === 'first' || seen.marks === marks)) return false;
  const digest = await digestOf(view, '', () => listContent(view.shelf));
  seat.list = { marks, digest };
  return seen !== null && seen.digest !== digest;
}

/** Null where nothing tells that it has not changed. */
function marksOf({ kind }: ResourceTarget, { marks }: View): string | null {
  if (kind === 'status') return null;
  return kind === 'history' || kind === 'session' || kind === 'message' ? marks.history : marks.memory;
}

function digestOf(view: View, key: string, content: () => Promise<string>): Promise<string> {
  const known = view.digests.get(key);
  if (known !== undefined) return known;
  const digest = content().then((text) => createHash('sha256').update(text).digest('base64'));
  view.digests.set(key, digest);
  return digest;
}

/** What is read, but for what moves by itself: times, counters, sizes. Nothing is empty. */
async function contentOf({ app, shelf }: View, target: ResourceTarget): Promise<string> {
  if (target.kind === 'status') {
    const { counts, project, queue, discarded, waiting, capture, last } = await (await app.status()).report(
      shelf.caller,
    );
    const { bytes: _, ...held } = counts;
    const errors = Object.values(last).map((each) => each?.error ?? null);
    return JSON.stringify([held, project, queue, discarded, waiting, capture, errors]);
  }
  if (target.kind === 'user' || target.kind === 'project' || target.kind === 'recall')
    return entriesOf(shelf, target.kind);
  if (target.kind === 'named-project') {
    const named = await shelf.ofProject(target.name);
    return named === null ? '' : `${named.projects.join(' ')}\n${await entriesOf(named, 'project')}`;
  }
  return (await textOf({ app, shelf, fresh: false }, target)) ?? '';
}

/** Which records stand in a file, and which version of each: as good as their words, and nothing is rendered for it. */
async function entriesOf(shelf: Shelf, kind: 'user' | 'project' | 'recall'): Promise<string> {
  const which = kind === 'recall' ? 'onDemand' : 'injected';
  const owners = kind === 'recall' ? (['user', 'project'] as const) : [kind];
  const entries: string[] = [];
  for (const owner of owners)
    for (const { id, version } of (await shelf.placed(owner))?.[which] ?? [])
      entries.push(`${id} ${version}`);
  return entries.sort().join('\n');
}

/** What is in the list, whatever its order. */
async function listContent(shelf: Shelf): Promise<string> {
  const sessions = (await shelf.sessions(SESSIONS))
    .map(({ short, title }) => `${short} ${title ?? ''}`)
    .sort();
  return JSON.stringify([await shelf.changes.inForce(shelf.projects), sessions]);
}
