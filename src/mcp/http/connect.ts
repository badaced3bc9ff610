/** Calls over HTTP: the token says whose they are and what they may, and a header or the token which project is meant. */
import { httpCall } from '../../app/caller.ts';
import type { Connection } from '../connection.ts';
import type { Bearer } from './bearer.ts';

export function connectBearer({ principal, project }: Bearer): () => Connection {
  return () => ({
    facts: async ({ clientName, meta }) => httpCall({ clientName, meta, principal, project }),
  });
}
