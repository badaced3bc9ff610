/** Who may come in over HTTP: whether the token file is still a secret, and what the tokens open. */
import { isInForce } from '../../access/index.ts';
import { checkPrivate } from '../../platform/permissions.ts';
import { tokenFileOf } from '../../project/token-file.ts';
import type { Finding } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';
import type { DoctorApp } from './types.ts';

export async function checkTokens(app: DoctorApp, store: Store): Promise<readonly Finding[]> {
  const file = tokenFileOf(app.layout, (await app.config()).http);
  const findings = (await checkPrivate(file))
    .filter(({ status }) => status !== 'ok')
    .map(({ words }): Finding => {
      // Closing it again would not take back what was read meanwhile.
      const fix = 'Revoke its token (midturn token list), remove the file and start midturn serve again';
      return { id: 'http.token_file', status: 'warn', words, fix };
    });
  const tokens = (await store.tokens.list()).filter((token) => isInForce(token, app.now()));
  if (tokens.length === 0) return findings;
  const endless = tokens.filter(({ scopes, expiresAt }) => scopes.includes('admin') && expiresAt === null);
  const count = `${tokens.length} ${tokens.length === 1 ? 'token opens' : 'tokens open'} the HTTP server`;
  const words =
    endless.length === 0
      ? count
      : `${count}; may approve, and never ${endless.length === 1 ? 'expires' : 'expire'}: ${endless.map(({ short }) => short).join(', ')}`;
  return [...findings, { id: 'http.tokens', status: 'ok', words }];
}
