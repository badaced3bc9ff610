/**
 * The erase job: what it names is hidden first, then its words are taken out of files, overwritten in the store, and
 * looked for byte by byte. Each step can be done again, so that a job that was cut off is gone on with by whoever
 * comes next.
 */
import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { messageOf } from '../model/errors.ts';
import { memoryId, projectId, storedSessionId } from '../model/ids.ts';
import type { Operation } from '../model/plan.ts';
import type { EraseJob } from '../store/erase-jobs.ts';
import type { ForgetTarget, HeldWords, Holders } from '../store/erasing.ts';
import type { Store } from '../store/store.ts';
import { ByteSearch, bytesOf, probesOf, proofsOf, telling } from '../text/probes.ts';
import { type CleanedFile, cleanDumps, cleanFiles, isStoreFile, scanHome } from './erase-files.ts';

export type EraseDeps = {
  readonly store: Store;
  /** The home's root; null where there is none (files are left alone then). */
  readonly home: string | null;
  /** Renders the files that memory is shown in anew. */
  readonly render: () => Promise<void>;
  /** Called behind each step, with its name: where a test cuts the job off. */
  readonly onStep?: ((step: string) => void) | undefined;
};

export type EraseReport = {
  readonly messages: number;
  readonly memories: number;
  readonly skills: number;
  readonly files: readonly CleanedFile[];
  /**
   * `found`: the words still stand somewhere (see `left`); `none`: searched, and found nowhere; `rewritten`: the words
   * were not known any more (the job had been cut off), so the store was written anew from what it holds;
   * `unsearchable`: all of them too short to be told from other words, the store was written anew; `later`: another
   * process reads the journal, the job is finished when that one has ended.
   */
  readonly check: 'none' | 'found' | 'rewritten' | 'unsearchable' | 'later';
  readonly searched: { readonly files: number; readonly bytes: number };
  /** Files of the home and records that still hold the words. */
  readonly left: readonly string[];
  /** Texts of it that are too short to be searched for (a title, a "yes"): nothing is said of these. */
  readonly short: readonly string[];
  /** What went wrong on the way, and did not keep the words from being overwritten. */
  readonly problems: readonly string[];
};

const STEPS = ['hidden', 'files', 'text', 'scrubbed'] as const;
type Step = (typeof STEPS)[number];

/** Most of what the search is given: of more, the first ones. */
const PROBES = 5_000;
const WINDOW = 32;

type Words = {
  readonly probes: readonly string[];
  readonly search: ByteSearch;
  /** Finds files that hold a text of it for certain, not only a few words that others may have said. */
  readonly proof: ByteSearch;
  readonly short: readonly string[];
};

const NO_WORDS: Words = { probes: [], search: new ByteSearch([]), proof: new ByteSearch([]), short: [] };

export function jobTarget(target: ForgetTarget): string {
  if (target.kind === 'message') return `${target.session}/${target.number}`;
  if (target.kind === 'session') return target.session;
  return target.kind === 'project' ? target.project : target.id;
}

export async function runErase(deps: EraseDeps, job: EraseJob, caller: Caller): Promise<EraseReport> {
  const { store } = deps;
  const target = targetOf(job);
  let counts = { messages: 0, memories: 0, skills: 0 };
  let files: readonly CleanedFile[] = [];
  const problems: string[] = [];
  const reached = async (step: Step): Promise<void> => {
    await store.eraseJobs.reached(job.id, step);
    deps.onStep?.(step);
  };
  const after = (step: Step): boolean => stepOf(job.step) > STEPS.indexOf(step);
  let words = NO_WORDS;
  if (!after('files')) {
    const { own, holders } = await meant(store, target);
    words = wordsOf(await store.erasing.words(target, holders));
    if (!after('hidden')) {
      await forgetRecords(store, caller, holders);
      await store.erasing.hide(target, 'erased', 'erased');
      await store.erasing.condemn(target, holders, own);
      await reached('hidden');
    }
    const messages = holders.messages + holders.copies.length;
    counts = { messages, memories: holders.memories.length, skills: holders.skills.length };
    try {
      await deps.render();
    } catch (error) {
      // A file that cannot be written keeps nobody from erasing the rest: it is found by the search, and named.
      problems.push(messageOf(error));
    }
    if (deps.home !== null)
      files = [
        ...(await cleanFiles(deps.home, words, isUnsearchable(words))),
        ...(await cleanDumps(deps.home, (jobs) => store.reviews.withSnapshot(jobs))),
      ];
    await reached('files');
  }
  if (!after('text')) {
    while (await store.erasing.overwrite()) deps.onStep?.('slice');
    await reached('text');
  }
  if (!after('scrubbed')) {
    await store.erasing.scrub(telling(words.probes));
    await reached('scrubbed');
  }
  const checked = await check(deps, words);
  if (checked.check !== 'later') await store.eraseJobs.finish(job.id);
  return { ...counts, files, problems, short: words.short, ...checked };
}

