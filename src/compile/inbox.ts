/**
 * The folder into which other programs drop envelopes as `*.json`. One that was taken is moved to `done`, one that
 * could not be to `failed`, with the reason beside it. What they say counts as an agent's word at most.
 */
import { mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller, CallerProject } from '../model/caller.ts';
import { codeOf, type MidturnError, UserInputError } from '../model/errors.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import { readEnvelopeText } from './envelope.ts';
import { isFields } from './item-fields.ts';
import { submit } from './submit.ts';
import type { CompileDeps } from './types.ts';

/** A file that was touched more recently may still be written. */
const SETTLED_MS = 1000;
const BYTES = 4_000_000;
/** Files of one run. */
const AT_ONCE = 1000;

export type InboxReport = { readonly taken: number; readonly failed: number };

/** Absolute paths of what lies there and has settled, in the order of their names. */
export async function inboxFiles(folder: string, now: number): Promise<readonly string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
  const settled: string[] = [];
  for (const name of names.filter((each) => each.endsWith('.json') && !each.startsWith('.')).sort()) {
    if (settled.length >= AT_ONCE) break;
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    if (info?.isFile() === true && isSettled(info, now)) settled.push(path);
  }
  return settled;
}

/** What is renamed in was written before; a time of the future says nothing. */
function isSettled({ mtimeMs }: { readonly mtimeMs: number }, now: number): boolean {
  return now - mtimeMs >= SETTLED_MS || mtimeMs - now > SETTLED_MS;
}

/** Takes what lies there into the queue. A file that cannot be taken stops none of the others. */
export async function drainInbox(deps: CompileDeps, caller: Caller): Promise<InboxReport> {
  const { inbox } = deps;
  if (inbox === null) return { taken: 0, failed: 0 };
  let taken = 0;
  let failed = 0;
  for (const path of await inboxFiles(inbox, deps.now())) {
    try {
      await take(deps, caller, path);
      await moveTo(inbox, path, 'done', null);
      taken += 1;
    } catch (error) {
      // Gone: another compile was faster. What the store cannot do now is tried again by the next one.
      if (codeOf(error) === 'ENOENT') continue;
      if (!(error instanceof UserInputError)) throw error;
      await moveTo(inbox, path, 'failed', error);
      failed += 1;
    }
  }
  if (taken + failed > 0) {
    await deps.store.health.count({ 'inbox.taken': taken, 'inbox.failed': failed });
  }
  return { taken, failed };
}

async function take(deps: CompileDeps, caller: Caller, path: string): Promise<void> {
  const sent = readEnvelopeText(await textOf(path));
  const project = await projectOf(deps, sent);
  const result = await submit(
    deps,
    {
      ...caller,
      project,
      cwd: project?.root ?? caller.cwd,
      client: 'inbox',
      session: null,
      externalSession: null,
      turnKey: null,
      callId: null,
      personPresent: false,
    },
    sent,
    { source: 'inbox', originCap: 'agent' },
  );
  if (result.suggestion_id !== null) return;
  throw new UserInputError({
    what: 'Nothing of it was kept',
    why: result.items.map(({ reason }) => reason ?? '').join('; ') || 'it holds no suggestions',
  });
}

/** The project that the envelope says it is about. A claim, as all of it. */
async function projectOf({ projectOf: find }: CompileDeps, sent: unknown): Promise<CallerProject | null> {
  const cwd = isFields(sent) ? sent.cwd : undefined;
  return typeof cwd === 'string' && cwd.trim() !== '' ? find(cwd) : null;
}

async function textOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > BYTES) throw new UserInputError({ what: `It has ${size} bytes, at most ${BYTES} are taken` });
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserInputError({ what: 'It is not UTF-8 text' }, { cause: error });
  } finally {
    await file.close();
  }
}

async function moveTo(
  inbox: string,
  path: string,
  folder: 'done' | 'failed',
  error: MidturnError | null,
): Promise<void> {
  const to = join(inbox, folder);
  await mkdir(to, { recursive: true, mode: 0o700 });
  const target = await freeName(to, path.slice(inbox.length + 1));
  if (error !== null) await writeFileAtomic(`${target}.reason`, `${error.message}\n`);
  await rename(path, target).catch((failure: unknown) => {
    if (codeOf(failure) !== 'ENOENT') throw failure;
  });
}

async function freeName(folder: string, name: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const path = join(folder, count === 1 ? name : name.replace(/\.json$/, `.${count}.json`));
    if ((await stat(path).catch(() => null)) === null) return path;
  }
}
