import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { loadConfiguration } from '../../src/project/configuration.ts';
import { temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function fileOf(content: string | Uint8Array): string {
  count += 1;
  const file = join(top, `${count}.toml`);
  writeFileSync(file, content);
  return file;
}

type Given = {
  readonly toml?: string | Uint8Array;
  readonly env?: Record<string, string>;
  readonly flags?: Record<string, unknown>;
};

function load({ toml, env = {}, flags = {} }: Given) {
  const file = toml === undefined ? join(top, 'none.toml') : fileOf(toml);
  return loadConfiguration({ file, env, flags, osHome: '/home/me', os: 'linux' });
}

describe('without anything', () => {
  it('is the defaults', async () => {
    const config = await load({});
    expect(config).toMatchObject({
      capture: {
        exclude: [],
        codex_home: '/home/me/.codex',
        claude_home: '/home/me/.claude',
        max_line_bytes: 67108864,
      },
      recall: { max_tokens: 1200, without: [] },
      trust: { policy: 'tiered', inject: 'user' },
      log: {},
      warnings: [],
    });
    expect(config.sourceOf('recall.max_tokens')).toBe('default');
  });

  it('is frozen to its depth', async () => {
    const config = await load({ toml: '[log]\nto = { name = "x" }\n[profiles.minimax]\n' });
    for (const part of [
      config,
      config.capture,
      config.capture.exclude,
      config.log,
      config.log.to,
      config.http.allowed_hosts,
      config.review,
      config.profiles,
      config.profiles.minimax,
      config.profiles.minimax?.retryBackoffMs,
      config.warnings,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('is the same with an empty file and one of comments', async () => {
    for (const toml of ['', '# nothing\n', 'schema_version = 1\n']) {
      expect((await load({ toml })).recall.max_tokens).toBe(1200);
    }
  });
});

describe('the order', () => {
  const toml = '[recall]\nmax_tokens = 200\n[trust]\npolicy = "manual"\n[compile]\nbackend = "agent:codex"\n';
  const env = { MIDTURN_RECALL_MAX_TOKENS: '300', MIDTURN_TRUST_POLICY: 'auto' };

  it('is flag over environment over file over default, and each value knows its source', async () => {
    const config = await load({ toml, env, flags: { 'recall.max_tokens': 400, 'trust.inject': undefined } });
    expect([
      config.recall.max_tokens,
      config.trust.policy,
      config.compile.backend,
      config.trust.inject,
    ]).toEqual([400, 'auto', 'agent:codex', 'user']);
    const paths = ['recall.max_tokens', 'trust.policy', 'compile.backend', 'trust.inject'];
    expect(paths.map(config.sourceOf)).toEqual(['flag', 'env', 'file', 'default']);
  });

  it('takes flags as text too', async () => {
    expect((await load({ flags: { 'recall.max_tokens': '500' } })).recall.max_tokens).toBe(500);
  });

  it('counts an empty variable as unset', async () => {
    expect((await load({ toml, env: { MIDTURN_RECALL_MAX_TOKENS: '' } })).recall.max_tokens).toBe(200);
  });

  it('reads lists from the environment, and leaves variables that are no setting alone', async () => {
    const config = await load({
      env: {
        MIDTURN_CAPTURE_EXCLUDE: ' ~/private , **/x ,',
        MIDTURN_HOME: '/h',
        MIDTURN_DEV_X: '1',
        midturn_compile_backend: 'x',
      },
    });
    expect(config.capture.exclude).toEqual(['/home/me/private', '**/x']);
    expect(config.warnings).toEqual([]);
  });
});

describe('paths', () => {
  it('may begin with a tilde', async () => {
    const config = await load({
      toml: '[capture]\nexclude = ["~/p", "~", "a/~"]\ncodex_home = "~/c/"\nclaude_home = "/d"\n',
    });
    expect(config.capture).toMatchObject({
      exclude: ['/home/me/p', '/home/me', 'a/~'],
      codex_home: '/home/me/c',
      claude_home: '/d',
    });
  });

  it('must not depend on the working directory', async () => {
    await expect(load({ toml: '[capture]\ncodex_home = "codex"\n' })).rejects.toThrow(
      /capture\.codex_home .*"codex".*relative/,
    );
    await expect(load({ env: { MIDTURN_CAPTURE_CLAUDE_HOME: './c' } })).rejects.toThrow(
      /MIDTURN_CAPTURE_CLAUDE_HOME/,
    );
  });
});

describe('what is not known', () => {
  it('gives a warning and is kept, in the file and in the environment', async () => {
    const config = await load({
      toml: 'colour = "red"\n[capture]\nfuture = [1, 2]\n[new]\na = 1\n[recall]\nmax_tokens = 300\n',
      env: { MIDTURN_INJECT_SHAPE: 'round' },
    });
    expect(config.recall.max_tokens).toBe(300);
    expect(Object.fromEntries(config.unknown)).toEqual({
      colour: 'red',
      'capture.future': [1, 2],
      new: { a: 1 },
      'inject.shape': 'round',
    });
    expect(config.warnings).toHaveLength(4);
    expect(config.warnings.join('\n')).toMatch(
      /key colour[\s\S]*key capture\.future[\s\S]*table \[new\][\s\S]*MIDTURN_INJECT_SHAPE/,
    );
  });

  it('does not include the tables of other parts, whose keys are taken as they are', async () => {
    const config = await load({ toml: '[log]\ndays = 7\n', env: { MIDTURN_LOG_LEVEL: 'all' } });
    expect(config.warnings).toEqual([]);
    expect(config.log).toEqual({ days: 7, level: 'all' });
    expect(config.sourceOf('log.level')).toBe('env');
  });

  it('cannot reach into objects of the language', async () => {
    const config = await load({
      toml: '[__proto__]\npolluted = true\n[capture]\n"__proto__" = 1\nconstructor = 2\n',
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(config.warnings).toHaveLength(3);
  });
});

describe('a wrong value', () => {
  it.each([
    [
      '[recall]\nmax_tokens = "many"',
      /recall\.max_tokens in .*\.toml is "many": it must be a whole number from 100 to 8000\. Write max_tokens = 1200 under \[recall\]/,
    ],
    ['[recall]\nmax_tokens = 12.5', /12\.5.*whole number/],
    ['[recall]\nmax_tokens = 9000', /9000.*100 to 8000/],
    ['[embeddings]\nweight = -1', /embeddings\.weight.*0 to 4/],
    [
      '[capture]\nexclude = "a"',
      /capture\.exclude.*list of paths.*exclude = \["~\/private", "\*\*\/secret-\*"\]/,
    ],
    ['[capture]\nexclude = ["a", 3]', /capture\.exclude.*\["a",3\]/],
    ['[capture]\nmax_line_bytes = 10', /max_line_bytes/],
    ['[trust]\npolicy = "none"', /"none".*"tiered", "auto" or "manual"/],
    ['[embeddings]\nbatch = 0', /embeddings\.batch.*1 to 512/],
    ['[embeddings]\nkinds = ["sessions"]', /embeddings\.kinds.*"memories" and "messages"/],
    ['[compile]\nbackend = 1979-05-27', /compile\.backend/],
    ['capture = 3', /capture in .* is 3: it must be a table/],
    ['[[recall]]\nmax_tokens = 1', /recall in .* must be a table/],
  ])('in %j is refused by name', async (toml, words) => {
    await expect(load({ toml })).rejects.toThrow(words);
    await expect(load({ toml })).rejects.toThrow(ConfigError);
  });

  it('in the environment is refused by the name of the variable', async () => {
    await expect(load({ env: { MIDTURN_RECALL_MAX_TOKENS: '1e3' } })).rejects.toThrow(
      /recall\.max_tokens, set by MIDTURN_RECALL_MAX_TOKENS, is "1e3": it must be a whole number/,
    );
  });

  it('is shown short', async () => {
    const toml = `[trust]\npolicy = "${'x'.repeat(500)}"`;
    await expect(load({ toml })).rejects.toSatisfy((error: Error) => error.message.length < 400);
  });
});

describe('the file', () => {
  it('may begin with a byte order mark and have Windows line ends', async () => {
    expect((await load({ toml: '\ufeff[recall]\r\nmax_tokens = 250\r\n' })).recall.max_tokens).toBe(250);
  });

  it('that is not TOML is refused with line and column', async () => {
    await expect(load({ toml: '[recall]\nmax_tokens = = 3\n' })).rejects.toThrow(
      /not valid TOML at line 2, column \d+/,
    );
    await expect(load({ toml: '[recall]\nmax_tokens = 1\nmax_tokens = 2\n' })).rejects.toThrow(/line 3/);
  });

  it.each([
    ['2', /newer one wrote/],
    ['999', /newer/],
    ['0', /no such version/],
    ['"1"', /no such version/],
    ['1.5', /no such version/],
  ])('of version %s is refused', async (version, words) => {
    await expect(load({ toml: `schema_version = ${version}\n[recall]\nmax_tokens = "?"` })).rejects.toThrow(
      words,
    );
  });

  it('that is no text or no file is refused', async () => {
    await expect(load({ toml: Uint8Array.of(0x61, 0x3d, 0x22, 0xff, 0x22) })).rejects.toThrow(/UTF-8/);
    const folder = join(top, 'folder.toml');
    mkdirSync(folder);
    const sources = { file: folder, env: {}, osHome: '/home/me' };
    await expect(loadConfiguration(sources)).rejects.toThrow(ConfigError);
  });
});
