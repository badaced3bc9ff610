/** The record that words written by hand become. */
import {
  FROM_NO_SESSION,
  IN_NO_CHECKOUT,
  type MemoryKind,
  type NewMemory,
  type Origin,
} from '../model/memory.ts';
import type { EditedFile } from './hand-edits.ts';
import { HAND_CLAIM, type PreparedWords, type ProjectionGroup } from './projection-types.ts';

export function evidence({ name }: EditedFile) {
  return { proven: true, why: `written by hand in ${name}`, refs: [] };
}

export function newMemory(
  group: ProjectionGroup,
  words: PreparedWords,
  kind: MemoryKind,
  file: EditedFile,
  waiting: string | null,
): NewMemory {
  const origin: Origin = file.trusted ? 'user' : 'agent';
  return {
    kind,
    scope: group.scope,
    project: group.project?.id ?? null,
    title: words.title,
    content: words.content,
    contentHash: words.contentHash,
    origin,
    claim: HAND_CLAIM,
    evidence: evidence(file),
    confidence: file.trusted ? 1 : 0.5,
    state: waiting === null ? 'active' : 'waiting',
    reason: waiting,
    tags: [],
    aliases: [],
    paths: [],
    ...FROM_NO_SESSION,
    ...IN_NO_CHECKOUT,
    validFrom: file.at,
    validTo: null,
  };
}
