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
import { doubledFindings, elsewhereFindings, lookElsewhere } from './elsewhere.ts';
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
    return [
      {
        id: 'clients',
        status: 'ok',
        words: `None of ${WIRINGS.map(({ name }) => name).join(', ')} is on this machine`,
        fix: 'Any other MCP client starts the server by: midturn mcp',
      },
    ];
  // One after the other: what is timed must not share the processor with what is not.
  const starts = patient.wishes.starts ? await checkStarts(world, manifest?.files ?? []) : [];
  const starting = patient.wishes.starts || manifest === null;
  const [programs, ...each] = await Promise.all([
    starting ? checkProgramOf(world, program, manifest) : [],
    ...found.map(async (wiring) => [
      ...(await clientFindings(wiring, { world, program, wired, store, lines, patient })),
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

type Known = {
  readonly world: World;
  readonly program: Program;
  /** The clients that setup has wired. */
  readonly wired: ReadonlySet<string>;
  readonly store: Store | null;
  readonly lines: readonly LogLine[];
  readonly patient: Patient;
};

async function clientFindings(
  wiring: ClientWiring,
  { world, program, wired, store, lines, patient }: Known,
): Promise<readonly Finding[]> {
  const isWired = wired.has(wiring.id);
  const findings = await wiringFindings(wiring, world, { program, wired: isWired }, patient);
  if (!isWired) {
    const runs = store !== null && (await lastHooks(store, wiring.id)).length > 0;
    return unwired(wiring, findings, { world, program, others: wired.size > 0, runs });
  }
  const isToldTwice = findings.some(({ id }) => id === `${wiring.id}.plugin`);
  return isToldTwice ? findings : [...findings, ...doubledFindings(wiring, lines)];
}

/**
 * Of a client that setup has not wired, one line is enough: that it does not know midturn, which is nothing wrong where
 * another one does, or that it has it from elsewhere.
 */
async function unwired(
  wiring: ClientWiring,
  findings: readonly Finding[],
  {
    world,
    program,
    others,
    runs,
  }: {
    readonly world: World;
    readonly program: Program;
    readonly others: boolean;
    readonly runs: boolean;
  },
): Promise<readonly Finding[]> {
  const { id, name } = wiring;
  const [server] = findings;
  if (server === undefined || server.status === 'fail') return findings;
  const elsewhere = await lookElsewhere(world, wiring, program);
  // An entry as setup writes it is well, whoever has lost the list of it.
  if (server.status === 'ok' && elsewhere.plugin === null) return findings;
  const told = elsewhereFindings(wiring, elsewhere, runs);
  if (told !== null) return told;
  if (server.status === 'ok') return findings;
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
