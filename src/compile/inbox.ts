/**
 * The folder into which other programs drop envelopes as `*.json`. One that was taken is removed: its words are in the
 * store, without the secrets that the file may hold. One that could not be taken moves to `failed`, its secrets cut out
 * and the reason beside it, for two weeks. What they say counts as an agent's word at most.
 */
import type { BigIntStats } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Caller, CallerProject } from '../model/caller.ts';
import { codeOf, messageOf, UserInputError } from '../model/errors.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import { clean } from '../text/clean.ts';
import { redact, redactValue } from '../text/redaction.ts';
import { scanThreats } from '../text/threats.ts';
import { parseEnvelope, readEnvelopeText } from './envelope.ts';
import { isFields } from './item-fields.ts';
import { submit } from './submit.ts';
import type { CompileDeps } from './types.ts';

/** A file that was touched more recently may still be written. */
const SETTLED_MS = 1000;
const BYTES = 4_000_000;
/** Files of one run. */
const AT_ONCE = 1000;
const FAILED = 'failed';
/** How long what could not be taken is kept. */
const FAILED_MS = 14 * 86_400_000;
const NAMED = 3;
/** Characters of a reason. */
const REASON = 500;
/** Of these, as many are shown. */
const SHOWN = 200;

export type InboxReport = {
  readonly taken: number;
  readonly failed: number;
  /** Of those that failed: the file's name, and why. */
  readonly failures: ReadonlyArray<{ readonly name: string; readonly why: string }>;
};

const NOTHING: InboxReport = { taken: 0, failed: 0, failures: [] };

/** What people are told of it: nothing when everything was taken. */
export function inboxNotices({ failed, failures }: InboxReport): string[] {
  if (failed === 0) return [];
  const named = failures.slice(0, NAMED).map(({ name, why }) => `${shown(name)} (${shown(why)})`);
  const more = failed > named.length ? ` and ${failed - named.length} more` : '';
  const files = failed === 1 ? '1 file' : `${failed} files`;
  return [`${files} of the inbox could not be taken: ${named.join(', ')}${more}`];
}

