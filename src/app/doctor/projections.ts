/** The files of memory against the store: what was rendered is still what memory says, and still what the file holds. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HAND_CLAIM } from '../../compile/index.ts';
import { codeOf, messageOf } from '../../model/errors.ts';
import type { Finding } from '../../store/health.ts';
import type { Projection } from '../../store/projections.ts';
import type { Store } from '../../store/store.ts';
import { decodeMemoryFile, isAsWritten, parseMemoryFile } from '../../text/memory-parse.ts';
import type { DoctorApp } from './types.ts';

const NAMED = 3;

export async function checkProjections({ layout }: DoctorApp, store: Store): Promise<readonly Finding[]> {
  const [projections, dirty] = [await store.projections.list(), await store.projections.dirty()];
  const stale = new Set(dirty.map(placeOf));
  const differing: string[] = [];
  const edited: string[] = [];
  const unreadable: string[] = [];
  for (const place of new Set(projections.map(placeOf))) {
    const group = projections.filter((projection) => placeOf(projection) === place);
    if (!stale.has(place)) differing.push(...(await differingIn(group, store)));
  }
  for (const projection of projections) {
    const { path } = projection;
    const state = await stateOf(join(layout.root, ...path.split('/')), projection);
    if (state === 'edited') edited.push(path);
    else if (state !== 'as rendered') unreadable.push(`${path} (${state})`);
  }
  const fix = 'midturn doctor --fix';
  const findings: Finding[] = [
    ...(stale.size === 0
      ? []
      : [
          {
            id: 'projections.stale',
            status: 'warn' as const,
            words: `Memory has changed since the files of ${places(stale.size)} were rendered`,
            fix,
          },
        ]),
    ...(differing.length === 0
      ? []
      : [
          {
            id: 'projections',
            status: 'fail' as const,
            words: `${named(differing)} ${differing.length === 1 ? 'says' : 'say'} something else than memory`,
            fix,
          },
        ]),
    ...(unreadable.length === 0
      ? []
      : [
          {
            id: 'projections.files',
            status: 'fail' as const,
            words: `These files cannot be read: ${named(unreadable)}`,
            fix: 'Give yourself permission to them',
          },
        ]),
    ...(edited.length === 0
      ? []
      : [
          {
            id: 'projections.edited',
            status: 'ok' as const,
            words: `Edited by hand and not taken over yet: ${named(edited)}; the next compile does it`,
            fix: 'midturn compile',
          },
        ]),
  ];
  if (findings.some(({ status }) => status !== 'ok')) return findings;
  const words = `${projections.length === 0 ? 'No file of memory is rendered yet' : `The files of memory equal the store (${projections.length})`}`;
  return [{ id: 'projections', status: 'ok', words }, ...findings];
}

function placeOf({ scope, project }: Pick<Projection, 'scope' | 'project'>): string {
  return `${scope} ${project ?? ''}`;
}

/**
 * Files of one place with an entry that is no record in force, or not in this version; all of them where a record in
 * force is in none (what the budget has no room for is in RECALL.md).
 */
async function differingIn(group: readonly Projection[], store: Store): Promise<readonly string[]> {
  const [first] = group;
  if (first === undefined) return [];
  const records = await store.projections.records(first.scope, first.project, HAND_CLAIM);
  const versions = new Map<string, number>(records.map(({ id, version }) => [id, version]));
  const rendered = new Set(group.flatMap(({ entries }) => entries.map(({ record }) => record)));
  if (records.some(({ id, state }) => state === 'active' && !rendered.has(id)))
    return group.map(({ path }) => path);
  return group
    .filter(({ entries }) => entries.some(({ record, version }) => versions.get(record) !== version))
    .map(({ path }) => path);
}

async function stateOf(path: string, { hash, entries }: Projection): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return messageOf(error);
    return entries.length === 0 ? 'as rendered' : 'edited';
  }
  const checksum = Buffer.from(hash).toString('hex');
  if (isAsWritten(bytes, checksum)) return 'as rendered';
  const text = decodeMemoryFile(bytes);
  const parsed = text === null ? null : parseMemoryFile(text);
  return parsed?.untouched === true && parsed.checksum === checksum ? 'as rendered' : 'edited';
}

function named(paths: readonly string[]): string {
  const more = paths.length - NAMED;
  return `${paths.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function places(count: number): string {
  return count === 1 ? 'one place' : `${count} places`;
}
