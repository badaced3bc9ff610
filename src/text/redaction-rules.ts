// The table of secrets that can be told by their own shape: a literal prefix, then a body of fixed alphabet and
// length. What can only be told by the words around it is in redaction-context.ts and secret-names.ts.

/**
 * One kind of secret. `body` is matched directly after one of `prefixes`, without backtracking over more than its
 * own length, so that a text costs linear time.
 */
export type TokenRule = {
  /** Rule name, kebab-case: printed in `[redacted:<id>]` and used as the key of counts. */
  readonly id: string;
  /** Literal beginnings, case-sensitive: together they are the one prefilter of all rules. */
  readonly prefixes: readonly string[];
  /** Regular expression source of what follows the prefix. A group named `value` is what is cut, if there is one. */
  readonly body: string;
  /** Length, prefix included, from which the token is complete: it does not go on behind a wrapped line. */
  readonly whole?: number;
  /** What stands before the prefix and belongs to the secret: its longest length and the expression, anchored at its end. */
  readonly before?: { readonly length: number; readonly pattern: RegExp };
  /** The prefix tells enough by itself: letters may stand directly before it. */
  readonly glued?: true;
  /** No vendor's mark: without a digit in the body it is a word, not a secret. */
  readonly needsDigit?: true;
};

const WORD_END = '(?![A-Za-z0-9])';
const ALNUM = '[A-Za-z0-9]';
const URL_SAFE = '[A-Za-z0-9_-]';
const HEX = '[0-9a-f]';
const BASE32 = '[0-9a-hjkmnp-tv-z]';

