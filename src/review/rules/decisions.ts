/** Decisions with their reason: said by the person, or stated by the agent and accepted by the person. */
import type { SnapshotMessage } from '../../model/review.ts';
import { contentWords } from '../../text/terms.ts';
import { clausesOf, startOf, withoutTags } from './clauses.ts';
import type { Finding } from './finding.ts';
import { gateOf } from './gates.ts';
import { languagesOf, type Phrases } from './phrases.ts';
import { type Said, saidIn } from './said.ts';
import { SCENE } from './standing.ts';
import { toolsIn } from './tool-names.ts';
import { asSentence, pathsIn, summaryOf } from './wording.ts';

const MOST = 3;
const FEWEST_WORDS = 4;
/** A longer answer than this says more than yes. In UTF-16 units. */
const LONGEST_YES = 90;
const FEWEST_DENSE = 10;

export type Decisions = { readonly findings: readonly Finding[]; readonly used: ReadonlySet<number> };

/** Decisions that the person tells. */
export function decisionsIn(said: Said): Decisions {
  const findings: Finding[] = [];
  const used = new Set<number>();
  for (const [index, sentence] of said.sentences.entries()) {
    if (findings.length >= MOST) break;
    const next = said.sentences[index + 1]?.text ?? '';
    const text = withoutTags(sentence.text);
    for (const phrases of languagesOf(text)) {
      const whole = decisionOf(phrases, text, next);
      if (whole === null || !isTechnical(phrases, whole)) continue;
      const both = languagesOf(text).filter((each) => each === phrases || each.code === 'en');
      const content = asSentence(said.restored(whole));
      const decided = beforeReason(phrases, content);
      if (MOMENTARY.test(whole)) continue;
      if (gateOf(both, { sentence: whole, from: 0, content: decided, next: '' }) !== null) continue;
      findings.push({
        kind: 'decision',
        scope: 'project',
        content,
        summary: summaryOf(content),
        paths: pathsIn(content),
        message: said.message,
        against: null,
      });
      used.add(index);
      break;
    }
  }
  return { findings, used };
}

/** "…, because they are merged later": what holds for the reason says nothing of how long the decision stands. */
function beforeReason(phrases: Phrases, content: string): string {
  const at = phrases.in('reason', content)?.from ?? 0;
  return at > 0 ? content.slice(0, at) : content;
}

/** The words of the decision with its reason, which may be the next sentence; null when it is none. */
function decisionOf(phrases: Phrases, text: string, next: string): string | null {
  const start = startOf([phrases], text, 0).at;
  const clauses = clausesOf(text);
  const begins = phrases.spaced
    ? (clauses
        .map(({ from }) => startOf([phrases], text, from).at)
        .find((at) => phrases.at('decided', text, at) > at) ?? behindScene(phrases, text, start))
    : phrases.in('decided', text)?.from;
  if (begins === undefined) return null;
  const isEnough = phrases.spaced
    ? contentWords(text.slice(start)).length >= FEWEST_WORDS
    : text.length >= FEWEST_DENSE;
  if (!isEnough) return null;
  if (phrases.in('reason', text.slice(start)) !== null || COMPARED.test(text.slice(start)))
    return text.slice(start);
  const reasoned =
    phrases.at('reason', next, startOf([phrases], next, 0).at) >= 0 || /^the reason\b/i.test(next);
  return reasoned ? `${text.slice(start)} ${next}` : null;
}

/** "X over Y: it is faster". */
const COMPARED =
  /(?: over | instead of | rather than | statt | en vez de | au lieu de | em vez de | вместо )[^:,;]{2,60}: \S+ \S+ \S+/iu;

/** "After a long discussion we decided …". */
function behindScene(phrases: Phrases, text: string, start: number): number | undefined {
  return SCENE.test(text.slice(start)) ? phrases.in('decided', text)?.from : undefined;
}

