/** The tools of the official suite that answer with what midturn's own never do: see fixture-calls.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fromJsonSchema, type McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { PIXEL, SILENCE, textAnswer } from './fixture-content.ts';

const PAUSE_MS = 50;

export function registerOthers(server: McpServer): void {
  registerContent(server);
  registerNotices(server);
  registerSchemas(server);
}

function registerContent(server: McpServer): void {
  server.registerTool('test_image_content', { description: 'Answers with an image' }, () => ({
    content: [{ type: 'image', ...PIXEL }],
  }));
  server.registerTool('test_audio_content', { description: 'Answers with a sound' }, () => ({
    content: [{ type: 'audio', ...SILENCE }],
  }));
  const embedded = {
    uri: 'test://embedded-resource',
    mimeType: 'text/plain',
    text: 'This is an embedded resource content.',
  };
  server.registerTool('test_embedded_resource', { description: 'Answers with a resource' }, () => ({
    content: [{ type: 'resource', resource: embedded }],
  }));
  const mixed = {
    uri: 'test://mixed-content-resource',
    mimeType: 'application/json',
    text: JSON.stringify({ test: 'data', value: 123 }),
  };
  server.registerTool('test_multiple_content_types', { description: 'Answers with three kinds' }, () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', ...PIXEL },
      { type: 'resource', resource: mixed },
    ],
  }));
}

function registerNotices(server: McpServer): void {
  const logging = async ({ mcpReq }: ServerContext) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', line);
      await sleep(PAUSE_MS);
    }
    return textAnswer('Three lines were logged.');
  };
  server.registerTool('test_tool_with_logging', { description: 'Logs three lines' }, logging);
  server.registerTool('test_logging_tool', { description: 'Logs where the request asks for it' }, logging);

  server.registerTool('test_reconnection', { description: 'Cuts its own stream off' }, async ({ http }) => {
    http?.closeSSE?.();
    await sleep(2 * PAUSE_MS);
    return textAnswer('Sent after the stream was cut off.');
  });
}

function registerSchemas(server: McpServer): void {
  const everything = fromJsonSchema({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { required: ['phone'] },
    else: { required: ['email'] },
    additionalProperties: false,
  });
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has a schema with the newer keywords', inputSchema: everything },
    () => textAnswer('Taken.'),
  );
}
