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
import { knownMaterial } from './known.ts';
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
  const found = [...decisions.findings, ...corrections.findings, ...directivesIn(rest)];
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

function outputOf(
  snapshot: ReviewSnapshot,
  findings: readonly Finding[],
): { readonly output: ReviewOutput; readonly left: number } {
  const known = knownMaterial(snapshot.comparison);
  const kept: Finding[] = [];
  for (const finding of findings) {
    const own = comparable(finding.content);
    const again = kept.some(({ content }) => isNear(own, comparable(content)));
    if (!again && !known.has(finding)) kept.push(finding);
  }
  const taken = kept.slice(-MOST_MEMORIES);
  const memories = taken.filter(({ kind }) => kind !== 'fix');
  return {
    output: {
      memory_updates: memories.map((finding) => memoryItem(finding, known.replacedBy(finding))),
      recall_candidate: taken.filter(({ kind }) => kind === 'fix').map(recallItem),
      skill_action: [],
    },
    left: kept.length - taken.length,
  };
}

const REASONS = {
  directive: 'a standing order of the person',
  correction: 'a correction by the person',
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
