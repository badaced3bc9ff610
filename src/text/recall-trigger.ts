// Whether a request speaks of earlier work, so that a program that asks memory for every prompt asks it where it may
// help. One sign alone is not enough: "again" stands in many prompts, and two telling words in nearly all.

import { analyse } from './terms.ts';

export type Trigger = {
  readonly triggered: boolean;
  /** What spoke for it: `explicit`, `marker:again`, `terms:4`; or what was missing: `no marker`, `too few terms`. */
  readonly reasons: readonly string[];
};

/** Telling words that a request must hold beside the marker. */
const LEAST_TERMS = 2;

/** @param explicit somebody asked for it by name: that is reason enough */
export function recallTrigger(query: string, explicit = false): Trigger {
  if (explicit) return { triggered: query.trim() !== '', reasons: ['explicit'] };
  const text = query.normalize('NFKC').toLowerCase().replaceAll('’', "'");
  const found = [
    ...new Set([...text.matchAll(MARKERS)].map(([marker]) => marker.replace(/\s+/g, ' ').trim())),
  ];
  const terms = [...new Set(analyse(text.replace(MARKERS, ' ')))];
  const isMarked = found.length > 0;
  const isTelling = terms.length >= LEAST_TERMS;
  return {
    triggered: isMarked && isTelling,
    reasons: [
      ...(isMarked ? found.slice(0, 3).map((marker) => `marker:${marker}`) : ['no marker']),
      isTelling ? `terms:${terms.length}` : 'too few terms',
    ],
  };
}

/** Words that point back, by language. Whole words, but where a script has no blanks. */
const WORDS = [
  // English
  'again|before|earlier|previous(?:ly)?|last (?:time|week|month|session|sprint|year)|yesterday|already|remember(?:ed)?|recall(?:ed)?|remind me|used to|back then|the other day|as (?:usual|always|agreed|discussed|decided)|(?:we|you|i) (?:said|agreed|decided|discussed|talked|fixed|tried|used|had|chose|settled|learned|learnt|did|ran into|came across)|(?:did|have|had) (?:we|you|i)|why did (?:we|you|i)|what was the|how did (?:we|you|i)|same (?:as|error|problem|issue|way|bug)|still (?:the same|failing|broken)|history|convention',
  // German
  'wieder|nochmals?|vorher|vorhin|früher|zuvor|letzte[nrsm]? (?:mal|woche|monat|sitzung)|letztens|neulich|gestern|damals|bereits|schon mal|schon einmal|erinner(?:e|st|n|t)?|wie (?:immer|üblich|besprochen|vereinbart|gehabt)|(?:haben|hatten) wir|hatte ich|(?:der|die|das)selbe[nr]? fehler',
  // French
  "encore|déjà|avant|auparavant|précédemment|précédent(?:e|s|es)?|la dernière fois|la semaine dernière|hier|rappel(?:le|les|er|ez)?(?:-moi)?|souviens?|souvenez|comme (?:d'habitude|convenu|avant)|on (?:a|avait)|nous avons|nous avions",
  // Spanish
  'otra vez|de nuevo|nuevamente|antes|anterior(?:es|mente)?|la última vez|la semana pasada|ayer|ya|recuerd(?:a|as|o)|acuérdate|como (?:siempre|acordamos|antes)|habíamos|hicimos|decidimos|acordamos',
  // Portuguese, Italian
  "de novo|novamente|outra vez|anteriormente|da última vez|na semana passada|ontem|lembra(?:s|r)?|como (?:sempre|combinado)|decidimos|fizemos|di nuovo|ancora|prima|in precedenza|precedente|l'ultima volta|la settimana scorsa|ieri|ricord(?:a|i|o)|come (?:al solito|sempre)|avevamo|abbiamo",
  // Dutch, Polish
  'opnieuw|weer|eerder|vorige (?:keer|week|sessie)|gisteren|herinner|zoals (?:altijd|afgesproken)|hadden we|hebben we|znowu|ponownie|wcześniej|poprzedni(?:o|a|e)?|ostatnim razem|wczoraj|pamięta(?:sz|j)?|jak (?:zwykle|zawsze)',
  // Russian
  'снова|опять|раньше|ранее|прежде|в прошлый раз|на прошлой неделе|прошл(?:ый|ая|ое|ой|ом|ого)|вчера|уже|помни(?:шь|те)|вспомни(?:те|ть)?|напомни(?:те)?|как (?:обычно|всегда|договорились|решили)|мы (?:решили|договорились|делали|исправили|обсуждали)|тот же|та же',
].join('|');
const UNSPACED =
  '上次|之前|以前|上周|上週|昨天|又|再次|还记得|還記得|记得|記得|曾经|曾經|先前|老规矩|老規矩|历史|歷史|前回|以前|先週|昨日|また|もう一度|覚えて|思い出|いつも(?:の|どおり|通り)|この前|지난번|이전|예전|지난주|어제|다시|기억';

const MARKERS = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${WORDS})(?![\\p{L}\\p{N}_])|${UNSPACED}`, 'gu');
