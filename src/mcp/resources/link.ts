/** Links to resources in a tool's answer, for a client that wants the whole of what the answer shows a part of. */
import type { ResourceLink } from '@modelcontextprotocol/server';
import { type ResourceTarget, uriOf } from './uri.ts';

const MARKDOWN = 'text/markdown';

/**
 * A `resource_link` block. `name` is what a person picks it by (an id); `title` may hold stored words: it has to be
 * clean and in one line.
 */
export function linkOf(
  target: ResourceTarget,
  {
    name,
    title,
    description,
  }: { readonly name: string; readonly title?: string; readonly description?: string },
): ResourceLink {
  return {
    type: 'resource_link',
    uri: uriOf(target),
    name,
    mimeType: target.kind === 'status' ? 'application/json' : MARKDOWN,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
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
