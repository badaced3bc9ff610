/** Prints what recall and history answer: for a person as it was written, for a script its hits. */
import type { Answer } from '../model/answer.ts';
import { clean } from '../text/clean.ts';
import { estimateTokens } from '../text/clip.ts';
import { asCommands, asCommandsAtLineEnds, cursorOf } from './calls.ts';
import type { Invocation } from './invocation.ts';
import { counted } from './layout.ts';

/** @param maxTokens blocks past it are left out; null = all are shown */
export function printAnswer<Hit>(
  invocation: Invocation,
  answer: Answer<Hit>,
  refOf: (hit: Hit) => string,
  maxTokens: number | null,
): void {
  const shown = fitting(answer, maxTokens);
  const next = answer.next(shown);
  if (invocation.json) {
    const refs = new Set(answer.blocks.slice(0, shown).map(({ ref }) => ref));
    const hits =
      shown === answer.blocks.length ? answer.hits : answer.hits.filter((hit) => refs.has(refOf(hit)));
    invocation.printJson({
      hits,
      abstained: answer.abstained,
      ...(answer.reason === null ? {} : { reason: answer.reason }),
      ...(next === null ? {} : { next: asCommands(next) }),
      next_cursor: next === null ? null : cursorOf(next),
    });
    return;
  }
  invocation.print(textOf(answer, shown, next, maxTokens));
}

function textOf<Hit>(
  answer: Answer<Hit>,
  shown: number,
  next: string | null,
  maxTokens: number | null,
): string {
  const blocks = answer.blocks.slice(0, shown).map(({ text }) => asCommandsAtLineEnds(clean(text)));
  const left = answer.blocks.length - shown;
  const closing = [
    ...answer.closing,
    ...(left === 0
      ? []
      : [`${counted(left, 'more was', 'more were')} left out to fit ${maxTokens ?? 0} tokens.`]),
  ];
  // The service may have named the next call in a sentence of its own.
  if (next !== null && !closing.some((line) => line.includes(next))) closing.push(`Next: ${next}`);
  const isList = blocks.every((block) => !block.includes('\n'));
  return [
    asCommands(answer.sentence),
    blocks.join(isList ? '\n' : '\n\n'),
    closing.map(asCommands).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** How many blocks fit the budget; the first always does. */
function fitting<Hit>({ blocks }: Answer<Hit>, maxTokens: number | null): number {
  if (maxTokens === null) return blocks.length;
  let tokens = 0;
  const over = blocks.findIndex(({ text }, at) => {
    tokens += estimateTokens(text);
    return at > 0 && tokens > maxTokens;
  });
  return over === -1 ? blocks.length : over;
}
