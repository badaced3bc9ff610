/**
 * The doctor: examines program, home, configuration, clients, store, files, loop and scheduler, and mends what can be
 * mended without asking. Whatever fails on the way, everything is looked at.
 */
import { messageOf } from '../../model/errors.ts';
import type { Finding } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';
import { checkActivity, lastDay } from './activity.ts';
import { checkClients } from './clients.ts';
import { checkConfig, checkHome, checkProgram } from './home.ts';
import { checkLoop } from './loop.ts';
import { mend } from './mend.ts';
import { checkProjections } from './projections.ts';
import { checkScheduler } from './scheduler.ts';
import { checkIndexes } from './store.ts';
import { checkTokens } from './tokens.ts';
import type { Examination, Patient } from './types.ts';
import { checkVectors } from './vectors.ts';

export type { Examination, Patient, Wishes } from './types.ts';

/** Checks without which others cannot be made. */
const CAUSES: readonly string[] = ['config', 'store.open'];

/** Characters of a cause by which it is known again. */
const ENOUGH = 60;

export async function examine(patient: Patient): Promise<Examination> {
  const first = await look(patient, patient.wishes.rebuild);
  if (!patient.wishes.fix) return verdict(first);
  const fixed = await mend(patient, first);
  // What was done is seen by looking again, not by believing it.
  const checks = fixed.length === 0 ? first : await look(patient, false);
  return { ...verdict(checks), fixed };
}

function verdict(checks: readonly Finding[]): Examination {
  return { ok: checks.every(({ status }) => status !== 'fail'), checks };
}

async function look(patient: Patient, rebuild: boolean): Promise<readonly Finding[]> {
  return onceEach(await lookAtAll(patient, rebuild));
}

/** One cause makes several checks fail: it is told by the first of them, and the others by their names. */
function onceEach(findings: readonly Finding[]): readonly Finding[] {
  const causes = findings.filter(({ id, status }) => status === 'fail' && CAUSES.includes(id));
  const repeats = findings.filter((finding) =>
    causes.some((cause) => cause !== finding && repeatsWords(finding.words, cause.words)),
  );
  if (repeats.length === 0) return findings;
  const words = `Could not be checked because of ${causes.map(({ id }) => id).join(', ')}: ${[...new Set(repeats.map(({ id }) => id))].join(', ')}`;
  return [
    ...findings.filter((finding) => !repeats.includes(finding)),
    { id: 'unchecked', status: 'warn', words },
  ];
}

/** A program that was asked may fold its words, and answer with no more than a part of them. */
function repeatsWords(words: string, cause: string): boolean {
  const plain = (text: string): string => text.replace(/[\s"\\]+/g, ' ');
  const [all, told] = [plain(words), plain(cause)];
  return all.includes(told) || all.includes(told.slice(0, Math.max(ENOUGH, told.length / 2)));
}

async function lookAtAll(patient: Patient, rebuild: boolean): Promise<readonly Finding[]> {
  const { app } = patient;
  const home = await checkHome(app.layout);
  // Nothing in a home that cannot be used says anything of its own.
  if (home.some(({ status }) => status === 'fail'))
    return [checkProgram(app), ...home, ...(await safely('clients', () => checkClients(patient, null, [])))];
  const base = [checkProgram(app), ...home, ...(await checkConfig(app))];
  const lines = await lastDay(app);
  const store = await opened(app);
  const clients = (from: Store | null) => safely('clients', () => checkClients(patient, from, lines));
  if ('id' in store) return [...base, store, ...(await clients(null))];
  // Servers are started and timed before the store is read through: that keeps this process busy.
  return [
    ...base,
    ...(await clients(store)),
    ...(await safely('store', () => checkIndexes(store, rebuild))),
    ...(await safely('vectors', () => checkVectors(app, store, rebuild))),
    ...(await safely('projections', () => checkProjections(app, store))),
    ...(await safely('http', () => checkTokens(app, store))),
    ...(await safely('loop', () => checkLoop(app, store))),
    ...(await safely('activity', () => checkActivity(app, store, lines))),
    ...(await safely('scheduler', () => checkScheduler(app))),
  ];
}

/** The store, or what keeps it shut. */
async function opened(app: Patient['app']): Promise<Store | Finding> {
  try {
    return await app.store();
  } catch (error) {
    return { id: 'store.open', status: 'fail', words: messageOf(error) };
  }
}

async function safely(id: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [{ id, status: 'warn', words: `This could not be checked: ${messageOf(error)}` }];
  }
}
