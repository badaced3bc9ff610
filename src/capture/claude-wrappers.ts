/**
 * The tags that Claude Code puts into user texts: what a person typed beside the prompt line (`/command`, `!shell`,
 * `# note`), and what the harness, a program or another agent said there.
 */

/** Elements whose words are the harness's: outputs, notices, what the editor or a hook added. */
const HARNESS = [
  'background-task-output',
  'bash-exit-code',
  'bash-stderr',
  'bash-stdout',
  'browser',
  'browser_instruction',
  'fork-boilerplate',
  'forked-skill-launch',
  'ide_diagnostics',
  'ide_opened_file',
  'ide_selection',
  'local-command-caveat',
  'local-command-stderr',
  'local-command-stdout',
  'mcp-polling-update',
  'mcp-resource-update',
  'new-diagnostics',
  'post-tool-use-hook',
  'session-start-hook',
  'system-notification',
  'system-reminder',
  'system_reminder',
  'task-notification',
  'terminal',
  'tick',
  'user-prompt-submit-hook',
] as const;
/** Elements that carry another agent's words. */
const AGENTS = ['agent-message', 'coordinator-relay', 'cross-session-message', 'teammate-message'] as const;
/** Elements that carry what a connected program passed on. */
const PROGRAMS = ['channel', 'slack-ping', 'slack-tag-message'] as const;

const SPEAKER_OF = new Map<string, 'harness' | 'agent' | 'program'>([
  ...HARNESS.map((tag) => [tag, 'harness'] as const),
  ...AGENTS.map((tag) => [tag, 'agent'] as const),
  ...PROGRAMS.map((tag) => [tag, 'program'] as const),
]);
/** A prompt has a few of them; a text made of thousands is not taken apart to its end. */
const MOST_ELEMENTS = 32;
const OPENING = /^\s*<([a-z][\w-]*)(?:\s[^<>]*)?>/;
const CLOSING = /<\/([a-z][\w-]*)>\s*$/;

/** A text taken apart: wrapped pieces before and after what was said itself. */
export type Unwrapped = {
  readonly before: readonly string[];
  readonly said: string;
  readonly after: readonly string[];
  /** Who speaks in the wrapped pieces: an agent or a program before the harness. */
  readonly speaker: 'harness' | 'agent' | 'program' | null;
};

/** Takes the known elements off both ends of a text; inside it they are the speaker's own words. */
export function unwrap(text: string): Unwrapped {
  const before: string[] = [];
  const after: string[] = [];
  const speakers = new Set<string>();
  let said = text;
  while (before.length < MOST_ELEMENTS) {
    const tag = OPENING.exec(said)?.[1] ?? '';
    const speaker = SPEAKER_OF.get(tag);
    if (speaker === undefined) break;
    const close = said.indexOf(`</${tag}>`);
    const end = close < 0 ? said.length : close + tag.length + 3;
    before.push(said.slice(0, end));
    said = said.slice(end);
    speakers.add(speaker);
  }
  while (after.length < MOST_ELEMENTS) {
    const tag = CLOSING.exec(said)?.[1] ?? '';
    const speaker = SPEAKER_OF.get(tag);
    const open =
      speaker === undefined ? -1 : Math.max(said.lastIndexOf(`<${tag}>`), said.lastIndexOf(`<${tag} `));
    if (speaker === undefined || open < 0) break;
    after.unshift(said.slice(open));
    said = said.slice(0, open);
    speakers.add(speaker);
  }
  const speaker = speakers.has('agent')
    ? 'agent'
    : speakers.has('program')
      ? 'program'
      : speakers.has('harness')
        ? 'harness'
        : null;
  return { before, said, after, speaker };
}

/** What was typed beside a plain prompt, as it was typed. */
export type Typed = {
  readonly text: string;
  /** False for a command that the client carries out itself, without the model. */
  readonly prompts: boolean;
};

/** A command (`/name arguments`), shell line (`!`), background line (`&`) or note (`#`) that a person typed, or null. */
export function typedCommand(text: string): Typed | null {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('<command-name>') || trimmed.startsWith('<command-message>')) {
    const name = element(trimmed, 'command-name')?.trim();
    // A name without a slash is a skill that the model loaded.
    if (name === undefined || !name.startsWith('/')) return null;
    const words = `${name} ${element(trimmed, 'command-args')?.trim() ?? ''}`.trim();
    return { text: words, prompts: trimmed.startsWith('<command-message>') };
  }
  for (const [tag, mark] of [
    ['bash-input', '!'],
    ['background-task-input', '&'],
    ['user-memory-input', '#'],
  ] as const) {
    const words = trimmed.startsWith(`<${tag}>`) ? element(trimmed, tag) : undefined;
    if (words !== undefined) return { text: `${mark} ${words.trim()}`, prompts: mark !== '#' };
  }
  return null;
}

/** True for the form of a command that nobody typed: the model loaded a skill. */
export function isCommandForm(text: string): boolean {
  return /^\s*<command-(?:name|message)>/.test(text);
}

function element(text: string, tag: string): string | undefined {
  const open = text.indexOf(`<${tag}>`);
  if (open < 0) return undefined;
  const start = open + tag.length + 2;
  const close = text.indexOf(`</${tag}>`, start);
  return close < 0 ? undefined : text.slice(start, close);
}
