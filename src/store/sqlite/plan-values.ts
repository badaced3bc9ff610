/** What a memory's columns get: of a new record, and of one that another wording is merged into. */
import type { Memory, NewMemory } from '../../model/memory.ts';
import { isWeaker } from '../../model/strength.ts';
import type { InsertValues, MergeValues } from './plan-statements.ts';

type Made = Pick<InsertValues, 'id' | 'short' | 'owner' | 'project' | 'hash' | 'now'>;

export function insertValues(memory: NewMemory, made: Made): InsertValues {
  return {
    ...made,
    kind: memory.kind,
    scope: memory.scope,
    title: memory.title,
    content: memory.content,
    state: memory.state,
    reason: memory.reason,
    origin: memory.origin,
    claim: memory.claim,
    evidence: JSON.stringify(memory.evidence),
    confidence: memory.confidence,
    tags: JSON.stringify(memory.tags),
    aliases: JSON.stringify(memory.aliases),
    paths: JSON.stringify(memory.paths),
    sources: JSON.stringify(memory.sources),
    client: memory.client,
    session: memory.session,
    externalSession: memory.externalSession,
    turn: memory.turn,
    callId: memory.callId,
    checkout: memory.checkout,
    cwd: memory.cwd,
    branch: memory.branch,
    commit: memory.commit,
    validFrom: memory.validFrom,
    validTo: memory.validTo,
  };
}

export function mergeValues(old: Memory, incoming: NewMemory, now: number): MergeValues {
  return {
    row: old.row,
    title: incoming.title,
    content: incoming.content,
    hash: Buffer.from(incoming.contentHash),
    origin: strongest(old, incoming),
    evidence: JSON.stringify(old.origin === strongest(old, incoming) ? old.evidence : incoming.evidence),
    confidence: Math.max(old.confidence, incoming.confidence),
    tags: JSON.stringify(union(old.tags, incoming.tags)),
    aliases: JSON.stringify(union(old.aliases, incoming.aliases)),
    sources: JSON.stringify(union(old.sources, incoming.sources)),
    paths: JSON.stringify([
      ...incoming.paths,
      ...old.paths.filter(({ path }) => !incoming.paths.some((other) => other.path === path)),
    ]),
    now,
  };
}

function strongest(old: Memory, incoming: NewMemory): Memory['origin'] {
  return isWeaker(old.origin, incoming.origin) ? incoming.origin : old.origin;
}

export function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
