/**
 * `midturn doctor --fix`: does what can be undone or is made anew from what is stored, and nothing that would change a
 * client's files or lose a word. Each repair is asked for by a finding.
 */
import { stat } from 'node:fs/promises';
import type { Caller } from '../../model/caller.ts';
import { messageOf } from '../../model/errors.ts';
import { killTree } from '../../platform/kill-tree.ts';
import { checkPrivate, makePrivate, makePrivateDir } from '../../platform/permissions.ts';
import { processIdentity, stillRuns } from '../../platform/process.ts';
import { programOf } from '../../setup/install-program.ts';
import { readManifest } from '../../setup/manifest.ts';
import type { Finding } from '../../store/health.ts';
import { takeLoopLock } from '../loop/lock.ts';
import { wakeWorker } from '../loop/start.ts';
import { renderKnown } from '../render-known.ts';
import { privatePaths } from './home.ts';
import { rebuildIndexes } from './store.ts';
import type { Patient } from './types.ts';
import { lookAtWorker } from './worker.ts';
import { worldOf } from './world.ts';

/** A worker that is told to end has this long for it. */
const GRACE_MS = 5_000;
const COMPILE = 'compile';

type Repair = {
  readonly cures: (finding: Finding) => boolean;
  /** Sentences about what was done. */
  readonly act: (patient: Patient) => Promise<readonly string[]>;
};

const isOpen = ({ status }: Finding): boolean => status !== 'ok';
const named =
  (...ids: readonly string[]) =>
  (finding: Finding): boolean =>
    isOpen(finding) && ids.includes(finding.id);

/** In this order: a lock that is in the way goes before what needs it, and the worker comes last. */
const REPAIRS: readonly Repair[] = [
  { cures: named('permissions'), act: narrow },
  { cures: named('index.messages', 'index.memories'), act: rebuild },
  { cures: named('setup.program'), act: install },
  { cures: named('loop.worker'), act: endWorker },
  { cures: named('loop.compile.lock'), act: releaseCompile },
  { cures: named('projections.stale'), act: render },
  { cures: named('projections'), act: renderAll },
  { cures: named('loop.spool', 'loop.review.stuck'), act: startWorker },
];

export async function mend(patient: Patient, findings: readonly Finding[]): Promise<readonly string[]> {
  const told: string[] = [];
  for (const { cures, act } of REPAIRS) {
    if (!findings.some(cures)) continue;
    try {
      told.push(...(await act(patient)));
    } catch (error) {
      told.push(`Not mended: ${messageOf(error)}`);
    }
  }
  return told;
}

async function narrow({ app }: Patient): Promise<readonly string[]> {
  const done: string[] = [];
  for (const path of privatePaths(app.layout)) {
    if (!(await checkPrivate(path)).some(({ fix }) => fix !== undefined)) continue;
    const isNow = (await stat(path)).isDirectory() ? await makePrivateDir(path) : await makePrivate(path);
    done.push(isNow ? `Made ${path} readable for you alone.` : `${path} could not be closed to others.`);
  }
  return done;
}

async function rebuild({ app }: Patient): Promise<readonly string[]> {
  const documents = await rebuildIndexes(await app.store());
  return [`Rebuilt the indexes: ${documents} ${documents === 1 ? 'document' : 'documents'}.`];
}

/** Only for the Node by which the clients start it: with another one its native module would be the wrong one. */
async function install(patient: Patient): Promise<readonly string[]> {
  const world = worldOf(patient);
  const manifest = await readManifest(world);
  const { node } = await programOf(world, process.execPath);
  if (manifest === null) return [];
  if (manifest.node !== node)
    return [
      `The program was left as it is: the clients start it by ${manifest.node ?? 'no Node'}, and this is ${node}. midturn setup writes this one into their files.`,
    ];
  const { folder, outcome } = await (await patient.app.setup()).install();
  return outcome === 'kept' ? [] : [`Put the program into ${folder} again.`];
}

async function endWorker({ app }: Patient): Promise<readonly string[]> {
  const found = await lookAtWorker(app);
  if (found.state === 'none' || found.state === 'at work') return [];
  const told: string[] = [];
  const { holder } = found;
  if (found.state === 'over time' && holder !== null) {
    // Asked again with the process in hand: a pid alone may be somebody else's by now.
    if ((await stillRuns(holder, await processIdentity())) !== true) return [];
    await killTree(holder.pid, GRACE_MS);
    told.push(`Ended the worker ${holder.pid}, which was over its time.`);
  }
  const lock = await takeLoopLock(app.layout, app.now);
  if (lock === null) return told;
  lock.release();
  return [...told, 'Removed the lock that a worker had left.'];
}

async function releaseCompile({ app }: Patient): Promise<readonly string[]> {
  const { leases } = await app.store();
  const self = await processIdentity();
  const got = await leases.acquire(COMPILE, self, (holder) => stillRuns(holder, self));
  if (got.status === 'held') return [];
  await leases.release(COMPILE, got.token);
  return ['Removed the lock that a compile had left.'];
}

/** What was edited by hand is taken over first, as by every rendering. */
async function render({ app }: Patient): Promise<readonly string[]> {
  const self = await app.self();
  return ['Rendered the files of memory that were stale.', ...(await (await app.compile()).render(self))];
}

/** Nothing says that these are stale: their rows are given a budget that no file has, which has all of it looked at. */
async function renderAll({ app }: Patient): Promise<readonly string[]> {
  const store = await app.store();
  const { compile } = await app.config();
  const rendered = await store.projections.list();
  await store.projections.rendered(
    rendered.map(({ renderedAt: _, ...row }) => ({ ...row, budget: 0 })),
    [],
  );
  const over = {
    store,
    layout: app.layout,
    now: app.now,
    budgets: { user: compile.user_characters, project: compile.project_characters },
    caughtUp: async (caller: Caller, since: number | null) => (await app.capture()).caughtUp(caller, since),
  };
  await renderKnown(over, await app.self());
  return [`Rendered all files of memory anew (${rendered.length}).`];
}

async function startWorker({ app, env, worker }: Patient): Promise<readonly string[]> {
  switch (await wakeWorker({ layout: app.layout, env, now: app.now(), ...worker })) {
    case 'started':
      return ['Started a worker for what hooks have left.'];
    case 'paused':
      return ['No worker was started: capture is paused.'];
    case 'failed':
      return ['A worker could not be started.'];
    default:
      return [];
  }
}
