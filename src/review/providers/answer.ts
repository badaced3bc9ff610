/** The text of a reviewer's answer, read as an envelope: exactly the three families, each a list. */

import type { ReviewOutput } from '../../model/review.ts';
import { FAMILIES } from '../../model/suggestion.ts';
import { firstObject } from '../../text/first-object.ts';

/** Longest answer that is read, in characters. The limit of the system that this replaces. */
const LONGEST = 100_000;

export type ReadAnswer =
  | { readonly ok: true; readonly output: ReviewOutput }
  /** One clause: what is wrong with it. */
  | { readonly ok: false; readonly why: string };

/** Items are not looked into: what is wrong with one of them is told when they are submitted. */
export function readAnswer(text: string): ReadAnswer {
  if (text.length > LONGEST)
    return { ok: false, why: `it has ${text.length} characters, at most ${LONGEST} are read` };
  const found = firstObject(text);
  if (!found.ok)
    return { ok: false, why: found.truncated ? 'its JSON does not end' : 'it holds no JSON object' };
  const { memory_updates, recall_candidate, skill_action, ...unknown } = found.value;
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    return { ok: false, why: `it has the unknown key ${JSON.stringify(name.slice(0, 60))}` };
  if (Array.isArray(memory_updates) && Array.isArray(recall_candidate) && Array.isArray(skill_action))
    return { ok: true, output: { memory_updates, recall_candidate, skill_action } };
  const bad = FAMILIES.find((family) => !Array.isArray(found.value[family]));
  return { ok: false, why: `${bad ?? 'a family'} is no list` };
}