/** These words may reach a model, and come from whoever can write a file: little of them, and nothing that steers. */
function shown(text: string): string {
  if (scanThreats(text).length > 0) return 'see its .reason';
  const line = clean(text).replace(/\s+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}\u2026` : line;
}

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
  if (inbox === null) return NOTHING;
  let taken = 0;
  const failures: Array<{ readonly name: string; readonly why: string }> = [];
  for (const path of await inboxFiles(inbox, deps.now())) {
    const file = await contentOf(path);
    // Gone: another compile was faster.
    if (file === null) continue;
    if (typeof file === 'string') {
      failures.push({ name: basename(path), why: file });
      continue;
    }
    try {
      await take(deps, caller, file);
      taken += 1;
    } catch (error) {
      // What the store cannot do now is tried again by the next one.
      if (!(error instanceof UserInputError)) throw error;
      const why = reasonOf(error);
      await keepFailed(join(inbox, FAILED), path, file, why);
      failures.push({ name: basename(path), why });
    }
    await removeRead(path, file.info);
  }
  const expired = await removeExpired(join(inbox, FAILED), deps.now());
  const failed = failures.length;
  if (taken + failed + expired > 0) {
    await deps.store.health.count({
      'inbox.taken': taken,
      'inbox.failed': failed,
      ...(expired === 0 ? {} : { 'inbox.expired': expired }),
    });
  }
  return { taken, failed, failures };
}

async function take(deps: CompileDeps, caller: Caller, file: Content): Promise<void> {
  const sent = readEnvelopeText(textOf(file));
  const project = await projectOf(deps, sent);
  if (project === null) requireProject(sent);
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

/** Taken without its project, an envelope would lose what it says of one. */
function requireProject(sent: unknown): void {
  if (parseEnvelope(sent).items.every(({ item }) => item.scope !== 'project')) return;
  const cwd = isFields(sent) ? sent.cwd : undefined;
  throw new UserInputError({
    what: 'It holds suggestions for a project, and does not say for which',
    ...(typeof cwd === 'string' && cwd.trim() !== '' ? { why: `no project is known at ${cwd}` } : {}),
    next: 'Add `cwd`, the absolute path of the project\u2019s folder, or `"scope": "user"` to what holds everywhere',
  });
}

type Content = { readonly bytes: Buffer; readonly size: number; readonly info: BigIntStats };

/** Null when it is gone, or why it cannot be read. Of a file that is too large, its beginning. */
async function contentOf(path: string): Promise<Content | string | null> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    if (code === 'EACCES' || code === 'EPERM') return `it cannot be read, the system answered ${code}`;
    throw error;
  }
  try {
    const info = await file.stat({ bigint: true });
    const size = Number(info.size);
    if (size <= BYTES) return { bytes: await file.readFile(), size, info };
    const bytes = Buffer.alloc(BYTES);
    const { bytesRead } = await file.read(bytes, 0, BYTES, 0);
    return { bytes: bytes.subarray(0, bytesRead), size, info };
  } finally {
    await file.close();
  }
}

function textOf({ bytes, size }: Content): string {
  if (size > BYTES) throw new UserInputError({ what: `It has ${size} bytes, at most ${BYTES} are taken` });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserInputError({ what: 'It is not UTF-8 text' }, { cause: error });
  }
}

/** Without secrets, and without the piece of the file that a JSON parser quotes: half a secret looks like none. */
function reasonOf(error: UserInputError): string {
  const message = messageOf(error).replace(
    /,? ?(?:\.{3})?".*"(?:\.{3})? is not valid JSON/s,
    ' is not valid JSON',
  );
  const safe = redact(message).text;
  return safe.length > REASON ? `${safe.slice(0, REASON)}\u2026` : safe;
}

async function keepFailed(folder: string, path: string, file: Content, why: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const target = await freeName(folder, basename(path));
  await writeFileAtomic(target, withoutSecrets(file), { mode: 0o600 });
  await writeFileAtomic(`${target}.reason`, `${why}\n`, { mode: 0o600 });
}

function withoutSecrets({ bytes, size }: Content): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(bytes).replaceAll('\0', '');
  // The last string may end in the middle of a secret.
  if (size > BYTES) return redact(text.slice(0, text.lastIndexOf('"') + 1)).text;
  try {
    const value: unknown = JSON.parse(text);
    const { value: redacted } = redactValue(value);
    return redacted === value ? redact(text).text : `${JSON.stringify(redacted, null, 2)}\n`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return redact(text).text;
  }
}

/** Removes what was read; what was written there meanwhile is another envelope, and stays. */
async function removeRead(path: string, read: BigIntStats): Promise<void> {
  const now = await stat(path, { bigint: true }).catch(nullIfGone);
  if (now === null || now.ino !== read.ino || now.size !== read.size || now.mtimeNs !== read.mtimeNs) return;
  await rm(path, { force: true });
}

/** How many envelopes were removed. */
async function removeExpired(folder: string, now: number): Promise<number> {
  const names = (await readdir(folder).catch(nullIfGone)) ?? [];
  let removed = 0;
  for (const name of names.filter((each) => /\.json(?:\.reason)?$/.test(each))) {
    const path = join(folder, name);
    const info = await stat(path).catch(nullIfGone);
    if (info === null || !info.isFile() || now - info.mtimeMs < FAILED_MS) continue;
    await rm(path, { force: true });
    if (name.endsWith('.json')) removed += 1;
  }
  return removed;
}

function nullIfGone(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

async function freeName(folder: string, name: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const path = join(folder, count === 1 ? name : name.replace(/\.json$/, `.${count}.json`));
    if ((await stat(path).catch(nullIfGone)) === null) return path;
  }
}
