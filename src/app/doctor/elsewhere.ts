/** Clients that have midturn by other means than setup: an entry that somebody wrote by hand, or a plugin. */
import { ConfigError } from '../../model/errors.ts';
import { minute } from '../../model/time.ts';
import type { LogLine } from '../../project/log-file.ts';
import type { ClientWiring, Program, World } from '../../setup/types.ts';
import type { Finding } from '../../store/health.ts';
import { entriesIn } from './entries.ts';

/** Two servers are handed the same prompt in the same moment; the slower one is on a busy machine. */
const SAME_PROMPT_MS = 2_000;
const PROMPT = 'hook.user-prompt';
/** `midturn`, `/usr/bin/midturn`, `C:\…\midturn.cmd`, `dist/midturn.cjs`, `midturn@1.2.3` behind a package runner. */
const OWN_PROGRAM = /^midturn(?:\.(?:cjs|cmd|exe|ps1))?(?:@[\w.^~-]+)?$/i;

type Elsewhere = {
  /** The file with an entry for the server that starts midturn; null = none does. */
  readonly byHand: string | null;
  /** The client's name for the plugin; null = its settings know of none. */
  readonly plugin: string | null;
};

/** Of a client that setup has not wired. Looks at the files in which setup would write. */
export async function lookElsewhere(
  world: World,
  wiring: ClientWiring,
  program: Program,
): Promise<Elsewhere> {
  try {
    const { edits } = await wiring.plan(world, program, { keepTranscriptDays: null });
    const rows = edits.map((edit) => ({
      client: wiring.id,
      file: edit.file,
      kind: edit.kind,
      puts: 'entries' in edit ? edit.entries : [],
    }));
    const entry = (await entriesIn(rows, world.cwd)).find(({ argv }) => isOwn(argv));
    return { byHand: entry?.file ?? null, plugin: (await wiring.plugin?.(world)) ?? null };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // A file that cannot be read is told by the wiring's own finding.
    return { byHand: null, plugin: null };
  }
}

/** What there is to say of it in the place of "does not know midturn"; null = nothing. */
export function elsewhereFindings(
  wiring: ClientWiring,
  { byHand, plugin }: Elsewhere,
  runs: boolean,
): readonly Finding[] | null {
  const { id, name, pluginRemoval } = wiring;
  if (byHand === null) return null;
  const words = `${name} starts midturn by an entry that setup has not written (${byHand})${runs ? '; its hooks run' : ''}`;
  const server: Finding = { id: `${id}.server`, status: 'ok', words };
  if (plugin === null) return [server];
  return [
    server,
    {
      id: `${id}.plugin`,
      status: 'warn',
      words: `${name} has midturn twice, by that entry and as the plugin ${plugin}: tools and hints come double`,
      fix: `Take the entry out, or ${pluginRemoval?.(plugin) ?? 'the plugin'}`,
    },
  ];
}

/**
 * A plugin that the user's settings do not name (a project's own, or a folder given at the start) beside the wiring of
 * setup: two servers have answered the same prompt. Only Claude Code tells a plugin's server that it is one.
 */
export function doubledFindings(
  { id, name }: Pick<ClientWiring, 'id' | 'name'>,
  lines: readonly LogLine[],
): readonly Finding[] {
  const prompts = lines.filter(({ kind, client }) => kind === PROMPT && client === id);
  const last = prompts.findLast(
    (line) =>
      line.plugin === true &&
      prompts.some((other) => other.plugin !== true && Math.abs(other.at - line.at) <= SAME_PROMPT_MS),
  );
  if (last === undefined) return [];
  return [
    {
      id: `${id}.plugin`,
      status: 'warn',
      words: `${name} had midturn twice at ${minute(last.at)} UTC, by setup and as a plugin: tools and hints come double`,
      fix: `Take the plugin out where it is named, or midturn uninstall ${id}`,
    },
  ];
}

function isOwn(argv: readonly string[]): boolean {
  return argv.includes('mcp') && argv.some((word) => OWN_PROGRAM.test(word.split(/[\\/]/).at(-1) ?? ''));
}
