/** `npm run tokens`: what the tools cost a model before it has called one. */
import { pathToFileURL } from 'node:url';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { midturn, prepareProgram, withHome } from './lib/program.mjs';
import { asText } from './lib/table.mjs';

export function toolTokens() {
  return withHome(async (place) => {
    const { tools, close } = await midturn(place);
    await close();
    const count = (value) => encode(JSON.stringify(value)).length;
    const figures = Object.fromEntries([
      ...tools.map((tool) => [tool.name, count(tool)]),
      ['tools/list', count(tools)],
    ]);
    return {
      figures,
      tables: [{ title: 'Tools', head: ['tool', 'tokens (o200k)'], rows: Object.entries(figures) }],
    };
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await prepareProgram();
  const { tables } = await toolTokens();
  console.log(tables.map(asText).join('\n'));
}
