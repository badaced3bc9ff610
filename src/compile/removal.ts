/** A removal that waits for a person: a record in the place of the one that is to go, which is never recalled. */
import { createHash } from 'node:crypto';
import { type Memory, type NewMemory, REMOVAL_CLAIM } from '../model/memory.ts';
import type { Base } from './provenance.ts';

const TITLE = 160;

export function removalRecord(target: Memory, base: Base, why: string): NewMemory {
  const title = `Forget ${target.short}: ${target.title}`;
  return {
    ...base,
    kind: target.kind,
    scope: target.scope,
    project: target.project,
    claim: REMOVAL_CLAIM,
    // Nothing that a transcript may show later changes who decides.
    evidence: { ...base.evidence, proven: true },
    title: title.length > TITLE ? `${title.slice(0, TITLE - 1)}\u2026` : title,
    content: `Forget ${target.short}.`,
    // Not that of its words: what they say is no fact that another record could repeat.
    contentHash: createHash('sha256').update(`removal ${target.id}`).digest().subarray(0, 16),
    tags: [],
    aliases: [],
    paths: [],
    state: 'waiting',
    reason: `a suggestion removes it, and ${why}`,
  };
}
