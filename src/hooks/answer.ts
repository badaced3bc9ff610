/**
 * What a hook prints. Nothing means zero bytes; everything else is one JSON object, which both clients understand:
 * plain text that begins with `[` or `{` would be dropped without a word.
 */

export type HookEvent =
  | 'SessionStart'
  | 'UserPromptSubmit'
  | 'PostToolUse'
  | 'PostToolUseFailure'
  | 'Stop'
  | 'PreCompact'
  | 'SessionEnd';

/** Both clients cut what is longer, into a file that no model opens. */
const MOST_CHARACTERS = 10_000;

/** Text for the model, as hook JSON; zero bytes for none. What is too long to arrive whole is not sent at all. */
export function contextAnswer(event: HookEvent, text: string | null): string {
  if (text === null || text.trim() === '' || text.length > MOST_CHARACTERS) return '';
  return JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } });
}

/** One line for the person, which the client shows, and for the model, which can pass it on. */
export function warningAnswer(event: HookEvent, words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return JSON.stringify({
    systemMessage: line,
    hookSpecificOutput: { hookEventName: event, additionalContext: line },
  });
}

/** What the system that this replaces answered to `stop-review --from-stdin`. */
export const GO_ON = JSON.stringify({ continue: true });
