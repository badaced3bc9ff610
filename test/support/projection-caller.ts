/** A person at a terminal, outside any project. */
import type { Caller } from '../../src/model/caller.ts';

export function person(owner: string): Caller {
  return {
    owner,
    surface: 'cli',
    client: null,
    session: null,
    externalSession: null,
    turnKey: null,
    callId: null,
    project: null,
    cwd: '/',
    rights: { read: true, write: true, admin: true },
    personPresent: true,
  };
}
