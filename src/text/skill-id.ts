// The id of a skill, which is also a folder's name: nothing that was sent can lead out of the folder of skills.

import { createHash } from 'node:crypto';

/** What our published skills begin with, so that nobody else's folder is ever touched. */
const SKILL_PREFIX = 'midturn-';

/** Both clients take names of up to 64 characters, the prefix included. */
const PUBLISHED_LENGTH = 64;
const ID_LENGTH = PUBLISHED_LENGTH - SKILL_PREFIX.length;
/** Names that Windows keeps for devices. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Lower case, accents off, runs of anything but letters a–z, digits and hyphens as one hyphen, our own prefix off.
 * A name without any such letter gets one made of its hash; null for one without letters or digits of any script.
 */
export function skillSlug(name: string): string | null {
  const folded = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const plain = trimmed(folded.replace(/[^a-z0-9-]+/g, '-').replace(/-{2,}/g, '-')).replace(
    /^(?:midturn-)+/,
    '',
  );
  const id = trimmed(plain.slice(0, ID_LENGTH));
  if (DEVICES.test(id)) return `${id}-skill`;
  if (id !== '') return id;
  if (!/[\p{L}\p{N}]/u.test(name)) return null;
  return `skill-${createHash('sha256').update(name.normalize('NFKC')).digest('hex').slice(0, 8)}`;
}

/** True for what {@link skillSlug} can have made: asked again before a path is built of it. */
export function isSkillSlug(text: string): boolean {
  return text.length <= ID_LENGTH && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && !DEVICES.test(text);
}

/** The folder and name under which a skill is published. */
export function publishedName(slug: string): string {
  if (!isSkillSlug(slug)) throw new TypeError(`not the id of a skill: ${slug}`);
  return `${SKILL_PREFIX}${slug}`;
}

function trimmed(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
