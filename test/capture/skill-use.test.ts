import { describe, expect, it } from 'vitest';
import { noteSkillUse, skillsOpened } from '../../src/capture/skill-use.ts';
import type { Message, Part } from '../../src/model/message.ts';
import type { CaptureEntry } from '../../src/store/capture.ts';
import { applied, skill } from '../store/promoting.ts';
import { converse } from '../support/conversation.ts';
import { tempStore } from '../support/temp-store.ts';

type Said = Pick<Message, 'role' | 'kind' | 'by' | 'text' | 'parts'>;

function call(name: string, argument: unknown): Said {
  const part: Part = { type: 'tool_call', id: 'call_1', name, arguments: argument };
  return { role: 'assistant', kind: 'said', by: 'agent', text: '', parts: [part] };
}

function said(text: string, changes: Partial<Said> = {}): Said {
  return { role: 'user', kind: 'said', by: 'person', text, parts: null, ...changes };
}

describe('skillsOpened', () => {
  it.each([
    [
      'Codex reading it',
      call('shell', { command: ['bash', '-lc', 'cat /home/dev/.agents/skills/midturn-release/SKILL.md'] }),
    ],
    [
      'Codex reading it by exec_command',
      call('exec_command', { cmd: "sed -n '1,80p' ~/.agents/skills/midturn-release/SKILL.md" }),
    ],
    ['Claude Code reading it', call('Read', { file_path: '/repo/.claude/skills/midturn-release/SKILL.md' })],
    [
      'Claude Code on Windows',
      call('Read', { file_path: 'C:\\Users\\dev\\.claude\\skills\\midturn-release\\SKILL.md' }),
    ],
    ['the Skill tool', call('Skill', { skill: 'midturn-release' })],
    ['the Skill tool with arguments', call('Skill', { command: 'midturn-release 1.2.0' })],
    ['a slash command', said('/midturn-release 1.2.0')],
    ['a mention', said('please $midturn-release the shop')],
    [
      'what Codex gives with a mention',
      said('<skill>\n<name>midturn-release</name>\n<path>x</path>', { kind: 'injected', by: 'harness' }),
    ],
  ])('sees %s', (_what, message) => {
    expect(skillsOpened(message)).toEqual(['release']);
  });

  it.each([
    ['another skill of the person', call('Skill', { skill: 'release' })],
    ['a folder that is listed', call('shell', { command: 'ls ~/.agents/skills/midturn-release' })],
    [
      'a file that is written',
      call('Write', { file_path: '/x/skills/midturn-release/SKILL.md', content: 'x' }),
    ],
    [
      'a patch',
      call('shell', {
        command: 'apply_patch <<E\n*** Update File: .agents/skills/midturn-release/SKILL.md\nE',
      }),
    ],
    ['words about it', said('is midturn-release any good?')],
    [
      'an answer that names it',
      said('I read skills/midturn-release/SKILL.md', { role: 'assistant', by: 'agent' }),
    ],
    ['an agent that writes a slash', said('/midturn-release', { by: 'agent' })],
  ])('does not count %s', (_what, message) => {
    expect(skillsOpened(message)).toEqual([]);
  });
});

describe('use of a skill', () => {
  it('is counted once a session, for active skills only', async () => {
    const store = await tempStore();
    const made = await applied(store, [
      { op: 'skill_create', skill: skill('release', 'first', { state: 'active' }) },
      { op: 'skill_create', skill: skill('draft', 'second') },
    ]);
    const { session } = await converse(store, 'one', [{ text: 'hello' }]);
    const message = call('Skill', { skill: 'midturn-release' });
    const draft = call('Skill', { skill: 'midturn-draft' });
    // Only what is read of an entry.
    const entries = [message, draft, message].map((each) => ({ type: 'message', session, message: each }));
    for (let time = 0; time < 2; time += 1)
      await noteSkillUse(store, Array.from<CaptureEntry>(JSON.parse(JSON.stringify(entries))));
    const [used, unused] = await Promise.all(made.skills.map(({ skill: one }) => store.skills.get(one.id)));
    expect(used).toMatchObject({ uses: 1, lastUsedAt: expect.any(Number) });
    expect(unused).toMatchObject({ uses: 0 });
  });
});
