/** The resources and prompts of the official suite. */
import { completable, type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { PIXEL, userSays } from './fixture-content.ts';

export function registerResources(server: McpServer): void {
  const text = { description: 'A text', mimeType: 'text/plain' };
  for (const name of ['static-text', 'watched-resource'])
    server.registerResource(name, `test://${name}`, text, ({ href: uri }) => ({
      contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
    }));
  const image = { description: 'An image', mimeType: PIXEL.mimeType };
  server.registerResource('static-binary', 'test://static-binary', image, ({ href: uri }) => ({
    contents: [{ uri, mimeType: PIXEL.mimeType, blob: PIXEL.data }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', {
    list: undefined,
    complete: { id: () => ['123', '456'] },
  });
  const json = { description: 'Data of an id', mimeType: 'application/json' };
  server.registerResource('template', template, json, ({ href: uri }, { id }) => ({
    contents: [
      { uri, mimeType: 'application/json', text: JSON.stringify({ id, data: `Data for ID: ${id}` }) },
    ],
  }));

  const watched = new Set<string>();
  server.server.setRequestHandler('resources/subscribe', async ({ params }) => {
    watched.add(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', async ({ params }) => {
    watched.delete(params.uri);
    return {};
  });
}

export function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A prompt' }, () => ({
    messages: [userSays('This is a simple prompt for testing.')],
  }));
  const cities = ['paris', 'park', 'party', 'testValue'];
  const two = z.object({
    arg1: completable(z.string().describe('The first'), (value) =>
      cities.filter((city) => city.startsWith(value)),
    ),
    arg2: z.string().describe('The second'),
  });
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'A prompt with arguments', argsSchema: two },
    ({ arg1, arg2 }) => ({ messages: [userSays(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  );
  const uri = z.object({ resourceUri: z.string().describe('The resource') });
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A prompt with a resource', argsSchema: uri },
    ({ resourceUri }) => {
      const text = 'Embedded resource content for testing.';
      const resource = { uri: resourceUri, mimeType: 'text/plain', text };
      return {
        messages: [
          { role: 'user', content: { type: 'resource', resource } },
          userSays('Please process the embedded resource above.'),
        ],
      };
    },
  );
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with an image' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', ...PIXEL } },
      userSays('Please analyze the image above.'),
    ],
  }));
}
