// Whether a text tells of a passing state (task progress, a commit as the news, "round 2 pending") and not of a fact
// that still holds in two weeks. Precision first: a fact may name hashes, versions and dates.

export type VolatileRule =
  | 'task-progress'
  | 'next-step'
  | 'commit-news'
  | 'review-status'
  | 'run-status'
  | 'todo-state'
  | 'session-outcome';

/** The rule that the text meets, or null. A decision, a preference or a reason in the same text lets it pass. */
export function volatileRule(text: string): VolatileRule | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\S\n]+/g, ' ')
    .trim();
  const found = RULES.find(({ pattern }) => pattern.test(plain));
  if (found === undefined || LASTING.test(plain)) return null;
  return found.rule;
}

/** What is meant to last: a habit, a rule, a reason. */
const LASTING =
  /\b(?:always|never|whenever|every (?:time|\w{1,12})|each (?:time|\w{1,12})|prefers?|preferred|must|should|usually|by default|convention|policy|rule|because|since (?:v?\d+\.\d|then)|decided|so that|remember (?:that|to)|when(?:ever)? (?:a|an|the|you|we|it)|if (?:a|an|the|you|we|it))\b|(?:immer|niemals|bevorzugt|muss|weil|damit|wenn|siempre|nunca|prefiere|porque|toujours|jamais|préfère|parce que|всегда|никогда|потому что|总是|總是|必须|必須|因为|因為)/iu;

const HASH = '(?:`?\\b(?=[0-9a-f]{0,39}\\d)[0-9a-f]{7,40}\\b`?)';
const NUMBERED = '(?:mr|pr|pull request|merge request|cl|patch|issue|ticket|task)';

