// Tells a long line that somebody typed or dictated from one that was pasted: data, minified code, logs, and also
// other people's prose, as far as its make-up shows it. When in doubt it was pasted: words that were spoken prove who
// said something, and words of others must not.

/** Nobody dictates more without a line end, in UTF-16 units: about 1,000 words. */
const LONGEST = 6_000;
/** Paths and short addresses are longer than words; keys, base64 and minified code are longer still. */
const LONGEST_TOKEN = 80;
const LONGEST_QUOTATION = 600;
/** Prose of these languages has 35 to 60 of them in 100 words; lists of names, CSV and logs hardly any. */
const LEAST_FUNCTION_WORDS = 0.27;
/** Of the first words: a phrase that is repeated over and over is no speech. Prose of 120 words has 0.55 and more. */
const LEAST_DISTINCT = 0.4;
const DISTINCT_SAMPLE = 120;
/** Of all characters. JSON has 15 to 30 in 100, prose with paths and inline code up to 3. */
const MOST_SYMBOLS = 0.03;
/** Of all characters. CSV and logs have 15 and more. */
const MOST_DIGITS = 0.06;
/** Letters of a script without blanks, by which a text is read as such. */
const DENSE_SHARE = 0.5;

const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the and or but if then so than as of at by for with about into from up down in out on off over to is are was ' +
    'were be been being have has had do does did can could should would will may might must not no it its this that ' +
    'these those there here i me my we us our you your he she they them their what which who when where why how all any ' +
    'some just also only very too because while after before until again don t s m re ve ll please let ' +
    'der die das den dem des ein eine einen einem einer und oder aber wenn dann als wie von bei für mit über in im an am ' +
    'auf aus zu zum zur ist sind war waren sein haben hat hatte kann können soll sollen muss müssen wird werden nicht ' +
    'kein keine es ich mich mir mein wir uns unser du dich dir dein ihr sie man dass weil auch nur noch schon so sehr bitte ' +
    'el la los las un una unos unas y o pero si de del en con por para que es son era ser estar está están hay no lo le ' +
    'se me mi nos nuestro tú te tu yo ya muy más como cuando donde porque también al su sus esto eso esta este ' +
    'le les des du et ou mais si dans sur avec pour par qui est sont était être avoir a ne pas plus ce cette ces il elle ' +
    'on je moi mon ma mes nous notre vous votre tu toi ton ta tes aussi très quand où parce d l j c n qu m ' +
    'o os as um uma e mas do da dos das no na nos nas com por são era ser estar tem há não eu meu minha nós nosso você ' +
    'seu sua isso isto esse essa também muito mais como quando onde porque já só ' +
    'il lo gli uno dello della dei delle ed ma nel nella con per che è sono era essere ha non io mio mia noi nostro voi ' +
    'tuo questo questa anche molto più come quando dove perché già solo di da al alla si mi ci ti ' +
    'и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только мне было вот от меня еще ещё ' +
    'нет о из ему когда даже ну если уже или ни быть был до вас там потом себя ей они тут где есть надо для мы это этот ' +
    'чтобы мой мои нас нам при без тоже очень'
  ).split(' '),
);

/** True for an everyday word of prose in one of these languages, in lower case: "the", "up", "sobre". */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word);
}

