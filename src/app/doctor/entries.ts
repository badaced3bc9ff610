/** The entries under which clients start the server, read from their files as they are now. */
import { readFile } from 'node:fs/promises';
import { type ParseError, parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { codeOf } from '../../model/errors.ts';
import type { Row } from '../../setup/manifest.ts';

export type Entry = {
  readonly client: string;
  readonly file: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
};

/** Where to look: a file, and the places in it that setup writes or would write. */
type Written = Pick<Row, 'client' | 'file' | 'kind' | 'puts'>;

const SERVER = 'midturn';

export async function entriesIn(rows: readonly Written[], cwd: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { client, file, kind, puts } of rows) {
    const paths =
      kind === 'toml'
        ? [['mcp_servers', SERVER]]
        : puts.flatMap((put) => ('set' in put && put.set.at(-1) === SERVER ? [put.set] : []));
    if (paths.length === 0) continue;
    const value = await valueIn(file, kind);
    for (const path of paths) {
      const entry = entryOf(
        { client, file },
        path.reduce<unknown>((inner, key) => fieldOf(inner, key), value),
        cwd,
      );
      if (entry !== null) entries.push(entry);
    }
  }
  return entries;
}

/** Undefined for a file that is gone or cannot be understood: the client's own finding says so. */
async function valueIn(file: string, kind: Row['kind']): Promise<unknown> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  if (kind !== 'toml') {
    const errors: ParseError[] = [];
    const value: unknown = parseJson(text, errors, { allowTrailingComma: true });
    return value;
  }
  try {
    return parseToml(text);
  } catch {
    return undefined;
  }
}

/** `{command, args, env}`, or a list that is both (OpenCode, which calls the third one `environment`). */
function entryOf(from: Pick<Entry, 'client' | 'file'>, value: unknown, cwd: string): Entry | null {
  const [command, args] = [fieldOf(value, 'command'), fieldOf(value, 'args')];
  const words = (Array.isArray(command) ? command : [command, ...(Array.isArray(args) ? args : [])]).map(
    (word) =>
      // biome-ignore lint/suspicious/noTemplateCurlyInString: clients fill it in.
      typeof word === 'string' ? word.replaceAll('${workspaceFolder}', cwd) : '',
  );
  const [program, ...rest] = words;
  if (program === undefined || program === '') return null;
  const env = fieldOf(value, 'env') ?? fieldOf(value, 'environment');
  const pairs = typeof env === 'object' && env !== null ? Object.entries(env) : [];
  return {
    ...from,
    argv: [program, ...rest],
    env: Object.fromEntries(
      pairs.flatMap(([name, word]) => (typeof word === 'string' ? [[name, word]] : [])),
    ),
  };
}

export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
