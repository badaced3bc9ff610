/** A provider of identities as midturn sees it, on top of one that answers over real HTTP. */
import { afterEach, vi } from 'vitest';
import {
  type IdentityDeps,
  type IdentityProvider,
  type IdentitySettings,
  identityProvider,
} from '../../src/access/identity-provider.ts';
import { AUDIENCE, type IdentityServer, SUBJECT } from './identity-server.ts';

export const SECOND = 1000;
const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) await close();
});

function settingsOf(server: IdentityServer, more: Partial<IdentitySettings> = {}): IdentitySettings {
  return {
    oauth_issuer: server.issuer,
    oauth_audience: AUDIENCE,
    oauth_jwks_url: null,
    oauth_subjects: [SUBJECT],
    oauth_projects: [],
    oauth_scope_prefix: 'midturn:',
    ...more,
  };
}

export function providerOf(
  server: IdentityServer,
  settings: Partial<IdentitySettings> = {},
  deps: Partial<IdentityDeps> = {},
): IdentityProvider {
  const provider = identityProvider(settingsOf(server, settings), {
    env: {},
    now: () => Date.now(),
    owner: async () => 'owner-of-the-store',
    projects: async () => [],
    ...deps,
  });
  closing.push(provider.close);
  return provider;
}

export function seconds(fromNow: number): number {
  return Math.floor(Date.now() / SECOND) + fromNow;
}

/** Only the clock stands still: connections and timeouts are real. */
export function stopClock(): { forward: (ms: number) => void } {
  vi.useFakeTimers({ toFake: ['Date'] });
  return { forward: (ms) => void vi.setSystemTime(Date.now() + ms) };
}
