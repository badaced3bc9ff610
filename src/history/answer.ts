/** Answers of recall_history put together: pages with their exact next call, and the sentences of empty ones. */
import type { Answer, AnswerBlock } from '../model/answer.ts';
import { clean } from '../text/clean.ts';
import { type PagedRequest, writeCursor } from './cursor.ts';
import { callOf } from './lines.ts';
import type { HistoryHit } from './types.ts';

export type HistoryAnswer = Answer<HistoryHit>;

export type Item = {
  readonly block: AnswerBlock;
  readonly hit: HistoryHit | null;
  /** Where a page begins that begins with this item. */
  readonly offset: number;
};

export type PageOf = {
  readonly sentence: string;
  readonly items: readonly Item[];
  readonly closing: readonly string[];
  readonly request: PagedRequest;
  /** Where the next page begins; null when nothing is left. */
  readonly rest: number | null;
  readonly reason?: string;
};

export function page({ sentence, items, closing, request, rest, reason }: PageOf): HistoryAnswer {
  return {
    sentence,
    blocks: items.map(({ block }) => block),
    closing,
    next: (shown) => {
      const at = items[Math.max(0, shown)]?.offset ?? rest;
      return at === null ? null : callOf({ cursor: writeCursor({ request, offset: at }) });
    },
    hits: items.flatMap(({ hit }) => (hit === null ? [] : [hit])),
    abstained: false,
    reason: reason ?? null,
  };
}

export function item(
  text: string,
  ref: string,
  offset: number,
  options: { readonly hit?: HistoryHit | null; readonly keep?: AnswerBlock['keep'] } = {},
): Item {
  return {
    block: { text: clean(text), keep: options.keep ?? 'start', ref },
    hit: options.hit ?? null,
    offset,
  };
}

/** Something was asked, and this is all there is to say. */
export function nothing(sentence: string, reason: string, closing: readonly string[] = []): HistoryAnswer {
  return { sentence, blocks: [], closing, next: () => null, hits: [], abstained: true, reason };
}
