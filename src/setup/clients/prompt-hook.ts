/** The hook on a prompt: the running server answers it, no process is started. The same words do for both clients. */
import { SERVER } from '../marks.ts';

/** Seconds. */
const TIMEOUT = 5;

export const PROMPT_HOOK = {
  type: 'mcp_tool',
  server: SERVER,
  tool: 'recall',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
  input: { query: '${prompt}', hook: true },
  timeout: TIMEOUT,
} as const;
