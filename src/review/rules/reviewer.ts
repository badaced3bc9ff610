/** The reviewer that asks no model: what people say in so many words, and commands that failed and then passed. */
import type {
  Reviewed,
  Reviewer,
  ReviewOutput,
  ReviewRequest,
  ReviewSnapshot,
  SnapshotMessage,
} from '../../model/review.ts';
import { ReviewFailure } from '../../model/review.ts';
import { comparable, isNear } from '../../text/near-duplicate.ts';
import { correctionsIn } from './corrections.ts';
import { acceptedDecision, decisionsIn } from './decisions.ts';
import { directivesIn } from './directives.ts';
import type { Finding } from './finding.ts';
import { fixesIn } from './fixes.ts';
import { isTurned, knownMaterial } from './known.ts';
import { permissionIn } from './permissions.ts';
import { commandSequence, type ProcedureSource, repeatedProcedure, skillDraft } from './procedures.ts';
import { saidIn } from './said.ts';

/** Of one review: a few items that count. */
const MOST_MEMORIES = 20;

export type RulesDeps = {
  /** Without it, no procedures are proposed. */
  readonly procedures?: ProcedureSource;
};

export function rulesReviewer({ procedures }: RulesDeps = {}): Reviewer {
  return {
    provider: 'rules',
    model: null,
    paid: false,
    async review(snapshot: ReviewSnapshot, { signal }: ReviewRequest): Promise<Reviewed> {
      if (signal.aborted) throw new ReviewFailure('aborted', 'the review was stopped');
      const found = findingsIn(snapshot);
      const skills = procedures === undefined ? [] : await skillsFrom(snapshot, procedures);
      const { output, left } = outputOf(snapshot, found);
      return {
        output: { ...output, skill_action: skills },
        usage: { calls: 0, inputTokens: null, outputTokens: null },
        notes:
          left === 0
            ? []
            : [`${left} more than the ${MOST_MEMORIES} that are proposed at once were left out`],
      };
    },
  };
}

/** Everything that the rules find in turns that were not reviewed before, oldest first. */
export function findingsIn({ transcript, context }: ReviewSnapshot): Finding[] {
  const after = context.reviewed_up_to;
  const findings: Finding[] = [];
  let answered: SnapshotMessage | null = null;
  let did: string[] = [];
  for (const message of transcript) {
    const isNew = message.turn === null || message.turn > after;
    if (isPersons(message)) {
      if (isNew) findings.push(...spokenFindings(message, answered, did.join('\n')));
      answered = null;
      did = [];
    } else if (message.by === 'agent' && message.role === 'assistant' && message.text.trim() !== '') {
      answered = message;
      did.push(message.text);
    }
    if (typeof message.tool?.command === 'string') did.push(message.tool.command);
  }
  return [...findings, ...fixesIn(transcript, after)];
}

const isPersons = ({ role, by }: SnapshotMessage) => role === 'user' && by === 'person';

function spokenFindings(message: SnapshotMessage, answered: SnapshotMessage | null, did: string): Finding[] {
  const said = saidIn(message);
  const decisions = decisionsIn(said);
  const corrections = correctionsIn(without(said, decisions.used), did);
  const rest = without(without(said, decisions.used), corrections.used);
  const accepted = answered === null ? null : acceptedDecision(said, answered);
  const permissions = rest.sentences.flatMap((_, index) => permissionIn(rest, index) ?? []);
  const found = [...decisions.findings, ...corrections.findings, ...directivesIn(rest), ...permissions];
  return accepted === null ? found : [...found, accepted];
}

/** The sentences that another rule has taken leave an empty one, so that their neighbours keep their places. */
function without(said: ReturnType<typeof saidIn>, used: ReadonlySet<number>) {
  if (used.size === 0) return said;
  const sentences = said.sentences.map((sentence, index) =>
    used.has(index) ? { text: '', announced: false } : sentence,
  );
  return { ...said, sentences };
}

type Kept = {
  readonly finding: Finding;
  /** The title of the record that it takes the place of, or null. */
  readonly replaced: string | null;
};

function outputOf(
  snapshot: ReviewSnapshot,
  findings: readonly Finding[],
): { readonly output: ReviewOutput; readonly left: number } {
  const known = knownMaterial(snapshot.comparison);
  let kept: Kept[] = [];
  for (const finding of findings) {
    const own = comparable(finding.content);
    const again = kept.some(
      (before) => !isTurned(finding, before.finding) && isNear(own, comparable(before.finding.content)),
    );
    if (again || known.has(finding)) continue;
    // What was said and put right in the same session is kept as it was said last.
    const earlier = kept.filter((before) => known.overtakes(finding, before.finding));
    const overtaken = earlier.length === 1 ? earlier[0] : undefined;
    const replaced = known.replacedBy(finding) ?? overtaken?.replaced ?? null;
    const isMoot = finding.kind === 'permission' && replaced === null && !known.liftsSeveral(finding);
    if (isMoot && overtaken === undefined) continue;
    // "From now on you may …" reads like an order as well.
    const order = kept.find((before) => isOrderIn(finding, before.finding));
    kept = kept.filter((before) => before !== overtaken && before !== order);
    if (isMoot) continue;
    kept.push({ finding, replaced });
  }
  const taken = kept.slice(-MOST_MEMORIES);
  const memories = taken.filter(({ finding }) => finding.kind !== 'fix');
  return {
    output: {
      memory_updates: memories.map(({ finding, replaced }) => memoryItem(finding, replaced)),
      recall_candidate: taken.flatMap(({ finding }) => (finding.kind === 'fix' ? [recallItem(finding)] : [])),
      skill_action: [],
    },
    left: kept.length - taken.length,
  };
}

function isOrderIn({ kind, message, content }: Finding, other: Finding): boolean {
  const words = other.content.toLowerCase().replace(/[.!]+$/, '');
  return kind === 'permission' && other.message === message && content.toLowerCase().includes(words);
}

const REASONS = {
  directive: 'a standing order of the person',
  correction: 'a correction by the person',
  permission: 'what was forbidden is allowed again by the person',
  decision: 'a decision with its reason',
  fix: 'a failing command that passed after a change',
} as const;

/** Not certain: rules read words, not minds. */
const CONFIDENCE = 0.9;

function shared({ summary, content, scope, paths, kind, message }: Finding) {
  const reason = kind === 'procedure' ? '' : REASONS[kind];
  return {
    summary,
    content,
    scope,
    confidence: CONFIDENCE,
    reason: message === null ? reason : `${reason} (${message.ref})`,
    ...(paths.length > 0 ? { source_paths: paths } : {}),
  };
}

function memoryItem(finding: Finding, replaced: string | null) {
  return replaced === null
    ? { action: 'add', ...shared(finding) }
    : { action: 'replace', old_summary: replaced, ...shared(finding) };
}

const recallItem = (finding: Finding) => ({ action: 'add', ...shared(finding) });

async function skillsFrom(snapshot: ReviewSnapshot, source: ProcedureSource): Promise<readonly unknown[]> {
  const own = commandSequence(snapshot.transcript);
  const repeated = repeatedProcedure(own, own.length < 3 ? [] : await source.earlierProcedures(snapshot));
  const draft = repeated === null ? null : skillDraft(repeated);
  if (
    draft === null ||
    snapshot.comparison.skills.some(({ id, title }) => id === draft.skill_id || title === draft.title)
  )
    return [];
  return [
    {
      action: 'create',
      ...draft,
      scope: 'project',
      confidence: 0.7,
      reason: 'the same commands in at least three sessions',
    },
  ];
}
