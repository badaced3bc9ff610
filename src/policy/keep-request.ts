/** Whether a person asks to keep what is found: "look it up and remember it". */
import { spokenWords } from '../text/spoken.ts';

const IT = '(?:it|this|that|these|those|them|the (?:answers?|results?|facts?|findings?|dates?|details?))';
const IN_MEMORY =
  '(?:in|to|into) (?:(?:your|the|my|our|its|project|long-term|midturn) )*(?:memory|mind|notes)';

/**
 * Asking forms with what is to be kept, not the bare verbs: "the store module" and "keep it simple" ask nothing.
 * What is denied, told or asked about is left out: "I remember that", "don't remember it", "do you remember it".
 */
const ASKS: readonly RegExp[] = [
  // English
  new RegExp(
    `(?<!\\b(?:i|we|they|he|she|do you|did you|not|never|don't|can't|cannot) )\\b(?:remember|memori[sz]e) (?:${IT}|what|when|where|which|who|how|for (?:later|me|next time))\\b`,
    'i',
  ),
  /\b(?:and|then|please)(?: please)? (?:remember|memori[sz]e)(?=\s*(?:[.!,;:\n]|$))/i,
  new RegExp(`\\b(?:save|store|keep|put|add|write|record|commit) ${IT} ${IN_MEMORY}\\b`, 'i'),
  new RegExp(`\\b(?:keep|bear) ${IN_MEMORY} (?:what|when|where|which|that)\\b`, 'i'),
  new RegExp(
    `\\b(?:note|write|jot) (?:${IT} down|down ${IT})\\b|\\b(?:make|take) (?:a )?notes? of ${IT}\\b`,
    'i',
  ),
  // German
  /(?<!\p{L})merk(?:e|t)?(?: es| das| dies| sie| ihn)? (?:dir|euch)(?!\p{L})|(?<!\p{L})merken sie (?:es )?sich(?!\p{L})/iu,
  /(?<!\p{L})(?:behalte?|speicher[en]?|speichern sie|halte?) (?:es|das|dies|sie) (?:dir )?(?:im (?:gedächtnis|kopf|hinterkopf)|in (?:deinem|ihrem) gedächtnis)(?!\p{L})/iu,
  /(?<!\p{L})(?:notiere?|notieren sie|schreibe?) (?:dir )?(?:es|das|dies|sie)(?: (?:dir|auf))*(?=\s*(?:[.!,;:\n]|$))/iu,
  // Spanish, Portuguese, Italian
  /(?<!\p{L})(?:recu[eé]rd[ae]|an[oó]t[ae]|memor[ií]z[ae])(?:(?:lo|la|los|las)(?!\p{L})| (?:esto|eso)(?!\p{L}))/iu,
  /(?<!\p{L})gu[aá]rd[ae](?:lo|la|los|las) en (?:la |tu |su )?memoria(?!\p{L})/iu,
  /(?<!\p{L})(?:lembr[ae](?:-te)? d?(?:isso|isto)|(?:anot[ae]|memoriz[ae]) (?:isso|isto)|guard[ae] (?:isso|isto) na mem[oó]ria)(?!\p{L})/iu,
  /(?<!\p{L})(?:ricorda(?:lo|la|li|telo|tela)|annota(?:lo|la|telo)|memorizza(?:lo|la)|tieni(?:lo|la)? a mente)(?!\p{L})/iu,
  // French
  /(?<!\p{L})(?:retiens|retenez|note[sz]?|mémorise[sz]?)(?:-(?:le|la|les)| (?:ça|cela|ceci))(?!\p{L})|(?<!\p{L})garde[sz]?-(?:le|la|les) en mémoire(?!\p{L})/iu,
  // Russian
  /(?<!\p{L})(?:запомни(?:те)?|запиши(?:те)? (?:это|себе)|сохрани(?:те)? (?:это )?в памят[иь])(?!\p{L})/iu,
  // Chinese, Japanese, Korean
  /记住|記住|记下|記下|记一下|記一下|覚えて(?:おいて|ください|下さい|ね|[。!！\n]|$)|記憶して|メモして|기억해|메모해/u,
];

/** Looks at the person's own words in the message only, not at what they quote or paste. */
export function asksToKeep(message: string): boolean {
  const words = spokenWords(message)
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[ \t]+/g, ' ');
  return ASKS.some((pattern) => pattern.test(words));
}
