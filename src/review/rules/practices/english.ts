// English: how the work on a project is done, said without a word such as "always": "tests go next to the file",
// "keep PRs under 300 lines", "no default exports", "every endpoint needs a test".
import {
  ACT,
  ALL_OF,
  ARCHITECTURE,
  CUSTOM,
  EITHER,
  END,
  LANGUAGE,
  LAYER,
  MODAL,
  NOW,
  ONE,
  OURS,
  PLACES,
  STYLE,
  TRADE,
} from './english-words.ts';
import type { Practice } from './practice.ts';

export const englishPractices: readonly Practice[] = [
  // "Commits must be signed", "PR descriptions should mention the ticket".
  {
    form: 'statement',
    source: `(?:all |our |new |all our |any |the )?${OURS}(?: (?:in|for|of|under|from) (?:this |our |the )?[\\w/.-]+(?: (?:packages|modules|layer|code|repo|project|files|components|folder))?)? ${MODAL} (?!${NOW})`,
  },
  {
    form: 'statement',
    source: `(?:every|each|any|all|no|a|new)(?: single)? ${ONE}s?(?: [\\w-]+ [\\w/.-]+)? ${MODAL} (?!${NOW})`,
    needs: `${TRADE}|${OURS}|${ONE}|approv|sign|timeout|owner|explain|why`,
  },
  {
    form: 'statement',
    source: `(?:all |our |new )?(?:(?:json|api|db|database|sql|config|query|http|css|route|env|redis|cache|git|url|graphql|rest|test|proto|yaml|kafka|s3|money) )?${EITHER}(?: in [\\w ]+)? (?:${MODAL} (?!${NOW})|${PLACES}|(?:are|is) ${CUSTOM})`,
    needs: TRADE,
  },
  // "Tests go next to the file", "migrations are append-only".
  {
    form: 'statement',
    source: `(?:all |our |new |all our |any )?${OURS}(?: (?:in|for|of|under|from) (?:this |our |the )?[\\w/.-]+)? (?:always |only |never )?(?:${PLACES}|(?:start|starts|begin|begins|end|ends) (?:with|without|from|in|lower) ?|happen |happens |run (?:only|via|through|from|in ci)|runs (?:only|via|through|from|in ci)|go out |come with |follow |follows |stay (?:in|out|small|short|under|below) |stays (?:in|out|small|short|under|below) |come (?:only )?(?:from|first|before) |get (?:an? |their own|squashed|merged|signed)|never |use (?:[\\w-]*[A-Z_\\ue100]|\\w+_case|\\w+-case|conventional|the imperative|imperative)|(?:are|is) ${CUSTOM})`,
  },
  {
    form: 'statement',
    source: `all [\\w-]+(?: [\\w-]+){0,4} (?:(?:go|goes|run|runs|pass|come|comes) (?:through|via|from|into)|(?:are|is) (?:stored|kept|written|formatted|wrapped|named|prefixed|generated|validated|logged|handled|loaded|read|defined|declared|translated|managed) (?:in|as|via|through|with|by|from|on|using)) `,
  },
  {
    form: 'statement',
    source: `our (?:[\\w-]+ ){1,3}(?:is (?:called|named|hosted|deployed|run by)|are (?:called|named|hosted|deployed)|returns? [\\w ]+ (?:as|in) ) ?[\\w\\ue100-\\ue2ff]`,
  },
  {
    form: 'statement',
    source: `(?:the )?(?:prod|production|staging|live|qa) (?:db|database|cluster|data|bucket|account|server|env|environment)s? (?:is|are) (?:read-only|off[- ]limits|shared|called|named|not to be)`,
  },
  {
    form: 'statement',
    source: `(?:all |our |new |the )?(?!slow|red|the|these|those|my|your|some|most)(?:[\\w-]+ )?${OURS} (?:are|is) (?!slow|red|flaky|fine|ok|done|there|in (?!1password|vault|ssm|aws|github|the vault)|out|up|gone|green|missing|not working)[^,.;:]{2,40}?(?:,? not |,? never |,? instead of | in 1password| in vault| in ssm)`,
  },
  {
    form: 'statement',
    source: `(?:(?:prod|production|staging|all|our|the) )*(?:secrets|credentials|api keys|passwords|certificates|tokens) (?:are|live|come|is) (?:only )?(?:in|from) (?!the wrong|plain|the log|the output|the response|the repo)`,
  },
  {
    form: 'statement',
    source: `our (?:[\\w-]+ ){1,3}(?:is|are) (?:scoped|prefixed|named|called|shared|hosted|versioned|released|deployed|mirrored|pinned|tagged|owned|managed|published|signed|written in)(?![\\w])`,
  },
  {
    form: 'statement',
    source: `(?:the |our )?(?:main|default|release|production|dev|development|integration) branch is (?!broken|red|behind|ahead|protected\\?|out|not|missing|gone|currently)(?:called |named )?[\\w\\ue100-\\ue2ff/-]+`,
  },
  {
    form: 'statement',
    source: `(?:the |our )?[\\w./@\\ue100-\\ue2ff-]+(?: [\\w-]+)? (?:folder|directory|package|module|config|configuration|file|files|repo|library|code|schema|table|crate|app|service|endpoint|api) (?:is|are) (?:frozen|deprecated|legacy|vendored|off[- ]limits|generated|owned by|shared (?:between|by|with|across)|read-only|not to be|auto-generated|in maintenance|third-party)(?![\\w])`,
  },
  {
    form: 'statement',
    source: `(?:every|each|all|any) (?:[\\w-]+ ){1,3}?(?:goes|go|must go|has to go|have to go|should go|needs to go) (?:through|via|into|in|behind|to|under) `,
  },
  {
    form: 'statement',
    source: `(?:anything|everything|whatever|code)(?: new| public| shared)?(?: that| which| in| under| we)? [^,.;:]{2,50}? (?:needs?|must|has to|have to|goes|requires?|gets|should|belongs) (?!${NOW})`,
    needs: `${TRADE}|${OURS}|review|approv|sign|folder|package|\\/`,
  },
  {
    form: 'statement',
    source: `(?:the )?(?:frontend|backend|api|client|server|worker|workers|cli|core|services|packages|web app|mobile app|gateway|lambdas?|jobs?) (?:only |never )?(?:talks?|calls?|reads?|writes?|goes|go|connects?|communicates?) [^,.;:]{2,60} (?:only|exclusively|never directly|and nothing else)[.!]*$`,
  },
  {
    form: 'statement',
    source: `[\\w./()'\\ue100-\\ue2ff-]+(?: [\\w./-]+){0,3}? (?:is|are) (?:forbidden|banned|prohibited|off[- ]limits|discouraged|a no-go|taboo|frozen)(?: in| for| here| everywhere|[.!,]|$)`,
  },
  {
    form: 'statement',
    source: `(?:the |our )?(?!new |\\w+ (?:button|page))(?:[\\w-]+ ){1,3}(?:lives?|belongs?|goes?|go|sits?) (?:in|under|into|at) [^,;]{2,50}(?:[,;] (?:and )?|[,;]? so )(?:don't|do not|never|not|nowhere|nobody|no one|always|only|please don't) `,
  },
  {
    form: 'statement',
    source: `for (?!now|the|this|that|these|those|today|me|a |an |some|example|instance|what)[\\w -]{2,30}? we (?:only |always |exclusively )?(?:use|write|follow|rely on|have) `,
  },
  {
    form: 'order',
    source: `for (?:all |any |every |new )?(?:[\\w-]+ )?(?:tests?|testing|styling|logging|dates?|http|validation|state|forms|errors|commits|mocking|icons|translations|config|money|ids|auth|migrations|scripts|docs|documentation|queries|caching|requests|dependencies|branches|imports|types|naming|names|releases|ci|code|secrets|calls|diagrams|components|endpoints|fixtures|animations|charts|tables|time|times|feature flags),? (?:please )?(?:always |only )?(?:use|prefer|stick to|follow|write|keep|take|go through) (?!the (?:one|same|new|other|first|second)|this|that|it\\b|these|those)`,
  },
  {
    form: 'order',
    source: `use (?:the )?(?:term|word|name|spelling|wording|phrase) [^,;]{1,40} (?:instead of|rather than|not|for|and not|and never) `,
  },
  {
    form: 'statement',
    source: `it'?s [^,;]{1,30},? (?:not|never) [^,;]{1,30},? (?:in all|everywhere|in code|in docs|in the code|throughout|in this)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:run|use|apply) [^,.;:]{1,40}? (?:on|for|to) (?:everything|every \\w+|all \\w+|anything|whatever|any \\w+) (?:that )?you `,
  },
  { form: 'order', source: `treat (?:all |every |any )?(?!this|that|it\\b|the )[\\w-]+(?: [\\w-]+)? as ` },
  {
    form: 'order',
    source: `(?:log|format|mock|validate|style|deploy|lint|package|release|test|build|document|fetch|query|parse) (?:only )?(?:with|via|through|using) (?!the |this |that |it\\b|-)[\\w./-]+(?: [\\w-]+)?(?: only|,? (?:not|never|and never|no)|, [\\w.()]+ is (?:forbidden|banned|not allowed|off)) ?`,
  },
  {
    form: 'order',
    source: `all (?:new |public |shared |production |backend |frontend )*${OURS} (?:in|on|with|via|through|behind|from|under|to) (?!the last|yesterday|this|that)`,
  },
  {
    form: 'order',
    source: `tests? first(?:,? then (?:the |code|impl)|, (?:the )?(?:code|impl)| before|[.!]*$)`,
  },
  {
    form: 'order',
    source: `keep (?:the )?(?:[\\w/@.-]+ )?(?:packages?|modules?|layer|folder|library|code|crate|core|domain|handlers|controllers|components|build|repo|main|master|tests) (?:free of|pure|clean of|dependency-free|framework-free|independent of|independent from|agnostic|green|deployable|releasable|fast and)`,
  },
  {
    form: 'order',
    source: `only (?:use|add|install|commit|push|merge|import|deploy|release|edit|touch|create|run|change|write|rebase|publish) [^,.;:]{2,70}? (?:unless|without|if i|when i|after i|if asked|when asked|once i)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:you )?(?:don't need to|don't have to|no need to|needn't|never) ask (?:me )?(?:for permission )?(?:before|to) (?:running|run|commit|committing|read|reading|creat\\w+|edit\\w*|install\\w*|format\\w*|lint\\w*|test\\w*|build\\w*|you )`,
  },
  {
    form: 'order',
    source: `(?:feel free to |you (?:can|may) (?:always )?)?(?:run|commit|push|install|edit|create|delete|read|format) [^,.;:]{1,50}? without (?:asking|my (?:ok|permission|approval))(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:never|don't|do not|dont) (?:run|push|commit|merge|deploy|delete|install|publish|touch|edit|change|drop|start|release|restart|rebase|amend|open|create|upgrade) [^;:]{1,70}? (?:unless|without|before|until) (?:i (?:ask|say|tell|confirm|approve|told)|asking|my |me |checking|confirming|(?:a )?review|an? ok)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:whenever|every ?time|each time|any ?time) (?!i )[^,.;:]{3,80}, (?:please |also |always |then )?(?:bump|run|update|add|regenerate|write|ask|tell|put|make sure|include|document|create|check|rebuild|use|keep|mention|link|start|commit|rerun|re-run|sync|note|leave|give|propose|suggest|explain|show me|tag)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:be (?:brief|concise|terse|direct|blunt|honest|critical)(?: (?:in|with|about) [\\w ]+)?[.!]*$|(?:explain|describe) (?:things|stuff|code|concepts|changes|your changes) (?!to the|in this))`,
  },
  {
    form: 'person',
    source: `i (?:want|expect|need) (?:all |every |any |only |my |your )?(?:new )?(?:conventional commits|semantic commits|named exports|atomic commits|${OURS}) (?:with|for (?:every|all|any|each)|in (?:every|all|english|german|the imperative)|to be|to have|before|written|signed|squashed|without|per|next to) ?(?!this|that|these|the (?:new|three|two|last))`,
  },
  {
    form: 'person',
    source: `i (?:don't|do not|dont|never) want (?:to see )?(?:any |new |more |your )?(?:${OURS}|${STYLE}|comments|summaries|abstractions|helpers|todos|emojis|refactorings?|explanations|surprises in) (?:for (?:our|all|every|things|stuff|trivial|simple)|in|that|without|unless|on|with|of)(?! the (?:new|last|page)| this| that (?:page|file))`,
  },
  {
    form: 'person',
    source: `i (?:review|read|work|code) [^,.;:]{2,40} so (?:please )?(?:keep|write|use|send|don't|make) `,
  },
  {
    form: 'person',
    source: `(?:you can |please )?assume (?:that )?(?:i|zsh|bash|fish|linux|macos|windows|powershell|node|python|postgres|docker)(?![\\w])(?! (?:had|were|was|would|did|want))`,
  },
  // "The domain package must not import from the http layer".
  {
    form: 'statement',
    source: `${LAYER} (?:must not|mustn't|must never|may not|may never|may only|must only|should never|should not|shouldn't|should only|can only|can never|cannot|never|don't|do not|doesn't|only)(?: ever| directly)? (?:${ARCHITECTURE}|${ARCHITECTURE}s)(?![\\w])`,
  },
  // "Commit messages in English please".
  {
    form: 'order',
    source: `(?:all |our |your )?(?:${OURS}|${EITHER}|names|ui (?:texts|strings|copy)|texts) (?:always |only |all |please )?in ${LANGUAGE}(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:write|keep|put|use) (?:all |any |your |our )?(?:new |public )?(?:${OURS}|${EITHER}|names|ui (?:texts|strings|copy)|texts) (?:always |only |all )?in ${LANGUAGE}(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:use|stick to|prefer) (?:british|american|us|uk|oxford) (?:english|spelling)(?![\\w])`,
  },
  // "Keep PRs under 300 lines", "keep the changelog up to date".
  {
    form: 'order',
    source: `keep (?:all |our |your |new |the size of )?(?:${OURS}|lines|files|branches|imports|diffs|types) (?:under|below|within|up to date|small|short|focused|atomic|in sync|sorted|pure|thin|simple|flat|out of|short-lived|free of|close|next to|together|at most|to (?:one|a|\\d)|independent|deterministic|backwards?)`,
  },
  {
    form: 'order',
    source: `keep (?:the )?(?:changelog|readme|docs|documentation|openapi (?:spec|file)|schema docs?|lock ?file|todo list|public api|api docs) (?:up to date|up-to-date|in sync|current|updated|stable|small|short)`,
  },
  {
    form: 'order',
    source: `keep (?:business |domain |all )?(?:logic|sql|side effects|secrets|credentials|state|i/o|io|network calls|dependencies) (?:in|out of|inside|outside|away from|to a minimum) `,
  },
  // "Use dayjs for all date handling", "use tabs everywhere".
  {
    form: 'order',
    source: `(?:only )?(?:use|prefer|write|put|apply|follow|name|prefix|suffix|throw|log|mark|store|stick to|go with|do) (?:only |please )?(?!the |this |that |these |those |it\\b|them\\b|an? )[^,.;:]{1,50}? (?:for|in|on|to|with|across|from) ${ALL_OF}(?: (?:${OURS}|${ONE}s?|${EITHER}|${ONE}|[\\w-]+ (?:handling|access|calls|queries|formatting|parsing|validation|work|management|texts|strings|requests|scripts|code|files)|ui texts|ui strings|texts|things|cases|environments|languages|projects|repos)| new [\\w-]+|[.!]*$)`,
  },
  {
    form: 'order',
    source: `(?:use|prefer|write|put) (?!the |this |that |these |those |it\\b|them\\b)[^,.;:]{1,60}? (?:everywhere|throughout|in this (?:repo|project|codebase|monorepo)|across the (?:codebase|repo|project|board))(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:name|prefix|suffix|squash|sign|pin|document|title|tag) (?:all |every |any |each |our |your )?(?:new |public |exported |your |feature )?(?:${OURS}|branches|versions|fixup commits|releases|flags|events|images|actions) (?:with|as|after|like|in|by|before|to|when|exactly|using|${LANGUAGE})`,
  },
  {
    form: 'order',
    source: `(?:use|follow|stick to|prefer|write) (?:conventional commits|semantic commits|semver|semantic versioning|the imperative mood|gitmoji|trunk[- ]based development|test-driven development|tdd|early returns|named exports|absolute imports|relative imports|composition over|guard clauses|structured logging|dependency injection|parameterized queries|prepared statements|feature branches|strict typing|strict mode|type hints|table-driven tests|the existing helpers|existing helpers|small commits|atomic commits|small functions|pure functions|function(?:al)? components|async/await|descriptive names|meaningful names|full names|explicit (?:types|return types|imports|names))(?![\\w])`,
  },
  // "Don't mock the database in tests", "avoid barrel files", "no default exports here".
  {
    form: 'order',
    source: `(?:don't|dont|do not|please don't|avoid|never|stop|skip|no more|no)(?: (?:use|write|using|writing|add|adding|introduce|introducing|create|creating|commit|committing|leave|leaving|import|importing|put|have|make|making))? (?:new |any |more |an? |your )?${STYLE}${END}`,
  },
  {
    form: 'order',
    source: `(?:don't|dont|do not|avoid|never) (?:use|using|mock|mocking|stub|stubbing|put|putting|write|writing|call|calling|hit|hitting|import|importing|log|logging|throw|throwing|hard-?code|hardcoding|access|accessing|do|sleep|rely on|catch|catching|abbreviate|share|sharing|mix|mixing|test|testing|swallow|nest|fetch|fetching|store|storing|print) [^,.;:]{1,60}? (?:in|from|inside|within|into|between|across) (?:the |our |any |your )?(?:${OURS}|names|identifiers|production|prod|views|templates|models|domain(?: layer| code)?|library code|libraries|loops|git|urls|constructors|public apis?|react components)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:don't|dont|do not|never) (?:commit|check in|log|print|share|expose|paste) (?:any |real |raw )?(?:secrets|credentials|passwords|api keys|keys|tokens|personal data|pii|customer data|generated (?:files|code)|lock ?files|build (?:output|artifacts)|binaries|large files|\\.env(?: files)?|dist|env files|node_modules|directly|straight|to (?:main|master|develop|trunk))(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:don't|dont|do not|never) (?:mention|credit|reference|name|list) (?:yourself|claude|ai|the ai|chatgpt|copilot|codex|any ai)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:don't|dont|do not|never) (?:edit|touch|change|modify) (?:any |the |existing |old |applied |merged |anything in |files in |anything under )*(?:generated (?:files|code|clients?|types)|vendored? (?:code|files)|applied migrations|existing migrations|old migrations|merged migrations|lock ?files?|snapshots)(?: [\\w ]{0,30})?(?: by hand| manually| directly)?`,
  },
  {
    form: 'order',
    source: `no (?!errors?|warnings?|changes?|difference|output|results?|data|idea|luck|problems?|issues?|failures?|hits?|trace|entries|mention|need|sign|one|files?|tests?\\b|matches|response|reason|way|new (?:errors|lines|rows|entries|files))(?:[\\w./-]+ ){1,3}in (?:the |our |your |committed |production )?(?:${OURS}|committed code|the code|code|prod(?:uction)? code|domain(?: layer| code)?|views|templates|models|repositories|names|the repo|this repo|git|libraries|library code|loops|url)(?: please| ever)?[.!]*$`,
  },
  {
    form: 'order',
    source: `no (?:new )?(?:[\\w-]+ )?(?:dependencies|packages|libraries|libs|deps|abstractions|frameworks|env vars|top-level folders) (?:without|unless|before) `,
  },
  {
    form: 'order',
    source: `(?:please )?(?:only )(?:squash merges|named exports|functional components|function components|stable|signed commits|small commits|conventional commits|lts versions?|[\\w.]+ stable|absolute imports|relative imports|type imports|parameterized queries|fast-forward merges|English|lower-?case [\\w-]+|postgres|tabs|spaces|approved [\\w-]+|async [\\w-]+)(?![\\w])`,
  },
  {
    form: 'statement',
    source: `(?:secrets|credentials|config|configs|configuration|settings|translations|api keys|types|env vars|icons|colou?rs) (?:only )?(?:come|comes|live|lives) (?:only )?(?:from|in) `,
  },
  // "One class per file".
  {
    form: 'order',
    source: `(?:at most |only |exactly |max )?(?:one|1|a single) (?!row|line|column|entry|page|item|point|result|screenshot|report|log)[\\w-]+(?: [\\w-]+)? per (?:file|test|commit|pr|pull request|module|component|migration|branch|class|folder|package|function|service|mr|story|ticket|feature|directory|endpoint)(?![\\w])`,
  },
  // "Ask before adding a dependency", "before pushing, run make check".
  {
    form: 'order',
    source: `(?:always |first )?(?:ask|check with|tell|warn|ping)(?: me| us)?(?: first)? before (?:adding|installing|deleting|removing|renaming|changing|creating|introducing|upgrading|touching|dropping|rewriting|refactoring|running|pushing|merging|deploying|committing|moving|bumping|doing|making|you (?:add|install|delete|remove|rename|change|create|introduce|upgrade|touch|drop|rewrite|refactor|run|push|merge|deploy|commit|bump|do|make)) ?(?:an?|any|anything|new|files|dependencies|packages|public|big|large|major|destructive|libs|libraries|tables|columns|to|$)`,
  },
  {
    form: 'order',
    source: `(?:run|execute|make sure|lint|format|rebase|pull|squash|type-?check|update the changelog|bump|regenerate|check) (?!it\\b|that\\b|this\\b)[^,.;:]{0,60}? ?before (?:every |each )?${ACT}[.!]*$`,
  },
  {
    form: 'order',
    source: `before (?:every |each |any )?${ACT},? (?:please |always |first |also )?(?:run|execute|make sure|lint|format|rebase|pull|squash|type-?check|update the changelog|bump|regenerate|check|ask|do) `,
  },
  { form: 'order', source: `(?:each|every|any) ?time (?:you|we|someone|a) [^,.;]{3,80},? ` },
  {
    form: 'order',
    source: `(?:whenever|if|when) you (?:add|change|touch|create|write|rename|delete|remove|introduce|edit|fix|update|bump|modify|open|refactor|move|need) (?:an?|any|new|the (?:schema|api|public|proto|openapi|db|database|models?|routes|config|translations)|something|anything|files|code|migrations|models|dependencies|components) ?[^,.;]{0,80}, ?(?:please |also |always |then )?(?:run|update|add|regenerate|write|bump|ask|tell|put|check|make sure|include|mention|document|create|use|do not|don't|start|export|register|rebuild|keep|commit|note|link|cover)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:run|update|add|regenerate|write|bump|put|include|mention|document|create|link) [^,.;:]{1,60}? (?:whenever|every time|each time|any ?time) (?:you|we|a|an|behaviou?r|something|the) `,
  },
  {
    form: 'order',
    source: `(?:after|with|for|in) (?:each|every|any) (?:new |schema |api |public |breaking |db |user-facing )*${ONE},? (?:please |also |always )?(?:run|update|add|regenerate|write|bump|ask|tell|put|check|make sure|include|mention|document|create|you|there|we|i) ?`,
  },
  // "Ask instead of guessing", "show me the plan before you code".
  {
    form: 'order',
    source: `(?:ask|tell me|say so|ask me)(?: me)?,? (?:instead of guessing|rather than guess(?:ing)?|if (?:you're|you are|anything is|something is|unsure|in doubt)|when (?:you're|you are|in doubt|unsure|something is unclear|anything is unclear))`,
  },
  {
    form: 'order',
    source: `(?:when in doubt|if in doubt|if unsure|when unsure|if anything is unclear|if something is unclear|if you(?:'re| are) (?:unsure|not sure|in doubt|stuck)),? (?:please |just |always )?(?:ask|check|stop|say|tell|read|look)`,
  },
  {
    form: 'order',
    source: `(?:no need for|go easy on|don't bother with|skip the|leave out the|spare me the) (?:any |your |the )?(?:type (?:annotations|hints)|docstrings|comments|pleasantries|summar(?:y|ies)|intros?|preambles?|recaps?|apologies|praise|explanations|disclaimers|emojis|filler)(?:[,.!]|$| (?:on|in|for|at|and|unless|when) )`,
  },
  {
    form: 'order',
    source: `(?:don't|dont|do not|never) (?:write|add|put|leave|create) (?:any )?(?:unit )?(?:tests|comments|docs|docstrings|types|type hints|mocks|wrappers|helpers|interfaces|abstractions) (?:for|on|to|in|around) (?!the |this|that|it\\b|now|these|those|today|him|me\\b)[\\w-]+(?: [\\w-]+)?s(?![\\w])`,
  },
  {
    form: 'order',
    source: `commit (?:early|often|small|in small|after (?:each|every)|frequently|only (?:when|if|working|after))(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:no more than|at most|max(?:imum)?|not more than) (?:\\w+) [\\w-]+(?: [\\w-]+)? (?:per|in (?:a|one)) (?:function|file|class|commit|pr|method|test|module|component|line)(?![\\w])`,
  },
  {
    form: 'order',
    source: `(?:use |indent (?:with|by) )?(?:two|four|one|three|2|4|3|8|a|no|single|a single) (?:blank lines? (?:between|before|after) |spaces? (?:for indentation|indent|of indentation))[^,.]{0,60}`,
  },
  {
    form: 'order',
    source: `(?:always |first )(?:show|give|send) (?:me |us )?(?:the |a |your |me the |me a )?(?:plan|diff|command|commands|reasoning|summary|options)(?![\\w])`,
  },
  { form: 'order', source: `pin (?:all|every|each) (?:[\\w-]+ ){1,2}(?:to|by|with|at) ` },
  // "I like small commits", "I hate long explanations".
  {
    form: 'person',
    source: `i (?:really |absolutely |much |generally |just |strongly )*(?:like|love|hate|dislike|prefer|can't stand|cannot stand|don't like|do not like|dont like|don't want|dont want|never want|want|appreciate|value)(?: to (?:see|have|read|get))? (?:it |seeing |getting |reading )?(?:my |your |our |all |only )?(?:(?:small|short|long|big|huge|tiny|atomic|verbose|clever|boring|plain|explicit|terse|readable|concise|chatty|unrelated|lengthy|detailed|brief|descriptive|nested|many|separate|unneeded|unnecessary|obvious|frequent|focused|large|giant|mega|wordy|simple|flat|pure) )+(?:and \\w+ )?(?:${OURS}|diffs|changes|explanations|answers|summaries|replies|comments|names|refactorings?|plans|abstractions|solutions|questions|steps|messages|code|one-liners|files|bullet points|intros|preambles|ternar\\w+)(?![\\w])`,
  },
  {
    form: 'person',
    source: `i (?:really |absolutely )*(?:hate|dislike|can't stand|don't like|do not like|dont like|love|never want|don't want|prefer) (?:seeing |to see |having |using |your )?${STYLE}(?![\\w])`,
  },
  {
    form: 'person',
    source: `(?:i'd|i would|i) (?:much |always )?(?:rather|prefer|like it if|prefer it if|prefer if|appreciate it if|hate it when|like it when|love it when|would prefer if) you (?:don't |didn't |did not |always |never |would |wouldn't |not )*(?:ask|asked|tell|told|say|said|admit|stop|stopped|explain|explained|show|showed|use abbreviations|used abbreviations|guess|guessed|write|wrote|keep|kept|plan|skip|skipped|answer|answered|propose|proposed|touch|touched|commit|committed|use|used|add|added|apologi[sz]e|repeat)(?![\\w])`,
    needs: `than|instead|first|before|${OURS}|${STYLE}|names|short|brief|always|every|unless|code|answers|summar|when|plan`,
  },
  {
    form: 'person',
    source: `i (?:only |always |never )(?:want|need|read|care about) (?:the )?(?:diffs?|code|short|english|final|commands?|answers?)(?![\\w])`,
  },
  // "We never want silent fallbacks in this codebase".
  {
    form: 'statement',
    source: `we (?:never|always|only|don't|do not|dont) (?:want|like|do|allow|accept|need|merge|ship|release|deploy|squash|rebase|mock|test|write|keep|put|store|use|review|version|throw|return|log|pin) [^,.;:]{2,100}(?:${OURS}|${STYLE}|on (?:mon|tues|wednes|thurs|fri)days|codebase|in this (?:repo|project)|code)`,
  },
  {
    form: 'statement',
    source: `we (?:squash|rebase|squash-merge|deploy|release|keep|put|store|name|pin|version|review|branch|tag|write|test|mock) (?!it\\b|this\\b|that\\b|them\\b|these\\b)[^,.;:]{0,60}?(?:before merging|on (?:mon|tues|wednes|thurs|fri)days|from (?:main|develop|trunk|master|tags)|with (?:squash|tags)|in (?:english|cents|utc)|only|behind (?:a )?(?:feature )?flags?|via (?:ci|terraform|helm|argo\\w*|ansible|pulumi)|per (?:pr|feature|ticket))(?![\\w])`,
  },
];
