/** The one place that fits an answer into its budget, fences stored text as data, and says what was left out. */
import type { Answer, AnswerBlock } from '../model/answer.ts';
import { clipEnd, clipMiddle, estimateTokens } from '../text/clip.ts';
import { fence } from '../text/fence.ts';
import { plain } from './plain.ts';

/** Less than this of a block is not worth showing. */
const LEAST_TOKENS = 40;
const CHARACTERS_A_TOKEN = 3;

export type Shown = {
  readonly text: string;
  readonly refs: readonly string[];
  /** Of these, those that are shown in part. */
  readonly cut: readonly string[];
};

/**
 * Renders an answer within `maxTokens` (estimated as o200k counts them). The first block is always shown, cut if it
 * must be; others that do not fit are counted, with the call that shows them.
 */
export function renderAnswer<Hit>(answer: Answer<Hit>, kind: string, maxTokens: number): Shown {
  const { sentence, blocks, closing } = answer;
  const frame = [sentence, ...closing, answer.next(blocks.length) ?? ''].join('\n');
  let left = maxTokens - estimateTokens(frame) - FENCE_TOKENS;
  const shown: string[] = [];
  const refs: string[] = [];
  const partly: string[] = [];
  for (const block of blocks) {
    const whole = estimateTokens(block.text) + 1;
    const text =
      whole <= left ? block.text : shown.length === 0 || left >= LEAST_TOKENS ? cut(block, left) : null;
    if (text === null) break;
    left -= estimateTokens(text) + 1;
    shown.push(text);
    refs.push(block.ref);
    if (text !== block.text) partly.push(block.ref);
    if (whole > left && text !== block.text) break;
  }
  const omitted = blocks.length - shown.length;
  const next = answer.next(shown.length);
  const more =
    omitted > 0
      ? `${omitted} more ${omitted > 1 ? 'were' : 'was'} left out to fit ${maxTokens} tokens.`
      : null;
  const lines = [
    plain(sentence),
    ...(shown.length === 0
      ? []
      : [fence(shown.join(shown.some((text) => text.includes('\n')) ? '\n\n' : '\n'), { kind })]),
    ...closing.map(plain),
    ...(more === null ? [] : [more]),
    ...(next === null ? [] : [`Next: ${plain(next)}`]),
  ];
  return { text: lines.join('\n'), refs, cut: partly };
}

/** What the fence and its safety line take. */
const FENCE_TOKENS = 60;

function cut(block: AnswerBlock, tokens: number): string {
  let characters = Math.max(tokens, LEAST_TOKENS) * CHARACTERS_A_TOKEN;
  for (;;) {
    const text = block.keep === 'both' ? middle(block.text, characters) : end(block.text, characters);
    if (estimateTokens(text) <= Math.max(tokens, LEAST_TOKENS) || characters < 60) return text;
    characters = Math.floor(characters * 0.8);
  }
}

function end(text: string, characters: number): string {
  const clipped = clipEnd(text, characters);
  return clipped.cut === 0 ? clipped.text : `${clipped.text}… [${clipped.cut} characters left out]`;
}

function middle(text: string, characters: number): string {
  return clipMiddle(text, characters);
}
