/**
 * Every client that is on this machine or that setup has wired: is the server configured and does it start in time, are
 * the hooks there and trusted, when did each last run, and are its transcripts captured.
 */
import { messageOf } from '../../model/errors.ts';
import { withDeadline } from '../../platform/deadline.ts';
import type { LogLine } from '../../project/log-file.ts';
import { examineClient, isHere } from '../../setup/client-state.ts';
import { WIRINGS } from '../../setup/clients/index.ts';
import { programOf } from '../../setup/install-program.ts';
import { type Manifest, readManifest } from '../../setup/manifest.ts';
import { programFindings } from '../../setup/program-finding.ts';
import type { ClientWiring, Program, World } from '../../setup/types.ts';
import { lastHooks } from '../../status/index.ts';
import type { Finding } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';
import { clientSettings } from './client-settings.ts';
import { checkFired } from './fired.ts';
import { checkStarts } from './start.ts';
import { checkTranscripts } from './transcripts.ts';
import type { Patient } from './types.ts';
import { worldOf } from './world.ts';

/** One client's own program may take its time to start, and no more of it than this. */
const PATIENCE_MS = 10_000;

/** @param store null where it cannot be opened @param lines the log of the last day */
export async function checkClients(
  patient: Patient,
  store: Store | null,
  lines: readonly LogLine[],
): Promise<readonly Finding[]> {
  const world = worldOf(patient);
  const manifest = await readManifest(world);
  const program = await programOf(world, process.execPath);
  const wired = new Set((manifest?.files ?? []).map(({ client }) => client));
  const found: ClientWiring[] = [];
  const gone: ClientWiring[] = [];
  for (const wiring of WIRINGS) {
    if (await isHere(world, wiring)) found.push(wiring);
    else if (wired.has(wiring.id)) gone.push(wiring);
  }
  if (found.length + gone.length === 0)
    return [{ id: 'clients', status: 'ok', words: 'No client that midturn knows is on this machine' }];
  // One after the other: what is timed must not share the processor with what is not.
  const starts = patient.wishes.starts ? await checkStarts(world, manifest?.files ?? []) : [];
  const starting = patient.wishes.starts || manifest === null;
  const [programs, ...each] = await Promise.all([
    starting ? checkProgramOf(world, program, manifest) : [],
    ...found.map(async (wiring) => [
      ...unwired(wiring, await wiringFindings(wiring, world, { program, wired: wired.has(wiring.id) }, patient), {
        isWired: wired.has(wiring.id),
        others: wired.size > 0,
        runs: store !== null && (await lastHooks(store, wiring.id)).length > 0,
      }),
      ...starts.filter(({ id }) => id === `${wiring.id}.start`),
      ...(store === null
        ? []
        : await checkFired({ patient, store, lines, client: wiring, wired: wired.has(wiring.id) })),
      ...(store === null ? [] : await checkTranscripts(patient.app, store, wiring)),
      ...(await clientSettings(patient.app, wiring.id)),
    ]),
  ]);
  return [
    ...programs,
    ...each.flat(),
    ...gone.map(
      ({ id, name }): Finding => ({
        id: `${id}.server`,
        status: 'warn',
        words: `${name} is not on this machine any more, and what setup wrote for it is`,
        fix: `midturn uninstall ${id}`,
      }),
    ),
  ];
}

/**
 * Of a client that setup has not wired, one line is enough: that it does not know midturn, which is nothing wrong where
 * another one does, or that its hooks come from elsewhere.
 */
function unwired(
  { id, name }: ClientWiring,
  findings: readonly Finding[],
  { isWired, others, runs }: { readonly isWired: boolean; readonly others: boolean; readonly runs: boolean },
): readonly Finding[] {
  const [server] = findings;
  if (isWired || server === undefined || server.status !== 'warn') return findings;
  if (runs)
    return [
      {
        id: `${id}.server`,
        status: 'ok',
        words: `${name} runs hooks of midturn that setup has not written: a plugin has, or somebody by hand`,
      },
    ];
  return [others ? { ...server, status: 'ok' } : server];
}

async function wiringFindings(
  wiring: ClientWiring,
  world: World,
  known: { readonly program: Program; readonly wired: boolean },
  { wishes }: Patient,
): Promise<readonly Finding[]> {
  const unknown = (why: string): readonly Finding[] => [
    { id: `${wiring.id}.server`, status: 'warn', words: `${wiring.name} could not be examined: ${why}` },
  ];
  try {
    const examined = await withDeadline(examineClient(world, wiring, known), PATIENCE_MS);
    if (examined.timedOut) return unknown('its own program did not answer in time');
    // Without starting anything nobody can be asked whom it trusts.
    return examined.value.filter(({ id }) => wishes.starts || !id.endsWith('.trust'));
  } catch (error) {
    return unknown(messageOf(error));
  }
}

async function checkProgramOf(
  world: World,
  program: Program,
  manifest: Manifest | null,
): Promise<readonly Finding[]> {
  try {
    return await programFindings(world, program, manifest);
  } catch (error) {
    return [{ id: 'setup.program', status: 'warn', words: messageOf(error) }];
  }
}
