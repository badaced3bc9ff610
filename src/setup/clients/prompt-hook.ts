/**
 * The hook on a prompt: the running server answers it, no process is started. The same words do for both clients. Where
 * the name belongs to another server, the prompt would go to that one: there the program itself is started.
 */
import { isObject, isOurs, SERVER } from '../marks.ts';
import type { Json, Program } from '../types.ts';
import { isOverHttp, overHttpWords } from './server-entry.ts';

/** Seconds. */
export const PROMPT_SECONDS = 5;

export const PROMPT_HOOK = {
  type: 'mcp_tool',
  server: SERVER,
  tool: 'recall',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
  input: { query: '${prompt}', hook: true },
  timeout: PROMPT_SECONDS,
} as const;

/** The hook of the program itself, in place of the server's. */
export const PROMPT_COMMAND = 'user-prompt';

/** True where somebody else has a server of our name: what is sent to that name is not for it to read. */
export function isAnothers(server: unknown, program: Program): boolean {
  return server !== undefined && !isOurs(server, program);
}

/** What a person is told of it when setup runs. */
export function anotherServerNote(
  server: unknown,
  { name, file, client }: { readonly name: string; readonly file: string; readonly client: string },
): string {
  const hook = 'the hook on prompts starts midturn itself';
  return isOverHttp(server)
    ? `${overHttpWords(name, file)}, which stays: the tools are those of that server, and ${hook}. To have it start midturn instead: take that entry out, then midturn setup ${client}`
    : `${name} starts another program under the name midturn (${file}), which stays. So there are no tools of midturn there, and ${hook}. To have both: give that entry another name, then midturn setup ${client}`;
}

/** True when a hook in this list of groups hands prompts to the server of our name. */
export function asksServer(groups: unknown): boolean {
  if (!Array.isArray(groups)) return false;
  return groups.some(
    (group: Json) =>
      isObject(group) &&
      Array.isArray(group.hooks) &&
      group.hooks.some((hook: Json) => isObject(hook) && hook.type === 'mcp_tool' && hook.server === SERVER),
  );
}

/** What doctor says where prompts go to a server that is not ours. */
export function strayWords(name: string, file: string): string {
  return `${name} hands prompts to another program that goes by the name midturn (${file})`;
}
