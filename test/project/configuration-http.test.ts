/** The table [http]: what holds without a word, what is refused, and which keys belong together. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { type Configuration, loadConfiguration } from '../../src/project/configuration.ts';
import { configurationFields } from '../../src/project/configuration-show.ts';
import { configurationTemplate } from '../../src/project/configuration-template.ts';

const folder = mkdtempSync(join(tmpdir(), 'midturn-http-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(lines: string, env: Readonly<Record<string, string>> = {}): Promise<Configuration> {
  const file = join(folder, 'config.toml');
  writeFileSync(file, `[http]\n${lines}\n`);
  return loadConfiguration({ file, env, osHome: '/home/dev', os: 'linux' });
}

const PROVIDER =
  'oauth_issuer = "https://id.example.org"\noauth_audience = "midturn"\noauth_subjects = ["owner"]';

describe('[http]', () => {
  it('has a default for every key', async () => {
    const config = await load('');
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 4127,
      allowed_hosts: [],
      allowed_origins: [],
      token_file: null,
      max_body_bytes: 1_048_576,
      requests_per_minute: 3000,
      max_sessions: 256,
      session_idle_minutes: 60,
      request_seconds: 120,
      tls_cert: null,
      tls_key: null,
      oauth_issuer: null,
      oauth_audience: null,
      oauth_jwks_url: null,
      oauth_subjects: [],
      oauth_projects: [],
      oauth_scope_prefix: 'midturn:',
    });
    expect(config.warnings).toEqual([]);
  });

  it('stands in the template and in what is shown, each key with what it is for', async () => {
    const keys = Object.keys((await load('')).http);
    const template = configurationTemplate();
    for (const key of keys)
      expect(template).toMatch(new RegExp(`\\n# [A-Z][^\\n]+: [^\\n]+\\n# ?(?:not set: )?${key} = `));
    const shown = configurationFields(await load('port = 0')).filter(({ key }) => key.startsWith('http.'));
    expect(shown.map(({ key }) => key)).toEqual(keys.map((key) => `http.${key}`));
    expect(shown.find(({ key }) => key === 'http.port')).toMatchObject({ value: 0, source: 'file' });
  });

  it('takes lists and numbers from the environment', async () => {
    const env = { MIDTURN_HTTP_PORT: '0', MIDTURN_HTTP_ALLOWED_HOSTS: 'a.example.org, b.example.org' };
    const { http } = await load('', env);
    expect([http.port, http.allowed_hosts]).toEqual([0, ['a.example.org', 'b.example.org']]);
  });

  it('takes paths from the home folder on, and none that depends on the working directory', async () => {
    const { http } = await load('token_file = "~/t"\ntls_cert = "/c.pem"\ntls_key = "~/k.pem"');
    expect([http.token_file, http.tls_cert, http.tls_key]).toEqual([
      '/home/dev/t',
      '/c.pem',
      '/home/dev/k.pem',
    ]);
    await expect(load('token_file = "t"')).rejects.toThrow(/http\.token_file .*relative path/);
  });

  it.each([
    ['port = -1', /http\.port .* 0 to 65535/],
    ['port = 65536', /http\.port .* 0 to 65535/],
    ['port = "4127"', /http\.port/],
    ['host = ""', /http\.host/],
    ['max_body_bytes = 10', /http\.max_body_bytes/],
    ['requests_per_minute = 0', /http\.requests_per_minute/],
    ['allowed_origins = "https://a.example.org"', /http\.allowed_origins/],
    // Would be kept, and let nobody in.
    ['allowed_hosts = ["https://memory.example.org"]', /http\.allowed_hosts .*names/],
    ['allowed_hosts = ["memory.example.org/mcp"]', /http\.allowed_hosts .*names/],
    ['allowed_hosts = ["*.example.org"]', /http\.allowed_hosts .*names/],
    ['allowed_hosts = ["fd00::1"]', /http\.allowed_hosts .*names/],
    ['allowed_origins = ["https://app.example.org/"]', /http\.allowed_origins .*origins/],
    ['allowed_origins = ["app.example.org"]', /http\.allowed_origins .*origins/],
    ['allowed_origins = ["*"]', /http\.allowed_origins .*origins/],
    ['allowed_origins = ["https://*.example.org"]', /http\.allowed_origins .*origins/],
    // Any page in a sandbox sends it.
    ['allowed_origins = ["null"]', /http\.allowed_origins .*origins/],
    ['oauth_issuer = "id.example.org"', /http\.oauth_issuer .*https/],
    [PROVIDER.replace('https:', 'http:'), /http\.oauth_issuer .*https/],
    [`${PROVIDER}\noauth_jwks_url = "http://10.0.0.1/keys"`, /http\.oauth_jwks_url .*https/],
    ['tls_cert = "/c.pem"', /http\.tls_key .*not set.*tls_cert is set/],
    ['tls_key = "/k.pem"', /http\.tls_cert .*not set.*tls_key is set/],
    ['oauth_issuer = "https://id.example.org"', /http\.oauth_audience .*oauth_issuer is set/],
    [
      'oauth_issuer = "https://id.example.org"\noauth_audience = "midturn"',
      /http\.oauth_subjects .*oauth_issuer is set/,
    ],
    [PROVIDER.replace('["owner"]', '[]'), /http\.oauth_subjects .*oauth_issuer is set/],
  ])('refuses %s', async (lines, words) => {
    const error: unknown = await load(lines).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(words);
  });

  it('takes names with a port, addresses, and origins of programs that are made of web pages', async () => {
    const hosts = ['memory.example.org', 'memory.example.org:8443', '10.0.0.7', '[fd00::1]', 'my_box'];
    const origins = [
      'https://app.example.org',
      'http://10.0.0.7:3000',
      'http://[fd00::1]:3000',
      'tauri://localhost',
    ];
    const { http } = await load(
      `allowed_hosts = ${JSON.stringify(hosts)}\nallowed_origins = ${JSON.stringify(origins)}`,
    );
    expect([http.allowed_hosts, http.allowed_origins]).toEqual([hosts, origins]);
  });

  it.each([PROVIDER, PROVIDER.replace('https://id.example.org', 'http://127.0.0.1:8080')])(
    'takes an identity provider with audience and subjects: %s',
    async (lines) => {
      expect((await load(lines)).http.oauth_subjects).toEqual(['owner']);
    },
  );
});
