import { describe, expect, it } from 'vitest';
import { redact } from '../../src/text/redaction.ts';
import { TOKEN_RULES } from '../../src/text/redaction-rules.ts';
import { ALNUM, BASE64, HEX, JWT, random, SAMPLES, URL_SAFE } from './secret-samples.ts';

/** Rules whose value is cut out of a longer construct: text, the value within it. */
const s = (length: number, alphabet = ALNUM) => random(length, alphabet, 11);
const WITHIN: Readonly<Record<string, readonly (readonly [text: string, secret: string])[]>> = {
  'aws-secret-key': [
    [`aws_secret_access_key = ${s(40, BASE64)}`, s(40, BASE64)],
    [`AWS_SECRET_ACCESS_KEY="${s(40, BASE64)}"`, s(40, BASE64)],
    [`{"SecretAccessKey": "${s(40, BASE64)}", "Version": 1}`, s(40, BASE64)],
  ],
  'azure-storage-key': [
    [
      `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${s(86, BASE64)}==;EndpointSuffix=core`,
      `${s(86, BASE64)}==`,
    ],
  ],
  'slack-webhook': [
    [`https://hooks.slack.com/services/T0123ABCD/B0123ABCD/${s(24)}`, `T0123ABCD/B0123ABCD/${s(24)}`],
  ],
  'discord-webhook': [
    [`https://discord.com/api/webhooks/123456789012345678/${s(68, URL_SAFE)}`, s(68, URL_SAFE)],
  ],
  'url-password': [
    ['postgres://u:p@h', 'p'],
    ['DATABASE_URL=postgresql://app:s3cr%40t@db.internal:5432/app?sslmode=require', 's3cr%40t'],
    ['git clone https://jane:hunter22@git.example.org/a.git', 'hunter22'],
    ['redis://:hunter22@cache:6379/0', 'hunter22'],
    ['mongodb+srv://app:p@ss@cluster0.example.net/db', 'p@ss'],
  ],
  'authorization-header': [
    [`Authorization: Bearer ${s(32)}`, s(32)],
    [`{"headers":{"Authorization":"Bearer ${s(32)}"},"next":[1]}`, s(32)],
    [`curl -H 'Authorization: Basic dXNlcjpodW50ZXIyMg==' https://x`, 'dXNlcjpodW50ZXIyMg=='],
    [`authorization: token ${s(20)}`, s(20)],
    [`headers['Authorization'] = 'Bearer ${s(40)}'`, s(40)],
  ],
  'bearer-token': [[`sent bearer ${s(30)} to the server`, s(30)]],
  cookie: [
    [`Cookie: sid=${s(24)}; theme=dark`, `sid=${s(24)}; theme=dark`],
    [`set-cookie: session=${s(40)}; Path=/; HttpOnly`, `session=${s(40)}; Path=/`],
  ],
  'curl-user-password': [['curl -sS -u jane:hunter22 https://example.org', 'hunter22']],
  'netrc-password': [
    ['machine example.org login jane password hunter', 'hunter'],
    ['default login jane password hunter22', 'hunter22'],
  ],
  'sql-password': [
    ["CREATE USER app IDENTIFIED BY 'hunter22';", 'hunter22'],
    ["ALTER ROLE app WITH PASSWORD 'hunter22'", 'hunter22'],
  ],
  'redis-password': [['requirepass hunter22', 'hunter22']],
  'named-secret': [
    [`api_key = "${s(24)}"`, s(24)],
    [`OPENAI_API_KEY=${s(40)}`, s(40)],
    [`{"client_secret":"${s(32, HEX)}"}`, s(32, HEX)],
    [`X-Api-Key: ${s(32)}`, s(32)],
    [`token: '${s(30)}',`, s(30)],
    [`?access_token=${s(30)}&page=2`, s(30)],
    [`<secretKey>${s(30)}</secretKey>`, s(30)],
    [`deploy --token ${s(30)} --dry-run`, s(30)],
    [
      `//registry.example.org/:_authToken=123e4567-e89b-42d3-a456-426614174000`,
      '123e4567-e89b-42d3-a456-426614174000',
    ],
    [`{"name": "STRIPE_SECRET", "value": "${s(30)}"}`, s(30)],
    [`- name: SIGNING_KEY\n  value: ${s(30)}\n`, s(30)],
    [`{\\"api_key\\":\\"${s(30)}\\"}`, s(30)],
  ],
  password: [
    ['password=hunter2', 'hunter2'],
    ['PASSWORD=supersecret', 'supersecret'],
    ['export DB_PASS=pa;ss)wörd', 'pa;ss)wörd'],
    ['{"password": "hunter22"}', 'hunter22'],
    ["const cfg = { user: 'jane', password: 'correcthorse' };", 'correcthorse'],
    ['db:\n  password: supersecret\n', 'supersecret'],
    ['passphrase: "correct horse battery staple"', 'correct horse battery staple'],
    ['mysqldump --password hunter22 app', 'hunter22'],
    ['spring.datasource.password = hunter22', 'hunter22'],
    ['redisPassword: "hunter22"', 'hunter22'],
    ["config['password'] = 'hunter22'", 'hunter22'],
    ['my password is hunter22, keep it', 'hunter22'],
    ['Passwort: hunter22', 'hunter22'],
    ['密码：hunter22', 'hunter22'],
    ['- name: DB_PASSWORD\n  value: hunter22', 'hunter22'],
    ['<password>hunter22</password>', 'hunter22'],
    ['{user: jane, password: hunter22, port: 1}', 'hunter22'],
    ['https://example.org/login?user=jane&password=hunter&next=1', 'hunter'],
  ],
};

