/** The table [http]: the server that `midturn serve` starts, who may reach it, and how much of it at once. */
import * as z from 'zod';

const path = () => z.string().min(1).nullable().default(null);
const texts = () => z.array(z.string().min(1)).default([]);
/** Keys that are fetched over an open line can be anybody's; on this machine there is no line. */
const address = () => z.string().refine(isSafeAddress).nullable().default(null);

/** As a Host header has it; what else stands here would let nobody in, and nobody would know why. */
const HOST = /^(?:\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?)(?::\d{1,5})?$/i;
/** As browsers send it. `null` is none: every page in a sandbox sends that. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/i;

export const Http = z
  .object({
    host: z
      .string()
      .min(1)
      .max(255)
      .default('127.0.0.1')
      .describe('an address of this machine, as in host = "127.0.0.1"'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(4127)
      .describe('a whole number from 0 to 65535 (0 = any free port), as in port = 4127'),
    allowed_hosts: z
      .array(z.string().regex(HOST))
      .default([])
      .describe(
        'a list of names, without a scheme, a path or a *, as in allowed_hosts = ["midturn.example.org"]',
      ),
    allowed_origins: z
      .array(z.string().regex(ORIGIN))
      .default([])
      .describe(
        'a list of origins, without a path or a *, as in allowed_origins = ["https://app.example.org"]',
      ),
    token_file: path().describe('an absolute path, as in token_file = "~/.midturn/http-token"'),
    max_body_bytes: z
      .int()
      .min(1024)
      .max(64 * 1024 * 1024)
      .default(1_048_576)
      .describe('a whole number of bytes from 1024 to 67108864, as in max_body_bytes = 1048576'),
    requests_per_minute: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(3000)
      .describe('a whole number from 1 to 1000000, as in requests_per_minute = 3000'),
    max_sessions: z
      .int()
      .min(1)
      .max(100_000)
      .default(256)
      .describe('a whole number from 1 to 100000, as in max_sessions = 256'),
    session_idle_minutes: z
      .int()
      .min(1)
      .max(1440)
      .default(60)
      .describe('a whole number of minutes from 1 to 1440, as in session_idle_minutes = 60'),
    request_seconds: z
      .int()
      .min(1)
      .max(3600)
      .default(120)
      .describe('a whole number of seconds from 1 to 3600, as in request_seconds = 120'),
    tls_cert: path().describe('an absolute path of a PEM file, as in tls_cert = "~/.midturn/tls/cert.pem"'),
    tls_key: path().describe('an absolute path of a PEM file, as in tls_key = "~/.midturn/tls/key.pem"'),
    oauth_issuer: address().describe(
      'an https address (http on this machine), as in oauth_issuer = "https://id.example.org"',
    ),
    oauth_audience: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('text, as in oauth_audience = "https://midturn.example.org/mcp"'),
    oauth_jwks_url: address().describe(
      'an https address (http on this machine), as in oauth_jwks_url = "https://id.example.org/jwks.json"',
    ),
    oauth_subjects: texts().describe('a list of texts, as in oauth_subjects = ["248289761001"]'),
    oauth_projects: texts().describe('a list of names, ids or paths, as in oauth_projects = ["my-app"]'),
    oauth_scope_prefix: z
      .string()
      .default('midturn:')
      .describe('text, as in oauth_scope_prefix = "midturn:"'),
  })
  .prefault({});

export type HttpSettings = z.infer<typeof Http>;

/** What is wrong between keys that are each in order: the key to write or correct, and why. */
export function httpContradiction(
  http: HttpSettings,
): { readonly key: keyof HttpSettings; readonly because: string } | null {
  if ((http.tls_cert === null) !== (http.tls_key === null)) {
    const [key, other] =
      http.tls_cert === null ? (['tls_cert', 'tls_key'] as const) : (['tls_key', 'tls_cert'] as const);
    return { key, because: `${other} is set: a certificate and its key belong together` };
  }
  if (http.oauth_issuer === null) return null;
  if (http.oauth_audience === null) {
    return {
      key: 'oauth_audience',
      because: 'oauth_issuer is set: a token that was made for another service must not open this one',
    };
  }
  if (http.oauth_subjects.length === 0) {
    return {
      key: 'oauth_subjects',
      because: 'oauth_issuer is set: whoever has an account there would read your memory',
    };
  }
  return null;
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
