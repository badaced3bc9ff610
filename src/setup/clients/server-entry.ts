/** What clients with a JSON file of servers have in common: where the entry is, and whether it is the right one. */
import { ConfigError } from '../../model/errors.ts';
import type { Finding } from '../../store/health.ts';
import { jsonTrouble, jsonValue } from '../json-edit.ts';
import { holds, isObject, isOurs } from '../marks.ts';
import type { ClientId, Json, Program, World } from '../types.ts';

export type ServerEntry = {
  readonly client: ClientId;
  /** The client's name, for people. */
  readonly name: string;
  readonly file: string;
  readonly at: readonly string[];
  readonly value: Json;
};

/** What a client keeps of its sessions is not for midturn to read, so nothing shows who said what. */
export function noTranscripts(name: string): string {
  return `midturn does not read the sessions of ${name}: what its agent remembers is recalled with its label, and never given to a model unasked.`;
}

/** `<client>.server`: is it there, and is it the program that runs now. */
export async function serverFinding(
  world: World,
  program: Program,
  { client, name, file, at, value }: ServerEntry,
): Promise<Finding> {
  const id = `${client}.server`;
  const fix = `midturn setup ${client}`;
  const text = await world.files.read(file);
  const trouble = text === null ? null : jsonTrouble(text, false);
  if (trouble !== null)
    return {
      id,
      status: 'fail',
      words: `${name} cannot read ${file}: ${trouble}`,
      fix: `Repair it, then ${fix}`,
    };
  const there = within(jsonValue(text), at);
  if (there === undefined) return { id, status: 'warn', words: `${name} does not know midturn`, fix };
  if (holds(there, value)) return { id, status: 'ok', words: `${name} starts midturn (${file})` };
  if (isOverHttp(there)) return { id, status: 'ok', words: overHttpWords(name, file) };
  return isOurs(there, program)
    ? {
        id,
        status: 'warn',
        words: `${name} starts midturn in another way than setup writes it (${file})`,
        fix,
      }
    : {
        id,
        status: 'warn',
        words: `${name} starts another program under the name midturn (${file})`,
        // Setup leaves alone what is not its own: by itself it would mend nothing.
        fix: `Take that entry out, then ${fix}`,
      };
}

/** An entry that starts no program: it has the address of a server, as that of `midturn serve`. */
export function isOverHttp(entry: unknown): boolean {
  return isObject(entry) && (typeof entry.url === 'string' || typeof entry.httpUrl === 'string');
}

/** The address stays out: it may hold a secret. What listens there is not asked. */
export function overHttpWords(name: string, file: string): string {
  return `${name} has a server over HTTP under the name midturn (${file})`;
}

/** A file for a plan to go by. One that cannot be read is as if it were not there: the edit of it says why. */
export async function peek({ files }: World, path: string): Promise<string | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

/** What stands in a JSON value under a path of keys. */
export function within(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}