describe('every rule', () => {
  const cases = Object.entries(SAMPLES).flatMap(([rule, secrets]) =>
    secrets.map((secret) => [rule, secret] as const),
  );

  it.each(cases)('%s: cuts the whole secret out of a sentence', (rule, secret) => {
    const text = rule === 'discord-token' ? `the discord bot uses ${secret} today` : `it is ${secret} today`;
    const { text: redacted, counts } = redact(text);
    expect(redacted).toBe(text.replace(secret, `[redacted:${rule}]`));
    expect(counts).toEqual({ [rule]: 1 });
  });

  it.each(cases)(
    '%s: cuts it from JSON, between quotes, at the end of a line and behind an escaped line end',
    (rule, secret) => {
      if (rule === 'discord-token' || rule === 'private-key') return;
      const replaced = `[redacted:${rule}]`;
      for (const [before, after] of [
        ['{"a":"', '","b":[1]}'],
        ["'", "'"],
        ['x\n', '\nnext line'],
        ['(', ')'],
        ['first\\n', '\\nlast'],
      ]) {
        expect(redact(before + secret + after).text).toBe(before + replaced + after);
      }
    },
  );

  it.each(
    Object.entries(WITHIN).flatMap(([rule, list]) =>
      list.map(([text, secret]) => [rule, text, secret] as const),
    ),
  )('%s: of «%s» only the value is cut', (rule, text, secret) => {
    const { text: redacted, counts } = redact(text);
    expect(redacted).not.toContain(secret.length < 4 ? `:${secret}@` : secret);
    expect(Object.values(counts)).toEqual([1]);
    const [name] = Object.keys(counts);
    const at = text.lastIndexOf(secret);
    const end = text.length - at - secret.length;
    expect(redacted.endsWith(text.slice(text.length - end))).toBe(true);
    if (secret.length >= 4) expect(redacted).toContain(`[redacted:${name}]`);
    if (!['aws-secret-key', 'named-secret'].includes(rule)) expect(name).toBe(rule);
  });

  it('has a sample', () => {
    const sampled = new Set([...Object.keys(SAMPLES), ...Object.keys(WITHIN)]);
    expect(TOKEN_RULES.map(({ id }) => id).filter((id) => !sampled.has(id))).toEqual([]);
  });

  it('has a name in kebab-case', () => {
    for (const { id } of TOKEN_RULES) expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });
});

