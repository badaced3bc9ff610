// Secrets of every rule, made up and put together here, so that no scanner takes this file for a leak.

/** Letters and digits without a pattern, always the same. */
export function random(length: number, alphabet: string, seed = 7): string {
  let state = seed;
  let text = '';
  for (let i = 0; i < length; i += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += alphabet.charAt(Math.floor((state / 2_147_483_648) * alphabet.length));
  }
  return text;
}

export const HEX = '0123456789abcdef';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
export const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
export const URL_SAFE = `${ALNUM}_-`;
export const BASE64 = `${ALNUM}+/`;

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

const alnum = (length: number) => random(length, ALNUM);
const hex = (length: number) => random(length, HEX);
const upper = (length: number) => random(length, UPPER);
const safe = (length: number) => random(length, URL_SAFE);
const join = (...parts: string[]) => parts.join('');

export const JWT = `${join('ey', 'J')}${safe(30)}.${join('ey', 'J')}${safe(60)}.${safe(43)}`;

/** Rule → secrets which it has to cut, whole. */
export const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'github-token': ['p', 'o', 'u', 's', 'r'].map((kind) => join('gh', kind, '_', alnum(36))),
  'github-fine-grained-token': [join('github', '_pat_', alnum(22), '_', alnum(59))],
  'gitlab-token': [join('gl', 'pat-', safe(20)), join('gl', 'pat-', safe(27), '.01.', alnum(9))],
  'anthropic-key': [join('sk-', 'ant-api03-', safe(93), 'AA')],
  'openai-key': [
    join('sk', '-', alnum(20), 'T3BlbkFJ', alnum(20)),
    join('sk', '-proj-', safe(74), 'T3BlbkFJ', safe(74)),
    join('sk', '-svcacct-', safe(60)),
  ],
  'openrouter-key': [join('sk', '-or-v1-', hex(64))],
  'hugging-face-token': [join('h', 'f_', alnum(34))],
  'groq-key': [join('gs', 'k_', alnum(52))],
  'xai-key': [join('xa', 'i-', alnum(80))],
  'perplexity-key': [join('pp', 'lx-', alnum(48))],
  'replicate-token': [join('r', '8_', alnum(37))],
  'aws-access-key-id': [join('AK', 'IA', upper(16)), join('AS', 'IA', upper(16))],
  'google-api-key': [join('AI', 'za', safe(35))],
  'google-oauth-secret': [join('GOC', 'SPX-', safe(28))],
  'google-oauth-token': [join('ya', '29.', safe(100))],
  'azure-client-secret': [join('abc', '8', 'Q~', safe(34).replaceAll('-', '.'))],
  'digitalocean-token': [join('dop', '_v1_', hex(64))],
  'databricks-token': [join('da', 'pi', hex(32))],
  'vault-token': [join('hv', 's.', safe(90))],
  'supabase-token': [join('sb', 'p_', hex(40))],
  'tailscale-key': [join('ts', 'key-auth-', alnum(12), '-', alnum(32))],
  'grafana-token': [join('gl', 'sa_', alnum(32), '_', hex(8))],
  'atlassian-token': [join('ATA', 'TT3', safe(180))],
  'new-relic-key': [join('NR', 'AK-', upper(27))],
  'postman-key': [join('PM', 'AK-', hex(24), '-', hex(34))],
  'linear-key': [join('lin', '_api_', alnum(40))],
  'age-secret-key': [join('AGE-SEC', 'RET-KEY-1', upper(58))],
  'midturn-token': [
    join('mt', 'k_4f9k2c_', random(52, BASE32)),
    join('mt', 'k_4f9k2c7d_', random(52, BASE32)),
  ],
  'npm-token': [join('np', 'm_', alnum(36))],
  'pypi-token': [join('py', 'pi-AgE', safe(120))],
  'rubygems-key': [join('ruby', 'gems_', hex(48))],
  'docker-token': [join('dckr', '_pat_', safe(27))],
  'slack-token': [join('xo', 'xb-', random(12, '0123456789'), '-', random(13, '0123456789'), '-', alnum(24))],
  'slack-app-token': [join('xa', 'pp-1-', upper(11), '-', random(13, '0123456789'), '-', hex(64))],
  'telegram-bot-token': [join('123456789', ':AA', safe(33))],
  'stripe-key': [
    join('sk', '_live_', alnum(24)),
    join('rk', '_live_', alnum(99)),
    join('sk', '_test_', alnum(24)),
  ],
  'square-token': [join('sq0', 'csp-', safe(43))],
  'shopify-token': [join('shp', 'at_', hex(32))],
  'twilio-key': [join('S', 'K', hex(32))],
  'sendgrid-key': [join('S', 'G.', safe(22), '.', safe(43))],
  'mailgun-key': [join('ke', 'y-', hex(32))],
  'mailchimp-key': [join(hex(32), '-u', 's14')],
  jwt: [JWT, `${join('ey', 'J')}${safe(30)}..${safe(16)}.${safe(80)}.${safe(22)}`],
  'discord-token': [join('M', alnum(23), '.', alnum(6), '.', safe(38))],
  'private-key': [
    join('-----BEGIN RSA PRIV', 'ATE KEY-----\n', pem(), '\n-----END RSA PRIV', 'ATE KEY-----'),
    join('-----BEGIN OPENSSH PRIV', 'ATE KEY-----\n', pem(), '\n-----END OPENSSH PRIV', 'ATE KEY-----'),
    join(
      '-----BEGIN PRIV',
      'ATE KEY-----\\n',
      pem().replaceAll('\n', '\\n'),
      '\\n-----END PRIV',
      'ATE KEY-----',
    ),
    join('-----BEGIN PGP PRIV', 'ATE KEY BLOCK-----\n\n', pem(), '\n-----END PGP PRIV', 'ATE KEY BLOCK-----'),
  ],
};

function pem(): string {
  return [1, 2, 3, 4].map((seed) => random(64, BASE64, seed)).join('\n');
}
