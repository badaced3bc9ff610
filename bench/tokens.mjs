/** `npm run tokens`: what the tools cost a model before it has called one. */
import { pathToFileURL } from 'node:url';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { build } from '../scripts/build.mjs';
import { bin, connect, withHome } from './program.mjs';

export function toolTokens() {
  return withHome(async (place) => {
    const { server, tools } = await connect(process.execPath, [bin, 'mcp'], place);
    await server.close();
    return [
      ...tools.map((tool) => [tool.name, String(encode(JSON.stringify(tool)).length)]),
      ['tools/list', String(encode(JSON.stringify(tools)).length)],
    ];
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build();
  for (const [name, count] of await toolTokens()) console.log(`${name.padEnd(20)} ${count} tokens`);
}
