/** The tools of the official suite that ask the client while they run, as the protocols up to 2025-11-25 do it. */
import type { ElicitRequestFormParams, McpServer, ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { textAnswer } from './fixture-content.ts';

type Form = ElicitRequestFormParams['requestedSchema'];

const CONTACT: Form = {
  type: 'object',
  properties: {
    username: { type: 'string', description: 'A name' },
    email: { type: 'string', description: 'An address for mail' },
  },
  required: ['username', 'email'],
};

const DEFAULTS: Form = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const PLAIN = ['option1', 'option2', 'option3'];
const TITLED = ['First', 'Second', 'Third'].map((title, at) => ({ const: `value${at + 1}`, title }));
const ENUMS: Form = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: PLAIN },
    titledSingle: { type: 'string', oneOf: TITLED },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: PLAIN } },
    titledMulti: { type: 'array', items: { anyOf: TITLED } },
  },
};

export function registerAsking(server: McpServer): void {
  const prompt = z.object({ prompt: z.string() });
  server.registerTool(
    'test_sampling',
    { description: "Asks the client's model", inputSchema: prompt },
    async (args, { mcpReq }) => {
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: args.prompt } }];
      const params = { messages, maxTokens: 100 };
      const { content } = await mcpReq.send({ method: 'sampling/createMessage', params });
      return textAnswer(`LLM response: ${JSON.stringify(content)}`);
    },
  );

  const message = z.object({ message: z.string() });
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the person', inputSchema: message },
    async (args, context) => textAnswer(`User response: ${await asked(context, args.message, CONTACT)}`),
  );
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks the person, with values filled in' },
    async (context) => textAnswer(`Elicitation completed: ${await asked(context, 'Who is it?', DEFAULTS)}`),
  );
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks the person to choose' },
    async (context) => textAnswer(`Elicitation completed: ${await asked(context, 'Which one?', ENUMS)}`),
  );
}

async function asked({ mcpReq }: ServerContext, message: string, requestedSchema: Form): Promise<string> {
  // On the call's own stream: the session's may not be open yet, and what is sent before is not sent again.
  const params = { message, requestedSchema };
  const { action, content } = await mcpReq.send({ method: 'elicitation/create', params });
  return `action=${action}, content=${JSON.stringify(content ?? {})}`;
}
