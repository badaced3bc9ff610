/** Are a client's transcripts captured: what was written lately, against how far each file has been read. */
import type { Discovery } from '../../capture/index.ts';
import { messageOf } from '../../model/errors.ts';
import { minute } from '../../model/time.ts';
import { isInPause, readPause } from '../../project/pause.ts';
import type { Finding } from '../../store/health.ts';
import type { SourceRecord } from '../../store/sources.ts';
import type { Store } from '../../store/store.ts';
import { exclusionOf } from '../exclusion.ts';
import type { DoctorApp } from './types.ts';

type FoundFile = Discovery['files'][number];

const READ = ['codex', 'claude-code'] as const;
const LATELY_MS = 7 * 86_400_000;
/** A session that somebody is in just now is captured at the end of its turn. */
const STILL_WRITTEN_MS = 10 * 60_000;
/** Files that are opened to see whether they are to be captured at all. */
const PEEKED = 20;

export async function checkTranscripts(
  app: DoctorApp,
  store: Store,
  { id: named, name }: { readonly id: string; readonly name: string },
): Promise<readonly Finding[]> {
  const client = READ.find((each) => each === named);
  if (client === undefined) return [];
  const id = `${client}.transcripts`;
  try {
    const { files, unfit } = await app.planImport({ paths: [], client, confirmed: false });
    const fix = `midturn import --client ${client}`;
    const [closed] = unfit;
    if (closed !== undefined)
      return [
        {
          id,
          status: 'warn',
          words: `${closed.path} cannot be read: ${closed.reason}`,
          fix: 'Give yourself permission to it',
        },
      ];
    if (files.length === 0)
      return [{ id, status: 'ok', words: `${name} has written no transcript that is still there` }];
    if (await app.isPaused())
      return [
        { id, status: 'warn', words: `Capture is paused: ${name} is not captured`, fix: 'midturn resume' },
      ];
    const sources = new Map((await store.sources.list(client)).map((source) => [source.path, source]));
    if (sources.size === 0)
      return [
        {
          id,
          status: 'warn',
          words: `None of the ${files.length} transcripts of ${name} is captured yet`,
          fix,
        },
      ];
    const now = app.now();
    const lately = files.filter(({ modifiedAt }) => now - modifiedAt < LATELY_MS);
    const left = await missed(app, lately, sources, now);
    const newest = newestOf(files);
    if (left.length === 0)
      return [
        {
          id,
          status: 'ok',
          words: `The transcripts of ${name} are captured (${lately.length} of the last 7 days; the newest was written ${minute(newest)} UTC)`,
        },
      ];
    return [
      {
        id,
        status: 'warn',
        words: `${left.length} of ${lately.length} transcripts that ${name} wrote in the last 7 days are not captured to their end (the newest was written ${minute(newestOf(left))} UTC)`,
        fix,
      },
    ];
  } catch (error) {
    return [{ id, status: 'warn', words: `Its transcripts could not be looked at: ${messageOf(error)}` }];
  }
}

/** When a transcript of this client was last written to; null where there is none, or none can be looked at. */
export async function newestTranscript(app: DoctorApp, named: string): Promise<number | null> {
  const client = READ.find((each) => each === named);
  if (client === undefined) return null;
  try {
    const { files } = await app.planImport({ paths: [], client, confirmed: false });
    return files.length === 0 ? null : newestOf(files);
  } catch {
    return null;
  }
}

async function missed(
  app: DoctorApp,
  files: readonly FoundFile[],
  sources: ReadonlyMap<string, SourceRecord>,
  now: number,
): Promise<readonly FoundFile[]> {
  const behind = files.filter(({ file, bytes, modifiedAt }) => {
    if (bytes === 0 || now - modifiedAt < STILL_WRITTEN_MS) return false;
    const source = sources.get(file.path);
    // A last line without an end is never read: the file is as it was when it was read.
    return source === undefined || (source.offset < bytes && source.modifiedAt < modifiedAt);
  });
  const pauses = await readPause(app.layout);
  const { capture } = await app.config();
  const excluded = exclusionOf([...capture.exclude, app.layout.root]);
  const left: FoundFile[] = [];
  for (const [place, found] of behind.entries()) {
    const isKnown = sources.has(found.file.path);
    const kept = isKnown || place >= PEEKED || (await isWanted(app, found, excluded));
    if (kept && !isInPause(pauses, found.modifiedAt)) left.push(found);
  }
  return left;
}

/** What was kept out, or holds nothing that anybody said, leaves no row in the store. */
async function isWanted(
  app: DoctorApp,
  { file }: FoundFile,
  excluded: (path: string) => boolean,
): Promise<boolean> {
  const cwd = await app.peek(file.path);
  return cwd !== null && !excluded(cwd) && !excluded(file.path);
}

function newestOf(files: readonly FoundFile[]): number {
  return files.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0);
}
