/** What is added to a prompt: the facts that fit it beyond doubt, once a session; nothing else. */
import type { AnswerBlock } from '../model/answer.ts';
import type { Caller } from '../model/caller.ts';
import { askedInPrompt } from '../text/asked-prompt.ts';
import { clipEnd } from '../text/clip.ts';
import { fence } from '../text/fence.ts';
import { mayBeGivenUnasked } from './trusted.ts';
import type { InjectDeps } from './types.ts';

/** Most that is added. */
const BYTES = 1024;
const GIVEN = 5;
/** Answers looked at: those that may not be given take no place of those that may. */
const LOOKED_AT = 10;
/** Less of a fact is not worth showing. */
const LEAST = 80;
const SENTENCE = 'From memory, as it fits this prompt:';

export async function promptText(deps: InjectDeps, caller: Caller, text: string): Promise<string | null> {
  const query = askedInPrompt(text);
  if (!deps.settings.prompt || query === '') return null;
  const { store } = deps;
  const answer = await deps.recall.ask(caller, { query, strict: true, limit: LOOKED_AT });
  if (answer.abstained) return null;
  const seen = caller.session === null ? null : await store.feedback.shownTo(caller.session);
  // What `recall` would mark as a weak match answers nobody who has not asked.
  const sure = new Set(answer.hits.filter(({ weak }) => !weak).map(({ id }) => id));
  const trusted: Given[] = [];
  for (const block of answer.blocks) {
    const giver = sure.has(block.ref) ? await giverOf(deps, block.ref) : null;
    if (giver !== null) trusted.push({ ...block, giver });
  }
  const fresh = withoutOvershadowed(trusted).filter(({ ref }) => seen?.has(ref) !== true);
  const fitted = within(fresh.slice(0, GIVEN));
  if (fitted === null) return null;
  const { session } = caller;
  await store.feedback.record(fitted.refs.map((target) => ({ kind: 'shown', target, session })));
  return fitted.text;
}

type Given = AnswerBlock & { readonly giver: 'person' | 'agent' };

/**
 * Whose word it is; null for what is not given unasked: see trusted.ts. A skill is active only once a person approved
 * it.
 */
async function giverOf({ store, trust }: InjectDeps, ref: string): Promise<Given['giver'] | null> {
  if (!ref.startsWith('m_')) return 'person';
  const memory = (await store.memories.find(ref)).find(({ short }) => short === ref);
  if (memory === undefined) return null;
  const { origin, approvedAt } = memory;
  const approved = approvedAt !== null;
  if (!mayBeGivenUnasked({ origin, approved }, trust)) return null;
  return origin === 'user' || approved ? 'person' : 'agent';
}

/** Where a person's own word answers, an agent's on the same question is not set beside it. */
function withoutOvershadowed(given: readonly Given[]): readonly Given[] {
  const isSaid = given.some(({ giver, ref }) => giver === 'person' && ref.startsWith('m_'));
  return isSaid ? given.filter(({ giver }) => giver === 'person') : given;
}

type Fitted = { readonly text: string; readonly refs: readonly string[] };

function within(blocks: readonly AnswerBlock[]): Fitted | null {
  const [first] = blocks;
  if (first === undefined) return null;
  for (let count = blocks.length; count > 0; count -= 1) {
    const taken = blocks.slice(0, count);
    const text = rendered(taken.map((block) => block.text));
    if (Buffer.byteLength(text) <= BYTES) return { text, refs: taken.map(({ ref }) => ref) };
  }
  return firstCut(first);
}

function firstCut({ text, ref }: AnswerBlock): Fitted | null {
  for (let length = Math.min(text.length, BYTES); length >= LEAST; length = Math.floor(length * 0.85)) {
    const shown = rendered([`${clipEnd(text, length).text}… (the rest: recall({query:"${ref}"}))`]);
    if (Buffer.byteLength(shown) <= BYTES) return { text: shown, refs: [ref] };
  }
  return null;
}

function rendered(texts: readonly string[]): string {
  return `${SENTENCE}\n${fence(texts.join('\n\n'), { kind: 'recall' })}`;
}
