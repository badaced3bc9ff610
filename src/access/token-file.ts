/** The token file of `midturn serve`: where clients of the same user and machine find their way in. */

import { timingSafeEqual } from 'node:crypto';
import { USUAL_SCOPES } from '../model/access.ts';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';
import type { Os } from '../platform/paths.ts';
import { createPrivateFile, type PrivateFile, readPrivateFile } from '../platform/private-file.ts';
import type { Store } from '../store/store.ts';
import { isInForce } from './door.ts';
import { hashOf, newSecret, parseToken, tokenText } from './token-text.ts';

/** More than a token and a line end: something else was put there. */
const MOST_BYTES = 1024;
const LABEL = 'token file';

export type TokenFileDeps = { readonly store: Store; readonly now: () => number; readonly os?: Os };

/** See {@link AccessService.ensureDefault}. */
export async function ensureTokenFile(
  deps: TokenFileDeps,
  file: string,
): Promise<{ readonly path: string; readonly created: boolean }> {
  const found = await read(deps, file);
  if (found.kind === 'missing') {
    if (await create(deps, file)) return { path: file, created: true };
    // Another process has made it meanwhile.
    await check(deps, file, await read(deps, file));
  } else await check(deps, file, found);
  return { path: file, created: false };
}

/** The token is stored first: a file never holds one that opens nothing. */
async function create({ store, os }: TokenFileDeps, file: string): Promise<boolean> {
  const secret = newSecret();
  const token = await store.tokens.create({
    owner: store.owner,
    label: LABEL,
    hash: hashOf(secret),
    scopes: USUAL_SCOPES,
    projects: null,
    expiresAt: null,
  });
  let made = false;
  try {
    made = await createPrivateFile(file, `${tokenText(token.short, secret)}\n`, { os });
  } catch (cause) {
    throw unusable(file, `cannot be written: ${codeOf(cause) ?? messageOf(cause)}`, NAME_ANOTHER, cause);
  } finally {
    if (!made) await store.tokens.discard(token.id);
  }
  return made;
}

async function read({ os }: TokenFileDeps, file: string): Promise<PrivateFile> {
  try {
    return await readPrivateFile(file, MOST_BYTES, os === undefined ? {} : { os });
  } catch (cause) {
    throw unusable(file, `cannot be read: ${codeOf(cause) ?? messageOf(cause)}`, NAME_ANOTHER, cause);
  }
}

async function check({ store, now }: TokenFileDeps, file: string, found: PrivateFile): Promise<void> {
  if (found.kind === 'missing') throw unusable(file, 'was there and is gone', 'Start the server again');
  if (found.kind === 'unfit') {
    const isLoose = found.why.startsWith('can be read');
    throw unusable(
      file,
      found.why,
      // Whoever could read it has had the time to.
      isLoose
        ? `Revoke its token (\`midturn token list\`), remove the file, and start the server again: a new one is made`
        : NAME_ANOTHER,
    );
  }
  const parts = parseToken(found.text.trim());
  if (parts === null) throw unusable(file, 'holds no token', NAME_ANOTHER);
  const stored = await store.tokens.forKey(parts.key);
  if (stored === null || !timingSafeEqual(hashOf(parts.secret), stored.hash))
    throw unusable(file, 'holds a token of another store', REMOVE);
  if (isInForce(stored.token, now())) return;
  throw unusable(
    file,
    `holds the token ${stored.token.short}, which ${stored.token.revokedAt === null ? 'has expired' : 'was revoked'}`,
    REMOVE,
  );
}

const REMOVE = 'Remove the file and start the server again: a new one is made';
const NAME_ANOTHER = 'Name another with --token-file or token_file under [http], or remove what is there';

function unusable(file: string, why: string, next: string, cause?: unknown): ConfigError {
  return new ConfigError({ what: `${file} cannot be the token file`, why: `it ${why}`, next }, { cause });
}
