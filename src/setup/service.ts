/** The setup service: wiring clients in and out, the program in the home, and the proof that it works. */
import { rm } from 'node:fs/promises';
import { ConfigError, UserInputError } from '../model/errors.ts';
import { prepareHome } from '../project/home.ts';
import type { Finding } from '../store/health.ts';
import { type Applied, applyChanges } from './apply.ts';
import { type BuiltInMemory, builtInMemories } from './built-in-memories.ts';
import { type Planned, planClient } from './changes.ts';
import { examineClient, isHere } from './client-state.ts';
import { WIRINGS } from './clients/index.ts';
import { removeFolders, sweepTemporaries } from './files.ts';
import { type InstalledProgram, installProgram, programOf, type Source } from './install-program.ts';
import {
  keepDamaged,
  lookAtManifest,
  type Manifest,
  manifestPath,
  readManifest,
  writeManifest,
} from './manifest.ts';
import { programFindings } from './program-finding.ts';
import { type Proof, prove } from './prove.ts';
import { purge } from './purge.ts';
import { planRemoval, type Removals, takeOut } from './take-out.ts';
import type { ClientWiring, Program, Wishes, World } from './types.ts';

export type SetupDeps = {
  readonly world: World;
  readonly source: Source;
  /** Default: all that midturn knows. */
  readonly wirings?: readonly ClientWiring[];
};

export type SetupPlan = {
  readonly program: Program;
  readonly clients: readonly Planned[];
  /** Clients that are not on this machine. */
  readonly absent: readonly string[];
  readonly memories: readonly BuiltInMemory[];
};

export type RemovalPlan = { readonly clients: readonly Removals[] };

export type Removed = {
  readonly cleaned: readonly string[];
  readonly failed: ReadonlyArray<{ readonly file: string; readonly why: string }>;
  /** Nothing of any client is wired any more: the program in the home can go. */
  readonly last: boolean;
};

export type SetupService = {
  /** The words by which clients are named. */
  readonly known: readonly string[];
  /** @param clients none = all that are found. Those that are named are wired whether they are found or not. */
  readonly plan: (clients: readonly string[], wishes: Wishes) => Promise<SetupPlan>;
  /** Installs the program, then writes what the plan shows. */
  readonly apply: (plan: SetupPlan) => Promise<{ readonly installed: InstalledProgram } & Applied>;
  /** @param history whether sessions may be looked for: asking for them takes in what has grown since. */
  readonly prove: (history: boolean) => Promise<Proof>;
  readonly planRemoval: (clients: readonly string[]) => Promise<RemovalPlan>;
  readonly remove: (plan: RemovalPlan) => Promise<Removed>;
  /** Takes the program out of the home. Not while it is to be started again. */
  readonly removeProgram: () => Promise<void>;
  /** Deletes the home with all memories. Of a folder that holds other things those stay, and are answered. */
  readonly purge: () => Promise<readonly string[]>;
  readonly examine: () => Promise<readonly Finding[]>;
  /** Puts the program into the home, for a scheduler to start. */
  readonly install: () => Promise<InstalledProgram>;
};

export function setupService({ world, source, wirings = WIRINGS }: SetupDeps): SetupService {
  const { layout } = world;
  const known = wirings.map(({ id }) => id);

  const named = (clients: readonly string[]): readonly ClientWiring[] => {
    const unknown = clients.find((client) => !wirings.some(({ id }) => id === client));
    if (unknown !== undefined)
      throw new UserInputError({
        what: `midturn knows no client named ${JSON.stringify(unknown)}`,
        next: `There are ${known.join(', ')}`,
      });
    return clients.length === 0 ? wirings : wirings.filter(({ id }) => clients.includes(id));
  };

  const manifestOf = async (): Promise<Manifest> => {
    const manifest = await lookAtManifest(world);
    if (manifest === 'newer')
      throw new ConfigError({
        what: `${manifestPath(world)} cannot be understood`,
        why: 'a newer midturn has written it',
        next: 'Use that midturn, or move the file away: entries are then found by what they are',
      });
    return manifest === 'damaged' ? { node: null, files: [] } : manifest;
  };

  const install = async (): Promise<InstalledProgram> => {
    await prepareHome(layout);
    return installProgram(world, source);
  };

  return {
    known,
    install,

    plan: async (clients, wishes) => {
      const program = await programOf(world, source.node);
      const { files } = await manifestOf();
      const found: Planned[] = [];
      const absent: string[] = [];
      for (const wiring of named(clients)) {
        if (clients.length === 0 && !(await isHere(world, wiring))) {
          absent.push(wiring.name);
          continue;
        }
        const owned = (path: string): boolean =>
          files.some(({ client, file }) => client === wiring.id && file === path);
        const wired = files.some(({ client }) => client === wiring.id);
        found.push(await planClient(world, wiring, { program, wishes, owned, wired }));
      }
      return { program, clients: found, absent, memories: await builtInMemories(world) };
    },

    apply: async ({ program, clients }) => {
      const installed = await install();
      await keepDamaged(world);
      const applied = await applyChanges(world, { program, plans: clients, manifest: await manifestOf() });
      return { installed, ...applied };
    },

    prove: async (history) => prove(world, await programOf(world, source.node), { history }),

    planRemoval: async (clients) => {
      const program = await programOf(world, source.node);
      const manifest = await manifestOf();
      const removals: Removals[] = [];
      for (const wiring of named(clients)) removals.push(await planRemoval(world, wiring, program, manifest));
      return { clients: removals };
    },

    remove: async ({ clients }) => {
      const cleaned: string[] = [];
      const failed = clients.flatMap(({ problems }) => problems.map((why) => ({ file: '', why })));
      const { node, files: before } = await manifestOf();
      await keepDamaged(world);
      let rows = [...before];
      for (const { removals, settled } of clients) {
        rows = rows.filter(
          (row) => !settled.some(({ client, file }) => client === row.client && file === row.file),
        );
        for (const removal of removals) {
          const { client, file } = removal.change;
          const why = await takeOut(world, removal);
          if (why !== null) failed.push({ file, why });
          else {
            cleaned.push(file);
            rows = rows.filter((row) => !(row.client === client && row.file === file));
          }
          await keep({ node, files: rows });
        }
      }
      for (const file of [...before.map((row) => row.file), manifestPath(world)])
        await sweepTemporaries(file);
      // A folder goes with the last of the files that were made in it.
      await removeFolders(before.filter((row) => !rows.includes(row)).flatMap(({ folders }) => folders));
      await keep({ node, files: rows });
      return { cleaned, failed, last: rows.length === 0 && failed.length === 0 };
    },

    removeProgram: async () => rm(layout.app, { recursive: true, force: true }),
    purge: async () => purge(world),

    examine: async () => {
      const program = await programOf(world, source.node);
      const manifest = await readManifest(world);
      const findings: Finding[] = [...(await programFindings(world, program, manifest))];
      for (const wiring of wirings)
        if (await isHere(world, wiring))
          findings.push(
            ...(await examineClient(world, wiring, {
              program,
              wired: manifest?.files.some(({ client }) => client === wiring.id) === true,
            })),
          );
      return findings;
    },
  };

  /** No file where nothing is wired: an uninstalled home looks as if setup had never been there. */
  async function keep(manifest: Manifest): Promise<void> {
    if (manifest.files.length > 0) await writeManifest(world, manifest);
    else await rm(manifestPath(world), { force: true });
  }
}
