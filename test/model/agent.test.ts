import { describe, expect, it } from 'vitest';
import {
  AGENTS,
  agentNamed,
  guarded,
  modelOf,
  recipeOf,
  unknownOption,
  withoutOption,
} from '../../src/model/agent.ts';

describe('an agent that midturn starts', () => {
  it.each(AGENTS)('%s is started by arguments alone, with every optional option among them', (name) => {
    const { argv, optional } = recipeOf(name, { model: 'm', servers: [] });
    expect(argv[0]).toBe(name);
    expect(argv).toContain('m');
    for (const option of Object.keys(optional)) expect(argv).toContain(option);
  });

  it('runs with a cheap model unless another is named, where it has one that everybody has', () => {
    const options = { model: null, servers: [] };
    const { argv } = recipeOf('claude', options);
    expect(argv.slice(argv.indexOf('--model')).slice(0, 2)).toEqual(['--model', 'haiku']);
    expect(recipeOf('claude', { ...options, model: 'm' }).argv).not.toContain('haiku');
    expect(recipeOf('codex', options).argv).not.toContain('-m');
    expect(recipeOf('opencode', options).argv).not.toContain('--model');
    expect(guarded('claude', ['claude', '-p'], options).argv).not.toContain('--model');
  });

  it.each([
    [['claude'], null, 'haiku', null],
    [['/opt/bin/claude'], 'm', 'm', null],
    [['codex'], null, null, 'codex'],
    [['codex.cmd'], 'm', 'm', null],
    [['codex', 'exec'], null, null, null],
    [['my-agent'], null, null, null],
    [[], null, null, null],
  ])('%j with the model %j is known to run %j', (command, named, model, ownOf) => {
    expect(modelOf(command, named)).toEqual({ model, ownOf });
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

describe('a command that somebody wrote out', () => {
  it.each([
    ['codex', 'codex'],
    ['/opt/node/bin/codex', 'codex'],
    ['C:\\tools\\claude.cmd', 'claude'],
    ['OpenCode.exe', 'opencode'],
    ['my-codex', null],
    ['', null],
  ])('%j is known by the name of its file', (program, agent) => {
    expect(agentNamed(program)).toBe(agent);
  });

  it('for codex switches off its hooks and servers before what was written', () => {
    const command = ['/bin/codex', 'exec', '--json', '-c', 'features.shell_tool=true'] as const;
    const { argv } = guarded('codex', [...command], { model: null, servers: ['midturn'] });
    expect(argv.slice(-4)).toEqual(command.slice(1));
    expect(argv[0]).toBe('/bin/codex');
    for (const setting of ['features.hooks=false', 'mcp_servers.midturn.enabled=false', 'notify=[]'])
      expect(argv.indexOf(setting)).toBeGreaterThan(0);
  });

  it('for claude switches off its hooks and servers, unless it is too old to know how', () => {
    const { argv, optional } = guarded('claude', ['claude', '-p', '--model', 'm'], {
      model: null,
      servers: [],
    });
    expect(argv).toEqual([
      'claude',
      '--strict-mcp-config',
      '--settings',
      '{"disableAllHooks":true}',
      '-p',
      '--model',
      'm',
    ]);
    expect(withoutOption(argv, '--settings', optional)).toEqual([
      'claude',
      '--strict-mcp-config',
      '-p',
      '--model',
      'm',
    ]);
  });

  it('for opencode is told by its environment', () => {
    const { argv, env } = guarded('opencode', ['opencode', 'run'], { model: null, servers: [] });
    expect(argv).toEqual(['opencode', 'run']);
    expect(env.OPENCODE_CONFIG_CONTENT).toContain('midturn');
  });
});