export const TOKEN_RULES: readonly TokenRule[] = [
  // Code hosting
  {
    id: 'github-token',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    body: `${ALNUM}{36,251}`,
    whole: 40,
    glued: true,
  },
  {
    id: 'github-fine-grained-token',
    prefixes: ['github_pat_'],
    body: '[A-Za-z0-9_]{60,244}',
    whole: 93,
    glued: true,
  },
  {
    id: 'gitlab-token',
    prefixes: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'gloas-'],
    body: '[A-Za-z0-9_.-]{20,300}',
    glued: true,
  },
  // Models
  { id: 'anthropic-key', prefixes: ['sk-ant-'], body: `${URL_SAFE}{20,200}`, whole: 108, glued: true },
  {
    id: 'openai-key',
    prefixes: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
    body: `${URL_SAFE}{20,250}`,
    glued: true,
  },
  { id: 'openrouter-key', prefixes: ['sk-or-v1-'], body: `${HEX}{64}`, whole: 73, glued: true },
  { id: 'openai-key', prefixes: ['sk-'], body: `${ALNUM}{32,64}${WORD_END}`, whole: 51, needsDigit: true },
  { id: 'hugging-face-token', prefixes: ['hf_', 'api_org_'], body: `${ALNUM}{34,40}${WORD_END}`, whole: 37 },
  { id: 'groq-key', prefixes: ['gsk_'], body: `${ALNUM}{52}`, whole: 56 },
  { id: 'xai-key', prefixes: ['xai-'], body: `${ALNUM}{70,90}`, whole: 84 },
  { id: 'perplexity-key', prefixes: ['pplx-'], body: `${ALNUM}{40,60}`, whole: 53 },
  { id: 'replicate-token', prefixes: ['r8_'], body: `${ALNUM}{37}${WORD_END}`, whole: 40 },
  // Clouds
  {
    id: 'aws-access-key-id',
    prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    body: `[A-Z0-9]{16}${WORD_END}`,
    whole: 20,
  },
  { id: 'google-api-key', prefixes: ['AIza'], body: `${URL_SAFE}{35}(?![A-Za-z0-9_-])`, whole: 39 },
  { id: 'google-oauth-secret', prefixes: ['GOCSPX-'], body: `${URL_SAFE}{28}`, whole: 35, glued: true },
  { id: 'google-oauth-token', prefixes: ['ya29.'], body: `${URL_SAFE}{20,2048}` },
  {
    id: 'azure-storage-key',
    prefixes: ['AccountKey=', 'SharedAccessKey=', 'sharedaccesskey='],
    body: '(?<value>[A-Za-z0-9+/]{40,88}={0,2})',
  },
  {
    id: 'azure-client-secret',
    prefixes: ['Q~'],
    body: '[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])',
    before: { length: 4, pattern: /[A-Za-z0-9_~.-]{3}\d$/ },
    glued: true,
  },
  {
    id: 'digitalocean-token',
    prefixes: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    body: `${HEX}{64}`,
    whole: 71,
    glued: true,
  },
  { id: 'databricks-token', prefixes: ['dapi'], body: `${HEX}{32}(?:-\\d)?${WORD_END}`, whole: 36 },
  { id: 'vault-token', prefixes: ['hvs.', 'hvb.', 'hvr.'], body: `${URL_SAFE}{24,300}` },
  { id: 'supabase-token', prefixes: ['sbp_'], body: `${HEX}{40}`, whole: 44 },
  { id: 'tailscale-key', prefixes: ['tskey-'], body: '[a-z]{2,12}-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{16,64}' },
  { id: 'grafana-token', prefixes: ['glsa_', 'glc_'], body: '[A-Za-z0-9+/_=]{32,400}' },
  { id: 'atlassian-token', prefixes: ['ATATT3', 'ATCTT3'], body: '[A-Za-z0-9_=-]{60,400}', glued: true },
  { id: 'new-relic-key', prefixes: ['NRAK-'], body: `[A-Z0-9]{27}${WORD_END}`, whole: 32 },
  { id: 'postman-key', prefixes: ['PMAK-'], body: `${HEX}{24}-${HEX}{34}`, whole: 64 },
  { id: 'linear-key', prefixes: ['lin_api_', 'lin_oauth_'], body: `${ALNUM}{40,64}`, whole: 48 },
  { id: 'age-secret-key', prefixes: ['AGE-SECRET-KEY-1'], body: '[A-Z0-9]{58}', whole: 74, glued: true },
  // Package registries
  { id: 'npm-token', prefixes: ['npm_'], body: `${ALNUM}{36}${WORD_END}`, whole: 40 },
  { id: 'pypi-token', prefixes: ['pypi-AgE'], body: `${URL_SAFE}{40,400}`, glued: true },
  { id: 'rubygems-key', prefixes: ['rubygems_'], body: `${HEX}{48}`, whole: 57 },
  {
    id: 'docker-token',
    prefixes: ['dckr_pat_', 'dckr_oat_'],
    body: `${URL_SAFE}{27,40}`,
    whole: 36,
    glued: true,
  },
  // Messages and payment
  {
    id: 'slack-token',
    prefixes: ['xoxa-', 'xoxb-', 'xoxe-', 'xoxp-', 'xoxr-', 'xoxs-'],
    body: '[A-Za-z0-9-]{10,250}',
  },
  { id: 'slack-app-token', prefixes: ['xapp-'], body: '\\d-[A-Za-z0-9-]{20,250}' },
  {
    id: 'slack-webhook',
    prefixes: ['hooks.slack.com/'],
    body: '(?:services|workflows|triggers)/(?<value>[A-Za-z0-9_/-]{20,200})',
    glued: true,
  },
  {
    id: 'discord-webhook',
    prefixes: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    body: '\\d{15,22}/(?<value>[A-Za-z0-9_-]{50,100})',
    glued: true,
  },
  {
    id: 'telegram-bot-token',
    prefixes: [':AA'],
    body: `${URL_SAFE}{33}(?![A-Za-z0-9_-])`,
    before: { length: 11, pattern: /(?<!\d)\d{8,10}$/ },
    whole: 36,
    glued: true,
  },
  {
    id: 'stripe-key',
    prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'],
    body: '[A-Za-z0-9]{16,250}',
  },
  { id: 'square-token', prefixes: ['sq0atp-', 'sq0csp-'], body: `${URL_SAFE}{22,50}`, glued: true },
  {
    id: 'shopify-token',
    prefixes: ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    body: '[A-Fa-f0-9]{32}',
    whole: 38,
  },
  { id: 'twilio-key', prefixes: ['SK'], body: `${HEX}{32}${WORD_END}`, whole: 34 },
  { id: 'sendgrid-key', prefixes: ['SG.'], body: `${URL_SAFE}{16,32}\\.${URL_SAFE}{16,64}`, whole: 69 },
  { id: 'mailgun-key', prefixes: ['key-'], body: `${HEX}{32}${WORD_END}`, whole: 36 },
  {
    id: 'mailchimp-key',
    prefixes: ['-us'],
    body: `\\d{1,2}${WORD_END}`,
    before: { length: 33, pattern: /(?<![0-9a-f])[0-9a-f]{32}$/ },
    glued: true,
  },
  // Our own, for callers over HTTP: also one whose end was cut off, which leaves little to guess.
  {
    id: 'midturn-token',
    prefixes: ['mtk_'],
    body: `${BASE32}{6,26}_${BASE32}{26,52}`,
    whole: 63,
    glued: true,
  },
  // Anywhere. A web token is three parts, five when encrypted, two when its end was cut off.
  {
    id: 'jwt',
    prefixes: ['eyJ'],
    body: `${URL_SAFE}{8,4096}(?:\\.eyJ${URL_SAFE}{8,16384}(?:\\.${URL_SAFE}{0,2048})?|\\.${URL_SAFE}{0,2048}(?:\\.${URL_SAFE}{10,16384}){3})`,
  },
  {
    id: 'url-password',
    prefixes: ['://'],
    body: '[^\\s:@/?#"\'<>`\\\\]{0,128}:(?<value>[^\\s/"\'<>`\\\\]{1,256})@(?=[A-Za-z0-9_[$%-])',
    glued: true,
  },
];
