/** Whether a turn ended badly: not whether anything in it failed, which happens on the way to most good ends. */

export type TurnStep = {
  readonly role: string;
  readonly kind: string;
  readonly tool: string | null;
  /** Of a tool: it failed. Of an event: it was an error. */
  readonly failed: boolean;
  /** It told how it ended by a number, as commands do. */
  readonly hasExitCode: boolean;
  /** Of an event: its words. */
  readonly text: string;
};

/** How clients say that a person, or a newer prompt, has stopped the agent. */
const INTERRUPTED = /^\s*(?:\[Request interrupted|The turn was ended:|<turn_aborted>)/;

/**
 * True where a command failed and nothing that was run afterwards with the same tool passed, where the last tool of
 * all failed, and where the turn was interrupted or ended in an error that the agent said nothing after.
 * @param steps oldest first; what is neither a tool, an event nor the agent's words may be left out
 */
export function endedBadly(steps: Iterable<TurnStep>): boolean {
  const failing = new Set<string | null>();
  let lastFailed = false;
  let isCutOff = false;
  for (const { role, kind, tool, failed, hasExitCode, text } of steps) {
    if (role === 'tool') {
      lastFailed = failed;
      if (!failed) failing.delete(tool);
      else if (hasExitCode) failing.add(tool);
    } else if (kind === 'event') isCutOff ||= failed || INTERRUPTED.test(text);
    else if (role === 'assistant' && kind === 'said') isCutOff = false;
  }
  return lastFailed || failing.size > 0 || isCutOff;
}
