/**
 * The tools of the official suite that answer with a text: they are written as midturn's own tools are, and go through
 * the same registry, checks and answers. All others are given to the SDK directly, for what they need no tool of
 * midturn has: images, sounds and embedded resources, log messages, questions to the client's model and roots, forms
 * of any kind, a stream that is cut off, a schema that names its dialect.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer, ServerContext, ServerEvent } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../../src/app/app.ts';
import { httpCall } from '../../src/app/caller.ts';
import { type AnyTool, tool } from '../../src/mcp/define-tool.ts';
import { registerTools } from '../../src/mcp/registry.ts';
import type { Principal } from '../../src/model/access.ts';

/** Between two steps: what comes sooner after the last is told to no client (src/mcp/progress.ts). */
const PAUSE_MS = 150;

const common = {
  input: z.strictObject({}),
  aliases: {},
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  needs: 'read',
} as const;

const TOOLS: readonly AnyTool[] = [
  tool({
    ...common,
    name: 'test_simple_text',
    title: 'Text',
    description: 'Answers with a text',
    run: async () => ({ text: 'This is a simple text response for testing.' }),
  }),
  tool({
    ...common,
    name: 'test_error_handling',
    title: 'Failure',
    description: 'Fails',
    run: async () => {
      throw new Error('This tool intentionally returns an error for testing');
    },
  }),
  tool({
    ...common,
    name: 'test_tool_with_progress',
    title: 'Progress',
    description: 'Tells how far it is',
    run: async (_args, { progress }) => {
      for (const done of [10, 50, 100]) {
        progress({ done, total: 100 });
        await sleep(PAUSE_MS);
      }
      return { text: 'Done.' };
    },
  }),
  tool({
    ...common,
    name: 'test_x_mcp_header',
    title: 'Header',
    description: 'Has an argument that is a header too',
    input: z.strictObject({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
    run: async ({ region }) => ({ text: `The region is ${region}.` }),
  }),
];

/** @param publish tells the streams of subscriptions/listen; sessions of earlier protocols are told by their server */
function changes(server: McpServer, publish: (event: ServerEvent) => void): readonly AnyTool[] {
  return [
    tool({
      ...common,
      name: 'test_trigger_tool_change',
      title: 'Other tools',
      description: 'Says that tools changed',
      run: async () => {
        server.sendToolListChanged();
        publish({ kind: 'tools_list_changed' });
        return { text: 'Said.' };
      },
    }),
    tool({
      ...common,
      name: 'test_trigger_prompt_change',
      title: 'Other prompts',
      description: 'Says that prompts changed',
      run: async () => {
        server.sendPromptListChanged();
        publish({ kind: 'prompts_list_changed' });
        return { text: 'Said.' };
      },
    }),
  ];
}

export type Fixture = {
  readonly app: App;
  readonly principal: Principal;
  readonly log: (line: string) => void;
  readonly publish: (event: ServerEvent) => void;
};

export function registerCalls(server: McpServer, { app, principal, log, publish }: Fixture): void {
  registerTools(server, [...TOOLS, ...changes(server, publish)], {
    app,
    log,
    factsOf: async ({ mcpReq }: ServerContext) =>
      httpCall({ clientName: null, meta: mcpReq._meta, principal, project: null }),
    state: { id: 'suite', project: null },
  });
}
