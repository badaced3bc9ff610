/** A new record as a plan adds it: what a test does not care about is filled in. */
import { createHash } from 'node:crypto';
import type { NewMemory } from '../../src/model/memory.ts';

/** Its hash is the content's; give another where the same words are to be stored twice. */
export function newMemory(content: string, changes: Partial<NewMemory> = {}): NewMemory {
  return {
    kind: 'memory',
    scope: 'user',
    project: null,
    title: content.slice(0, 80),
    content,
    contentHash: hashOf(content),
    origin: 'agent',
    claim: null,
    evidence: { proven: true, why: 'test', refs: [] },
    confidence: 0.7,
    state: 'active',
    reason: null,
    tags: [],
    aliases: [],
    paths: [],
    sources: [],
    client: null,
    session: null,
    externalSession: null,
    turn: null,
    callId: null,
    checkout: null,
    cwd: null,
    branch: null,
    commit: null,
    validFrom: 0,
    validTo: null,
    ...changes,
  };
}

/** 16 bytes. */
export function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16);
}
