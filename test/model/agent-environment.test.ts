import { describe, expect, it } from 'vitest';
import { agentEnvironment } from '../../src/model/agent-environment.ts';

const ENV = {
  PATH: '/bin',
  HOME: '/h',
  https_proxy: 'http://127.0.0.1:1',
  CODEX_HOME: '/c',
  CLAUDE_CONFIG_DIR: '/d',
  CLAUDE_CODE_USE_BEDROCK: '1',
  OPENCODE_CONFIG: '/o',
  ANTHROPIC_API_KEY: 'a',
  OPENAI_API_KEY: 'o',
  AWS_PROFILE: 'p',
  GITHUB_TOKEN: 'g',
  DATABASE_URL: 'd',
  SSH_AUTH_SOCK: 's',
  SHOP_SECRET: 'x',
  SHOP_COLOR: 'blue',
};
const SESSION = {
  CLAUDECODE: '1',
  CLAUDE_CODE_SESSION_ID: 's',
  CODEX_THREAD_ID: 't',
  MIDTURN_HOME: '/m',
  MIDTURN_AGENT: '0',
};
const names = (env: object) => Object.keys(env).sort();

describe('the environment of an agent', () => {
  it.each([
    ['codex', ['CODEX_HOME']],
    ['claude', ['AWS_PROFILE', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CONFIG_DIR']],
    ['opencode', ['AWS_PROFILE', 'OPENCODE_CONFIG']],
  ] as const)('%s gets the machine, keys of models, and what is its own', (agent, own) => {
    const shared = ['PATH', 'HOME', 'https_proxy', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'MIDTURN_AGENT'];
    expect(names(agentEnvironment(ENV, { agent }))).toEqual([...shared, ...own].sort());
  });

  it('is marked, and tells nothing of the session that it was started from', () => {
    for (const agent of ['codex', 'claude', 'opencode', null] as const)
      expect(agentEnvironment({ ...SESSION, PATH: '/bin' }, { agent })).toEqual({
        PATH: '/bin',
        MIDTURN_AGENT: '1',
      });
  });

  it('of an unknown program lacks the secrets of other things, and has those that were named', () => {
    const given = agentEnvironment(ENV, { agent: null, named: ['SHOP_SECRET'], own: { A: '1' } });
    expect(given).toMatchObject({ SHOP_COLOR: 'blue', SHOP_SECRET: 'x', OPENAI_API_KEY: 'o', A: '1' });
    for (const name of ['GITHUB_TOKEN', 'DATABASE_URL', 'SSH_AUTH_SOCK'])
      expect(given).not.toHaveProperty(name);
  });
});
