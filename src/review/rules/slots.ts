// What a rule is about, where there can only be one answer to it: the package manager, the test runner, the language
// of the answers. And what a rule says beside that: "npm in the docs folder" is another subject than "npm".
import { toolsIn } from './tool-names.ts';

/** A project works with one of each; where it works with two, both rules say more than the name. */
const ALTERNATIVES: ReadonlyArray<readonly [string, ReadonlySet<string>]> = [
  ['package manager', new Set(['npm', 'pnpm', 'yarn', 'bun'])],
  ['package manager of Python', new Set(['pip', 'pip3', 'uv', 'poetry', 'pipenv', 'conda', 'mamba', 'pdm'])],
  ['test runner', new Set(['jest', 'vitest', 'mocha', 'jasmine', 'ava', 'tap'])],
];

const NEGATION =
  "not|no longer|never|no|instead of|rather than|than|over|from|stop using|do not use|don't use|dropped|nicht mehr|nicht|statt|anstatt|kein\\p{L}*|von|nunca|ya no|en (?:vez|lugar) de|pas|plus|jamais|au lieu d[e']|não|em vez de|не|вместо|不用|不是";

/** True where the text names the tool and speaks against it. */
export function speaksAgainst(tool: string, text: string): boolean {
  const escaped = tool.replace(/[^a-z0-9]/g, '\\$&');
  const verb = '(?:use |uses |using |need |run |utilise |utilisons |usamos )?';
  return new RegExp(`(?:${NEGATION})\\s*${verb}[\`"']?${escaped}(?![\\w-])`, 'iu').test(text);
}

/** What the rule is the answer to ("package manager"), where it says nothing else; otherwise null. */
export function toolSlot(content: string): { readonly name: string; readonly tool: string } | null {
  if (qualifiersOf(content).length > 0) return null;
  const wanted = toolsIn(content).filter((tool) => !speaksAgainst(tool, content));
  const [tool] = wanted;
  if (tool === undefined || wanted.length > 1) return null;
  const name = ALTERNATIVES.find(([, tools]) => tools.has(tool))?.[0];
  return name === undefined ? null : { name, tool };
}

/** Words that say only that something is used, or used now. */
const USING = new Set(
  (
    "we us our i it it's is are the a an use uses used using run runs work works with go goes went stick to prefer now not " +
    'no longer never always only instead of rather than over and but just finally switched moved migrated changed from on ' +
    'anymore any more again please here this repo repository project codebase team everywhere package manager runner test ' +
    'tests packages dependencies install with for stop drop dropped do dont ' +
    'wir benutzen nutzen verwenden nehmen arbeiten mit jetzt ab nun nicht mehr kein statt anstatt hier immer nur und sondern ' +
    'sind auf von zu umgestiegen gewechselt in diesem projekt ' +
    'on nous utilise utilisons maintenant désormais pas plus ici au lieu de dans ce projet et ' +
    'linting linter lint formatting formatter testing managing installing as for ' +
    'usamos utilizamos ahora ya en vez lugar aquí este proyecto y agora não mais usa usan'
  ).split(' '),
);

/** The words of a rule about tools beside the tools and that they are used; a reason behind "because" is none. */
export function qualifiersOf(content: string): string[] {
  const [claim = ''] = content
    .toLowerCase()
    .split(/(?:[,;] ?|\s)(?:because|since|as it|so that|weil|denn|porque|ya que|parce que|car)\s/u, 1);
  const words = claim.match(/[\p{L}\p{N}_][\p{L}\p{N}_'’.+#/-]*/gu) ?? [];
  return words
    .map((word) => word.replace(/[.'’-]+$/u, ''))
    .filter((word) => !USING.has(word) && toolsIn(word)[0] !== word);
}

const LANGUAGES: ReadonlyArray<readonly [string, string]> = [
  ['en', 'english|englisch|anglais|inglés|inglês|inglese|английск\\p{L}+|английски|英语|英文|英語|영어'],
  ['de', 'german|deutsch|allemand|alemán|alemão|tedesco|немецк\\p{L}+|德语|德文|ドイツ語|독일어'],
  [
    'fr',
    'french|französisch|français|francés|francês|francese|французск\\p{L}+|法语|法文|フランス語|프랑스어',
  ],
  ['es', 'spanish|spanisch|espagnol|español|espanhol|spagnolo|испанск\\p{L}+|西班牙语|スペイン語|스페인어'],
  ['it', 'italian|italienisch|italien|italiano|итальянск\\p{L}+|意大利语|イタリア語|이탈리아어'],
  ['pt', 'portuguese|portugiesisch|portugais|portugués|português|portoghese|португальск\\p{L}+|葡萄牙语'],
  ['ru', 'russian|russisch|russe|ruso|russo|русск\\p{L}+|俄语|ロシア語|러시아어'],
  ['zh', 'chinese|mandarin|chinesisch|chinois|chino|chinês|cinese|китайск\\p{L}+|中文|汉语|中国語|중국어'],
  ['ja', 'japanese|japanisch|japonais|japonés|japonês|giapponese|японск\\p{L}+|日语|日文|日本語|일본어'],
  ['ko', 'korean|koreanisch|coréen|coreano|корейск\\p{L}+|韩语|韓国語|한국어'],
  ['nl', 'dutch|niederländisch|néerlandais|neerlandés|holandês|olandese'],
  ['pl', 'polish|polnisch|polonais|polaco|polonês|polacco|польск\\p{L}+'],
];
const LANGUAGE_NAMES = LANGUAGES.map(([code, names]) => [code, new RegExp(`^(?:${names})$`, 'iu')] as const);
const ANSWERING =
  /^(?:answer|answers|reply|replies|respond|responses|speak|talk|antworte|antworten|antwort|sprich|rede|réponds|répondez|répondre|parle|responde|responder|respóndeme|contesta|habla|responda|fala|rispondi|rispondere|parla|отвечай|отвечать|отвечайте|говори)$/iu;
const BESIDE =
  /^(?:always|only|please|now|just|from|on|in|to|me|with|your|all|i|want|you|should|be|again|at|every|time|again|bitte|immer|nur|ab|jetzt|auf|in|mir|mit|wieder|deine|ich|möchte|toujours|en|moi|à|partir|de|maintenant|désormais|siempre|solo|ahora|en|me|sempre|em|só|agora|in|solo|adesso|всегда|на|теперь|мне|только|снова)$/iu;
/** "…, not French": what it is not to be. */
const NOT_THIS =
  /[,;]?\s*(?:and |und )?(?:not|no longer|nicht(?: mehr)?|pas|plus|no|non|não|а не)\s+(?:in |auf |en |em )?\p{L}+[.!]*$/iu;

/** The language that all answers are to be in ("en"), where the rule says nothing else; otherwise null. */
export function answerLanguage(content: string): string | null {
  const words = content.replace(NOT_THIS, '').match(/\p{L}+(?:[-'’]\p{L}+)*/gu) ?? [];
  const codes = words.map((word) => LANGUAGE_NAMES.find(([, names]) => names.test(word))?.[0]);
  const named = codes.filter((code) => code !== undefined);
  const [only] = named;
  if (only === undefined || named.length > 1 || !words.some((word) => ANSWERING.test(word))) return null;
  const isPlain = words.every(
    (word, at) => codes[at] !== undefined || ANSWERING.test(word) || BESIDE.test(word),
  );
  return isPlain ? only : null;
}
