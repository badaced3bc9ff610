/** What is added to a prompt: the facts that fit it beyond doubt, once a session; nothing else. */
import type { AnswerBlock } from '../model/answer.ts';
import type { Caller } from '../model/caller.ts';
import { askedInPrompt } from '../text/asked-prompt.ts';
import { clipEnd } from '../text/clip.ts';
import { fence } from '../text/fence.ts';
import type { InjectDeps } from './types.ts';

/** Most that is added. */
const BYTES = 1024;
/** Less of a fact is not worth showing. */
const LEAST = 80;
const SENTENCE = 'From memory, as it fits this prompt:';

export async function promptText(deps: InjectDeps, caller: Caller, text: string): Promise<string | null> {
  const query = askedInPrompt(text);
  if (!deps.settings.prompt || query === '') return null;
  const { store } = deps;
  const answer = await deps.recall.ask(caller, { query, strict: true });
  if (answer.abstained) return null;
  const seen = caller.session === null ? null : await store.feedback.shownTo(caller.session);
  const fresh = answer.blocks.filter(({ ref }) => seen?.has(ref) !== true);
  const trusted: AnswerBlock[] = [];
  for (const block of fresh) if (await mayBeGiven(deps, block.ref)) trusted.push(block);
  const fitted = within(trusted);
  if (fitted === null) return null;
  const { session } = caller;
  await store.feedback.record(fitted.refs.map((target) => ({ kind: 'shown', target, session })));
  return fitted.text;
}

/**
 * What was read from the outside is recalled with its label, never given unasked; nor is what an agent alone says of
 * the user. A skill is active only once a person approved it.
 */
async function mayBeGiven({ store, trust }: InjectDeps, ref: string): Promise<boolean> {
  if (!ref.startsWith('m_')) return true;
  const memory = (await store.memories.find(ref)).find(({ short }) => short === ref);
  if (memory === undefined) return false;
  const { origin, approvedAt, scope } = memory;
  if (origin === 'user' || approvedAt !== null) return true;
  return origin === 'agent' && (scope === 'project' || trust === 'agent');
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
