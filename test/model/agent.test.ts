import { describe, expect, it } from 'vitest';
import { AGENTS, agentEnvironment, recipeOf, unknownOption, withoutOption } from '../../src/model/agent.ts';

describe('an agent that midturn starts', () => {
  it.each(AGENTS)('%s is started by arguments alone, with every optional option among them', (name) => {
    const { argv, optional } = recipeOf(name, { model: 'm', servers: [] });
    expect(argv[0]).toBe(name);
    expect(argv).toContain('m');
    for (const option of Object.keys(optional)) expect(argv).toContain(option);
  });

  it('is marked, and knows nothing of the session that it was started from', () => {
    const env = {
      PATH: '/bin',
      CODEX_HOME: '/c',
      CLAUDE_CONFIG_DIR: '/d',
      CLAUDE_CODE_USE_BEDROCK: '1',
      CLAUDECODE: '1',
      CLAUDE_CODE_SESSION_ID: 's',
      CODEX_THREAD_ID: 't',
      MIDTURN_HOME: '/m',
      MIDTURN_AGENT: '0',
    };
    expect(agentEnvironment(env)).toEqual({
      PATH: '/bin',
      CODEX_HOME: '/c',
      CLAUDE_CONFIG_DIR: '/d',
      CLAUDE_CODE_USE_BEDROCK: '1',
      MIDTURN_AGENT: '1',
    });
  });

  it.each([
    ["error: unexpected argument '--ephemeral' found\n\n  tip: …", '--ephemeral'],
    ["error: unknown option '--no-session-persistence'\n", '--no-session-persistence'],
    ['Unknown argument: pure', '--pure'],
    ['unexpected end of input', null],
  ])('says in %j which option it does not know', (words, option) => {
    expect(unknownOption(words)).toBe(option);
  });

  it('can do without an option and its value, and not without what it must have', () => {
    const { argv, optional } = recipeOf('claude', { model: null, servers: [] });
    const fewer = withoutOption(argv, '--tools', optional);
    expect(fewer).not.toContain('--tools');
    expect(fewer).not.toContain('');
    expect(fewer?.length).toBe(argv.length - 2);
    expect(withoutOption(argv, '--output-format', optional)).toBeNull();
    expect(withoutOption(argv, 'claude', { claude: 0 })).toBeNull();
  });
});
