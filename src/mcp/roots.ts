/**
 * Asks the client for its roots, where the process was started beside any project: VS Code starts the servers of a
 * user in their home folder. The protocol of 2026-07-28 knows no such question; there the process's own folder counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../app/app.ts';
import { type Environment, mcpCall } from '../app/caller.ts';
import { firstFolder, isNoProject, surroundings } from '../app/workspace.ts';
import { messageOf } from '../model/errors.ts';
import type { Connect } from './connection.ts';

/** How long calls wait for one answer, counted from the first of them. */
const PATIENCE_MS = 200;
/** In steps: what comes in while the store is being opened is read before the next one. */
const STEP_MS = 20;
/** An answer that comes later than this is not listened for. */
const ANSWER_MS = 30_000;

export type Surroundings = {
  readonly app: App;
  readonly env: Environment;
  readonly cwd: string;
  /** Nobody has said where the person works: where `cwd` is no project, the client is asked for its roots. */
  readonly asksRoots?: boolean;
  /** Lines for stderr. */
  readonly log: (line: string) => void;
};

/** Calls of the one client that has started this process. */
export function connectProcess(options: Surroundings): Connect {
  return (server) => {
    const roots = rootsOf(server, options);
    return {
      facts: async ({ clientName, meta }) =>
        mcpCall({ clientName, meta, env: options.env, cwd: await roots.cwd() }),
    };
  };
}

function rootsOf(server: McpServer, options: Surroundings): Roots {
  const roots = new Roots(server, options);
  // Only clients of the protocol up to 2025-11-25 send this; by then their handshake is answered.
  server.server.oninitialized = () => {
    if (options.asksRoots !== true || server.server.getClientCapabilities()?.roots === undefined) return;
    if (!isNoProject(options.cwd, surroundings(options.env))) return;
    server.server.setNotificationHandler('notifications/roots/list_changed', () => roots.ask());
    roots.ask();
  };
  return roots;
}

class Roots {
  readonly #server: McpServer;
  readonly #options: Surroundings;
  #cwd: string;
  /** The question that is out; null = none is. */
  #question: Promise<void> | null = null;
  #patience: Promise<void> | null = null;

  constructor(server: McpServer, options: Surroundings) {
    this.#server = server;
    this.#options = options;
    this.#cwd = options.cwd;
  }

  /** Where the person works, as far as it is known by now. */
  async cwd(): Promise<string> {
    if (this.#question !== null) {
      this.#patience ??= listened(PATIENCE_MS);
      await Promise.race([this.#question, this.#patience]);
    }
    return this.#cwd;
  }

  /** An answer to an earlier question does not count any more. */
  ask(): void {
    const question = this.#answer().then((cwd) => {
      if (this.#question !== question) return;
      this.#question = null;
      this.#cwd = cwd ?? this.#cwd;
    });
    this.#question = question;
    this.#patience = null;
  }

  /** Null where the client does not say: then what it said before holds. Never rejects. */
  async #answer(): Promise<string | null> {
    const { app, cwd, log } = this.#options;
    try {
      const answer = z.object({ roots: z.array(z.object({ uri: z.string() })) });
      const asked = { method: 'roots/list' };
      const { roots } = await this.#server.server.request(asked, answer, { timeout: ANSWER_MS });
      return firstFolder(roots) ?? cwd;
    } catch (error) {
      log(`midturn: the client did not name its roots: ${messageOf(error)}`);
      app.failed('roots');
      return null;
    }
  }
}

async function listened(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP_MS) await sleep(STEP_MS, undefined, { ref: false });
}
