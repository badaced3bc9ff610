/** The same run of commands in several sessions is a procedure: proposed as the draft of a skill. */
import type { ReviewSnapshot, SnapshotMessage } from '../../model/review.ts';
import { skillSlug } from '../../text/skill-id.ts';
import { commandKey, onlyLooks } from './commands.ts';

/** Commands that passed in a session, oldest first, as `commandSequence` gives them. */
export type SessionCommands = { readonly session: string; readonly commands: readonly string[] };

/** Where earlier sessions of the same project are had from. */
export interface ProcedureSource {
  /** Other sessions than the snapshot's, the newest first; a few dozen are enough. */
  earlierProcedures(snapshot: ReviewSnapshot): Promise<readonly SessionCommands[]>;
}

/** Commands of a run that is worth a skill, and sessions that hold it, this one included. */
const FEWEST_COMMANDS = 3;
const FEWEST_SESSIONS = 3;
const MOST_COMMANDS = 12;
/** Longer sequences are looked at from their end. */
const MOST_LOOKED_AT = 300;

/** The commands of a transcript that passed and did more than look; the same one twice in a row counts once. */
export function commandSequence(transcript: readonly SnapshotMessage[]): string[] {
  const commands: string[] = [];
  for (const { tool, role } of transcript) {
    if (tool === null || role !== 'tool' || tool.command === null) continue;
    if (tool.failed || (tool.exitCode !== null && tool.exitCode !== 0)) continue;
    const key = commandKey(tool.command);
    if (key !== null && !onlyLooks(key) && commands.at(-1) !== key) commands.push(key);
  }
  return commands;
}

/**
 * The longest run of at least three different commands, one after the other, that stands in `current` and in two
 * earlier sessions; null when there is none. Of equally long ones the latest.
 */
export function repeatedProcedure(
  current: readonly string[],
  earlier: readonly SessionCommands[],
): readonly string[] | null {
  const own = current.slice(-MOST_LOOKED_AT);
  const sessions = new Map<string, Set<string>>();
  for (const { session, commands } of earlier) {
    const runs = sessions.get(session) ?? new Set<string>();
    sessions.set(session, runs);
    for (const run of runsOf(commands.slice(-MOST_LOOKED_AT))) runs.add(run.join('\n'));
  }
  let best: readonly string[] | null = null;
  for (const run of runsOf(own)) {
    if (best !== null && run.length < best.length) continue;
    const text = run.join('\n');
    let holding = 1;
    for (const runs of sessions.values()) if (runs.has(text)) holding += 1;
    if (holding >= FEWEST_SESSIONS) best = run;
  }
  return best;
}

/** Every run of three to twelve commands, with at least three different ones in it. */
function* runsOf(commands: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from + FEWEST_COMMANDS <= commands.length; from += 1) {
    for (let size = FEWEST_COMMANDS; size <= MOST_COMMANDS && from + size <= commands.length; size += 1) {
      const run = commands.slice(from, from + size);
      if (new Set(run).size >= FEWEST_COMMANDS) yield run;
    }
  }
}

export type SkillDraft = {
  readonly skill_id: string;
  readonly title: string;
  readonly description: string;
  readonly content: string;
};

/** The draft of a skill that runs the commands in their order. */
export function skillDraft(commands: readonly string[]): SkillDraft | null {
  const programs = [...new Set(commands.map((command) => command.split(' ').slice(0, 2).join(' ')))];
  const title = `Run ${programs.slice(0, 4).join(', ')}`;
  const slug = skillSlug(title);
  if (slug === null) return null;
  const steps = commands.map((command, at) => `${at + 1}. Run \`${command}\`.`);
  return {
    skill_id: slug,
    title,
    description: `Use this when the steps ${programs.join(', ')} are due: the same ${commands.length} commands were run in this order in several sessions.`,
    content: [
      'These commands were run in this order, one after the other, in several sessions.',
      '',
      '## Steps',
      '',
      ...steps,
      '',
      'Check after each step that it passed before the next one is run.',
    ].join('\n'),
  };
}
