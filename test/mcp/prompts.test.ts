import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { connectProcess } from '../../src/mcp/roots.ts';
import { buildServer } from '../../src/mcp/server.ts';
import { tempFolder } from '../support/temp-store.ts';

async function connected(name: string, more: Readonly<Record<string, string>> = {}) {
  const home = tempFolder();
  const env = { HOME: home, MIDTURN_HOME: `${home}/home`, ...more };
  const app = new App({ env, cwd: home, version: 'test' });
  const server = buildServer({
    app,
    version: 'test',
    connect: connectProcess({ app, env, cwd: home, log: () => {} }),
    log: () => {},
  });
  const client = new Client({ name, version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  await client.connect(theirs);
  const textOf = async (prompt: string) => {
    const { messages } = await client.getPrompt({ name: prompt });
    return messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('\n');
  };
  return { client, textOf, close: () => app.close() };
}

describe('prompts', () => {
  it('has the client’s own model review the session, and tells when to call which tool', async () => {
    const { client, textOf, close } = await connected('claude-code');
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['review_session', 'recall_contract']);
    const [review, contract] = [await textOf('review_session'), await textOf('recall_contract')];
    expect(review).toContain('`submit_suggestion`');
    expect(contract).toContain('`recall_history`');
    for (const text of [review, contract]) expect(text).toContain('mcp__midturn__recall');
    close();
  });

  it('names the tools as Claude Code knows those of a plugin, whose servers are told where it lies', async () => {
    const { textOf, close } = await connected('claude-code', { CLAUDE_PLUGIN_ROOT: '/plugins/midturn' });
    for (const prompt of ['review_session', 'recall_contract'])
      expect(await textOf(prompt)).toContain('`mcp__plugin_midturn_midturn__recall`');
    close();
  });

  it('takes 1,500 tokens with both texts, and adds nothing to the list of tools', async () => {
    const { client, textOf, close } = await connected('codex-mcp-client');
    const { prompts } = await client.listPrompts();
    const all = [JSON.stringify(prompts), await textOf('review_session'), await textOf('recall_contract')];
    expect(countTokens(all.join('\n'))).toBeLessThanOrEqual(1500);
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(6);
    expect(JSON.stringify(tools)).not.toMatch(/review_session|recall_contract/);
    close();
  });
});
