/** Takes over the memory of another system: looked at first, then by the ordinary way of suggestions. */
import { applyMigration, approveMigrated } from './apply.ts';
import { readClaudeMem } from './claude-mem.ts';
import { readClaudeMemories, readCodexMemories } from './client-memories.ts';
import { readFormerHome } from './former-home.ts';
import { planOf } from './plan.ts';
import type { Found, MigrateDeps, MigrateService, SourceName } from './types.ts';

export { isThere } from './read.ts';
export type {
  MigrateDeps,
  Migrated,
  MigrateService,
  MigrationPlan,
  SourceName,
} from './types.ts';
export { SOURCES } from './types.ts';

export function migrateService(deps: MigrateDeps): MigrateService {
  const readers: Readonly<Record<SourceName, (root: string) => Promise<Found>>> = {
    'codex-self-evolution': readFormerHome,
    'claude-mem': (root) => readClaudeMem(root, deps.openDatabase),
    codex: readCodexMemories,
    'claude-code': (root) => readClaudeMemories(root, deps.peekCwd),
  };
  return {
    look: async (source, root) => planOf(deps, await readers[source](root)),
    apply: (caller, plan, onProgress) => applyMigration(deps, caller, plan, onProgress),
    approve: (caller, ids) => approveMigrated(deps, caller, ids),
  };
}
