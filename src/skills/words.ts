/** Makes a skill's words fit to be stored: front matter and fences off, cleaned, secrets cut, measured at the gate. */
import { createHash } from 'node:crypto';
import type { SkillText } from '../model/skill.ts';
import { clean } from '../text/clean.ts';
import { stripFenced } from '../text/fence.ts';
import { redact } from '../text/redaction.ts';
import { parseSkill } from '../text/skill-file.ts';
import { type SkillProblem, skillProblems } from '../text/skill-gate.ts';
import { scanThreats } from '../text/threats.ts';

const TITLE_LIMIT = 120;

export type GivenWords = {
  readonly title: string | null;
  readonly description: string | null;
  /** A bare procedure, or a whole SKILL.md. */
  readonly content: string | null;
};

export type PreparedSkill = {
  readonly text: SkillText;
  /** How many secrets were cut out. */
  readonly redacted: number;
  /** What keeps it from being a skill; empty when it passes the gate. */
  readonly problems: readonly SkillProblem[];
  /** The first rule of the strict scan that it meets, or null. */
  readonly threat: string | null;
};

/** What is given counts before what the content says of itself in its front matter and heading. */
export function prepareSkill(given: GivenWords, slug: string): PreparedSkill {
  const parsed = parseSkill(stripFenced(given.content ?? '').text);
  let redacted = 0;
  const safe = (text: string): string => {
    const { text: kept, counts } = redact(clean(text));
    redacted += Object.values(counts).reduce((sum, count) => sum + count, 0);
    return kept.trim();
  };
  const title = oneLine(safe(given.title ?? parsed.title ?? slug)).slice(0, TITLE_LIMIT);
  const description = oneLine(safe(given.description ?? parsed.description ?? ''));
  const content = safe(parsed.content);
  const text = { title, description, content, contentHash: skillHash({ title, description, content }) };
  const [threat] = scanThreats([title, description, content].join('\n'), 'strict');
  const problems = skillProblems({ name: slug, description, content });
  return { text, redacted, problems, threat: threat?.rule ?? null };
}

/** 16 bytes over all that a skill says. */
function skillHash({ title, description, content }: Omit<SkillText, 'contentHash'>): Uint8Array {
  return createHash('sha256').update([title, description, content].join('\0')).digest().subarray(0, 16);
}

export function sameWords(
  one: Omit<SkillText, 'contentHash'>,
  other: Omit<SkillText, 'contentHash'>,
): boolean {
  return one.title === other.title && one.description === other.description && one.content === other.content;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
