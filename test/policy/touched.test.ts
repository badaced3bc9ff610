import { describe, expect, it } from 'vitest';
import { touchedByTool } from '../../src/policy/index.ts';
import { converse } from '../support/conversation.ts';
import { tempStore } from '../support/temp-store.ts';

const PATH = '/home/dev/.agents/skills/midturn-release/SKILL.md';
const STARTED = Date.UTC(2026, 10, 1);

async function withCall(name: string, argument: unknown) {
  const store = await tempStore();
  await converse(
    store,
    'one',
    [
      { text: 'please' },
      {
        text: '',
        role: 'assistant',
        blocks: [{ type: 'tool_call', id: 'c', name, arguments: argument }],
      },
    ],
    { startedAt: STARTED },
  );
  return store;
}

describe('touchedByTool', () => {
  it.each([
    ['its path', { file_path: PATH, content: 'x' }],
    [
      'its name from within its folder',
      { command: 'cd ~/.agents/skills/midturn-release && sed -i s/a/b/ SKILL.md' },
    ],
  ])('sees a call that gives %s', async (_what, argument) => {
    const store = await withCall('Bash', argument);
    expect(await touchedByTool(store, PATH, null)).toBe(true);
    expect(await touchedByTool(store, PATH, STARTED)).toBe(true);
    expect(await touchedByTool(store, PATH, STARTED + 3_600_000)).toBe(false);
  });

  it.each([
    ['another skill', 'Bash', { command: 'cat ~/.agents/skills/midturn-deploy/SKILL.md' }],
    ['a file of that name elsewhere', 'Bash', { command: 'cat SKILL.md' }],
  ])('leaves %s aside', async (_what, name, argument) => {
    expect(await touchedByTool(await withCall(name, argument), PATH, null)).toBe(false);
  });

  it('is not misled by words that name the file', async () => {
    const store = await tempStore();
    await converse(store, 'one', [{ text: `I have edited ${PATH}` }]);
    expect(await touchedByTool(store, PATH, null)).toBe(false);
  });
});
