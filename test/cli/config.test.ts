/** midturn config. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, commandLine } from './command-line.ts';

const PROFILES = `# mine
schema_version = 1

[review]   # who looks at sessions
every_turns = 3
# the cheap one
profile = 'mini'   # for now

[profiles.mini]
provider = "openai-compatible"
model = "m-1"
base_url = "http://127.0.0.1:9/v1"
api_key_env = "MINI_KEY"
`;

describe('config show', () => {
  it('names every field with its value and who said it', async () => {
    const cli = commandLine();
    cli.write('home/config.toml', PROFILES);
    const { code, json } = await cli.midturn('config show --json', {
      env: { MIDTURN_RECALL_MAX_TOKENS: '700' },
    });
    expect(code).toBe(0);
    const fields = at(json, 'fields');
    const file = join(cli.home, 'config.toml');
    expect(fields).toEqual(
      expect.arrayContaining([
        { key: 'recall.max_tokens', value: 700, source: 'env', from: 'MIDTURN_RECALL_MAX_TOKENS' },
        { key: 'review.every_turns', value: 3, source: 'file', from: file },
        { key: 'review.daily_calls', value: 50, source: 'default', from: null },
        { key: 'profiles.mini.model', value: 'm-1', source: 'file', from: file },
        { key: 'profiles.mini.timeout_seconds', value: 30, source: 'default', from: null },
        { key: 'capture.codex_home', value: join(cli.folder, '.codex'), source: 'default', from: null },
      ]),
    );
    const { out } = await cli.midturn('config', { env: { CODEX_HOME: '/somewhere' } });
    expect(out).toMatch(/^ {2}review\.every_turns +3 +file$/m);
    expect(out).toMatch(/^ {2}capture\.codex_home +"\/somewhere" +env CODEX_HOME$/m);
  });

  it('shows no secret, neither as a value nor in the file', async () => {
    const cli = commandLine();
    const key = `sk-${'a1B2c3D4e5'.repeat(4)}`;
    cli.write(
      'home/config.toml',
      `[profiles.minimax]\napi_key = "${key}"\nbase_url = "http://me:hunter22@127.0.0.1:1/"\n`,
    );
    for (const words of [
      'config show',
      'config show --json',
      'config show --raw',
      'config validate',
      'config profiles',
    ]) {
      const { out, err } = await cli.midturn(words);
      expect(out + err).not.toContain(key);
      expect(out + err).not.toContain('hunter22');
    }
    expect((await cli.midturn('config show')).out).toContain('! The key profiles.minimax.api_key in');
    expect((await cli.midturn('config show --raw')).out).toContain('[profiles.minimax]');
  });
});

describe('config init', () => {
  it('writes defaults that change nothing, for the owner alone, and never over what is there', async () => {
    const cli = commandLine();
    const before = (await cli.midturn('config show --json')).json;
    expect((await cli.midturn('config init')).code).toBe(0);
    const file = join(cli.home, 'config.toml');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const after = (await cli.midturn('config show --json')).json;
    expect(at(after, 'fields')).toEqual(at(before, 'fields'));
    expect(at(after, 'exists')).toBe(true);

    cli.write('home/config.toml', '# mine\n');
    const again = await cli.midturn('config init');
    expect(again.code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
    chmodSync(file, 0o644);
    const forced = await cli.midturn('config init --force --json');
    const kept = String(at(forced.json, 'kept'));
    expect(readFileSync(kept, 'utf8')).toBe('# mine\n');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('#max_tokens = 1200');
  });
});

describe('a folder in the place of config.toml', () => {
  it('is told of by every command, and nothing is written over it', async () => {
    const cli = commandLine();
    mkdirSync(join(cli.home, 'config.toml'), { recursive: true });
    for (const words of ['config init', 'config init --force', 'config show', 'config use rules']) {
      const { code, err } = await cli.midturn(words);
      expect([words, code]).toEqual([words, 1]);
      expect(err).toMatch(/config\.toml (?:is no file|cannot be read)/);
      expect(err).not.toContain('not foreseen');
    }
    expect((await cli.midturn('config validate')).code).toBe(2);
  });
});

describe('config validate', () => {
  it('ends with 0 where all is well, 1 with warnings, 2 where it cannot be used', async () => {
    const cli = commandLine();
    expect((await cli.midturn('config validate')).code).toBe(0);
    cli.write('home/config.toml', '[recall]\nfuture = 1\n');
    const warned = await cli.midturn('config validate');
    expect([warned.code, warned.out]).toEqual([1, expect.stringContaining('Unknown key recall.future')]);
    cli.write('home/config.toml', '[review]\nprofile = "nobody"\n');
    const unknown = await cli.midturn('config validate --json');
    expect(unknown.code).toBe(2);
    expect(unknown.json).toMatchObject({
      verdict: 'failed',
      warnings: [],
      errors: [expect.stringContaining('"nobody"')],
    });
    cli.write('home/config.toml', '[recall\n');
    expect((await cli.midturn('config validate')).code).toBe(2);
  });

  it('warns of a reviewer whose key is set nowhere, by the name of the key', async () => {
    const cli = commandLine();
    cli.write('home/config.toml', PROFILES);
    const bare = await cli.midturn('config validate');
    expect([bare.code, bare.out]).toEqual([
      1,
      expect.stringContaining('MINI_KEY, which the reviewer mini asks for, is not set'),
    ]);
    cli.write('home/.env', 'MINI_KEY=dummy\n');
    expect((await cli.midturn('config validate')).out).not.toContain('is not set');
  });

  it('asks for no key of a server of one’s own, and names one that is sent to it', async () => {
    const cli = commandLine();
    cli.write(
      'home/config.toml',
      '[review]\nprofile = "local"\n[profiles.local]\nprovider = "openai-compatible"\nbase_url = "http://127.0.0.1:9/v1"\n',
    );
    expect((await cli.midturn('config validate')).code).toBe(0);
    expect((await cli.midturn('config profiles')).out).toMatch(/^\* {2}local .* no key$/m);
    const sent = await cli.midturn('config profiles', { env: { OPENAI_API_KEY: 'dummy' } });
    expect(sent.out).toMatch(/^\* {2}local .* OPENAI_API_KEY set \(environment\)$/m);
  });
});

async function used(name: string, file = '') {
  const cli = commandLine();
  cli.write('home/config.toml', file);
  const { out } = await cli.midturn(`config use ${name}`);
  const { json } = await cli.midturn(`config use ${name} --json`);
  return { out, json };
}

describe('config use', () => {
  it('changes that one value and leaves every other byte', async () => {
    const cli = commandLine();
    cli.write('home/config.toml', PROFILES);
    expect((await cli.midturn('config use rules')).out).toBe('rules reviews from now on.\n');
    const file = join(cli.home, 'config.toml');
    expect(readFileSync(file, 'utf8')).toBe(PROFILES.replace("'mini'   # for now", '"rules"   # for now'));
    expect((await cli.midturn('config use mini')).code).toBe(0);
    expect((await cli.midturn('config use mini')).out).toContain('already');
  });

  it('makes the file where there is none, and says when a variable stands over it', async () => {
    const cli = commandLine();
    const used = await cli.midturn('config use codex', { env: { MIDTURN_REVIEW_PROFILE: 'rules' } });
    expect(used.out).toContain('But MIDTURN_REVIEW_PROFILE says otherwise');
    expect(readFileSync(join(cli.home, 'config.toml'), 'utf8')).toContain('[review]\nprofile = "codex"\n');
  });

  it.each(['codex', 'opencode'])(
    'says of %s that it may run a dear model, and how another is chosen',
    async (name) => {
      const { out, json } = await used(name);
      expect(out).toContain(`the model that ${name} is set up with, which may be a dear one`);
      expect(out).toContain(`model = "…" under [profiles.${name}]`);
      expect(json).toMatchObject({ model: null, own_model: true });
      const table = await used(name, `[profiles.${name}]\nmodel = "small-1"\n`);
      expect(table.out).toContain('It runs with the model small-1');
      expect(table.json).toMatchObject({ model: 'small-1', own_model: false });
    },
  );

  it('says of claude which model it is asked for', async () => {
    const { out, json } = await used('claude');
    expect(out).toContain('It runs with the model haiku: model = "…" under [profiles.claude]');
    expect(json).toMatchObject({ model: 'haiku', own_model: false });
  });

  it('refuses a name that is none, and writes nothing', async () => {
    const cli = commandLine();
    const { code, err } = await cli.midturn('config use nobody');
    expect(code).toBe(1);
    expect(err).toMatch(/no profile and no provider.*rules, openai-compatible/);
    expect(existsSync(join(cli.home, 'config.toml'))).toBe(false);
  });
});

describe('config profiles and path', () => {
  it('lists what can review, with the name of its key', async () => {
    const cli = commandLine();
    cli.write('home/config.toml', PROFILES);
    const { json } = await cli.midturn('config profiles --json', { env: { MINI_KEY: 'dummy' } });
    expect(at(json, 'profiles', 0)).toEqual({
      name: 'mini',
      provider: 'openai-compatible',
      model: 'm-1',
      own_model: false,
      written: true,
      active: true,
      key: { name: 'MINI_KEY', source: 'env' },
    });
    const { out } = await cli.midturn('config profiles');
    expect(out).toMatch(/^\* {2}mini +openai-compatible +m-1 +MINI_KEY not set$/m);
    expect(out).toMatch(/^ {2,}rules +rules +- +no key +built in$/m);
    expect(out).toMatch(/^ {2,}codex +command +its own +no key/m);
    expect(out).toMatch(/^ {2,}claude +command +haiku +no key/m);
    expect(out).toContain('model = "…" under [profiles.codex] in config.toml chooses another');
    expect((await cli.midturn('config path')).out).toBe(`${join(cli.home, 'config.toml')}\n`);
  });
});
