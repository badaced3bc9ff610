/** Registers tools with the MCP SDK: what is published of each, and the one way by which a call comes to it. */
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';
import type { ConnectionState } from './calling.ts';
import type { AnyTool } from './define-tool.ts';
import type { CallLimits } from './limits.ts';

export type RegistryOptions = {
  readonly app: App;
  /** Lines for stderr. */
  readonly log: (line: string) => void;
  /** Who calls. */
  readonly factsOf: (context: ServerContext) => Promise<CallFacts>;
  readonly state: ConnectionState;
  /** Default: what limits.ts says. */
  readonly limits?: CallLimits;
};

export function registerTools(server: McpServer, tools: readonly AnyTool[], options: RegistryOptions): void {
  const { factsOf, state, ...rest } = options;
  for (const tool of tools) {
    const { name, title, description, hints } = tool;
    server.registerTool(
      name,
      { title, description, annotations: hints, inputSchema: published(tool) },
      async (args: unknown, context: ServerContext) => {
        const { answerCall } = await import('./calling.ts');
        return answerCall({
          ...rest,
          tool,
          args,
          context,
          facts: () => factsOf(context),
          capabilities: server.server.getClientCapabilities(),
          protocol: server.server.getNegotiatedProtocolVersion(),
          connection: state,
        });
      },
    );
  }
}

/**
 * The schema as it is published; checking is ours, so that an error tells the model what to send instead. It does not
 * name its dialect, which costs each tool 18 tokens: MCP's own is meant where none is named.
 */
function published(tool: AnyTool): typeof standard {
  const { jsonSchema } = tool.input['~standard'];
  const bare = ({ $schema: _, ...schema }: Record<string, unknown>): Record<string, unknown> => schema;
  const standard = {
    '~standard': {
      version: 1 as const,
      vendor: 'midturn',
      validate: (value: unknown) => ({ value }),
      jsonSchema: {
        input: (options: Parameters<typeof jsonSchema.input>[0]) => bare(jsonSchema.input(options)),
        output: (options: Parameters<typeof jsonSchema.output>[0]) => bare(jsonSchema.output(options)),
      },
    },
  };
  return standard;
}
