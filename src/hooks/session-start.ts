/** A session begins, goes on, or has been compacted: it is given the stable part of what is remembered. */
import { ConfigError, messageOf } from '../model/errors.ts';
import { contextAnswer, warningAnswer } from './answer.ts';
import type { Hook, HookCall, HookResult } from './hook.ts';

export const sessionStart: Hook = {
  event: 'session-start',
  kind: 'session-started',
  run: async (call) => {
    if (call.args.cwd !== undefined) return { answer: await shown(call), wake: false };
    const { app, payload } = call;
    const text = await textFor(call, payload.reason ?? 'startup');
    return { answer: contextAnswer('SessionStart', text), wake: await app.hasWork() } satisfies HookResult;
  },
  whenWrong: async ({ app }, error) => {
    const wrong = error instanceof ConfigError ? await wrongConfiguration(app) : null;
    return wrong === null || wrong !== messageOf(error) ? '' : warningAnswer('SessionStart', wordsOf(wrong));
  },
};

/** A home that cannot be used is another matter: somebody may have switched memory off by it. */
async function wrongConfiguration(app: HookCall['app']): Promise<string | null> {
  try {
    await app.config();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Without them every session would run without memory, and nobody would know. */
function wordsOf(wrong: string): string {
  return `midturn's configuration cannot be used, so this session runs without memory: ${wrong} See \`midturn config validate\`.`;
}

async function textFor({ app, caller }: HookCall, source: string): Promise<string | null> {
  return (await app.inject()).sessionStart(await caller(), { source });
}

/** `session-start --cwd DIR`, for a person who wants to see what a session there would begin with; with --json all of it. */
async function shown(call: HookCall): Promise<string> {
  const { app, args, cwd, caller } = call;
  const text = (await textFor(call, 'startup')) ?? '';
  if (!args.json) return `${text === '' ? 'A session here begins with nothing.' : text}\n`;
  const { project } = await caller();
  const seen = {
    hook: 'session-start',
    cwd,
    home: app.layout.root,
    version: app.version,
    project: project === null ? null : { id: project.id, name: project.name, root: project.root },
    characters: text.length,
    text,
    recall: { contract: (await app.inject()).contract() },
  };
  return `${JSON.stringify(seen, null, 2)}\n`;
}
