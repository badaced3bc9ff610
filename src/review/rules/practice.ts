// How the work is done, said without a sign such as "always" or "from now on": "tests go next to the file", "keep PRs
// under 300 lines". What makes it last is that it speaks of all tests, branches, names and the like, not of one thing
// at hand; what speaks against it is whatever points at the moment, the screen or a fault.
import { type Clause, clausesOf, startOf } from './clauses.ts';
import type { Phrases } from './phrases.ts';
import { PRACTICES, type Practice } from './practices/index.ts';
import { type Match, SCENE } from './standing.ts';

type Ready = {
  readonly form: Practice['form'];
  readonly begins: RegExp;
  readonly needs: RegExp | null;
};

const ready = new Map<string, readonly Ready[]>();

function practicesOf({ code, spaced }: Phrases): readonly Ready[] {
  const known = ready.get(code);
  if (known !== undefined) return known;
  const end = spaced ? '(?:(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_]))' : '';
  const made = (PRACTICES[code] ?? []).map(({ form, source, needs }) => ({
    form,
    begins: new RegExp(`(?:${source})${end}`, 'iuy'),
    needs: needs === undefined ? null : new RegExp(needs, 'iu'),
  }));
  ready.set(code, made);
  return made;
}

/** "This button", "the new helper", "again": one thing, one time. */
const AT_HAND =
  /\b(?:this|these|those|that) (?!repo|project|codebase|monorepo|code ?base|team|package|service|library|app\b|repeat|just|only|explain|say|start|end|use|touch|are|is\b|need|break|have|can|change|name|match|begin|lack|goes)[\p{L}-]+|\b(?:again|anymore|somehow|weird|twice|instead of being|still|failing|broken|wrong|missing|already|currently|tonight|latest (?:run|build|commit)|not \w+ing|for some reason|first and then|and then (?:run|go|continue|start|call|do|move)|fails?|failed|passed|(?:user|order|account) id \d+|then lunch|do as you like|(?:after|before|since|until|in) (?:the|this|that|my|your|our) (?:deploy|release|upgrade|update|merge|change|refactor\w*|migration|last|next|demo|new)\b|same (?:error|thing|time)|yesterday'?s|too (?:slow|long|big|large|many|much)|i (?:get|got|see|saw)|(?:when|whenever|if|after|once) (?:the|a|an) (?:user|customer|button|page|field|row|column|token|tenant|request|order|email|session|form|modal|dialog|server|payload|body|input|value|list|array|string|id)\b)/iu;
/** "… for the mailer class", "… in fetchUser": an errand, whatever it is to be done with. */
const FOR_ONE =
  /\b(?:in|for|of|on|to|from|into|inside) (?:the (?!repo|repository|projects?|codebase|code\b|docs?\b|domain|core\b|database|db\b|frontend|backend|api\b|ui\b|tests?\b|imperative|schema|whole|entire|public|changelog|pr\b|commit|subject|title|cloud|file (?:it|they)|same|standard|wire|log|style|http|team|present|past|ticket|issue|description|readme|linter|monorepo|main branch|root|top|user's)[\w-]+|\w+\.(?:ts|js|py|go|rs|tsx|jsx|java|rb|cs|kt|css|html)\b(?! files))/i;
/** A function by its name: upper and lower case tell it. */
const IN_ONE = /\b(?:in|for|inside) [a-z]+[A-Z]\w*\b(?!Case)|\b(?:in|for|inside) [A-Z][a-z]+[A-Z]\w*\b/;
/** Names of ways to write names, and of languages and products. */
const CASES =
  /(?:camel|Pascal|snake|kebab|dromedary)Case|TypeScript|JavaScript|GitHub|GitLab|PostgreSQL|MySQL|GraphQL/;
/** What is on a screen, and who sits before it. */
const ON_SCREEN =
  /\b(?:buttons?|pages?|screens?|modals?|dialogs?|sidebar|navbar|headers?|footers?|menus?|dropdowns?|tooltips?|cards?|grid|users?|customers?|admins?|tenants?|visitors?|members?|profiles?|dashboards?|checkout|carts?|\d+ ?px|rows|dark mode|mobile|desktop|avatars?|icons?|forms?|newest|oldest|characters long|\d+ characters|animation|hover|viewport|scroll\w*|click\w*|gallery|timeline|feed|inbox|finder|landing|widget|chart|sort order|search results|views?|newsletter|overview|activity|course|bots?|labels? |articles?|post|posts|threads?|bug|crash\w*|times out|timed out|timeout error|subscription|players?|guests?|orders?|invoices?)\b/iu;
/** Such words within the names of what developers have. */
const OF_THE_TRADE =
  /\b(?:shown to (?:users|customers)|(?:user|customer|client)[- ]facing|page objects?|(?:file|license|copyright|http|request|response|auth) headers?|(?:commit|pr|git) footers?|user (?:story|stories|texts?)|(?:user|customer|account) (?:data|ids?)|real (?:user|customer) \w+|table and column|(?:every|each) bug|bug ?fix(?:es)?|(?:sql|db|database|materialized) views?|views?(?= (?:and|or) (?:models|controllers|templates))|blog posts?|form (?:schemas?|libraries)|line length|import order(?:s|ing)?|in order|orders? of imports|package rows|lines?|ui components|(?:header|footer|row|card) components?|\d+ characters(?= per line| in commit))\b/giu;
const SCREEN_OTHERS =
  /(?<![\p{L}])(?:button|knopf|seite|formular|dialog|(?<!für (?:die )?)(?:be)?nutzer|kunden?|tabelle|botón|página|usuarios?|pantalla|formulario|bouton|page|écran|(?<!aux )utilisateurs?|formulaire|bot[aã]o|tela|usuários?|pulsante|schermata|utent[ei]|кнопк\p{L}*|страниц\p{L}*|экран\p{L}*|(?<!для )пользовател\p{L}*|форм[аеуы]|таблиц\p{L}*|dies(?:e[rmns]?)|aber nicht|findet|funktioniert|вернуть|возвращать|null|heute|jetzt|morgen|schon|noch|wieder|steht da|hoy|ahora|mañana|todavía|ce soir|demain|aujourd'hui|maintenant|encore|hoje|agora|amanhã|oggi|adesso|domani|сегодня|сейчас|пока|опять|уже|ещё|еще|das hier|hier (?:oben|unten)|est[ae]s?|ese|cette|cet|ces|isso|esse|questa|questi|эт(?:от|ой|у|их|ом)|этого)(?![\p{L}])(?!,? (?:repo|projekt|proyecto|projet|dépôt|projeto|progetto|проект|репозитори|репо))|と書いて(?:あり|ある)|とのこと|と言(?:って|われ)|らしい|にあります|どこ|写着|写到|上说|라고 (?:적혀|써|하)|この(?!リポ|レポ|プロジェクト|コードベース|チーム)|その|あの|今回|今は|とりあえず|一旦|いったん|ひとまず|ボタン|画面|ページ|ユーザー|フォーム|表示して|这个(?!项目|仓库|团队)|那个|这次|暂时|先不|按钮|页面|用户|界面上|이번|지금|일단|버튼|화면|페이지|사용자|이 (?!프로젝트|저장소|레포|리포|팀)/iu;

/** Remarks below an article, or in the code? */
const REMARKS =
  /^(?:die |los |les |os |i )?(?:kommentare|комментарии|comentarios|commentaires|comentários|commenti) (?:sollen|sollten|müssen|должн|deben|tienen|doivent|devem|devono|kommen|stehen|van|vont)/iu;
const IN_CODE =
  /code|код|código|codice|englisch|deutsch|английск|русск|inglés|español|anglais|français|inglês|inglese|warum|почему|por qué|pourquoi/iu;

/** The part of a sentence that tells a custom, or null. */
export function practiceMatch(phrases: Phrases, all: readonly Phrases[], text: string): Match | null {
  const practices = practicesOf(phrases);
  if (practices.length === 0 || isAtHand(phrases, text)) return null;
  const clauses = clausesOf(text);
  for (const at of starts(phrases, all, text, clauses)) {
    const errand =
      phrases.code === 'en' &&
      (FOR_ONE.test(text.slice(at)) || (IN_ONE.test(text.slice(at)) && !CASES.test(text)));
    const found = practices.find(({ form, begins, needs }) => {
      if (errand && form === 'order') return false;
      begins.lastIndex = at;
      return begins.test(text) && (needs === null || needs.test(text.slice(at)));
    });
    if (found !== undefined) {
      return {
        construction: CONSTRUCTIONS[found.form],
        phrases,
        from: fromOf(text, at, clauses),
        to: text.length,
      };
    }
  }
  return null;
}

const CONSTRUCTIONS = { statement: 'custom', order: 'practice', person: 'person' } as const;

function isAtHand({ code }: Phrases, text: string): boolean {
  if (code !== 'en') return SCREEN_OTHERS.test(text) || (REMARKS.test(text) && !IN_CODE.test(text));
  return AT_HAND.test(text) || ON_SCREEN.test(text.replace(OF_THE_TRADE, ' '));
}

/** The beginning, behind a scene, behind a colon, and of what stands on its own behind a semicolon or a dash. */
function starts(
  phrases: Phrases,
  all: readonly Phrases[],
  text: string,
  clauses: readonly Clause[],
): readonly number[] {
  const english = all.filter(({ code }) => code === 'en');
  const found = [startOf([phrases, ...english], text, 0).at, 0];
  for (const [index, clause] of clauses.entries()) {
    const before = clauses[index - 1];
    if (before === undefined) continue;
    const words = text.slice(before.from, before.to).trim();
    const stands = /^[;；—–:：-]+$/u.test(clause.separator);
    const aside =
      index === 1 && (SCENE.test(words) || (/^[\p{L}' -]{0,24}$/u.test(words) && LEADS.test(words)));
    if (stands || aside) found.push(startOf([phrases, ...english], text, clause.from).at);
  }
  return [...new Set(found)].slice(0, 6);
}

const LEADS =
  /^(?:for \w+|in general|style(?:wise)?|naming|git|tests?|testing|workflow|commits?|nit|one thing|thanks|nice|great|good|cool|perfect)$/iu;

/** "In tests, don't …" keeps its scene. */
function fromOf(text: string, at: number, clauses: readonly Clause[]): number {
  const index = clauses.findLastIndex(({ from }) => from <= at);
  const before = clauses[index - 1];
  if (index !== 1 || before === undefined) return at;
  const words = text.slice(before.from, before.to).trim();
  return SCENE.test(words) && clauses[index]?.separator === ',' ? before.from : at;
}
