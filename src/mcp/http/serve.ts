/** The server of the product: its tokens, its projects and its tools behind the HTTP of listen.ts. */
import type { Occasion } from '../../access/index.ts';
import type { App } from '../../app/app.ts';
import type { Environment } from '../../app/caller.ts';
import type * as Identity from '../../app/identity.ts';
import type { Principal } from '../../model/access.ts';
import { MidturnError, messageOf } from '../../model/errors.ts';
import { watchBus } from '../resources/bus.ts';
import { buildServer } from '../server.ts';
import { type AccessLine, accessLog } from './access-log.ts';
import { connectBearer } from './connect.ts';
import { type Listening, listenHttp } from './listen.ts';

const loadIdentity = (): Promise<typeof Identity> => import('../../app/identity.ts');

export type ServeOptions = {
  readonly app: App;
  readonly env: Environment;
  readonly version: string;
  /** Undefined = as the configuration says; the same for the next two. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly tokenFile: string | undefined;
  /** Lines for stderr. */
  readonly log: (line: string) => void;
};

export type Serving = Pick<Listening, 'url' | 'warnings' | 'close'> & { readonly tokenFile: string };

/** What hooks leave behind is looked for as often. */
const WAKE_MS = 10 * 60_000;
const SAME_ERROR_MS = 60_000;
const MOST_TROUBLES = 100;
/** Tokens of `midturn token create`; everything else is an identity provider's. */
const OWN_TOKEN = /^mtk_/;

/** @throws MidturnError where the store, the token file or the address cannot be used */
export async function serve({ app, env, version, log, ...wish }: ServeOptions): Promise<Serving> {
  const { http } = await app.config();
  const access = await app.access();
  const identity = http.oauth_issuer === null ? null : await (await loadIdentity()).openIdentity(app, env);
  const { path } = await access.ensureDefault(wish.tokenFile);
  const authenticate = async (secret: string | null, occasion: Occasion): Promise<Principal | null> => {
    if (secret === null) return null;
    if (OWN_TOKEN.test(secret)) return access.authenticate(secret, occasion);
    return identity === null ? null : identity.verify(secret);
  };
  const { bus, listening } = watchBus({ app, log });
  const noted = accessLog((line) => app.log(line), app.now);
  const server = await listenHttp({
    settings: { ...http, host: wish.host ?? http.host, port: wish.port ?? http.port },
    authenticate,
    projectFor: (principal, named) => access.projectFor(principal, named),
    buildServer: (bearer) => buildServer({ app, version, connect: connectBearer(bearer), log }),
    changes: {
      bus,
      listening: ({ bearer, message }, handle) => {
        const { facts } = connectBearer(bearer)();
        return listening({ message, facts: () => facts({ clientName: null, meta: undefined }) }, handle);
      },
    },
    identity,
    onerror: seldom(app.now, (error) => {
      // What has a name of its own says what is wrong and what to do; of everything else the place is wanted.
      log(`midturn: ${error instanceof MidturnError ? error.message : (error.stack ?? error.message)}`);
      app.failed('http');
    }),
    accessLog: keepingCode(noted),
  });
  const stopWork = workBeside(app, log);
  return {
    url: server.url,
    warnings: server.warnings,
    tokenFile: path,
    close: async () => {
      stopWork();
      await server.close();
      await identity?.close();
    },
  };
}

/**
 * What lasts (a store that is locked, a provider that is down) would be noted with every request of anybody: each
 * trouble is told once a minute, however its details change meanwhile.
 */
function seldom(now: () => number, tell: (error: Error) => void): (error: Error) => void {
  const told = new Map<string, number>();
  return (error) => {
    const what = error instanceof MidturnError ? error.words.what : error.message;
    const at = now();
    if (at - (told.get(what) ?? Number.NEGATIVE_INFINITY) < SAME_ERROR_MS) return;
    if (told.size >= MOST_TROUBLES) told.clear();
    told.set(what, at);
    tell(error);
  };
}

/** What any process of midturn that stays does for the memory. */
function workBeside(app: App, log: (line: string) => void): () => void {
  const wake = (): void => void app.wakeWorker();
  const timer = setInterval(wake, WAKE_MS).unref();
  wake();
  app.embedInBackground().catch((error: unknown) => log(`midturn: ${messageOf(error)}`));
  return () => clearInterval(timer);
}

/** After the first call V8 has compiled what calls need: from then on a start is faster. */
function keepingCode(write: (line: AccessLine) => void): (line: AccessLine) => void {
  let isKept = false;
  return (line) => {
    write(line);
    if (isKept || line.tool === null) return;
    isKept = true;
    const keep: unknown = Reflect.get(globalThis, Symbol.for('midturn.writeCodeCache'));
    if (typeof keep === 'function') setTimeout(() => keep(), 0).unref();
  };
}
