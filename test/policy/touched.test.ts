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

  const MEMORY = '/home/dev/.midturn/projects/shop-1a2b3c4d/MEMORY.md';
  async function withCommands(...commands: readonly string[]) {
    const store = await tempStore();
    const said = commands.map((command, at) => ({
      text: '',
      role: 'assistant' as const,
      blocks: [{ type: 'tool_call' as const, id: `c${at}`, name: 'Bash', arguments: { command } }],
    }));
    await converse(store, 'one', [{ text: 'please' }, ...said], { startedAt: STARTED });
    return store;
  }

  it.each([
    ['its folder', 'cd ~/.midturn/projects/shop-1a2b3c4d', "cat >> MEMORY.md <<'X'"],
    ['the folder of all projects', 'cd ~/.midturn/projects', 'sed -i s/a/b/ */MEMORY.md'],
    [
      'the home by a pattern',
      'cd ~/.midturn/projects/shop*',
      "python3 -c \"open('MEMORY.md','a').write(1)\"",
    ],
  ])('sees a bare name that is written to after a call that went to %s', async (_what, ...commands) => {
    expect(await touchedByTool(await withCommands(...commands), MEMORY, null)).toBe(true);
  });

  it.each([
    ['reads it there', ['cd ~/.midturn/projects/shop-1a2b3c4d', 'cat MEMORY.md 2>/dev/null']],
    ['writes one of that name elsewhere', ['cd /work/notes', 'echo x >> MEMORY.md']],
    ['writes before it goes there', ['echo x >> MEMORY.md', 'cd ~/.midturn/projects/shop-1a2b3c4d']],
    ['went to another project', ['cd ~/.midturn/projects/mill-99999999', 'echo x >> MEMORY.md']],
  ])('leaves a session aside that %s', async (_what, commands) => {
    expect(await touchedByTool(await withCommands(...commands), MEMORY, null)).toBe(false);
  });

  it('looks at no call after the file was read', async () => {
    const store = await withCommands(`sed -i s/a/b/ ${MEMORY}`);
    expect(await touchedByTool(store, MEMORY, null, STARTED - 60_000)).toBe(false);
    expect(await touchedByTool(store, MEMORY, null, STARTED + 60_000)).toBe(true);
  });
});
