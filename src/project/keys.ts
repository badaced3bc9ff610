/**
 * Keys of providers: from the environment, else from the home's `.env`. The file is read by one narrow rule and is
 * never run; only names of keys, never values, reach a warning, a log or a person.
 */
import { readFile } from 'node:fs/promises';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';
import type { Os } from '../platform/paths.ts';
import { checkPrivate } from '../platform/permissions.ts';

export type ProviderKeys = {
  /** The value of a variable, null where it is set nowhere. An empty one counts as unset. */
  readonly get: (name: string) => string | null;
  /** Where a value would come from; null where there is none. */
  readonly sourceOf: (name: string) => 'env' | 'file' | null;
  /** Names in the file that have a value, in its order. */
  readonly names: readonly string[];
  /** Lines that are no KEY=value, by number, and a file that others may read. */
  readonly warnings: readonly string[];
};

/** @throws ConfigError where there is a file that cannot be read */
export async function readKeys(
  layout: { readonly env: string },
  env: Readonly<Record<string, string | undefined>>,
  os?: Os,
): Promise<ProviderKeys> {
  const { values, lines } = parseKeys(await readKeyFile(layout.env));
  const findings = await checkPrivate(layout.env, os);
  const inEnvironment = (name: string) => filled(Object.hasOwn(env, name) ? env[name] : undefined);
  return {
    get: (name) => inEnvironment(name) ?? values.get(name) ?? null,
    sourceOf: (name) => {
      if (inEnvironment(name) !== null) return 'env';
      return values.has(name) ? 'file' : null;
    },
    names: [...values.keys()],
    warnings: [
      ...lines.map((line) => `Line ${line} of ${layout.env} is no NAME=value: ignored`),
      ...findings
        .filter(({ status }) => status === 'warn')
        .map(({ words, fix }) => (fix === undefined ? words : `${words}. Run ${fix}`)),
    ],
  };
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return '';
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

const LINE = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)$/;
const QUOTED = /^(["'])(.*?)\1[ \t]*(?:#.*)?$/;

/** `NAME=value`, also behind `export` and in quotes. Nothing within a value has a meaning: no escapes, no variables. */
function parseKeys(text: string): {
  readonly values: ReadonlyMap<string, string>;
  readonly lines: readonly number[];
} {
  const values = new Map<string, string>();
  const lines: number[] = [];
  for (const [at, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, rest = ''] = LINE.exec(line) ?? [];
    if (name === undefined) {
      lines.push(at + 1);
      continue;
    }
    const value = filled(QUOTED.exec(rest)?.[2] ?? rest.replace(/(?:^|[ \t]+)#.*$/, ''));
    if (value === null) values.delete(name);
    else values.set(name, value);
  }
  return { values, lines };
}

function filled(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return text === '' ? null : text;
}
