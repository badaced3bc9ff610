// "We use pnpm now, not yarn" tells of a change: its "now" means from here on, and not for the moment.
import { toolsIn } from './tool-names.ts';
import { opposed } from './wording.ts';

const WE =
  '(?:we|i|our (?:team|project|repo)|the (?:team|project|repo|repository|codebase)|this (?:team|project|repo|repository|codebase))';
const CHANGED: readonly RegExp[] = [
  // "we now use X, not Y"
  new RegExp(
    `(?<=(?<![\\p{L}])${WE}) now(?= (?:use|uses|run|runs|test|tests|lint|format|build|deploy|work|write|go)(?![\\p{L}]))`,
    'iu',
  ),
  // "we use X now, not Y" and "we use X instead of Y now"
  new RegExp(
    `(?<=(?<![\\p{L}])${WE} (?:use|uses|run|test with|lint with|format with|build with|deploy with|work with)(?![\\p{L}])[^,.;!?]{1,60}) now(?=,? (?:not|instead of|rather than|and not|no longer)(?![\\p{L}])|[.!]*$)`,
    'iu',
  ),
  /(?<=(?<![\p{L}])wir (?:benutzen|nutzen|verwenden|nehmen)) (?:jetzt|nun)(?= )/iu,
  /(?<=(?<![\p{L}])(?:on utilise|nous utilisons)) (?:maintenant|désormais)(?= )/iu,
  /(?<![\p{L}])ahora (?=usamos|utilizamos)|(?<=(?<![\p{L}])(?:usamos|utilizamos)) ahora(?= )/iu,
];

/** The sentence without the "now" of a change from one tool to another; any other as it is. */
export function asChanged(sentence: string): string {
  if (toolsIn(sentence).length < 2 || /[?？]\s*$/u.test(sentence) || opposed(sentence) === null)
    return sentence;
  return CHANGED.reduce((text, pattern) => text.replace(pattern, ''), sentence);
}
