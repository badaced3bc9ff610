/** A session begins, goes on, or has been compacted: it is given the stable part of what is remembered. */
import { contextAnswer } from './answer.ts';
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
};

async function textFor({ app, caller }: HookCall, source: string): Promise<string | null> {
  return (await app.inject()).sessionStart(await caller(), { source });
}

/** `session-start --cwd DIR`, for a person who wants to see what a session there would begin with. */
async function shown(call: HookCall): Promise<string> {
  const { app, cwd, caller } = call;
  const text = (await textFor(call, 'startup')) ?? '';
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