describe('near misses stay as they are', () => {
  const sha1 = random(40, HEX, 3);
  const sha256 = random(64, HEX, 4);
  const sha512 = random(86, BASE64, 5);
  const honest = [
    // Hashes, ids, versions
    `commit ${sha1}\nAuthor: Jane <jane@example.org>`,
    `sha256:${sha256}`,
    `"integrity": "sha512-${sha512}==",`,
    `    "resolved": "https://registry.example.org/a/-/a-1.2.3.tgz#${sha1}",`,
    'request id 123e4567-e89b-42d3-a456-426614174000',
    '{"sessionId":"0199d3f0-7c1e-7d6e-9c1f-2f6a1b7f3c55","threadId":"0199d3f0-7c1e-7d6e-9c1f-2f6a1b7f3c56"}',
    'npm install @modelcontextprotocol/server@2.4.0 better-sqlite3@12.11.1',
    'm_4f9k2c k3f9a2/17 c_9x8y7z [k3f9a2/17] k3f9a2#4',
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${random(43, BASE64)} jane@laptop`,
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
    `-----BEGIN CERTIFICATE-----\n${random(64, BASE64)}\n-----END CERTIFICATE-----`,
    `data:image/png;base64,${random(400, BASE64)}`,
    '/usr/local/lib/node_modules/npm/node_modules/semver/classes/range.js:12:3',
    '.token { color: #ff00aa; } .auth::before { content: "x" }',
    // The words as words
    'const token = await getToken()',
    'const token = await this.tokens.next(req.headers.authorization);',
    '"token_count": 1234, "max_tokens": 4096',
    'max_tokens=4096 temperature=0.7',
    'const authToken = config.auth.accessToken;',
    'this.apiKey = options.apiKey ?? process.env.OPENAI_API_KEY;',
    'password: string;',
    'password: z.string().min(8),',
    'connect({ user, password: userPassword })',
    'connect(user=user, password=password)',
    'password = getpass.getpass("Password: ")',
    'password = os.environ["DB_PASSWORD"]',
    'password=$DB_PASSWORD npm start',
    'password=$\x7bDB_PASSWORD}',
    'PASSWORD=',
    'password: null',
    'password: "********"',
    'password: <your password>',
    'Password: required',
    '"password": "Password",\n"passwordHint": "At least 8 characters"',
    '"password": "Passwort"',
    'if (password !== confirmPassword) throw new Error("no match")',
    'password_reset_url = "https://example.org/reset/123456789"',
    'the password is checked on the server',
    'bypass: true, compass=north-west-1',
    'auth: true\nauthor: jane.doe.1234567890abcdef',
    'nextPageToken: "CAUQAA1234567890abcdefGH"',
    '"progressToken": "123e4567-e89b-42d3-a456-426614174000"',
    'secret: my-app-credentials-v2-2024',
    'secretName: my-app-tls-cert-0123456789',
    'public_key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1234"',
    'cache_key = "a1b2c3d4e5f60718293a4b5c6d7e8f90"',
    'private_key_path: /etc/ssl/private/server-2024.key',
    'private_key: /etc/ssl/private/server-2024-01.key',
    'token: https://example.org/oauth/token/1234567890',
    '--token <TOKEN> --password string   the password',
    'Authorization: Bearer <token>',
    'Authorization: Bearer $TOKEN',
    'Authorization: Bearer $\x7bprocess.env.TOKEN}',
    'uses bearer authentication and bearer tokens',
    'Authorization: Bearer YOUR_API_TOKEN',
    'a cookie: small text kept by the browser',
    'cookie: theme=dark',
    'https://user:password@example.org and https://<user>:<pass>@host',
    'http://localhost:4873/@scope/package and git@github.com:owner/repo.git',
    'ssh://git@github.com:22/owner/repo.git',
    'see http://example.org:8080/a?b=c@d',
    'login and password fields are required',
    // Beginnings that go on as something else
    'task-runner, disk-usage-analyser-of-the-whole-cluster, sk-fading-circle',
    'half_of_the_characters_in_this_long_identifier_name',
    'npm_config_registry npm_package_name npm_lifecycle_event_name_of_this_script',
    'AKIAsomething, AIzawa, SKILL.md, SKU0123456789, SG.1, hvs.x, xoxb-',
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    `${['gh', 'p_'].join('')}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`,
    'sk-your-api-key-here-and-nothing-else',
    'eyJ is how a base64 JSON object begins; eyJhbGciOiJub25lIn0 alone is a header',
    'the file starts with -----BEGIN PRIVATE KEY----- and then base64',
    `-----BEGIN PRIV${'ATE KEY'}-----\n...\n-----END PRIV${'ATE KEY'}-----`,
    `-----BEGIN PRIV${'ATE KEY'}-----\n<your key>\n-----END PRIV${'ATE KEY'}-----`,
    'time 12:34:56 took 123456789:AB',
    'in the us-east-1 region and eu-us14',
    'import { key } from "./key-value-store"; key-0123456789abcdef',
  ];

  it.each(honest)('%s', (text) => {
    expect(redact(text)).toEqual({ text, counts: {} });
  });

  it('also all of them as one text', () => {
    const text = honest.join('\n\n');
    expect(redact(text).text).toBe(text);
  });
});

describe('what a rule must not eat', () => {
  it('leaves the closing of JSON behind a bearer header', () => {
    const text = `{"a":{"Authorization":"Bearer ${s(40)}"},"b":["x"]}`;
    expect(JSON.parse(redact(text).text)).toEqual({
      a: { Authorization: 'Bearer [redacted:authorization-header]' },
      b: ['x'],
    });
  });

  it('names a token by its own rule, though the name of a secret stands beside it', () => {
    expect(redact(`TOKEN=${JWT}`).counts).toEqual({ jwt: 1 });
  });

  it('leaves the next line of an .env file', () => {
    const text = `API_KEY=${s(24)}\nNODE_ENV=production\n`;
    expect(redact(text).text).toBe('API_KEY=[redacted:named-secret]\nNODE_ENV=production\n');
  });

  it('cuts both halves of an access key written as a pair', () => {
    const pair = `${['AK', 'IA'].join('')}IOSFODNN7ABCDEFG,${s(40, BASE64)}`;
    expect(redact(pair).text).toBe('[redacted:aws-access-key-id],[redacted:aws-secret-key]');
  });

  it('cuts each of two tokens in neighbouring lines', () => {
    const [token = ''] = SAMPLES['github-token'] ?? [];
    expect(redact(`${token}\n${token}\n`)).toEqual({
      text: '[redacted:github-token]\n[redacted:github-token]\n',
      counts: { 'github-token': 2 },
    });
  });
});
