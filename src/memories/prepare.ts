/** Makes a request fit to be stored: cleaned, secrets cut, bounded, its files hashed. */
import { createHash } from 'node:crypto';
import { UserInputError } from '../model/errors.ts';
import { clean } from '../text/clean.ts';
import { derivedTitle, TITLE_LIMIT } from '../text/derived-title.ts';
import { stripFenced } from '../text/fence.ts';
import { redact } from '../text/redaction.ts';
import type { RememberRequest } from './types.ts';

/** Longest content of one memory, in characters: a fact, not a document. */
const CONTENT_LIMIT = 4000;
const LABELS = { tags: { count: 12, length: 40 }, aliases: { count: 12, length: 80 } } as const;
const PATHS = 20;

export type Prepared = {
  readonly title: string;
  readonly content: string;
  readonly contentHash: Uint8Array;
  readonly tags: readonly string[];
  readonly aliases: readonly string[];
  readonly paths: readonly string[];
  /** How many secrets were cut out. */
  readonly redacted: number;
};

/** @throws UserInputError for content that is empty, too long, or nothing but what must not be stored. */
export function prepare(
  request: Pick<RememberRequest, 'content' | 'title' | 'tags' | 'aliases' | 'paths'>,
  /** Longest content, in characters. */
  limit: number = CONTENT_LIMIT,
): Prepared {
  const given = clean(request.content).trim();
  if (given === '') {
    throw new UserInputError({
      what: '`content` is empty',
      next: 'Send the fact to remember as one or a few sentences',
    });
  }
  if (given.length > limit) {
    throw new UserInputError({
      what: `\`content\` has ${given.length} characters, a memory takes ${limit}`,
      next: 'Send the essence, or several facts one by one; the conversation itself is kept and found by recall_history',
    });
  }
  const own = stripFenced(given).text.trim();
  if (own === '') {
    throw new UserInputError({
      what: '`content` only repeats what was recalled',
      next: 'Nothing needs to be stored',
    });
  }
  const body = redact(own);
  const content = body.text;
  const redacted = Object.values(body.counts).reduce((sum, count) => sum + count, 0);
  if (redacted > 0 && content.replace(/\[redacted:[\w-]+\]/g, '').replace(/[\W_]+/g, '').length < 8) {
    throw new UserInputError({
      what: '`content` is a secret',
      why: 'secrets are never stored',
      next: 'Remember where it is kept instead',
    });
  }
  const title =
    redact(oneLine(clean(request.title ?? ''))).text.slice(0, TITLE_LIMIT) || derivedTitle(content);
  return {
    title,
    content,
    contentHash: contentHash(content),
    tags: labels('tags', request.tags),
    aliases: labels('aliases', request.aliases),
    paths: bounded('paths', request.paths ?? [], PATHS),
    redacted,
  };
}

/** Equal contents have equal hashes, whatever their white space and final stop. */
function contentHash(content: string): Uint8Array {
  return createHash('sha256')
    .update(oneLine(content).replace(/[.!。]+$/, ''))
    .digest()
    .subarray(0, 16);
}

function labels(name: keyof typeof LABELS, values: readonly string[] | undefined): string[] {
  const { count, length } = LABELS[name];
  const cleaned = bounded(name, values ?? [], count).map((value) =>
    redact(oneLine(clean(value))).text.slice(0, length),
  );
  return [...new Set(cleaned.filter((value) => value !== ''))];
}

function bounded(name: string, values: readonly string[], count: number): readonly string[] {
  if (values.length <= count) return values;
  throw new UserInputError({
    what: `\`${name}\` has ${values.length} entries, at most ${count} are kept`,
    next: 'Send the most telling ones',
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
