/** One client as it is now: whether it is on this machine, and whether midturn is wired there, once and not twice. */
import { ConfigError } from '../model/errors.ts';
import type { Finding } from '../store/health.ts';
import { pluginWords } from './changes.ts';
import type { ClientWiring, Program, World } from './types.ts';

/** Whose files cannot be read is here: what is wrong with them is told where they are wired or examined. */
export async function isHere(world: World, wiring: ClientWiring): Promise<boolean> {
  try {
    return (await wiring.detect(world)) !== null;
  } catch (error) {
    if (error instanceof ConfigError) return true;
    throw error;
  }
}

/** @param wired setup has wired it, by the manifest */
export async function examineClient(
  world: World,
  wiring: ClientWiring,
  { program, wired }: { readonly program: Program; readonly wired: boolean },
): Promise<readonly Finding[]> {
  const { id, name } = wiring;
  try {
    const plugin = (await wiring.plugin?.(world)) ?? null;
    if (plugin === null) return await wiring.examine(world, program);
    if (!wired)
      return [{ id: `${id}.server`, status: 'ok', words: `${name} has midturn as the plugin ${plugin}` }];
    const fix = wiring.pluginRemoval?.(plugin) ?? `midturn uninstall ${id}`;
    return [
      ...(await wiring.examine(world, program)),
      { id: `${id}.plugin`, status: 'warn', words: pluginWords(wiring, plugin, true), fix },
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ id: `${id}.server`, status: 'fail', words: error.message, fix: `midturn setup ${id}` }];
  }
}
