// What a person said in a message, sentence by sentence: without code, quotations, pasted text and text of others
// that they announce ("here's the README:").
import type { SnapshotMessage } from '../../model/review.ts';
import { clean } from '../../text/clean.ts';
import { spokenWords } from '../../text/spoken.ts';
import { beginsOthers, HANDS_OVER, SALUTATION, SIGN_OFF, withoutDictatedText } from './others.ts';
import { allLanguages, languagesOf } from './phrases.ts';

export type Sentence = {
  /** Quotations and code spans stand in it as one private character each: see `restored`. */
  readonly text: string;
  /** It stands in a list below a line such as "some rules for this repo:". */
  readonly announced: boolean;
};

export type Said = {
  readonly message: SnapshotMessage;
  readonly sentences: readonly Sentence[];
  /** The text of a sentence as the person wrote it. */
  readonly restored: (text: string) => string;
  /** What stands within quotation marks in it. */
  readonly quoted: (text: string) => readonly string[];
};

/** Of a longer message only both ends are read: what is in between was not typed. In UTF-16 units. */
const END = 16_000;
/** A longer sentence was not typed either. */
const LONGEST_SENTENCE = 600;
/** A typed paragraph; `spokenWords` is strict with lines of over 400 units, since its answer proves who spoke. */
const LONGEST_PARAGRAPH = 2_000;
const MOST_SENTENCES = 400;
/** "A few ground rules for this repo." */
const LONGEST_LEAD = 60;
const MOST_SPANS = 500;
const FIRST_MARK = 0xe100;

const SPAN =
  /(?<!`)`[^`\n]{1,200}`(?!`)|"[^"\n]{1,300}"|“[^”\n]{1,300}”|„[^“”\n]{1,300}[“”]|«[^»\n]{1,300}»|「[^」\n]{1,300}」|『[^』\n]{1,300}』|(?<![\p{L}\p{N}])['‘][^'‘’\n]{1,120}['’](?![\p{L}\p{N}])/gu;
const MARKS = /[\ue100-\ue2ff]/g;

export function saidIn(message: SnapshotMessage): Said {
  const spans: string[] = [];
  const marked = bothEnds(clean(message.text))
    .replace(MARKS, ' ')
    .replace(SPAN, (span) => {
      if (spans.length >= MOST_SPANS) return span;
      spans.push(span);
      return String.fromCharCode(FIRST_MARK + spans.length - 1);
    });
  const spanOf = (mark: string) => spans[mark.charCodeAt(0) - FIRST_MARK] ?? '';
  const spoken = spokenWords(paragraphsApart(marked)).replace(/[\u2018\u2019]/g, "'");
  return {
    message,
    sentences: sentencesOf(ownLines(spoken.split('\n'), blanksIn(marked))).slice(0, MOST_SENTENCES),
    restored: (text) => text.replace(MARKS, spanOf),
    quoted: (text) => (text.match(MARKS) ?? []).map(spanOf).filter((span) => !span.startsWith('`')),
  };
}

/** Both ends of a very long text; of the end only what stands behind the last fence in it. */
function bothEnds(text: string): string {
  if (text.length <= 2 * END) return text;
  const head = text.slice(0, END);
  const tail = text.slice(-END);
  const fence = tail.lastIndexOf('```');
  const from = tail.indexOf('\n', fence === -1 ? 0 : fence);
  const kept = from === -1 ? '' : tail.slice(from);
  return (head.split('```').length % 2 === 0 ? `${head}\n\`\`\`` : head) + kept;
}

/** A long line of prose, one sentence a line, so that it is not taken for pasted. */
function paragraphsApart(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.length > 390 && line.length <= LONGEST_PARAGRAPH
        ? line.replace(/(?<=[.!?]) +(?=\S)/g, '\n')
        : line,
    )
    .join('\n');
}

/** The lines before which the person left one empty, by their first words. */
function blanksIn(text: string): ReadonlySet<string> {
  const starts = new Set<string>();
  const lines = text.split('\n');
  for (let at = 1; at < lines.length; at += 1) {
    if ((lines[at - 1] ?? '').trim() === '') starts.add(keyOf(lines[at] ?? ''));
  }
  return starts;
}

const keyOf = (line: string) => line.trim().replace(/\s+/g, ' ').slice(0, 40);

type Line = { readonly text: string; readonly announced: boolean };

/** The person goes on after what they pasted. */
const GOES_ON =
  /^(?:also|so|anyway|btw|by the way|ok|okay|now|can you|could you|what|why|how|does|is (?:this|that|it)|and|but|i |i'm|my |außerdem|also|übrigens|kannst du|además|por cierto|puedes|aussi|au fait|peux-tu|também|aliás|кстати|ещё|еще|а |另外|还有|顺便|あと|それと|ちなみに|그리고|참고로)/i;
const BULLET = /^\s*(?:[-*•–·]|\d{1,2}[.)])\s+/;
const CHAT = /^[\p{Lu}][\p{L}\w.-]{1,20}(?: [\p{Lu}][\p{L}.-]{1,20})?: \S/u;
const CHAT_LEAD =
  /^(?:note|rule|remember|important|fyi|reminder|also|convention|ps|merk|regel|wichtig|nota|regla|importante|règle|важно|правило)\b/i;
