// Whether a text tells its reader what to do. A fact read from a tool result may be kept; an order found there is
// someone else's order, and waits for a person.

import { clean } from './clean.ts';
import {
  COMMANDS,
  FINITE_VERBS,
  IMPERATIVES,
  NOUN_FOLLOWERS,
  OBJECT_STARTS,
  VERB_NOUNS,
} from './instruction-words.ts';

/** True for imperatives, duties (`you must`), command lines and URLs, in eight languages. Any single one is enough. */
export function looksLikeInstruction(text: string): boolean {
  const plain = clean(text)
    .normalize('NFKC')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\S\n]+/g, ' ');
  return (
    URL.test(plain) ||
    MODAL.test(plain) ||
    OTHER_LANGUAGES.some((pattern) => pattern.test(plain)) ||
    clauses(plain).some((clause) => isCommand(clause) || isImperative(clause)) ||
    codeSpans(plain).some(isCommand)
  );
}

const URL =
  /\b(?:https?|ftp|wss?|ssh|git|file|data|javascript):\/{0,2}(?=[\w/.-])(?:\S*\.\S|\/\/)|\bwww\.[a-z0-9-]+\.[a-z]|\bmailto:/i;

/** "You must", "agents should", "make sure", "it is important to": duties without an imperative. */
const MODAL =
  /\b(?:you|agents?|assistants?|models?|ai|llms?|claude|codex|developers?|contributors?|everyone|users?|we) (?:must|should|shall|have to|has to|need to|needs to|ought to|are to|is to|may not|must not|cannot|can't|shouldn't|mustn't|will now|are required to|are expected to)\b|\b(?:must|should) (?:always|never|not be|be (?:run|executed|called|invoked|used|installed|followed|obeyed))\b|\b(?:make|be) sure (?:to|that|you)\b|\bdon't forget\b|\bit is (?:important|essential|mandatory|required|necessary|recommended) (?:to|that)\b|\bfrom now on\b|\bgoing forward\b|\b(?:please|kindly) [a-z]+/i;

const OTHER_LANGUAGES: readonly RegExp[] = [
  // German
  /(?:^|[.!?:;,\n]\s{0,4})(?:bitte|immer|niemals|nie|stets|führe?n?|verwenden?|benutzen?|nutzen?|starte?n?|installiere?n?|lösche?n?|ignoriere?n?|öffnen?|rufe?n?|setzen?|stelle?n? sicher|achten? darauf|vergiss|vergessen sie|denk(?:e|t)? daran|schicken?|senden?|ändere?n?)(?=[\s,])/iu,
  /\b(?:du|ihr|sie|man|wir|agenten?) (?:muss|musst|müsst|müssen|soll|sollst|sollt|sollen|sollte|solltest|sollten|darf|darfst|dürfen|dürft)(?![\p{L}])/iu,
  /\b(?:ausführen|verwenden|benutzen|beachten|installieren|löschen|starten)!/iu,
  // Spanish, Portuguese, Italian
  /(?:^|[.!?:;,¡¿\n]\s{0,4})(?:por favor|siempre|nunca|jamás|ejecut(?:a|e|ar)|us(?:a|e)|utili(?:za|ce)|instal(?:a|e)|borr(?:a|e)|elimin(?:a|e)|ignor(?:a|e)|abr(?:e|a)|llam(?:a|e)|asegúr(?:ate|ese)|recuerda|recuerde|no (?:uses?|ejecut\w+|olvid\w+|hag\w+|toques?|borres?)|sempre|execut(?:e|a)|não (?:use|execute|faça)|esegui|usa|utilizza|installa|non (?:usare|eseguire|dimenticare)|assicurati)(?=[\s,])/iu,
  /\b(?:debes?|debe(?:n|mos)?|tienes? que|hay que|deberías?|usted debe|você deve|deve-se|devi|dovete|bisogna)(?![\p{L}])/iu,
  // French
  /(?:^|[.!?:;,\n]\s{0,4})(?:veuillez|toujours|jamais|n'oublie[zs]?|ne (?:jamais|pas)|exécute[zr]?|lance[zr]?|utilise[zr]?|installe[zr]?|supprime[zr]?|ignore[zr]|ouvre[zr]?|appelle[zr]?|assure[zr]?-(?:vous|toi)|s'il (?:vous|te) plaît|merci de)(?=[\s,])/iu,
  /\b(?:vous devez|tu dois|il faut|on doit|nous devons|vous devriez|tu devrais)(?![\p{L}])/iu,
  // Russian
  /(?<![\p{L}])(?:пожалуйста|всегда (?:запуск|использ|выполн|дела|проверя)\p{L}*|никогда не \p{L}+|запусти(?:те)?|запускай(?:те)?|используй(?:те)?|выполни(?:те)?|выполняй(?:те)?|установи(?:те)?|удали(?:те)?|игнорируй(?:те)?|открой(?:те)?|не забудь(?:те)?|не используй(?:те)?|убедись|убедитесь|(?:вы|ты|мы) (?:должн\p{L}+|обязан\p{L}*)|нужно|необходимо|следует)(?![\p{L}])/iu,
  // Chinese, Japanese, Korean
  /请(?!求)|請(?!求)|必须|必須|务必|務必|不要|切勿|禁止|不得|应当|应该|應該|需要(?:先|在|运行|執行|执行|使用)|始终|始終|(?:总是|總是|一律)(?:使用|运行|執行|执行)|(?:^|[。！？，；：\n]\s{0,4})(?:运行|運行|执行|執行|使用|安装|安裝|删除|刪除|忽略|打开|打開|调用|調用|确保|確保|记住|記住|先|别|別)/u,
  /(?:して|って|いて|んで|きて|べて|せて|けて|えて|ないで)(?:ください|下さい|おいて|おくこと)|しなさい|すること(?:[。\n]|$)|しないこと|しなければ(?:なりません|ならない|いけ)|必ず|決して|絶対に|べきで(?:す|ある)|(?:実行|使用|無視|削除)せよ|てはいけ(?:ない|ません)/u,
  /(?:하십시오|하세요|해라|하라|하지 마(?:세요|라|십시오)?|해야 (?:합니다|한다|해요)|반드시|절대(?:로)? )/u,
];

const LEAD =
  /^(?:\s|[-*+>#•·]|\d{1,3}[.)]|\[[ x]\]|(?:step|note|important|warning|todo|tip|rule|nb|attention|remember)\s*\d*\s*[:.!-]|(?:please|then|and|also|now|first|next|finally|just|simply|always|so|instead|afterwards|later|otherwise|you can|to fix (?:it|this)|if (?:it|this) (?:fails|happens))[, ]+)+/i;

/** Sentences and clauses, without marks of lists and words that may stand before an imperative. */
function clauses(text: string): string[] {
  return text
    .split(/[\n.!?;:](?=\s|$)|, |(?<=\S) [–—-] |(?<=\S) (?:and|then|but|or) (?=[a-z])|[()]/)
    .filter((clause) => clause.length > 0)
    .slice(0, 2_000);
}

function isImperative(clause: string): boolean {
  if (/^\s*(?:[-*+>#•·]\s*)*(?:always|never|do not|don't|do)\s+\p{L}/iu.test(clause)) return true;
  const words = clause.replace(LEAD, '').match(/[\p{L}\p{N}'_./-]+/gu) ?? [];
  const verb = words[0]?.toLowerCase() ?? '';
  const next = words[1]?.toLowerCase() ?? '';
  if (IMPERATIVES.has(verb)) return next !== '';
  // "Build the image" orders, "Build time is 5 minutes" tells.
  if (!VERB_NOUNS.has(verb) || next === '' || NOUN_FOLLOWERS.has(next)) return false;
  return OBJECT_STARTS.has(next) || COMMANDS.has(next) || !FINITE_VERBS.test(clause);
}

/** A command line: a prompt sign, or a known program with an argument, a pipe or a redirection. */
function isCommand(clause: string): boolean {
  const line = clause.trim().replace(/^(?:[-*+>]\s+|`+)/, '');
  if (/^[$❯]\s+\S/.test(line)) return true;
  if (/(?:&&|\|\||\|\s*(?:sh|bash|zsh|sudo|xargs|tee|python\d?|node)\b)/.test(line)) return true;
  const [program = '', argument = ''] = line.split(/\s+/);
  if (/^(?:sudo|doas|env|npx|bunx|pnpx|uvx)$/.test(program)) return argument !== '';
  if (/^\.{0,2}\/[\w./-]+$/.test(program)) return /^-{1,2}\w/.test(argument);
  return (
    COMMANDS.has(program) &&
    /^(?:-{1,2}\w|[a-z./~$"'@<{[*][^\s]*)/.test(argument) &&
    !NOUN_FOLLOWERS.has(argument)
  );
}

function codeSpans(text: string): string[] {
  return [...text.matchAll(/`{1,3}([^`]{2,400})`{1,3}/g)].flatMap((match) => (match[1] ?? '').split('\n'));
}