/** A fault or a date: what is done because of it is undone when it is over. */
const MOMENTARY =
  /(?<![\p{L}])(?:(?:is|are|was|were) (?:currently |still |all )?(?:down|broken|offline|failing|stuck|blocked|unreachable|not available|unavailable|out of)|(?:does not|doesn't|won't|didn't) (?:start|work|build|load|compile|respond|boot)|wrong|by (?:mistake|accident)|today|tomorrow|tonight|yesterday|this (?:week|morning|afternoon|sprint)|heute|morgen|gestern|(?:ist|sind) (?:gerade |noch |aktuell )?(?:kaputt|down|offline)|nicht (?:startet|läuft|geht|funktioniert|baut)|hoy|mañana|ayer|está (?:caíd|rot)[oa]|aujourd'hui|demain|hier soir|en panne|hoje|amanhã|ontem|fora do ar|oggi|domani|ieri|сегодня|завтра|вчера|упал\p{L}*|не (?:работает|запускается|собирается))(?![\p{L}])|今天|明天|昨天|挂了|今日|明日|昨日|오늘|내일|어제/iu;

/** What people decide beside their work. */
const EVERYDAY =
  /(?<![\p{L}])(?:lunch|dinner|breakfast|coffee|pizza|restaurant|hotel|flight|vacation|holidays?|weekend|taxi|airport|beer|movie|cinema|gym|kids|wedding|birthday|bus (?:because|since|as)|train (?:because|since|as)|car (?:because|since|broke)|take a (?:break|nap|walk|day off)|mittagessen|abendessen|frühstück|urlaub|wochenende|kneipe|almuerzo|cena|vacaciones|déjeuner|dîner|vacances|week-end|almoço|jantar|férias|обед\p{L}*|ужин\p{L}*|отпуск\p{L}*|выходн\p{L}*)(?![\p{L}])/iu;

const EVERYDAY_DENSE =
  /午饭|晚饭|早餐|火车|公交|地铁|咖啡|周末|假期|旅行|ランチ|昼食|夕食|電車|バス|旅行|점심|저녁|지하철|버스|여행/u;

/** What projects decide on, in the words that several languages share. */
const TECHNICAL =
  /(?<![\p{L}])(?:api|apis|app|auth\p{L}*|backend|backup\p{L}*|branch\p{L}*|build\p{L}*|bundle\p{L}*|byte\p{L}*|cach\p{L}*|chart\p{L}*|ci|class\p{L}*|cli|client\p{L}*|cloud|cluster\p{L}*|code|codec|column\p{L}*|commit\p{L}*|compil\p{L}*|component\p{L}*|config\p{L}*|container\p{L}*|cookie\p{L}*|cpu|cron\p{L}*|css|data|databas\p{L}*|datenbank\p{L}*|date?n|daten\p{L}*|dep\p{L}*|deploy\p{L}*|desktop|driver\p{L}*|encod\p{L}*|encrypt\p{L}*|endpoint\p{L}*|enum\p{L}*|env\p{L}*|error\p{L}*|event\p{L}*|export\p{L}*|feature\p{L}*|field\p{L}*|file\p{L}*|flag\p{L}*|fork\p{L}*|format\p{L}*|framework\p{L}*|frontend|function\p{L}*|gpu|hash\p{L}*|header\p{L}*|hook\p{L}*|hosting|html|http\p{L}*|id|ids|import\p{L}*|index\p{L}*|integration\p{L}*|interface\p{L}*|job\p{L}*|key|keys|laufzeit|librar\p{L}*|licen[cs]\p{L}*|linter|lock\p{L}*|log|logs|logging|memory|message\p{L}*|metric\p{L}*|migrat\p{L}*|mock\p{L}*|model\p{L}*|modul\p{L}*|monolith\p{L}*|monorepo\p{L}*|network\p{L}*|number\p{L}*|object\p{L}*|orm|package\p{L}*|page|pages|pagination|parser?\p{L}*|partition\p{L}*|password\p{L}*|path\p{L}*|payload\p{L}*|performance|pipeline\p{L}*|plugin\p{L}*|polling|pool\p{L}*|port|pro[cz]es\p{L}*|prod\p{L}*|protocol\p{L}*|protokoll\p{L}*|provider\p{L}*|proxy\p{L}*|push|quer\p{L}*|queue\p{L}*|rate|refactor\p{L}*|region\p{L}*|release\p{L}*|render\p{L}*|repl\p{L}*|repo\p{L}*|request\p{L}*|response\p{L}*|retr\p{L}*|route\p{L}*|router|runtime\p{L}*|schema\p{L}*|script\p{L}*|sdk|search|secret\p{L}*|serv\p{L}*|session\p{L}*|shard\p{L}*|snapshot\p{L}*|socket\p{L}*|sql|ssr|staging|stat\p{L}*|storage|stream\p{L}*|string\p{L}*|style\p{L}*|sync\p{L}*|system\p{L}*|tabell\p{L}*|table\p{L}*|tag\p{L}*|template\p{L}*|tenant\p{L}*|test\p{L}*|thread\p{L}*|time\p{L}*|token\p{L}*|tool\p{L}*|trigger\p{L}*|type\p{L}*|ui|upload\p{L}*|url\p{L}*|user\p{L}*|valid\p{L}*|value\p{L}*|variable\p{L}*|version\p{L}*|view\p{L}*|warte?schlange\p{L}*|webhook\p{L}*|webs\p{L}*|widget\p{L}*|worker\p{L}*|zeilen\p{L}*|archiv\p{L}*|base de (?:datos|données)|banco de dados|dato\p{L}*|dados|données|fichier\p{L}*|fichero\p{L}*|archivo\p{L}*|arquivo\p{L}*|paquet\p{L}*|prueba\p{L}*|cola\p{L}*|tabla\p{L}*|баз\p{L}*|данн\p{L}*|тест\p{L}*|сервис\p{L}*|сервер\p{L}*|запрос\p{L}*|очеред\p{L}*|кэш\p{L}*|кеш\p{L}*|монолит\p{L}*|микросервис\p{L}*|верси\p{L}*|файл\p{L}*|библиотек\p{L}*|код\p{L}*)(?![\p{L}])/iu;
/** Names as code, products and formats have them, behind the first word. */
const NAMED =
  /[\ue100-\ue2ff\d/_]|\p{Ll}\p{Lu}|\p{Lu}{2}|\w\.\w|\S\s+(?!I\b|English\b|German\b|French\b|Spanish\b|\p{L}+day\b)\p{Lu}\p{L}/u;

/** "We went with the bus because the train was late" decides nothing about a project. */
function isTechnical(phrases: Phrases, text: string): boolean {
  if (!phrases.spaced) return !EVERYDAY_DENSE.test(text);
  if (toolsIn(text).length > 0) return true;
  if (EVERYDAY.test(text)) return false;
  if (TECHNICAL.test(text)) return true;
  // Every noun begins with a capital in German.
  return phrases.code === 'de'
    ? /[\ue100-\ue2ff\d/_]|\p{Ll}\p{Lu}|\p{Lu}{2}|\w\.\w/u.test(text)
    : NAMED.test(text);
}

const PROPOSES =
  /^(?:so |then |therefore |overall,? |in short,? )*(?:i(?:'d| would)? (?:recommend|suggest|propose|prefer|choose|pick|go with|decided (?:to|on))(?: (?:that we|we|to|going with|using|choosing))?|my (?:recommendation|proposal|suggestion) is(?: to)?|we (?:should|could) (?:use|keep|go with|choose|store)|let's (?:use|go with|keep)|ich (?:empfehle|schlage vor|würde)|recomiendo|propongo|sugiero|je (?:recommande|propose|suggère)|recomendo|proponho|sugiro|(?:я )?(?:предлагаю|рекомендую)|我建议|我推荐)\s*/iu;
/** Steps of the moment are no decisions. */
const STEP =
  /^(?:(?:to )?(?:fix|run|check|start|look|debug|test|add|first|rename|move|clean|wait|ask|read|write|try)\w*|you|that you)\b/i;

/** What the agent proposed with a reason in the message before, when the person only says yes to it. */
export function acceptedDecision(answer: Said, before: SnapshotMessage): Finding | null {
  const words = answer.sentences.map(({ text }) => text).join(' ');
  if (
    words === '' ||
    words.length > LONGEST_YES ||
    /[?？]/.test(words) ||
    /\b(?:but|except|however|aber|pero|mais|mas|но)\b/iu.test(words)
  )
    return null;
  const agreed = languagesOf(words).some((phrases) => phrases.at('agrees', words, 0) > 0);
  if (!agreed) return null;
  const proposal = saidIn(before);
  const found = proposal.sentences.filter(
    ({ text }) =>
      PROPOSES.test(text) &&
      !STEP.test(text.replace(PROPOSES, '')) &&
      languagesOf(text).some((phrases) => phrases.in('reason', text) !== null),
  );
  const [only] = found;
  if (only === undefined || found.length > 1 || /[?？]$/.test(only.text)) return null;
  const said = asSentence(proposal.restored(only.text.replace(PROPOSES, '')));
  const content = `Decided: ${said}`;
  return {
    kind: 'decision',
    scope: 'project',
    content,
    summary: summaryOf(content),
    paths: pathsIn(content),
    message: answer.message,
    against: null,
  };
}
