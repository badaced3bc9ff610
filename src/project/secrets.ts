/** One key of a provider: from the environment, else from the home's `.env`. */
import { readKeys } from './keys.ts';

/** The value of a variable, or null where it is set nowhere. An empty one counts as unset. */
export async function secretOf(
  name: string,
  { env, file }: { readonly env: Readonly<Record<string, string | undefined>>; readonly file: string },
): Promise<string | null> {
  return (await readKeys({ env: file }, env)).get(name);
}