const SOURCE =
  /\b(?:readme|wiki|docs?|documentation|issue|ticket|e-?mails?|mail|guide|contributing|slack|policy|article|blog|spec|handbook)\b/i;

function ownLines(lines: readonly string[], blanks: ReadonlySet<string>): Line[] {
  const chat = lines.filter((line) => CHAT.test(line) && !CHAT_LEAD.test(line)).length >= 2;
  const letterEnds = lines.findLastIndex((line) => SIGN_OFF.test(line.trim()));
  const kept: Line[] = [];
  let skipping = false;
  let announced = false;
  let handedOver = false;
  for (const [index, line] of lines.entries()) {
    const bullet = BULLET.test(line);
    const text = line.replace(BULLET, '').trim();
    if (text === '') continue;
    const afterBlank = blanks.has(keyOf(line));
    if (skipping && afterBlank && GOES_ON.test(text)) skipping = false;
    else if (handedOver && (afterBlank || bullet)) skipping = true;
    handedOver = HANDS_OVER.test(text);
    if (beginsOthers(text)) skipping = true;
    if (SALUTATION.test(text) && (index > 0 || index < letterEnds)) skipping = true;
    if (skipping || (chat && CHAT.test(text) && !CHAT_LEAD.test(text))) continue;
    if (!bullet) announced = false;
    if (bullet && announced) {
      kept.push({ text, announced: true });
      continue;
    }
    const opening = openingOf(text);
    if (opening === 'others') skipping = true;
    if (opening === 'rules') announced = true;
    const own = withoutDictatedText(text);
    if (opening === null && own !== '') kept.push({ text: own, announced: false });
  }
  return kept;
}

/** What a line that ends in a colon announces: text of others, the person's rules, or neither. */
function openingOf(text: string): 'others' | 'rules' | null {
  if (!/[:：]$/.test(text)) return null;
  const words =
    text
      .replace(/[\s:：]+$/, '')
      .split(/(?<=[.!?。]) /)
      .at(-1) ?? '';
  const rules = languagesOf(words).some((phrases) => phrases.is('announces', words));
  if (rules && !SOURCE.test(words)) {
    return languagesOf(words).some(
      (phrases) => phrases.in('passing', phrases.without('lasting', words)) !== null,
    )
      ? null
      : 'rules';
  }
  return rules || allLanguages.some((phrases) => phrases.is('introduces', words)) ? 'others' : null;
}

const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|z\.B|bzw|d\.h|ca|p\.ej|ex|т\.е|т\.д|approx|resp|incl|no)\.$/i;

function sentencesOf(lines: readonly Line[]): Sentence[] {
  const sentences: Sentence[] = [];
  for (const { text, announced } of lines) {
    let ruled = announced;
    for (const piece of announced ? [text] : pieces(text)) {
      if (!announced && ruled && TURNS.test(piece)) ruled = false;
      if (piece.length <= LONGEST_SENTENCE) sentences.push({ text: piece, announced: ruled });
      if (!announced) ruled ||= announcesRules(piece);
    }
  }
  return sentences;
}

/** Behind the rules, to what is asked for now. */
const TURNS =
  /^(?:(?:ok|okay|alright|so|and|but) )?(?:now|anyway|start|begin|can you|could you|let's|please (?:start|begin|go)|the task|your task|today|jetzt|kannst du|ahora|puedes|maintenant|peux-tu|agora|adesso|ora|puoi|теперь|можешь)(?![\p{L}])|[?？]\s*$/iu;

/** "Some ground rules." and what follows it in the paragraph. */
function announcesRules(piece: string): boolean {
  const words = piece.replace(/[.:!\s]+$/, '');
  return (
    piece.endsWith('.') &&
    words.length <= LONGEST_LEAD &&
    /\b(?:rules|conventions|guidelines|preferences|principles|standards|things to (?:remember|know|keep in mind))\b|regeln|konventionen|reglas|normas|règles|regras|regole|правила/iu.test(
      words,
    ) &&
    !SOURCE.test(words) &&
    languagesOf(words).some((phrases) => phrases.is('announces', words))
  );
}

/** A line taken apart behind its full stops, which stay. */
function pieces(line: string): string[] {
  const found: string[] = [];
  let from = 0;
  for (const { index, 0: stop } of line.matchAll(/[.!?]+["')\]]?(?=\s|$)|[。！？]+/g)) {
    const to = index + stop.length;
    const piece = line.slice(from, to).trim();
    if (ABBREVIATION.test(piece.slice(-12)) || /^\d+\.$/.test(piece)) continue;
    if (piece !== '') found.push(piece);
    from = to;
  }
  const rest = line.slice(from).trim();
  return rest === '' ? found : [...found, rest];
}
