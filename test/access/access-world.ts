/** A store with an access service over it, and callers who may and may not make tokens. */
import { join } from 'node:path';
import type { AccessService } from '../../src/access/index.ts';
import { accessService } from '../../src/access/index.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { Store } from '../../src/store/store.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';

export const NOW = 1_795_253_400_000;

export type World = {
  readonly folder: string;
  readonly store: Store;
  readonly access: AccessService;
  readonly person: Caller;
  readonly agent: Caller;
  readonly clock: { now: number };
  readonly failures: unknown[];
};

export async function accessWorld(folder = tempFolder()): Promise<World> {
  const clock = { now: NOW };
  const failures: unknown[] = [];
  const store = await tempStore(folder, () => clock.now);
  const access = accessService({
    store,
    now: () => clock.now,
    machine: 'here',
    tokenFile: join(folder, 'http-token'),
    isAgents: ({ client }) => client !== null,
    onError: (error) => failures.push(error),
    os: 'linux',
    notedAfterMs: 0,
  });
  const person: Caller = {
    owner: store.owner,
    surface: 'cli',
    client: null,
    session: null,
    externalSession: null,
    turnKey: null,
    callId: null,
    project: null,
    cwd: '/home/dev',
    rights: { read: true, write: true, admin: true },
    personPresent: false,
  };
  return { folder, store, access, person, agent: { ...person, client: 'codex' }, clock, failures };
}

export const WISH = { label: 'laptop', scopes: ['read', 'write'], projects: null, expiresAt: null } as const;
