/**
 * Words of everyday English that most questions are built from. A store of a few hundred records cannot tell from its
 * own frequencies that `get` says less than `lockfile`: what is missing of these says little about a missing answer.
 * Told by how a word is spelled, not by its stem: `provide` shares one with `provider`, `important` with `imports`.
 */
import { analyse } from '../text/terms.ts';

/** No noun that names a thing of software (order, plan, form, user, state) is among them. */
const WORDS = `
  able add again ago allow already also always annoying another anyone anything apply around ask avoid away back bad based become
  begin best better big bit bring call can care cause certain chance change check choose close come common complete concern
  consider contain continue correct could current currently day deal decide declare different directly do done early easy else end
  enough entire even ever every everyone everything exactly example exist expect fact far fast few fill final find fine first
  fit fix follow found full further general get give go going good great guess handle happen hard have help here hold hour idea
  important include instead involve issue just keep kept kind know large last late later latter lead learn leave left less let like line
  little live local long look lot low made main major make many matter may maybe mean meant mention might mind minor more most
  move much must name need never new newer next nice now number often old once one only open other our out own part past people
  perhaps person pick place please point possible prefer present pretty probably problem proper properly provide purpose put
  question quick quickly quite rather reach ready real really reason receive recent recently recommend regard regularly relate remain
  remember reply require rest result return right rule run running same say second see seem send serious set setting several short should
  show side simple simply since single situation small solve some someone something soon sort specific start still stop sure switch
  take talk tell thing think though three time today together told top total touch true try turn two type understand up us use
  using usual usually value want watch way week well whatever while whole will within without wonder word work would write
  wrong year yes yet
`;

const SPELLED: ReadonlySet<string> = new Set(
  WORDS.trim()
    .split(/\s+/)
    .flatMap((word) => [word, ...formsOf(word)]),
);

export function isGeneric(word: string): boolean {
  return SPELLED.has(word.toLowerCase());
}

/** Nouns of software that stand in many a question beside what it is about. */
const NOUNS = 'case class form order plan provider state user';
const FAINT: ReadonlySet<string> = new Set(analyse(`${WORDS} ${NOUNS}`));

/**
 * Whether a term that a record lacks says little: it shares its stem with an everyday word. One that it holds counts
 * in full, unless the question spells the everyday word itself.
 */
export function isFaint(term: string): boolean {
  return FAINT.has(term);
}

/** Words that stand alone: those of a name, a path or a compound are pieces of it. */
const WORD = /(?<![\w./@-])[A-Za-z]+(?![\w/@-]|\.\w)/g;

/** The index terms of a text without those of everyday words. */
export function tellingTerms(text: string): string[] {
  return analyse(text.replace(WORD, (word) => (isGeneric(word) ? ' ' : word)));
}

/** As a verb bends. Nouns made of it (`handler`, `importance`) are other words. */
function formsOf(word: string): string[] {
  const base = word.endsWith('e') ? word.slice(0, -1) : word;
  const short = /[^aeiou][aeiou][bdgmnprt]$/.test(word) ? [`${word}${word.at(-1) ?? ''}`] : [];
  const soft = /[^aeiou]y$/.test(word) ? [`${word.slice(0, -1)}ies`, `${word.slice(0, -1)}ied`] : [];
  return [
    `${word}s`,
    ...(/(?:s|x|z|ch|sh|o)$/.test(word) ? [`${word}es`] : []),
    ...[base, ...short].flatMap((stem) => [`${stem}ed`, `${stem}ing`]),
    ...soft,
  ];
}
