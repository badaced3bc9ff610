/** Links to resources in a tool's answer, for a client that wants the whole of what the answer shows a part of. */

import { clean } from '../../text/clean.ts';
import { clipEnd } from '../../text/clip.ts';
import { disarm } from '../../text/fence.ts';
import type { AnswerLink } from '../define-tool.ts';
import { type ResourceTarget, uriOf } from './uri.ts';

/** Characters of a title. */
const TITLE = 120;

/** For `links` of a tool's answer. `name` is what a person picks it by (an id); `title` may hold stored words. */
export function linkOf(
  target: ResourceTarget,
  { name, title }: { readonly name: string; readonly title?: string },
): AnswerLink {
  return {
    uri: uriOf(target),
    name,
    mimeType: mimeTypeOf(target),
    ...(title === undefined ? {} : { title: inOneLine(title) }),
  };
}

/** What a hit of recall or recall_history names: `m_4f9k2c`, `k_4f9k2c`, `c_4f9k2c`, `k3f9a2/17`; null for anything else. */
export function targetOfRef(ref: string): ResourceTarget | null {
  const message = /^([0-9a-hjkmnp-tv-z]{6,26})\/([1-9]\d{0,8})$/.exec(ref);
  if (message?.[1] !== undefined && message[2] !== undefined)
    return { kind: 'message', session: message[1], number: Number(message[2]) };
  const record = /^([mkc])_[0-9a-hjkmnp-tv-z]{6,26}$/.exec(ref);
  if (record === null) return null;
  if (record[1] === 'm') return { kind: 'memory', id: ref };
  return record[1] === 'k' ? { kind: 'skill', id: ref } : { kind: 'receipt', id: ref };
}

export function mimeTypeOf({ kind }: ResourceTarget): string {
  return kind === 'status' ? 'application/json' : 'text/markdown';
}

/** Stored words as a list shows them: nothing invisible, no line ends, no look of a fence, not too long. */
export function inOneLine(text: string, most = TITLE): string {
  const flat = disarm(clean(text)).replace(/\s+/g, ' ').trim();
  return flat.length <= most ? flat : `${clipEnd(flat, most - 1).text.trimEnd()}…`;
}
