/** Whether a new record becomes active at once or waits for a person's review. */
import type { Memory, Origin, Scope } from '../model/memory.ts';
import { looksLikeInstruction } from '../text/instructions.ts';
import { scanThreats } from '../text/threats.ts';

export type TrustPolicy = 'tiered' | 'auto' | 'manual';

export type Candidate = {
  readonly text: string;
  readonly scope: Scope;
  readonly origin: Origin;
  /** The caller's client keeps a transcript that midturn can read. */
  readonly readable: boolean;
  readonly keepAsked: boolean;
  /** Records that it would replace. */
  readonly replaces: readonly Memory[];
  /** A person at a terminal states it. */
  readonly personPresent: boolean;
};

export type Admission =
  | { readonly state: 'active'; readonly reason: null }
  | { readonly state: 'waiting'; readonly reason: string };

const ACTIVE: Admission = { state: 'active', reason: null };

/** Applies the policy. The reason is a sentence for people and models. */
export function admit(candidate: Candidate, policy: TrustPolicy): Admission {
  const threats = scanThreats(candidate.text);
  if (threats[0] !== undefined)
    return waits(`it reads like an attempt to steer an agent (${threats[0].rule})`);
  if (policy === 'auto') return ACTIVE;
  if (candidate.personPresent) return ACTIVE;
  if (policy === 'manual') return waits('the trust policy is manual');
  if (candidate.origin === 'tool' && !mayKeep(candidate)) {
    return waits('the words come from a tool result, not from a person');
  }
  if (candidate.scope === 'user' && candidate.origin !== 'user' && candidate.readable) {
    return waits('it is about the user, and no message of theirs in this session says so');
  }
  const guarded = candidate.replaces.find(
    (memory) => memory.origin === 'user' && candidate.origin !== 'user',
  );
  if (guarded !== undefined) return waits(`it would replace ${guarded.short}, which a person said`);
  return ACTIVE;
}

/** "Look it up and remember it": a plain fact may be kept; an instruction, command or address may not. */
function mayKeep({ keepAsked, text }: Candidate): boolean {
  return keepAsked && !looksLikeInstruction(text);
}

function waits(reason: string): Admission {
  return { state: 'waiting', reason };
}
