/** [review], [profiles.NAME], and the names of variables that came before midturn's own. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration, reviewProfile } from '../../src/project/configuration.ts';
import { withReviewProfile } from '../../src/project/configuration-edit.ts';
import { BARE_NAMES } from '../../src/project/configuration-profiles.ts';
import { configurationTemplate } from '../../src/project/configuration-template.ts';
import { temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function load(toml = '', env: Record<string, string> = {}) {
  count += 1;
  const file = join(top, `${count}.toml`);
  writeFileSync(file, toml);
  return loadConfiguration({ file, env, osHome: '/home/me', os: 'linux' });
}

function readable(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

const MINI = '[review]\nprofile = "mini"\n[profiles.mini]\nprovider = "openai-compatible"\nmodel = "m"\n';

describe('the profile that reviews', () => {
  it('is rules, which needs nothing, unless something else is said', async () => {
    const config = await load();
    expect(config.review).toMatchObject({ enabled: true, profile: 'rules', every_turns: 4, daily_calls: 50 });
    expect(reviewProfile(config)).toMatchObject({
      name: 'rules',
      provider: 'rules',
      model: null,
      apiKeyEnv: null,
    });
    expect(config.warnings).toEqual([]);
  });

  it('has its defaults filled in, in milliseconds', async () => {
    const config = await load(MINI);
    expect(reviewProfile(config)).toEqual({
      name: 'mini',
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: null,
      apiKeyEnv: null,
      region: 'global',
      timeoutMs: 30_000,
      maxTokens: 4096,
      maxRetries: 2,
      retryBackoffMs: [2000, 5000],
      temperature: 0,
      command: [],
      payload: 'stdin',
      response: 'raw-json',
    });
    expect(config.profiles.mini).toBe(reviewProfile(config));
  });

  it.each([
    ['codex', 'codex-events'],
    ['claude', 'claude-json'],
    ['opencode', 'opencode-events'],
  ])('may be %s by its name alone: a program with more time', async (name, response) => {
    expect(reviewProfile(await load(`[review]\nprofile = "${name}"\n`))).toMatchObject({
      provider: 'command',
      command: [name],
      response,
      timeoutMs: 90_000,
    });
  });

  it('may be every name that needs no table', async () => {
    for (const profile of BARE_NAMES) {
      const config = await load('', { MIDTURN_REVIEW_PROFILE: profile });
      expect([reviewProfile(config).name, config.warnings]).toEqual([profile, []]);
    }
  });

  it('reads a program of its own, whose answer is JSON', async () => {
    const config = await load(
      '[review]\nprofile="x"\n[profiles.x]\nprovider="command"\ncommand=["my-agent","--once"]\n',
    );
    expect(reviewProfile(config)).toMatchObject({ command: ['my-agent', '--once'], response: 'raw-json' });
  });

  it('that is none is told of, and hinders nothing else', async () => {
    const config = await load('[review]\nprofile = "nobody"\n');
    expect(config.warnings).toEqual([
      expect.stringMatching(/review\.profile is "nobody": there is no profile/),
    ]);
    expect(() => reviewProfile(config)).toThrow(/or write a table \[profiles\.nobody\]/);
    expect(() => reviewProfile({ review: { profile: 'command' }, profiles: {} })).toThrow(/what to start/);
    expect(() => reviewProfile({ review: { profile: 'constructor' }, profiles: {} })).toThrow(/no profile/);
  });

  it.each([
    ['[profiles.a]\nmodel = "m"', /profiles\.a\.provider in .* is not set: it must be one of "rules"/],
    ['[profiles.a]\nprovider = "openai"', /is "openai": .*"openai-compatible".*under \[profiles\.a\]/],
    ['[profiles.a]\nprovider = "command"', /profiles\.a\.command .*what to start.*command = \["codex"\]/],
    ['[profiles.minimax]\ntimeout_seconds = 0', /timeout_seconds.*from 1 to 3600/],
    ['[profiles.minimax]\nretry_backoff = [-1]', /retry_backoff.*list of seconds/],
    ['[profiles.minimax]\nbase_url = "file:///etc"', /base_url.*address of the API/],
    ['[profiles.minimax]\nregion = "eu"', /"global" or "cn"/],
    ['[profiles]\nminimax = 3', /profiles\.minimax in .* must be a table/],
    ['[review]\ndaily_calls = -1', /daily_calls.*0 to 1000000/],
    ['[inject]\nmax_characters = "all"', /inject\.max_characters/],
    ['[compile]\nbackend = "agent:"', /compile\.backend/],
  ])('%j is refused by name', async (toml, words) => {
    await expect(load(toml)).rejects.toThrow(words);
  });

  it('is set by variables too, those of a table also where its name has a dash', async () => {
    const config = await load('[profiles.my-mini]\nprovider = "dummy"\nmodel = "a"\n', {
      MIDTURN_REVIEW_PROFILE: 'my-mini',
      MIDTURN_PROFILES_MY_MINI_MODEL: 'b',
      MIDTURN_PROFILES_MY_MINI_RETRY_BACKOFF: '1, 3',
      MIDTURN_PROFILES_MINIMAX_TIMEOUT_SECONDS: '7',
    });
    expect(reviewProfile(config)).toMatchObject({
      name: 'my-mini',
      model: 'b',
      retryBackoffMs: [1000, 3000],
    });
    expect(config.profiles.minimax).toMatchObject({ provider: 'minimax', timeoutMs: 7000 });
    expect(config.originOf('profiles.my-mini.model')).toEqual({
      source: 'env',
      name: 'MIDTURN_PROFILES_MY_MINI_MODEL',
    });
    expect(config.warnings).toEqual([]);
  });
});

describe('a variable alone', () => {
  it('that begins a profile without a provider is told of by what is missing', async () => {
    const loading = load('', { MIDTURN_PROFILES_MY_MINI_MODEL: 'b' });
    await expect(loading).rejects.toThrow(
      /profiles\.my_mini\.provider, a table that MIDTURN_PROFILES_MY_MINI_MODEL begins, is not set.*Set MIDTURN_PROFILES_MY_MINI_PROVIDER too, or take MIDTURN_PROFILES_MY_MINI_MODEL out/,
    );
  });

  it('that is no truth is refused as it was written', async () => {
    await expect(load('', { MIDTURN_REVIEW_ENABLED: 'constructor' })).rejects.toThrow(
      /MIDTURN_REVIEW_ENABLED, is "constructor": it must be true or false/,
    );
  });
});

describe('what looks like a secret', () => {
  it('is not used, not kept and not shown; the words say where it belongs', async () => {
    for (const key of ['api_key', 'token', 'secret', 'password', 'bearer', 'my_api_key', 'apikey']) {
      const config = await load(`[profiles.minimax]\n${key} = "dummy-value"\n`);
      expect(config.warnings).toEqual([
        expect.stringMatching(
          new RegExp(`profiles\\.minimax\\.${key} in .* looks like a secret.*\\.env.*api_key_env`),
        ),
      ]);
      expect(JSON.stringify([config, [...config.unknown]])).not.toContain('dummy-value');
    }
  });

  it('is not shown where a name belongs', async () => {
    const key = 'sk-dummy-dummy';
    await expect(load(`[profiles.minimax]\napi_key_env = "${key}"\n`)).rejects.toSatisfy(
      (error: Error) => error.message.includes('never the key') && !error.message.includes(key),
    );
  });
});

describe('variables of the system before', () => {
  const chosen = '[review]\nprofile = "minimax"\n[compile]\nbackend = "agent:opencode"\n';

  it('hold over the file and under the names of midturn, each with a note', async () => {
    const former = {
      CODEX_SELF_EVOLUTION_REVIEWER_PROVIDER: 'minimax',
      CODEX_SELF_EVOLUTION_REVIEWER_MODEL: 'old-model',
      CODEX_SELF_EVOLUTION_REVIEWER_TIMEOUT: '12',
      CODEX_SELF_EVOLUTION_COMPILE_BACKEND: 'agent:opencode',
    };
    const config = await load(`${chosen}[profiles.minimax]\nmodel = "of-file"\n`, former);
    expect(reviewProfile(config)).toMatchObject({
      provider: 'minimax',
      model: 'old-model',
      timeoutMs: 12_000,
    });
    expect(config.compile.backend).toBe('agent:opencode');
    expect(config.originOf('profiles.minimax.model')?.name).toBe('CODEX_SELF_EVOLUTION_REVIEWER_MODEL');
    expect(config.warnings).toHaveLength(4);
    expect(config.warnings.join('\n')).toMatch(
      /CODEX_SELF_EVOLUTION_REVIEWER_MODEL is a name of the system before: write model under \[profiles\.minimax\], or set MIDTURN_PROFILES_MINIMAX_MODEL/,
    );
    const ours = await load('', {
      ...former,
      MIDTURN_REVIEW_PROFILE: 'minimax',
      MIDTURN_PROFILES_MINIMAX_MODEL: 'new-model',
      MIDTURN_COMPILE_BACKEND: 'script',
    });
    expect([reviewProfile(ours).model, ours.compile.backend]).toEqual(['new-model', 'script']);
  });

  it('choose nothing that costs, and say how a person chooses it', async () => {
    const former = {
      CODEX_SELF_EVOLUTION_REVIEWER_PROVIDER: 'codex-cli',
      CODEX_SELF_EVOLUTION_REVIEWER_MODEL: 'old-model',
      CODEX_SELF_EVOLUTION_COMPILE_BACKEND: 'agent:opencode',
    };
    const fresh = await load('', former);
    expect([reviewProfile(fresh).provider, fresh.compile.backend]).toEqual(['rules', 'script']);
    expect(fresh.warnings).toEqual([
      expect.stringMatching(/REVIEWER_PROVIDER is set, .* To use it: midturn config use codex$/),
      expect.stringMatching(/COMPILE_BACKEND is set, .* write backend = "agent:opencode" under \[compile\]$/),
    ]);
    const other = await load(chosen, former);
    expect(reviewProfile(other).provider).toBe('minimax');
    const local = '[profiles.mine]\nprovider = "openai-compatible"\nmodel = "m"\n';
    const named = await load(local, { CODEX_SELF_EVOLUTION_REVIEWER_PROVIDER: 'mine' });
    expect(reviewProfile(named).provider).toBe('rules');
    expect(named.warnings).toEqual([expect.stringContaining('midturn config use mine')]);
  });

  it('choose what costs nothing in the place of what does', async () => {
    const config = await load(chosen, {
      CODEX_SELF_EVOLUTION_REVIEWER_PROVIDER: 'rules',
      CODEX_SELF_EVOLUTION_COMPILE_BACKEND: 'script',
    });
    expect([reviewProfile(config).provider, config.compile.backend]).toEqual(['rules', 'script']);
  });

  it('call the programs that review by names of their own', async () => {
    const config = await load('[review]\nprofile = "codex"\n', {
      CODEX_SELF_EVOLUTION_REVIEWER_PROVIDER: 'codex-cli',
    });
    expect(reviewProfile(config)).toMatchObject({ provider: 'command', command: ['codex'] });
    expect(config.warnings).toEqual([expect.stringContaining('says what is chosen here: take it out')]);
  });

  it.each([
    [
      'openai-compatible',
      { OPENAI_REVIEW_MODEL: 'm', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1/chat/completions' },
    ],
    [
      'anthropic-style',
      { ANTHROPIC_REVIEW_MODEL: 'm', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/v1/messages' },
    ],
    ['minimax', { MINIMAX_REVIEW_MODEL: 'm', MINIMAX_BASE_URL: 'http://127.0.0.1:1/', MINIMAX_REGION: 'cn' }],
  ])('of a provider fill what the profile of %s leaves open', async (provider, env) => {
    const config = await load(`[review]\nprofile = "${provider}"\n`, env);
    expect(reviewProfile(config)).toMatchObject({
      model: 'm',
      baseUrl: expect.stringContaining('127.0.0.1'),
    });
    const written = await load(
      `[review]\nprofile = "${provider}"\n[profiles.${provider}]\nmodel = "w"\n`,
      env,
    );
    expect(reviewProfile(written).model).toBe('w');
    expect((await load('', env)).warnings).toEqual([]);
  });

  it('that hold nonsense are passed over', async () => {
    const config = await load('[review]\nprofile = "minimax"\n', {
      MINIMAX_REGION: 'mars',
      CODEX_SELF_EVOLUTION_REVIEWER_TIMEOUT: 'soon',
      CODEX_SELF_EVOLUTION_COMPILE_BACKEND: 'cloud!',
      CODEX_SELF_EVOLUTION_OPENCODE_AGENT: 'x',
    });
    expect(reviewProfile(config)).toMatchObject({ region: 'global', timeoutMs: 30_000 });
    expect(config.warnings).toHaveLength(4);
  });
});

describe('a change of the profile in config.toml', () => {
  it.each([
    ['[review]\nprofile = "a" # why\nx = 1\n', '[review]\nprofile = "b" # why\nx = 1\n'],
    ['[recall]\r\n[review]\r\nx = 1\r\n', '[recall]\r\n[review]\r\nprofile = "b"\r\nx = 1\r\n'],
    ['review.profile = "a"\n', 'review.profile = "b"\n'],
    ['# c\n[log]\nlevel = "warn"', '# c\n[log]\nlevel = "warn"\n\n[review]\nprofile = "b"\n'],
    ['[profiles.a]\nprofile = "x"\n[review]\n', '[profiles.a]\nprofile = "x"\n[review]\nprofile = "b"\n'],
    [
      '[recall]\nt = """\n[review]\nprofile = "a"\n"""\n[review]\nprofile = "a"\n',
      '[recall]\nt = """\n[review]\nprofile = "a"\n"""\n[review]\nprofile = "b"\n',
    ],
    ['[review]\nprofile = "b"', '[review]\nprofile = "b"'],
    ['', 'schema_version = 1\n\n[review]\nprofile = "b"\n'],
  ])('of %j is the smallest', (before, after) => {
    expect(withReviewProfile(before, 'b', 'f')).toBe(after);
  });

  it('keeps everything else, whatever stands around it', () => {
    const part = fc.constantFrom(
      '# words\n',
      '\n',
      '[recall]\nmax_tokens = 200\n',
      '[log] # "profile"\nlevel = "warn"\n',
      '[review]\r\nevery_turns = 9\r\n',
      "[review]\nprofile = 'old' # [review]\n",
      '[profiles.a]\nprofile = "x"\nnote = """\n[review]\nprofile = "no"\n"""\n',
      '[other]\nlist = [\n  "[review]",\n]\n',
      '[ review ]\ndaily_calls = 1',
    );
    fc.assert(
      fc.property(fc.uniqueArray(part, { maxLength: 6 }), (parts) => {
        const text = parts.join('');
        const before = readable(text);
        fc.pre(before !== null);
        const after: unknown = parse(withReviewProfile(text, 'b', 'f'));
        expect(after).toMatchObject({ ...before, review: { ...Object(before?.review), profile: 'b' } });
        expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual(
          withReviewProfile(text, 'b', 'f')
            .split('\n')
            .filter((line) => line.startsWith('#')),
        );
      }),
    );
  });

  it('that would touch more is left to the person', () => {
    expect(() => withReviewProfile('review = { profile = "a" }\n', 'b', 'f')).toThrow(/yourself/);
    expect(() => withReviewProfile('[review\n', 'b', 'f')).toThrow(/not valid TOML at line 1/);
  });
});

describe('the file to begin with', () => {
  it('holds every key, and means the same with the marks taken away', async () => {
    const text = configurationTemplate();
    const active = text.replace(/^#(?=[a-z_]+ = |\[)/gm, '').replaceAll(/^#?\[profiles[\s\S]*/gm, '');
    expect(active).toContain('\nmax_tokens = 1200\n');
    const [config, bare] = [await load(active), await load()];
    expect(config.warnings).toEqual([]);
    for (const table of ['recall', 'trust', 'review', 'compile', 'inject', 'embeddings', 'capture'] as const)
      expect(config[table]).toEqual(bare[table]);
    expect(config.sourceOf('review.daily_tokens')).toBe('file');
  });

  it('takes tables of somebody below it: its own headers are comments', async () => {
    const added = '[review]\nprofile = "local"\n\n[profiles.local]\nprovider = "openai-compatible"\n';
    const config = await load(`${configurationTemplate()}\n${added}`);
    expect(config.warnings).toEqual([]);
    expect(config.review.profile).toBe('local');
  });

  it('says of each key what it is for', () => {
    const words = configurationTemplate()
      .split('\n')
      .flatMap((line, place, all) => (/^#(?:[a-z_]+ = | not set: )/.test(line) ? [all[place - 1]] : []));
    expect(words.length).toBeGreaterThan(45);
    for (const each of words) expect(each).toMatch(/^# [A-Z].*: \S/);
  });

  it('of a key without its header says which is missing, and of a table that stands twice what to do', async () => {
    const [warning] = (await load('schema_version = 1\ndaily_calls = 5\n')).warnings;
    expect(warning).toContain('the line [review] is missing above it');
    await expect(load('[review]\nenabled = true\n[review]\nprofile = "rules"\n')).rejects.toThrow(
      /under one header/,
    );
  });
});