/** Whoever talks to an agent says "I" or "we" and turns to it; manuals and policies do one of the two, or neither. */
const SPEAKER =
  /(?<![\p{L}\p{N}])(?:i|i['’]m|i['’]d|i['’]ve|i['’]ll|me|my|we|our|us|ich|mir|mich|mein\p{L}*|wir|uns|yo|mi|me|nos|nosotros|quiero|necesito|je|j['’]\p{L}+|moi|mon|ma|mes|nous|on|eu|meu|minha|a gente|quero|preciso|io|mio|mia|voglio|я|мне|меня|мой|моя|мы|нам|нас)(?![\p{L}\p{N}])/iu;
const ADDRESS =
  /(?<![\p{L}\p{N}])(?:you|your|please|pls|let['’]?s|du|dir|dich|dein\p{L}*|bitte|tú|tu|te|puedes|por favor|usted|peux|pourrais|vous|s'il te plaît|stp|você|pode|puoi|per favore|ты|тебе|можешь|пожалуйста|вы)(?![\p{L}\p{N}])/iu;
const DENSE_SPEAKER = /我|咱|私|僕|俺|自分|うち|저는|제가|나는|내가|우리|저희/u;
const DENSE_ADDRESS =
  /你|您|请|請|帮|麻烦|ください|下さい|お願い|してほしい|てくれ|해줘|해 줘|주세요|줄래|해주/u;

/** What only stands in what was copied: letters' heads and ends, contracts, markup, references, lists run together. */
const COPIED: readonly RegExp[] = [
  /(?<![\p{L}\p{N}])(?:dear|hi|hello|hey) (?:all|team|everyone|everybody|sir|madam|mr|ms|mrs|support|customer|colleagues|\p{Lu}\p{L}+),/iu,
  /(?<![\p{L}\p{N}])(?:(?:best|kind|warm) (?:regards|wishes)|yours (?:sincerely|truly)|sincerely|sent from my|unsubscribe|mit freundlichen grüßen|viele grüße|beste grüße|sehr geehrte\p{L}*|saludos(?: cordiales)?|estimad[oa]s?|cordialement|bien à vous|madame|monsieur|atenciosamente|prezad[oa]s?|abraços|cordiali saluti|distinti saluti|с уважением|уважаем\p{L}+)(?![\p{L}\p{N}])|敬具|拝啓|此致|敬礼|드림|올림/iu,
  /(?<![\p{L}\p{N}])(?:from|to|cc|subject|sent|date|von|betreff|gesendet|asunto|objet|assunto|oggetto|от|тема):\s/iu,
  /(?<![\p{L}\p{N}])(?:shall|hereby|hereinafter|pursuant|thereof|herein|whereas|copyright|all rights reserved|licensee)(?![\p{L}\p{N}])/iu,
  // "The README says: …", "here is the mail from the customer: …"; what is reported runs on without an end.
  /(?<![\p{L}\p{N}])(?:says|said|wrote|writes|states|reads|mail|e-?mail|message|docs?|documentation|readme|ticket|issue|comment|article|post|spec|policy|guide|guidelines|output|log|logs|error|prompt|text|schreibt|schrieb|sagt|nachricht|doku|dice|dijo|escribió|correo|mensaje|dit|écrit|courriel|disse|escreveu|mensagem|scrive|messaggio|пишет|написал\p{L}*|письмо|сообщение)(?![\p{L}\p{N}])[^.!?:]{0,60}:(?=\s)/iu,
  /(?:说|說|写道|邮件|郵件|文档|消息|メール|ドキュメント|書いて|메일|문서|메시지)[^。！？：:]{0,30}[：:]/u,
  /(?<![\p{L}\p{N}])in this (?:post|article|tutorial|guide|section|chapter|document|newsletter|agreement|episode)(?![\p{L}\p{N}])/iu,
  /[§©®™†‡¶•·▪●◦]|[\u{f000}-\u{f8ff}]/u,
  /(?:^|\s)#{1,6} |\*\*[^*\n]{1,200}\*\*|\[[^\]\n]{1,200}\]\([^)\n]{1,500}\)|\[\d{1,3}\](?=[\s.,]|$)|<[a-z/!][^<>\n]{0,200}>/iu,
  /(?:^|\s)at [\w$.<>]{1,200}\([^()\n]{1,200}:\d+/u,
  /(?<![\p{L}\p{N}])\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/u,
  /(?<![\p{L}\p{N}])(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)(?:[\]:|]| {2})/u,
];

/** True for a long line that reads as the speech of whoever sent it to an agent. Time grows with the line's length. */
export function isDictated(line: string): boolean {
  if (line.length > LONGEST || line.includes('\t')) return false;
  const symbols = line.match(/[{}[\]<>|=\\;$#@^*_~+&%`]/g)?.length ?? 0;
  const digits = line.match(/\d/g)?.length ?? 0;
  if (symbols > line.length * MOST_SYMBOLS || digits > line.length * MOST_DIGITS) return false;
  if (line.split(/\s+/).some((token) => isForeign(token))) return false;
  if (hasLongQuotation(line) || COPIED.some((pattern) => pattern.test(line))) return false;
  return isDense(line) ? isDenseSpeech(line) : isSpacedSpeech(line);
}

/** A quotation that runs on, or has no end in this line: its words are not told from the speaker's. */
function hasLongQuotation(line: string): boolean {
  const parts = line.replace(/[“”„«»]/g, '"').split('"');
  return (
    parts.length % 2 === 0 || parts.some((part, index) => index % 2 === 1 && part.length > LONGEST_QUOTATION)
  );
}

/** A token of Latin letters, digits and signs that is longer than any word or path. */
function isForeign(token: string): boolean {
  return (
    token.length > LONGEST_TOKEN && !/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(token)
  );
}

function isDense(line: string): boolean {
  const letters = line.match(/\p{L}/gu)?.length ?? 0;
  const dense = line.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0;
  return letters > 0 && dense / letters >= DENSE_SHARE;
}

/** Chinese, Japanese and Korean have no blanks to count words by: a third of their letters must differ. */
function isDenseSpeech(line: string): boolean {
  const sample = (line.match(/\p{L}/gu) ?? []).slice(0, 2 * DISTINCT_SAMPLE);
  return (
    new Set(sample).size / sample.length >= LEAST_DISTINCT / 1.5 &&
    /[，。、！？,.!?]/u.test(line) &&
    DENSE_SPEAKER.test(line) &&
    DENSE_ADDRESS.test(line)
  );
}

function isSpacedSpeech(line: string): boolean {
  const words = line.toLowerCase().match(/\p{L}+/gu) ?? [];
  if (words.length === 0) return false;
  const common = words.filter((word) => FUNCTION_WORDS.has(word)).length;
  const sample = words.slice(0, DISTINCT_SAMPLE);
  return (
    common / words.length >= LEAST_FUNCTION_WORDS &&
    new Set(sample).size / sample.length >= LEAST_DISTINCT &&
    SPEAKER.test(line) &&
    ADDRESS.test(line)
  );
}

/** A line that leads up to what others wrote, however short: "what do they want?", "see below", "the mail:". */
const LEADS_UP: readonly RegExp[] = [
  /[:：?？]\s*$/u,
  /^\s*(?:#{1,6} |-{3,}|={3,}|(?:from|to|cc|subject|sent|date|von|betreff|asunto|objet|assunto|oggetto|от|тема): )/iu,
  /^\s*(?:dear|hi|hello|hey|hallo|liebe[rs]?|sehr geehrte\p{L}*|hola|bonjour|salut|olá|oi|ciao|buongiorno|привет|здравствуйте)(?![\p{L}\p{N}])[^.!?]{0,40},\s*$/iu,
  /(?<![\p{L}\p{N}])(?:this|below|following|attached|forwarded|pasted?|quote|mail|e-?mail|message|docs?|documentation|readme|article|ticket|issue|spec|policy|guide|guidelines|wrote|writes|says|said|sent|got|received|translate|summari[sz]e|proofread|folgende\p{L}*|unten|nachricht|schreibt|schrieb|diese\p{L}*|siguiente|correo|mensaje|este|suivant\p{L}*|ci-dessous|courriel|seguinte|abaixo|mensagem|seguente|messaggio|следующ\p{L}+|ниже|письмо|это|сообщение)(?![\p{L}\p{N}])/iu,
  /以下|下面|如下|这|次の|これ|この|다음|아래|이거/u,
];

/** True when what stands before a long line announces that somebody else speaks in it. */
export const leadsUp = (line: string): boolean => LEADS_UP.some((pattern) => pattern.test(line));
