/** What everything else stands on: the home, the configuration, the store, and midturn's own name for what it does. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Configuration } from '../project/configuration.ts';
import { type HomeLayout, homeLayout, prepareHome, resolveHome } from '../project/home.ts';
import { appendLog, type LogLine } from '../project/log-file.ts';
import type { Store } from '../store/store.ts';
import type * as Asking from './asking.ts';
import type { CallFacts, Environment } from './caller.ts';
import type { KeptFor } from './checked-configuration.ts';
import { once } from './once.ts';
import { stillThere } from './same-file.ts';

const asking = (): Promise<typeof Asking> => import('./asking.ts');

export type AppOptions = {
  readonly env: Environment;
  readonly cwd: string;
  readonly version: string;
  /** `--home` */
  readonly home?: string | undefined;
  readonly now?: Clock;
  /** A hook has a tenth of a second: it leaves to others what is not its answer. */
  readonly isHook?: boolean;
  /** A server is started again and again by its client: it takes what an earlier one has checked. */
  readonly isServer?: boolean;
};

export class Core {
  readonly env: Environment;
  readonly cwd: string;
  readonly version: string;
  readonly now: Clock;
  readonly isHook: boolean;
  /** The user's home folder. */
  readonly osHome: string;
  readonly layout: HomeLayout;
  readonly #keptFor: KeptFor | null;
  readonly #sources: Parameters<typeof Asking.readConfiguration>[0];
  readonly #onOpened: (store: Store) => Promise<void>;
  #opened: Store | undefined;
  #requireFile = (): void => undefined;
  #closed = false;
  #makesHome = true;

  /** `onOpened`: what is done with the store before the first question to it; not for a hook. */
  constructor(options: AppOptions, { onOpened }: { readonly onOpened: (store: Store) => Promise<void> }) {
    const { env, cwd, home } = options;
    this.env = env;
    this.cwd = cwd;
    this.version = options.version;
    this.now = options.now ?? Date.now;
    this.isHook = options.isHook === true;
    this.osHome = env.HOME ?? env.USERPROFILE ?? homedir();
    this.layout = homeLayout(resolveHome({ flag: home, env, osHome: this.osHome, cwd }));
    this.#keptFor = this.isHook ? 'hook' : options.isServer === true ? 'server' : null;
    this.#sources = { file: this.layout.config, env, osHome: this.osHome };
    this.#onOpened = onOpened;
  }

  /** Read once. */
  readonly config = once((): Promise<Configuration> => this.#keptConfig());

  async #keptConfig(): Promise<Configuration> {
    const keptFor = this.#keptFor;
    if (keptFor === null) return this.loadConfig();
    const { keptConfiguration } = await asking();
    return keptConfiguration(this.#sources, { folder: this.layout.cache, keptFor, version: this.version });
  }

  /** Read anew. */
  async loadConfig(): Promise<Configuration> {
    const { readConfiguration } = await asking();
    return readConfiguration(this.#sources);
  }

  /** The store, opened (and created) when first asked for. A failed opening is tried again at the next question. */
  readonly store = async (): Promise<Store> => {
    const store = await this.#store();
    this.#requireFile();
    return store;
  };

  readonly #store = once(async (): Promise<Store> => {
    const store = await this.#open();
    if (!this.isHook) await this.#onOpened(store);
    return store;
  });

  async #open(): Promise<Store> {
    const { openStore, openStoreOfHook, makePrivateFile } = await asking();
    // Whoever made the store has looked after its home: a hook has no time to look again.
    if (!this.isHook || !existsSync(this.layout.db)) {
      if (this.#makesHome) await prepareHome(this.layout);
      // Made before SQLite would make it: its journal takes the file's permissions over.
      await makePrivateFile(this.layout.db);
    }
    const open = this.isHook ? openStoreOfHook : openStore;
    const store = await open({ path: this.layout.db, now: this.now });
    if (this.#closed) store.close();
    this.#requireFile = stillThere(this.layout.db);
    this.#opened = store;
    return store;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** For a process that works in a home which somebody may remove meanwhile: from now on it is never made anew. */
  leaveHomeAsItIs(): void {
    this.#makesHome = false;
  }

  /** Closes at once; writes are committed one by one, so nothing is lost. */
  close(): void {
    this.#closed = true;
    this.#opened?.close();
  }

  /** Midturn itself, which works for nobody in particular. */
  self(store: Store): Caller {
    return { ...systemCall(this.cwd), owner: store.owner, project: null };
  }

  /** A line for the log file; never at the cost of anything. */
  log(line: LogLine): void {
    appendLog(this.layout, line);
  }

  /** Counts what went wrong where nobody could be told; `status` shows it. */
  async failed(what: string): Promise<void> {
    try {
      await (await this.store()).health.count({ [`${what}.failures`]: 1 });
    } catch {
      // The store cannot be written now: whoever asked for it is told so by their own call.
    }
  }
}

/** Work that midturn does by itself. */
function systemCall(cwd: string): CallFacts {
  return {
    surface: 'cli',
    client: 'midturn',
    externalSession: null,
    session: null,
    turnKey: null,
    callId: null,
    cwd,
    rights: { read: true, write: true, admin: false },
    personPresent: false,
  };
}
