/** Prompts of the MCP server: texts that a person picks in their client. They are read when they are asked for. */
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';

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

/** @param askerOf who asks, as it is known from a request */
export function registerPrompts(
  server: McpServer,
  app: App,
  askerOf: (context: ServerContext) => Promise<CallFacts>,
): void {
  for (const { name, title, description, text } of PROMPTS) {
    server.registerPrompt(name, { title, description }, async (context) => {
      const { client, plugin } = await askerOf(context);
      const words = (await app.inject())[text](client, plugin);
      return { messages: [{ role: 'user', content: { type: 'text', text: words } }] };
    });
  }
}