const RULES: readonly { readonly rule: VolatileRule; readonly pattern: RegExp }[] = [
  {
    rule: 'task-progress',
    pattern:
      /\b(?:round|phase|step|stage|part|milestone|iteration|wave|batch|pass) \d{1,3}(?: of \d{1,3})?(?: \S{1,14}){0,2}? (?:(?:is|are|was|now|still|has been) ){0,2}(?:pending|done|complete[d]?|finished|in progress|open|running|started|next|remaining|left|blocked|under way)\b|\b(?:currently|now|presently|at the moment|right now) (?:(?:i am|we are|i'm|we're|the agent is|is|are|am) )?(?:still )?(?:working on|implementing|debugging|refactoring|investigating|migrating|writing|fixing|testing|building|reviewing|porting|stuck (?:on|at|in)|blocked (?:on|by|at)|halfway)\b|\b(?:i am|we are|i'm|we're|agent is) (?:currently |now |still )(?:working|implementing|debugging|fixing|investigating|refactoring|writing|waiting|testing|stuck)\b|\b\d{1,3} ?% (?:done|complete[d]?|finished)\b|\b\d{1,4} (?:of|\/) ?\d{1,4} (?:\w{1,14} )?(?:done|complete[d]?|finished|migrated|ported|converted|fixed|remaining|left)\b|\b(?:work|task|job|implementation|migration|refactor(?:ing)?|fix|feature)(?: (?:of|on|for|in) (?:the )?\S{1,20})? (?:is |has been |was )?(?:still |now |almost |nearly |partially |partly |half )?(?:in progress|ongoing|under way|halfway|half[- ]?done|almost done|nearly done|unfinished|incomplete|pending)\b/i,
  },
  {
    rule: 'task-progress',
    pattern:
      /(?<![\p{L}])(?:(?:runde|schritt|phase) \d{1,3} (?:ist )?(?:offen|fertig|erledigt|läuft)|(?:arbeite|arbeiten wir|arbeitet) (?:gerade|derzeit|aktuell|momentan) an|(?:ronda|fase|paso) \d{1,3} (?:está )?(?:pendiente|terminad[ao]|list[ao])|(?:actualmente|ahora) (?:estoy|estamos) trabajando|(?:étape|phase) \d{1,3} (?:est )?(?:terminée?|en cours|en attente)|(?:сейчас|в данный момент) (?:я )?работа(?:ю|ем) над|(?:этап|шаг|раунд) \d{1,3} (?:готов|завершен|завершён|в работе|ожидает))|第 ?[\d一二三四五六七八九十]{1,3} ?(?:轮|輪|步|阶段|階段|期)[^。\n]{0,6}?(?:待|完成|进行中|進行中)|目前正在(?:实现|實現|修复|修復|处理|處理|开发|開發|调试|調試)|現在[^。\n]{0,12}?(?:作業中|対応中|修正中|実装中)/iu,
  },
  {
    rule: 'next-step',
    pattern:
      /(?:^|[.!?;:\n] ?)(?:[-*] )?(?:the )?(?:next (?:steps?|action|up|task)|remaining(?: work| steps| tasks)?|left to do|still to do|follow-?ups?|up next|what's left|blockers?)(?: is| are)? ?(?::|is to|are to|\bto (?:fix|add|do|write|finish)\b)|\b(?:still|yet) (?:need|needs|have|has|left) to (?:be )?(?:do|done|fix|fixed|add|added|finish|finished|implement|implemented|test|tested|write|written|run|review|reviewed|merge|merged|verify|verified|migrate|migrated)\b|\b(?:will|going to|plan to|about to) (?:continue|resume|finish|pick (?:it|this) up|come back)(?: \S{1,14}){0,4} (?:tomorrow|next (?:session|turn|time|week)|later|after (?:lunch|the break))\b/i,
  },
  {
    rule: 'commit-news',
    pattern: new RegExp(
      `^(?:[-*] )?(?:(?:the )?(?:fix|change|feature|refactor(?:ing)?|work|patch|it|this|everything|all)(?: \\S{1,20}){0,4}? )?(?:(?:was|is|were|has been|got|are) )?(?:just |now |already )?(?:committed|pushed|landed|merged|cherry-picked|rebased|reverted|squashed|fixed|done|implemented|completed|released|deployed)(?: \\S{1,24}){0,4}? ?(?:\\(|as |in |at |with |to |onto |commit |: )*(?:commit )?${HASH}`,
      'i',
    ),
  },
  {
    rule: 'commit-news',
    pattern: new RegExp(
      `^(?:[-*] )?(?:(?:latest|last|newest|current|final|head|new|most recent) (?:commit|head|sha|hash|revision)|head|(?:the )?(?:branch|main|master|trunk)(?: \\S{1,30})? (?:is|stands|sits))(?: \\S{1,20}){0,3}? ?(?:is|at|:|=|now at|was|points to) (?:now |at |commit ){0,2}${HASH}|^(?:[-*] )?(?:commit(?:ted)?|sha|hash):? ${HASH}(?: (?:is|was|has been) (?:pushed|merged|created|made)| [-–:] |[.]?$)`,
      'i',
    ),
  },
  {
    rule: 'review-status',
    pattern: new RegExp(
      `\\b${NUMBERED} ?[!#]?\\d{0,7}(?: \\([^()\\n]{0,60}\\))?(?: for \\S{1,30}(?: \\S{1,20}){0,2})? (?:(?:is|are|was|has been|have been|got|now|still|just|currently) ){0,3}(?:open(?:ed)?|merged|closed|pending|draft|approved|ready (?:for|to)|waiting|awaiting|under review|in review|blocked|green|red|created|submitted|rebased|conflicted|unmerged)(?! (?:with|by squash|only|after two|when|if|source|tracker)\\b)\\b|\\b(?:waiting|awaiting|pending) (?:for |on )?(?:the )?(?:code )?(?:review|approval|ci|pipeline|merge|sign-?off)(?: (?:of|on|from|for|by) \\S{1,30})?[.]?$`,
      'i',
    ),
  },
  {
    rule: 'run-status',
    pattern:
      /\b(?:tests?|test suite|suite|build|ci|pipeline|lint(?:er)?|type ?check(?:s|er)?|tsc|checks?|e2e)(?: \S{1,14}){0,2}? (?:(?:is|are|was|were|all) ){0,2}(?:now|currently|still|finally|again|just|once more)(?: all)? (?:pass(?:es|ed|ing)?|fail(?:s|ed|ing)?|green|red|broken|clean|ok|work(?:s|ing)?|succeed(?:s|ed)?)\b|\b(?:tests?|test suite|suite|build|ci|pipeline|checks?) (?:(?:is|are|all) ){0,2}(?:pass|passing|passes|failing|green|red|clean|broken) (?:now|again|currently|at the moment|today|locally now|as of now)\b|\ball (?:\d{1,6} )?(?:\w{1,12} )?tests (?:are |have |now )?(?:pass(?:ed|ing)?|green)[.!]?$|\b\d{1,6} (?:tests? )?(?:passed|passing),? (?:and )?\d{1,6} (?:tests? )?(?:failed|failing|skipped)\b|\b\d{1,6} (?:tests?|errors?|warnings?|failures?) (?:still |currently )?(?:failing|failed|passed|remaining|remain|left)\b|\b(?:tests|build|ci|pipeline) (?:is|are) (?:green|red|passing|failing|broken)[.!]?$/i,
  },
  {
    rule: 'run-status',
    pattern:
      /(?<![\p{L}])(?:(?:alle )?tests? (?:sind|laufen|ist) (?:jetzt|wieder|nun)(?: \S{1,10}){0,1} ?(?:grün|rot|durch|fehlerfrei)?|(?:las |todas las )?pruebas (?:ahora )?(?:pasan|fallan)(?: ahora)?[.]?$|(?:les )?tests (?:passent|échouent) (?:maintenant|désormais)|тесты (?:теперь|сейчас|снова) (?:проходят|падают))|(?:测试|測試)(?:现在|現在|已经|已經)?(?:全部)?通过了|テストは?(?:今|現在)?(?:すべて)?(?:通った|通りました)/iu,
  },
  {
    rule: 'todo-state',
    pattern:
      /^(?:[-*] ?)?\[[ x~-]\] |(?:^|\n)(?:[-*] )?(?:todo|to-do|fixme|wip|done|doing|in progress|blocked)(?: list)? ?[:\]–-] ?\S|\b(?:todo|to-do|task) (?:list|items?)(?: \S{1,14}){0,2} (?:has|have|had|is|are|now|remaining|left)(?: \S{1,14}){0,2} (?:\d{1,3}|remaining|left|open|done|empty|complete[d]?)\b|\b(?:marked|ticked|checked off|crossed off)(?: \S{1,20}){1,5} (?:as )?(?:done|complete[d]?|resolved)\b/i,
  },
  {
    rule: 'session-outcome',
    pattern:
      /^(?:[-*] )?(?:(?:in|during) (?:this|today's|the current|the last) (?:session|turn|conversation|run),? )?(?:i|we|the agent|the assistant|claude|codex) (?:(?:have|has|just|successfully|also|now) ){0,2}(?:fixed|implemented|added|updated|refactored|created|wrote|written|removed|renamed|completed|finished|committed|pushed|merged|deployed|ran|verified|resolved)\b(?=[^\n]{0,200}(?:[.!]|$))(?![^\n]{0,200}\b(?:to|for|as|in order|with|instead of|rather than)\b)|\b(?:this|today's|the current) (?:session|turn|conversation|run) (?:(?:was|has|is|we|i) ){0,2}(?:spent|ended|finished|completed|covered|implemented|fixed|added|focused|produced|about)\b|\b(?:successfully|just) (?:completed|finished|implemented|deployed|merged|committed|pushed|fixed)\b/i,
  },
];
