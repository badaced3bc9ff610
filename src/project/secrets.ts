/**
 * Keys of providers: from the environment, else from the home's `.env`, which is parsed and never executed. A value
 * is handed to whoever uses it and stands in no configuration, log or error.
 */
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';

/** The value of a variable, or null where it is set nowhere. An empty one counts as unset. */
export async function secretOf(
  name: string,
  { env, file }: { readonly env: Readonly<Record<string, string | undefined>>; readonly file: string },
): Promise<string | null> {
  const given = env[name]?.trim();
  if (given !== undefined && given !== '') return given;
  const kept = (await readSecrets(file))[name]?.trim();
  return kept === undefined || kept === '' ? null : kept;
}

async function readSecrets(file: string): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    return parseEnv(await readFile(file, 'utf8'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new ConfigError(
      {
        what: `${file} cannot be read`,
        why: messageOf(cause),
        next: 'Make it a file that you may read, or remove it',
      },
      { cause },
    );
  }
}
