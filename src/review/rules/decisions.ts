/** Decisions with their reason: said by the person, or stated by the agent and accepted by the person. */
import type { SnapshotMessage } from '../../model/review.ts';
import { contentWords } from '../../text/terms.ts';
import { clausesOf, startOf, withoutTags } from './clauses.ts';
import type { Finding } from './finding.ts';
import { gateOf } from './gates.ts';
import { languagesOf, type Phrases } from './phrases.ts';
import { type Said, saidIn } from './said.ts';
import { SCENE } from './standing.ts';
import { asSentence, pathsIn, summaryOf } from './wording.ts';

const MOST = 3;
const FEWEST_WORDS = 4;
/** A longer answer than this says more than yes. In UTF-16 units. */
const LONGEST_YES = 90;
const FEWEST_DENSE = 10;

export type Decisions = { readonly findings: readonly Finding[]; readonly used: ReadonlySet<number> };

/** Decisions that the person tells. */
export function decisionsIn(said: Said): Decisions {
  const findings: Finding[] = [];
  const used = new Set<number>();
  for (const [index, sentence] of said.sentences.entries()) {
    if (findings.length >= MOST) break;
    const next = said.sentences[index + 1]?.text ?? '';
    const text = withoutTags(sentence.text);
    for (const phrases of languagesOf(text)) {
      const whole = decisionOf(phrases, text, next);
      if (whole === null) continue;
      const both = languagesOf(text).filter((each) => each === phrases || each.code === 'en');
      const content = asSentence(said.restored(whole));
      if (gateOf(both, { sentence: whole, from: 0, content, next: '' }) !== null) continue;
      findings.push({
        kind: 'decision',
        scope: 'project',
        content,
        summary: summaryOf(content),
        paths: pathsIn(content),
        message: said.message,
        against: null,
      });
      used.add(index);
      break;
    }
  }
  return { findings, used };
}

/** The words of the decision with its reason, which may be the next sentence; null when it is none. */
function decisionOf(phrases: Phrases, text: string, next: string): string | null {
  const start = startOf([phrases], text, 0).at;
  const clauses = clausesOf(text);
  const begins = phrases.spaced
    ? (clauses
        .map(({ from }) => startOf([phrases], text, from).at)
        .find((at) => phrases.at('decided', text, at) > at) ?? behindScene(phrases, text, start))
    : phrases.in('decided', text)?.from;
  if (begins === undefined) return null;
  const isEnough = phrases.spaced
    ? contentWords(text.slice(start)).length >= FEWEST_WORDS
    : text.length >= FEWEST_DENSE;
  if (!isEnough) return null;
  if (phrases.in('reason', text.slice(start)) !== null) return text.slice(start);
  const reasoned =
    phrases.at('reason', next, startOf([phrases], next, 0).at) >= 0 || /^the reason\b/i.test(next);
  return reasoned ? `${text.slice(start)} ${next}` : null;
}

/** "After a long discussion we decided …". */
function behindScene(phrases: Phrases, text: string, start: number): number | undefined {
  return SCENE.test(text.slice(start)) ? phrases.in('decided', text)?.from : undefined;
}

const PROPOSES =
  /^(?:so |then |therefore |overall,? |in short,? )*(?:i(?:'d| would)? (?:recommend|suggest|propose|prefer|choose|pick|go with|decided (?:to|on))(?: (?:that we|we|to|going with|using|choosing))?|my (?:recommendation|proposal|suggestion) is(?: to)?|we (?:should|could) (?:use|keep|go with|choose|store)|let's (?:use|go with|keep)|ich (?:empfehle|schlage vor|würde)|recomiendo|propongo|sugiero|je (?:recommande|propose|suggère)|recomendo|proponho|sugiro|(?:я )?(?:предлагаю|рекомендую)|我建议|我推荐)\s*/iu;
/** Steps of the moment are no decisions. */
const STEP =
  /^(?:(?:to )?(?:fix|run|check|start|look|debug|test|add|first|rename|move|clean|wait|ask|read|write|try)\w*|you|that you)\b/i;

/** What the agent proposed with a reason in the message before, when the person only says yes to it. */
export function acceptedDecision(answer: Said, before: SnapshotMessage): Finding | null {
  const words = answer.sentences.map(({ text }) => text).join(' ');
  if (
    words === '' ||
    words.length > LONGEST_YES ||
    /[?？]/.test(words) ||
    /\b(?:but|except|however|aber|pero|mais|mas|но)\b/iu.test(words)
  )
    return null;
  const agreed = languagesOf(words).some((phrases) => phrases.at('agrees', words, 0) > 0);
  if (!agreed) return null;
  const proposal = saidIn(before);
  const found = proposal.sentences.filter(
    ({ text }) =>
      PROPOSES.test(text) &&
      !STEP.test(text.replace(PROPOSES, '')) &&
      languagesOf(text).some((phrases) => phrases.in('reason', text) !== null),
  );
  const [only] = found;
  if (only === undefined || found.length > 1 || /[?？]$/.test(only.text)) return null;
  const said = asSentence(proposal.restored(only.text.replace(PROPOSES, '')));
  const content = `Decided: ${said}`;
  return {
    kind: 'decision',
    scope: 'project',
    content,
    summary: summaryOf(content),
    paths: pathsIn(content),
    message: answer.message,
    against: null,
  };
}
