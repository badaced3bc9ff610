/** A server whose memories wait for a person, and callers of it over the network. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from '../../src/app/app.ts';
import { type CallFacts, cliCall, httpCall } from '../../src/app/caller.ts';
import type { CallLimits } from '../../src/mcp/limits.ts';
import { buildServer } from '../../src/mcp/server.ts';
import { type AccessScope, rightsOf } from '../../src/model/access.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import { afterThisTest } from './cleanup.ts';
import { tempFolder } from './temp-store.ts';

export type Wish = {
  readonly token?: string;
  readonly scopes?: readonly AccessScope[];
  readonly projects?: readonly ProjectId[] | null;
  readonly limits?: CallLimits;
};

export function formWorld(policy = 'manual') {
  const home = tempFolder();
  const env = { HOME: home, MIDTURN_HOME: `${home}/home` };
  mkdirSync(`${home}/home`, { mode: 0o700 });
  writeFileSync(`${home}/home/config.toml`, `[trust]\npolicy = "${policy}"\n`, { mode: 0o600 });
  const app = new App({ env, cwd: home, version: 'test' });
  afterThisTest(() => app.close());
  const lines: string[] = [];
  const terminal = cliCall(env, home, true);
  return {
    app,
    home,
    lines,
    /** Makes servers for the bearer of a token. */
    server:
      ({ token = 'a_one', scopes = ['read', 'write', 'admin'], projects = null, limits }: Wish = {}) =>
      () =>
        buildServer({
          app,
          version: 'test',
          ...(limits === undefined ? {} : { limits }),
          log: (line) => lines.push(line),
          connect: () => ({
            facts: async ({ clientName, meta }): Promise<CallFacts> =>
              httpCall({
                clientName,
                meta,
                principal: {
                  id: token,
                  owner: 'me',
                  rights: rightsOf(scopes),
                  projects,
                  expiresAt: null,
                },
                project: null,
              }),
          }),
        }),
    show: async (id: string) => {
      const caller = await app.caller(terminal);
      return (await (await app.memories()).show(caller, id)).memory;
    },
    /** A memory that a person has said at their terminal. */
    said: async (title: string, content: string) => {
      const caller = await app.caller(terminal);
      return (await app.memories()).remember(caller, { title, content, scope: 'user' });
    },
    newProject: async (name: string): Promise<ProjectId> => {
      const path = join(home, name);
      mkdirSync(path);
      const caller = await app.caller(cliCall(env, path, true));
      if (caller.project === null) throw new Error('no project');
      return caller.project.id;
    },
    terminal: () => app.caller(terminal),
  };
}
