// Words that say nothing of what a text is about, and words that turn its meaning round.

/** English function words, as they stand after contractions are taken apart. Never indexed, never searched. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the and or but nor if then else so than as of at by for with about against between into through during ' +
    'before after above below to from up down in out on off over under again further once here there all any both ' +
    'each few more most other others another some such no not only own same too very just also even ever yet still ' +
    'i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers ' +
    'herself it its itself they them their theirs themselves what which who whom whose this that these those when ' +
    'where why how am is are was were be been being have has had having do does did doing done can could shall ' +
    'should will would may might must ought cannot until while because since though although upon per via ' +
    's t d m re ve ll don isn aren wasn weren hasn haven hadn doesn didn couldn shouldn wouldn mustn won shan ain'
  ).split(' '),
);

/** How a question asks for a number or a sort: about the answer's form, not its content. Global, any case. */
export const QUESTION_PHRASES =
  /\bhow (?:many|much|long|often|far|old|come)\b|\b(?:what|which) (?:kinds?|types?|sorts?) of\b|\b(?:can|could|would) you (?:please )?(?:tell|show|remind) me\b|\bdo (?:you|we|i) (?:know|remember|recall)\b|\bplease\b/gi;

/** What a negating word counts as, and the words, folded and in small letters. Words in `n't` are `not`. */
const NEGATING = {
  not:
    'not no cannot none nor neither never nicht kein keine keinen keinem keiner nie niemals nunca jamas ningun ninguna ' +
    'pas jamais aucun aucune ne non nao niet geen nooit нет не ни никогда nigdy ingen inte aldrig',
  without: 'without ohne sin sans senza sem без bez zonder utan',
  except: 'except excepto sauf ausser',
  unless: 'unless',
};

/** Negating word → the term it counts as. */
export const NEGATIONS: ReadonlyMap<string, string> = new Map(
  Object.entries(NEGATING).flatMap(([term, words]) =>
    words.split(' ').map((word): readonly [string, string] => [word, term]),
  ),
);
