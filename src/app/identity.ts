/**
 * The identity provider whose tokens are taken beside midturn's own. A bundle of its own, loaded where one is
 * configured: nobody else pays for the cryptography.
 */
import { type IdentityProvider, identityProvider } from '../access/identity-provider.ts';
import type { App } from './app.ts';
import type { Environment } from './caller.ts';

export type { IdentityProvider };

/** @throws ConfigError where the configuration says too little of it */
export async function openIdentity(app: App, env: Environment): Promise<IdentityProvider> {
  const [{ http }, store, access] = [await app.config(), await app.store(), await app.access()];
  const { oauth_subjects, oauth_projects, ...settings } = http;
  const copied = { ...settings, oauth_subjects: [...oauth_subjects], oauth_projects: [...oauth_projects] };
  return identityProvider(copied, {
    env,
    now: app.now,
    owner: async () => store.owner,
    projects: (named) => access.knownProjects(named),
  });
}