/** What a target means with all that was made of it; `own`: pieces of its own words that tell. */
export async function meant(
  store: Store,
  target: ForgetTarget,
): Promise<{ readonly own: readonly string[]; readonly holders: Holders }> {
  const own = telling(wordsOf(await store.erasing.words(target, null)).probes);
  return { own, holders: await store.erasing.holders(target, own) };
}

async function check(
  { store, home }: EraseDeps,
  words: Words,
): Promise<Pick<EraseReport, 'check' | 'searched' | 'left'>> {
  const { search, probes } = words;
  const nothing = { searched: { files: 0, bytes: 0 }, left: [] };
  if (search.isEmpty || home === null) {
    if (!(await store.erasing.settle(true))) return { check: 'later', ...nothing };
    return { check: isUnsearchable(words) ? 'unsearchable' : 'rewritten', ...nothing };
  }
  // What cannot be looked for is gone from between the records for certain when the file is written anew.
  if (!(await store.erasing.settle(words.short.length > 0))) return { check: 'later', ...nothing };
  let scan = await scanHome(home, search);
  if (scan.held.some(isStoreFile)) {
    // Moved between pages, a record can leave its bytes behind: a file that is written anew has none.
    if (!(await store.erasing.settle(true))) return { check: 'later', ...nothing };
    scan = await scanHome(home, search);
  }
  const searched = { files: scan.files, bytes: scan.bytes };
  if (scan.held.length === 0) return { check: 'none', searched, left: [] };
  const files = scan.held.filter((name) => !isStoreFile(name));
  if (files.length === scan.held.length) return { check: 'found', searched, left: files };
  const records = await store.erasing.stillHeld(probes);
  return { check: 'found', searched, left: [...files, ...(records.length === 0 ? ['midturn.db'] : records)] };
}

async function forgetRecords(store: Store, caller: Caller, holders: Holders): Promise<void> {
  await applyPlan<null>(store, async () => {
    const operations: Operation[] = [];
    for (const id of holders.memories) {
      const memory = await store.memories.get(id);
      if (memory === null || memory.state === 'forgotten') continue;
      operations.push({ op: 'forget', target: id, version: memory.version, reason: 'erased' });
    }
    for (const id of holders.skills) {
      const skill = await store.skills.get(id);
      if (skill === null || skill.state === 'retired') continue;
      operations.push({ op: 'skill_retire', target: id, version: skill.version, reason: 'erased' });
    }
    return operations.length === 0 ? { done: null } : { plan: { kind: 'forget', caller, operations } };
  });
}

function wordsOf({ texts, blobs }: HeldWords): Words {
  const probes = new Set<string>();
  const proofs = new Set<string>();
  const short = new Set<string>();
  for (const text of texts) {
    const pieces = probesOf(text);
    if (pieces.length === 0 && text.trim() !== '') short.add(text.trim());
    for (const piece of pieces) if (probes.size < PROBES) probes.add(piece);
    for (const piece of proofsOf(text)) if (proofs.size < PROBES) proofs.add(piece);
  }
  const windows = blobs.map((blob) => {
    const from = Math.max(0, Math.floor(blob.length / 2) - WINDOW / 2);
    return blob.subarray(from, from + WINDOW);
  });
  const proof = [...[...proofs].flatMap(bytesOf), ...windows];
  return {
    probes: [...probes],
    short: [...short],
    search: new ByteSearch([...[...probes].flatMap(bytesOf), ...proof]),
    proof: new ByteSearch(proof),
  };
}

/** There were words, and none of them can be told from others. */
function isUnsearchable({ search, short }: Words): boolean {
  return search.isEmpty && short.length > 0;
}

function targetOf({ kind, target }: EraseJob): ForgetTarget {
  switch (kind) {
    case 'memory':
    case 'skill':
      return { kind: 'memory', id: memoryId(target) };
    case 'session':
      return { kind, session: storedSessionId(target) };
    case 'project':
      return { kind, project: projectId(target) };
    case 'message': {
      const [session = '', number = ''] = target.split('/');
      return { kind, session: storedSessionId(session), number: Number(number) };
    }
  }
}

/** How many steps are done. */
function stepOf(step: string | null): number {
  const names: ReadonlyArray<string | null> = STEPS;
  return names.indexOf(step) + 1;
}
