/** Takes over the memory of other systems: where each keeps it on this machine, and the service that reads it. */
import { join } from 'node:path';
import { peekCwd } from '../capture/index.ts';
import type { CompileService } from '../compile/index.ts';
import { isThere, type MigrateService, migrateService, SOURCES, type SourceName } from '../migrate/index.ts';
import type { CallerProject } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import { expandTilde, hostOs, pathKey } from '../platform/paths.ts';
import type { Settings } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import { openForeign } from '../store/sqlite/foreign.ts';
import type { Store } from '../store/store.ts';

type MigrateDeskDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly layout: HomeLayout;
  readonly settings: Pick<Settings, 'capture'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly osHome: string;
  readonly machine: string;
  readonly compile: () => Promise<CompileService>;
  readonly projectOf: (path: string) => Promise<CallerProject | null>;
};

export type MigrateDesk = MigrateService & {
  readonly sources: readonly SourceName[];
  /** Where a source lies by itself, or in `from`. */
  readonly placeOf: (source: SourceName, from?: string) => string;
  /** Sources that are there, with their places. */
  readonly present: () => Promise<ReadonlyArray<{ readonly source: SourceName; readonly root: string }>>;
  readonly isThere: (path: string) => Promise<boolean>;
};

export function openMigrate(deps: MigrateDeskDeps): MigrateDesk {
  const { store, now, layout, machine, compile, projectOf } = deps;
  const service = migrateService({
    store,
    now,
    compile,
    projectOf,
    peekCwd,
    knownProject: (path) => store.projects.find([{ machine, kind: 'path', value: pathKey(path, hostOs()) }]),
    openDatabase: (path) => openForeign(path, layout.cache),
  });
  const placeOf = (source: SourceName, from?: string) =>
    rootOf(source, from ?? usualPlace(source, deps), from);
  return {
    ...service,
    sources: SOURCES,
    placeOf,
    isThere,
    present: async () => {
      const places = SOURCES.map((source) => ({ source, root: placeOf(source) }));
      const there = await Promise.all(places.map(({ root }) => isThere(root)));
      return places.filter((_, at) => there[at] === true);
    },
  };
}

function usualPlace(source: SourceName, { env, osHome, settings }: MigrateDeskDeps): string {
  const named = (name: string, path: string) => expandTilde(env[name]?.trim() || path, osHome);
  switch (source) {
    case 'codex-self-evolution':
      return named('CODEX_SELF_EVOLUTION_HOME', join(osHome, '.codex-self-evolution'));
    case 'claude-mem':
      return named('CLAUDE_MEM_DATA_DIR', join(osHome, '.claude-mem'));
    case 'codex':
      return settings.capture.codex_home;
    case 'claude-code':
      return settings.capture.claude_home;
  }
}

/** What is read of it: `from` may name the home of a program or the very file or folder. */
function rootOf(source: SourceName, place: string, from: string | undefined): string {
  if (source === 'claude-mem') return place.endsWith('.db') ? place : join(place, 'claude-mem.db');
  if (source === 'codex')
    return from !== undefined && /[\\/]memories[\\/]?$/.test(place) ? place : join(place, 'memories');
  return place;
}
