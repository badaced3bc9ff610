/** The memories that clients keep themselves: found and explained, never touched. */
import { pathsOf } from '../platform/paths.ts';
import type { World } from './types.ts';

export type BuiltInMemory = {
  readonly client: 'codex' | 'claude-code';
  readonly folder: string;
  /** Files in it, as far as one look tells. */
  readonly files: number;
  readonly words: string;
};

export async function builtInMemories(world: World): Promise<readonly BuiltInMemory[]> {
  return [...(await ofCodex(world)), ...(await ofClaudeCode(world))];
}

async function ofCodex({ env, os, osHome, files }: World): Promise<readonly BuiltInMemory[]> {
  const { join } = pathsOf(os);
  const folder = join(filled(env.CODEX_HOME) ?? join(osHome, '.codex'), 'memories');
  const found = (await files.list(folder)).filter((name) => name.endsWith('.md')).length;
  if (found === 0) return [];
  return [
    {
      client: 'codex',
      folder,
      files: found,
      words: `Codex has memories of its own in ${folder}. Both work side by side: midturn does not read or change them.`,
    },
  ];
}

async function ofClaudeCode({ env, os, osHome, files }: World): Promise<readonly BuiltInMemory[]> {
  const { join } = pathsOf(os);
  const projects = join(filled(env.CLAUDE_CONFIG_DIR) ?? join(osHome, '.claude'), 'projects');
  const counts = await Promise.all(
    (await files.list(projects)).map(
      async (name) =>
        (await files.list(join(projects, name, 'memory'))).filter((each) => each.endsWith('.md')).length,
    ),
  );
  const found = counts.reduce((sum, each) => sum + each, 0);
  if (found === 0) return [];
  return [
    {
      client: 'claude-code',
      folder: projects,
      files: found,
      words: `Claude Code has an automatic memory of its own (${found} ${found === 1 ? 'file' : 'files'} in ${join(projects, '*', 'memory')}). Both work side by side: midturn does not read or change it, nor any CLAUDE.md.`,
    },
  ];
}

function filled(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
