/**
 * What a question asks for beside its words: the word that stands for the thing asked about, and the form an answer
 * takes (a time, a number, a person, a reason, a place, a rule, a way to do it). English; other languages say nothing
 * here, which speaks neither for nor against a record.
 */
import { analyse } from '../text/terms.ts';

/** `firm`: a record that is of this form is likely one that was kept as an answer to such a question. */
type Form = { readonly asked: RegExp; readonly held: RegExp; readonly firm: boolean };

const DAYS = 'seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?';
/** The first that fits counts. */
const FORMS: readonly Form[] = [
  {
    asked: new RegExp(`\\bhow (?:long|often|soon|quickly|fast|many (?:${DAYS}))\\b`, 'i'),
    held: new RegExp(
      `\\d+(?:[.,]\\d+)?\\s*(?:ms|s|h|min|${DAYS})\\b|\\b(?:hourly|daily|nightly|weekly|monthly|quarterly|yearly)\\b|\\beach (?:${DAYS})`,
      'i',
    ),
    firm: false,
  },
  {
    asked:
      /\bhow (?:many|much|big|large|deep|high|old)\b|\b(?:limit|maximum|minimum|threshold|port|size|version|price|costs?|count|number)\b/i,
    held: /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|once|twice)\b/i,
    firm: false,
  },
  {
    asked: /^\W*who\b|\bwho (?:has|may|is|can|must|should)\b/i,
    held: /\b(?:by|and|only|ask) [A-Z][a-z]+|^[A-Z][a-z]+ (?:must|may|owns|reviews|maintains|is|and)\b|\b(?:team|owner|host)/m,
    firm: false,
  },
  {
    asked: /\bwhy\b|\bwhat made\b|\breason\b/i,
    held: /\b(?:because|since|as|for|so that|due|otherwise|reason)\b/i,
    firm: true,
  },
  { asked: /\bwhere\b/i, held: /[\w-]+\/[\w.-]+|\b(?:in|under|at|from)\b|\.\w{2,4}\b/i, firm: false },
  {
    asked:
      /^(?!.*\bhow\b).*(?:\b(?:may|can|should|must|shall) (?:i|we|you|one)\b|\ballowed\b|\bis it (?:ok|okay|fine|safe)\b)/is,
    held: /\b(?:never|must|only|don't|do not|always|no|not|without|before|banned|forbidden|allowed|frozen|prefer|use|instead|ask|should|may)\b/i,
    firm: true,
  },
  {
    asked: /\bhow (?:do|can|should) (?:i|we|you)\b/i,
    held: /`|\b[\w-]+\/[\w.-]+|\b(?:run|use|set|call|add|start|with|through|via|by)\b/i,
    firm: false,
  },
];

/** `other`: the record holds nothing of the form that is asked for. */
export type Fit = 'firm' | 'open' | 'other';

/** Whether a record's content has the form that the question asks for. */
export function askedForm(question: string): (content: string) => Fit {
  const form = FORMS.find(({ asked }) => asked.test(question));
  if (form === undefined) return () => 'open';
  const { held, firm } = form;
  return (content) => (held.test(content) ? (firm ? 'firm' : 'open') : 'other');
}

const NOUNS =
  /\b(?:which|what(?:'s| is| are| was| were)?(?: the| our| my)?|how (?:many|much)|who(?:se)?)\s+((?:[\w'.-]+\s*){1,5})/i;
const DEED = /\bhow (?:do|can|should|would|did|does|may|to)\b(?: (?:i|we|you|one|our|the))?\s+([\w-]+)/i;
const PLACED = /\bwhere (?:is|are|was|were|do|does|did)\b((?:\s+[\w'.-]+){1,4})/i;
const DONE = /\bhow (?:is|are|was|were)\b.*?\b(\w+(?:ed|en|wn|lt|nt))\b/i;
/** Where the words that name the thing end. */
const END =
  /^(?:do|does|did|is|are|was|were|can|may|should|will|would|has|have|must|we|i|you|our|the|a|an|to|of|for|in|on|at|by|with|from|get|go|come)$/i;
const DETERMINER = /^(?:the|our|a|my|we|i)$/i;
const VERB = /(?:ed|en|kept|found|stored|come|live)$/;

/** Index terms of the word that says what is asked about: `timeout` in "which timeout does the app use". */
export function focusOf(question: string): readonly string[] {
  const nouns = NOUNS.exec(question)?.[1];
  if (nouns !== undefined) return analyse(beforeEnd(words(nouns)).at(-1) ?? '');
  const deed = DEED.exec(question)?.[1];
  if (deed !== undefined) return analyse(deed);
  const placed = PLACED.exec(question)?.[1];
  if (placed !== undefined) {
    const named = beforeEnd(words(placed).filter((word) => !DETERMINER.test(word)));
    return analyse(named.filter((word) => !VERB.test(word)).at(-1) ?? '');
  }
  return analyse(DONE.exec(question)?.[1] ?? '');
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function beforeEnd(all: readonly string[]): readonly string[] {
  const end = all.findIndex((word) => END.test(word));
  return end === -1 ? all : all.slice(0, end);
}
