/** Has `midturn scan` run every so often, by the scheduler that the system itself has. */
import { createHash } from 'node:crypto';
import { ConfigError } from '../../model/errors.ts';
import { normalisePath, pathsOf } from '../../platform/paths.ts';
import { makePrivateDir } from '../../platform/permissions.ts';
import type { Program } from '../types.ts';
import { choose, mechanismsOf } from './choose.ts';
import { jobEnvironment } from './environment.ts';
import { cutOutput, outputFile } from './output.ts';
import { DEFAULT_MINUTES, requireMinutes } from './times.ts';
import type { Job, Mechanism, Place, SchedulerKind, SchedulerWorld } from './types.ts';

export type { SchedulerWorld } from './types.ts';

/** How a run that midturn itself noted ended. */
export type NotedRun = { readonly at: number; readonly ok: boolean; readonly error?: string };

export type SchedulerDeps = {
  readonly world: SchedulerWorld;
  /** The program as it is to be started; `write` = it is put into the home, else only named. */
  readonly program: (write: boolean) => Promise<Program>;
  /** The last scheduled run in midturn's own log. */
  readonly lastRun: () => Promise<NotedRun | null>;
};

type Installed = {
  readonly kind: SchedulerKind;
  /** As people call it: `a systemd timer of this user`. */
  readonly words: string;
  readonly minutes: number;
  /** False when all of it stood there already. */
  readonly changed: boolean;
  readonly places: readonly Place[];
  readonly notes: readonly string[];
};

export type SchedulerStatus = {
  /** Null when nothing is installed. */
  readonly kind: SchedulerKind | null;
  readonly installed: boolean;
  /** False: it is there and will not run. Null: the system does not tell. */
  readonly active: boolean | null;
  readonly every_minutes: number | null;
  /** Epoch ms; null where the system does not tell. */
  readonly next: number | null;
  /** The last run as midturn noted it, else as the system tells. */
  readonly last: { readonly at: number; readonly ok: boolean | null; readonly error?: string } | null;
  /** Why nothing can be installed here; null where something can. */
  readonly refused: string | null;
};

export type SchedulerService = {
  /** @throws UserInputError for a length that cannot be scheduled; ConfigError where no scheduler takes it */
  readonly install: (request: { readonly minutes?: number; readonly dryRun?: boolean }) => Promise<Installed>;
  /** Answers the places that something was taken away from; none when there was nothing. */
  readonly uninstall: () => Promise<readonly string[]>;
  readonly status: () => Promise<SchedulerStatus>;
  /** For a scheduled run, before it prints anything: keeps the file that takes it from growing for ever. */
  readonly cutOutput: () => Promise<void>;
};

/** Enough for any PATH, and what still fits into a line of a crontab beside the rest. */
const PATH_CHARACTERS = { usual: 4000, cron: 400 } as const;

export function schedulerService(deps: SchedulerDeps): SchedulerService {
  const { world, program, lastRun } = deps;
  const mechanisms = mechanismsOf(world);
  const name = jobName(world);
  return {
    install: async ({ minutes = DEFAULT_MINUTES, dryRun = false }) => {
      const every = requireMinutes(minutes);
      const choice = await choose(mechanisms);
      if (choice.chosen === null) throw noScheduler(choice.why);
      const { chosen } = choice;
      const job = jobOf(world, await program(!dryRun), { name, minutes: every, kind: chosen.kind });
      const places = chosen.places(job);
      const { kind, words, notes } = chosen;
      const about = { kind, words, minutes: every, places, notes };
      if (dryRun) return { ...about, changed: false };
      await makePrivateDir(world.layout.logs, world.os);
      const changed = await chosen.install(job);
      // What an earlier installation left with another scheduler would run it twice.
      await takeAway(
        mechanisms.filter((mechanism) => mechanism !== chosen),
        name,
      );
      return { ...about, changed };
    },
    uninstall: () => takeAway(mechanisms, name),
    cutOutput: () => cutOutput(outputFile(world)),
    status: async () => {
      const [noted, choice] = [await lastRun(), await choose(mechanisms)];
      const refused = choice.chosen === null ? choice.why : null;
      const last = noted === null ? null : { ...noted };
      for (const mechanism of mechanisms) {
        const standing = await mechanism.standing(name);
        if (!standing.installed) continue;
        const told = standing.last === null ? null : { at: standing.last, ok: okOf(standing.exit) };
        return {
          kind: mechanism.kind,
          installed: true,
          active: standing.active,
          every_minutes: standing.minutes,
          next: standing.next,
          last: last ?? told,
          refused,
        };
      }
      return { kind: null, installed: false, active: null, every_minutes: null, next: null, last, refused };
    },
  };
}

async function takeAway(mechanisms: readonly Mechanism[], name: string): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const mechanism of mechanisms) gone.push(...(await mechanism.uninstall(name)));
  return gone;
}

/** One job a home: the usual home's is `midturn`. */
function jobName({ os, osHome, layout }: SchedulerWorld): string {
  const usual = normalisePath(pathsOf(os).join(osHome, '.midturn'), os);
  if (normalisePath(layout.root, os) === usual) return 'midturn';
  return `midturn-${createHash('sha256').update(layout.root).digest('hex').slice(0, 8)}`;
}

function jobOf(
  world: SchedulerWorld,
  { node, launcher }: Program,
  { name, minutes, kind }: { readonly name: string; readonly minutes: number; readonly kind: SchedulerKind },
): Job {
  const { env, os, osHome, layout } = world;
  return {
    name,
    argv: [node, launcher, 'scan', '--scheduled'],
    env: jobEnvironment({
      env,
      osHome,
      home: layout.root,
      node,
      os,
      pathCharacters: PATH_CHARACTERS[kind === 'cron' ? 'cron' : 'usual'],
    }),
    cwd: layout.root,
    minutes,
    output: outputFile(world),
  };
}

function okOf(exit: number | null): boolean | null {
  return exit === null ? null : exit === 0;
}

function noScheduler(why: string): ConfigError {
  return new ConfigError({
    what: 'This machine has no scheduler that midturn can use',
    why,
    next: 'Run `midturn scan` by whatever starts things here; hooks of the clients do the same work at the end of a session',
  });
}
