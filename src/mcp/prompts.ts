/** Prompts of the MCP server: texts that a person picks in their client. They are read when they are asked for. */
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { type ReadFrom, reading } from './reading.ts';

const PROMPTS = [
  {
    name: 'review_session',
    title: 'Review this session',
    description: 'Looks back over this session and proposes what to remember. Uses this client’s own model.',
    text: 'review',
  },
  {
    name: 'recall_contract',
    title: 'Use of memory',
    description: 'When to call which of midturn’s tools, for a client that is not told so at its start.',
    text: 'contract',
  },
] as const;

export const PROMPT_NAMES = PROMPTS.map(({ name }) => name);

export function registerPrompts(server: McpServer, from: ReadFrom): void {
  for (const { name, title, description, text } of PROMPTS) {
    server.registerPrompt(name, { title, description }, (context: ServerContext) =>
      reading(`the prompt ${name}`, from, context, async ({ client, plugin }) => {
        const words = (await from.app.inject())[text](client, plugin);
        return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text: words } }] };
      }),
    );
  }
}
