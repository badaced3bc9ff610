/** How servers on the network are reached: through the proxy that the environment names, those of this machine directly. */
import { EnvHttpProxyAgent } from 'undici';

/** Whatever the proxy. */
const LOOPBACK = 'localhost,127.0.0.1,::1';

export function proxyAgent(
  env: Readonly<Record<string, string | undefined>>,
  limits: { readonly connectMs: number; readonly mostBytes: number },
): EnvHttpProxyAgent {
  return new EnvHttpProxyAgent({
    // Given even when empty: it would look into the environment of this process by itself otherwise.
    httpProxy: named(env, 'http_proxy') ?? named(env, 'all_proxy') ?? '',
    httpsProxy: named(env, 'https_proxy') ?? named(env, 'http_proxy') ?? named(env, 'all_proxy') ?? '',
    noProxy: [named(env, 'no_proxy'), LOOPBACK].filter((one) => one !== undefined).join(','),
    connect: { timeout: limits.connectMs },
    maxResponseSize: limits.mostBytes,
  });
}

function named(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = env[name] ?? env[name.toUpperCase()];
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
