/** A turn as text: what was asked, what was done in short, and last, never cut, what came of it. */
import type { Message } from '../model/message.ts';
import { endedBadly, type TurnStep } from '../text/turn-end.ts';
import { dots, oneLine, refOf, when } from './lines.ts';
import { excerpt, messageText } from './message-text.ts';

/** Characters of the steps between prompt and conclusion; beyond it the middle ones are named, not shown. */
const STEPS = 24_000;

/** What of a turn is shown without `full`: what was said and done, not what was put in or noted on the way. */
export function isShown({ kind }: Message): boolean {
  return kind === 'said' || kind === 'summary';
}

/** The last thing the agent said in words; null while it has said nothing. */
export function conclusionOf(messages: readonly Message[]): Message | null {
  return (
    messages.findLast(
      (message) => message.role === 'assistant' && message.kind === 'said' && saysWords(message),
    ) ?? null
  );
}

/** `k3f9a2#4 · 2026-11-21 09:30 · codex · shop · FAIL · *withdrawn*` */
export function turnHead(turn: number | null, messages: readonly Message[]): string {
  const [first] = messages;
  if (first === undefined) return '';
  const { sessionShort, client, projectName, turnState } = first;
  return dots([
    turn === null ? `${sessionShort}, outside of turns` : `${sessionShort}#${turn}`,
    when(messages.find(({ at }) => at !== null)?.at ?? null),
    client,
    projectName === null ? null : oneLine(projectName, 60),
    turn !== null && endedBadly(messages.map(stepOf)) ? 'FAIL' : null,
    turnState === 'withdrawn' ? '*withdrawn*' : null,
  ]);
}

function stepOf({ role, kind, tool, meta, text }: Message): TurnStep {
  const isEvent = kind === 'event';
  return {
    role,
    kind,
    tool,
    failed: meta.failed === true || (isEvent && (meta.error ?? null) !== null),
    hasExitCode: typeof meta.exit_code === 'number',
    text: isEvent ? text : '',
  };
}

/** Prompt, steps with long outputs excerpted, conclusion whole and last. */
export function turnText(turn: number | null, messages: readonly Message[]): string {
  const conclusion = conclusionOf(messages);
  const steps = messages.filter((message) => message !== conclusion && isShown(message));
  const lines = fitted(
    steps.map((message) => ({ message, text: stepText(message) })).filter(({ text }) => text !== ''),
  );
  return [turnHead(turn, messages), ...lines, conclusionText(conclusion)].join('\n');
}

export function conclusionText(conclusion: Message | null): string {
  if (conclusion === null) return 'Conclusion: none, the turn ended without an answer in words.';
  return `Conclusion [${refOf(conclusion)}]:\n${messageText(conclusion, { whole: true, thinking: false })}`;
}

export function stepText(message: Message): string {
  const text = excerpt(messageText(message, { whole: false, thinking: false })).trim();
  return text === '' ? '' : `[${refOf(message)}] ${speaker(message)}: ${text}`;
}

function speaker({ role, kind, meta }: Message): string {
  const failed = meta.failed === true ? ' FAIL' : '';
  return `${kind === 'summary' ? 'summary' : role}${failed}`;
}

/** True for text of its own, not only calls and thinking. */
function saysWords({ parts, text }: Message): boolean {
  if (parts === null) return text.trim() !== '';
  return parts.some((part) => part.type === 'text' && text.slice(...part.span).trim() !== '');
}

type Step = { readonly message: Message; readonly text: string };

/** All steps where they fit, else those at both ends, with the refs of what stands between. */
function fitted(steps: readonly Step[]): string[] {
  const total = steps.reduce((sum, { text }) => sum + text.length, 0);
  if (total <= STEPS) return steps.map(({ text }) => text);
  const head = within(steps, STEPS / 2);
  const tail = within(steps.slice(head.length).reverse(), STEPS / 2).reverse();
  const left = steps.slice(head.length, steps.length - tail.length);
  const first = left[0]?.message;
  const last = left.at(-1)?.message;
  if (first === undefined || last === undefined) return steps.map(({ text }) => text);
  const gap = `… ${left.length} messages left out, ${refOf(first)} to ${refOf(last)}; each can be opened by its ref …`;
  return [...head.map(({ text }) => text), gap, ...tail.map(({ text }) => text)];
}

function within(steps: readonly Step[], room: number): Step[] {
  let used = 0;
  const end = steps.findIndex(({ text }) => {
    used += text.length;
    return used > room;
  });
  return steps.slice(0, end === -1 ? steps.length : end);
}
