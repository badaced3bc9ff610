// Phrases and constructs by which text takes over an agent. All gaps are bounded, so scanning is linear.

export type ThreatRule = {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Line ends matter. Other rules are matched on the text with its line ends as blanks. */
  readonly byLine?: true;
};

/** What an HTML comment says when it is meant for a model. */
export const COMMENT_SPEAKS =
  /\b(?:ignore (?:all|any|the|previous|prior|above|your)|you (?:must|should|are)|assistants?|ai agents?|ai models?|llms?|language models?|(?:new|follow|these|following|hidden|secret) instructions?|execute|do not (?:tell|mention|reveal)|system prompt|curl|wget|send (?:the|all|your)|exfiltrate)\b/i;

/** The table: matched on normalised text, case-insensitive. */
export const THREAT_RULES: readonly ThreatRule[] = [
  // Words that pretend to stand outside of stored text
  {
    rule: 'forged-fence',
    pattern:
      /(?:<|&lt;|\\u003c)\s{0,3}(?:\\?\/?\s{0,3}midturn-data\b|\\?\/\s{0,3}midturn\b|midturn[\w-]{0,20}\s{1,4}[\w-]{1,20}\s?=)/i,
  },
  {
    rule: 'forged-role',
    pattern:
      /(?:^|[\s>[\])}*#_-])(?:SYSTEM|DEVELOPER|System (?:message|prompt|notice|override))\s?(?:\]|\*\*)?:\s{0,3}(?:\*\*\s?)?(?:you (?:must|should|shall|will|are|have to|need to)|always|never|do not|don't|run|execute|delete|remove|send|ignore|disregard|output|print|reveal|call|use|install|download|curl|wget|rm|sudo|from now on|please|immediately)\b/,
  },
  // Instructions that replace the ones in force
  {
    rule: 'ignore-instructions',
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass|discard|overrule|do not (?:follow|obey)|don't (?:follow|obey)|stop (?:following|obeying))\b(?: \S{1,20}){0,4}? (?:all|any|every|the|your|my|these|those|previous|prior|above|earlier|preceding|former|original|existing|initial|system)(?: \S{1,20}){0,3}? ?\b(?:instructions?|prompts?|directives?|guardrails?|system messages?|safety (?:rules|guidelines)|(?:prior|previous|earlier|above|preceding) (?:rules|guidelines|messages|context|conversation|commands|orders))\b/i,
  },
  {
    rule: 'ignore-instructions',
    pattern:
      /\b(?:ignore|disregard|forget) (?:everything|all|anything) (?:(?:that )?(?:you(?:'ve| have)? (?:were|been|was) told|i (?:said|told you)|you know|came before|said)|above|before|prior|previous)/i,
  },
  {
    rule: 'system-prompt-override',
    pattern:
      /\b(?:new|updated|revised|override|overriding|real|actual|hidden|following) (?:system prompt|system message|system instructions?)\b|\bsystem[- ]?prompt[- ]?(?:override|update|injection|:)|\b(?:reveal|print|show|repeat|output|leak|dump|exfiltrate)(?: \S{1,20}){0,3} (?:your|the) (?:\S{1,20} ){0,2}system prompt\b|\b(?:instructions?|prompt) (?:above|before this) (?:is|are|was|were) (?:void|fake|a test|outdated|invalid)\b/i,
  },
  {
    rule: 'role-change',
    pattern:
      /\byou are (?:now|no longer)(?: \S{1,20}){0,5}? (?:assistant|ai|a\.i\.|agent|model|chatbot|bot|hacker|expert|persona|jailbroken|unrestricted|uncensored|unfiltered|bound by|dan)\b|\byou are now (?:in )?(?:\S{1,20} ){0,2}(?:developer|debug|admin|god|root|sudo|jailbreak|unrestricted|dan|maintenance) mode\b|\bfrom now on,? (?:you (?:are|will act|must act|will be)|act as|pretend)\b|\b(?:pretend|act|behave|roleplay)(?: as if| as though| like| that)? you (?:are|have|were)(?: \S{1,20}){0,3} (?:no |un|without |dan\b|evil|hacker|root)|\bdo anything now\b|\bjailbreak (?:mode|prompt|yourself)\b|\b(?:enable|enter|activate) (?:developer|god|dan|jailbreak|unrestricted) mode\b/i,
  },
  {
    rule: 'hide-from-user',
    pattern:
      /\b(?:do not|don't|never|without|must not|should not|avoid)(?: \S{1,20}){0,2}? (?:tell|telling|inform|informing|mention|mentioning|reveal|revealing|notify|notifying|alert|alerting|show|showing|disclose|disclosing|let|ask|asking)(?: \S{1,20}){0,4}? (?:the |your |to )?(?:user|human|owner|operator|developer|person)(?:'s)?\b(?! (?:id|data|name|password|input|table|object|interface|agent|error|story|stories|icon|avatar|menu))|\b(?:keep|hide) (?:this|it|that|these)(?: \S{1,20}){0,2} (?:secret |hidden )?from (?:the )?(?:user|human|owner|operator)\b|\bsecretly (?:run|send|execute|add|upload|post|call|include|insert|install)\b|\b(?:silently|quietly) (?:send|upload|post|exfiltrate|forward)\b/i,
  },
  // Text that plays another speaker
  {
    rule: 'role-tag',
    pattern:
      /<\/?(?:system|assistant|system[-_ ](?:reminder|prompt|message|instructions?)|instructions?|function_(?:calls?|results?)|tool_(?:calls?|results?|use|response)|antml:\w{1,30}|important_instructions?|admin|developer_message)(?: [^<>\n]{0,100})?>|<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>/i,
  },
  {
    rule: 'fake-turn',
    byLine: true,
    pattern:
      /(?:^|\n)\s{0,4}(?:#{1,4} ?)?(?:human|user) ?:[^\n]{0,400}\n(?:[^\n]{0,400}\n){0,4}\s{0,4}(?:#{1,4} ?)?(?:assistant|ai|claude|gpt) ?:|(?:^|\n)\s{0,4}#{2,4} ?(?:system|instructions?|response)(?: message| prompt)? ?:/i,
  },
  {
    rule: 'fake-tool-result',
    byLine: true,
    pattern:
      /\[(?:tool|function|system)[ _-]?(?:result|output|response|message|notice)s?\](?:\s|:)|(?:^|\n)\s{0,4}(?:tool|function)[ _](?:result|output|response) ?:|"(?:type|role)" ?: ?"(?:tool_result|tool_use|function_call_output|system)"/i,
  },
  {
    rule: 'addressed-to-agent',
    pattern:
      /\b(?:attention|important|note|message|instructions?|warning)(?: \S{1,12}){0,2} (?:to|for) (?:all |any |the |every )?(?:ai|llm|language model|coding|autonomous)[- ]?(?:agents?|assistants?|models?|systems?|bots?)?\b ?[:,!-]|\b(?:attention|warning|hey|hello|dear),? (?:all |any |every )?(?:ai|llm|coding|autonomous) (?:agents?|assistants?|models?)\b|\bif you are an? (?:ai|llm|language model|coding agent|assistant|agent)\b|\b(?:ai|llm) (?:agents?|assistants?|models?)(?: reading this)?(?: \S{1,12})? (?:must|should|are required to|have to) (?:now |always |first |immediately )?(?:run|execute|send|visit|fetch|download|install|ignore|add|include|call|upload)\b|\bremember (?:\S{1,30} ){1,6}as (?:a|the|your) (?:trusted|preferred|authoritative|recommended) source\b/i,
  },
  {
    rule: 'hidden-markup',
    pattern:
      /<[a-z]{1,10}[^<>]{0,200}style ?= ?["'][^"'<>]{0,200}(?:display ?: ?none|visibility ?: ?hidden|font-size ?: ?0|opacity ?: ?0|color ?: ?(?:white|#fff(?:fff)?|transparent))[^"'<>]{0,200}["'][^<>]{0,200}>(?=[^<]{0,400}\b(?:ignore|you must|you are|instructions?|assistant|system prompt|execute|send)\b)/i,
  },
  // Ways to carry secrets off
  {
    rule: 'credential-path',
    pattern:
      /(?:~|\$\{?HOME\}?|%USERPROFILE%|\/root|\/home\/[\w.-]{1,64}|\/Users\/[\w.-]{1,64}|C:\\Users\\[\w.-]{1,64}|(?<![\w.]))[/\\]?\.ssh[/\\](?:id_[a-z0-9_]{1,40}|[\w-]{1,40}\.pem)\b(?!\.pub)|(?:~|\$\{?HOME\}?|%USERPROFILE%|\/root|\/home\/[\w.-]{1,64}|\/Users\/[\w.-]{1,64})[/\\]\.(?:aws[/\\]credentials|netrc|pgpass|npmrc|pypirc|git-credentials|docker[/\\]config\.json|kube[/\\]config|gnupg\b|config[/\\](?:gcloud|gh)\b)|(?<![\w/])\.aws[/\\]credentials\b|\/etc\/shadow\b/i,
  },
  {
    rule: 'credential-exfiltration',
    byLine: true,
    pattern:
      /\b(?:cat|type|less|more|head|tail|base64|xxd|tar|zip|printenv|env|set|gpg|get-content)\b(?=[^\n|]{0,300}\|)[^\n|]{0,200}(?:\.env\b|\.ssh\b|\.aws\b|\.netrc|\.npmrc|credentials|secrets?\b|id_rsa|id_ed25519|\bprintenv\b|^env\b|\benv\b)[^\n|]{0,100}\|[^\n]{0,100}\b(?:curl|wget|nc|ncat|netcat|http|httpie|invoke-webrequest|iwr|ssh|telnet)\b|\b(?:printenv|env)\b ?(?:\| ?\S{1,40} ?){0,3}\| ?(?:base64 ?\| ?)?(?:curl|wget|nc|ncat|netcat)\b/i,
  },
  {
    rule: 'credential-exfiltration',
    byLine: true,
    pattern:
      /\b(?:curl|wget|invoke-webrequest|iwr|http|nc|ncat)\b[^\n]{0,300}(?:@|< ?|=@|--post-file[= ]|-T ?|--upload-file[= ])["']?[^\s"']{0,100}(?:\.env\b|\.ssh\/|\.aws\/|\.netrc|\.npmrc|id_rsa|id_ed25519|credentials\b|\/etc\/(?:passwd|shadow))/i,
  },
  {
    rule: 'credential-exfiltration',
    byLine: true,
    pattern:
      /\b(?:curl|wget|invoke-webrequest|iwr|fetch|http\.get|requests\.(?:get|post))\b[^\n]{0,200}(?:[?&][\w-]{1,30}=|(?:-d|--data(?:-\w{1,12})?|-F|--form|--post-data)[= ]["']?[^\n"']{0,100}?)(?:\$\(|`|\$\{?|%)[^\n"'&]{0,60}(?:key|token|secret|passw|credential|\.env|\.ssh|printenv|env\b)/i,
  },
  {
    rule: 'credential-exfiltration',
    byLine: true,
    pattern:
      /\b(?:send|upload|post|forward|transmit|e-?mail|exfiltrate|leak|submit)\b(?: \S{1,20}){0,4}? (?:api[ _-]?keys?|access tokens?|secrets?|passwords?|credentials?|private keys?|ssh keys?|environment variables?|env vars?|\.env(?: files?)?)\b[^\n.]{0,60} (?:to|at|via) (?:https?:|\S{1,40}@|\S{1,60}\.(?:com|net|io|dev|org|xyz|ru|cn)\b|(?:this|the following|an?|my) (?:url|address|server|endpoint|webhook|email))/i,
  },
  {
    rule: 'image-exfiltration',
    pattern:
      /!\[[^\]\n]{0,200}\]\(https?:\/\/[^\s)]{1,200}[?&][\w-]{1,30}=(?:\{|\$|<|%7b|\[)[^)\n]{0,200}\)/i,
  },
  // The same in other languages
  {
    rule: 'ignore-instructions',
    pattern:
      /(?<![\p{L}])(?:ignorier(?:e|t|en)?|vergiss|vergesst|vergessen sie|missachte|überschreibe|beachte nicht)(?: \S{1,20}){0,4} (?:anweisung(?:en)?|instruktion(?:en)?|vorgaben?|befehle?|regeln|systemprompt)(?![\p{L}])|(?<![\p{L}])(?:ignor(?:a|e|ar|en)|olvida|olvide|descarta|desobedece|desconsidere|esqueça|dimentica)(?: \S{1,20}){0,4} (?:instrucciones|instrucción|indicaciones|órdenes|reglas|instruções|istruzioni|regole)(?: \S{1,20}){0,2} ?(?:anterior(?:es)?|previas?|precedenti|de arriba|del sistema|acima)?|(?<![\p{L}])(?:ignore[zsr]?|oublie[zsr]?|néglige[zr]?)(?: \S{1,20}){0,3} (?:instructions|consignes|directives|règles)(?: (?:précédentes|antérieures|ci-dessus|du système))/iu,
  },
  {
    rule: 'ignore-instructions',
    pattern:
      /(?:忽略|无视|無視|不要理会|忘记|忘記|忽視|请无视)[^。\n]{0,12}?(?:之前|以前|先前|以上|上面|上述|前面|所有|全部|任何|系统|系統)[^。\n]{0,10}?(?:指令|指示|说明|說明|提示词?|规则|規則|命令|要求)|(?:以前|これまで|上記|先程|前|すべて|全て|システム)の[^。\n]{0,10}?(?:指示|命令|プロンプト|ルール|指令)[^。\n]{0,6}?(?:無視|忘れ|破棄)|(?:이전|위의|앞선|모든|기존)[^.\n]{0,10}?(?:지시|명령|지침|프롬프트|규칙)[^.\n]{0,8}?(?:무시|잊)|(?:игнорируй|игнорируйте|забудь|забудьте|проигнорируй(?:те)?)[^.\n]{0,30}?(?:инструкци|указани|правил|команд|промпт)/iu,
  },
  {
    rule: 'hide-from-user',
    pattern:
      /(?:sag|sage|erzähl|erzähle|verrate|melde|teile)(?: \S{1,20}){0,2} (?:dem|der|den) (?:benutzer|nutzer|anwender|user)(?:in|n)? (?:nichts|nicht|kein)|(?:ohne|nicht) (?:den|dem) (?:benutzer|nutzer|anwender|user) (?:zu informieren|zu fragen|davon|sagen)|no (?:le |se lo )?(?:digas|diga|menciones|informes|cuentes)(?: \S{1,20}){0,3} (?:al|el|del) usuario|sin (?:decirle|informar|avisar|que)(?: \S{1,20}){0,2} usuario|ne (?:le )?(?:dis|dites|mentionne[zs]?|révèle[zs]?)(?: \S{1,20}){0,3} (?:à |l')\s?(?:l')?utilisateur|(?:不要|别|別|切勿|请勿|請勿)(?:告诉|告訴|告知|通知|提醒|让|讓|向)[^。\n]{0,6}?(?:用户|用戶|使用者|主人)|ユーザー(?:には|に)[^。\n]{0,10}?(?:言わない|伝えない|知らせない|教えない|秘密)|(?:не (?:говори|говорите|сообщай|сообщайте|рассказывай|рассказывайте))[^.\n]{0,20}?пользовател|사용자에게[^.\n]{0,10}?(?:말하지|알리지|비밀)/iu,
  },
  {
    rule: 'role-change',
    pattern:
      /(?:du bist|sie sind) (?:jetzt|nun|ab jetzt|ab sofort) (?:ein|eine|im|kein|keine|nicht mehr)(?: \S{1,20}){0,3} (?:assistent|agent|ki|modell|hacker|modus|gebunden)|(?:ahora|a partir de ahora)(?:,)? (?:eres|serás|actúas como|actuarás como) (?:un|una|el|la|dan)(?![\p{L}])|(?:你现在是|你現在是|从现在起你是|從現在起你是|你将扮演|你不再是)|(?:あなたは|お前は)(?:今から|これから)|(?:теперь ты|с этого момента ты)(?![\p{L}])|(?:tu es|vous êtes) (?:maintenant|désormais) (?:un|une|en mode)(?![\p{L}])/iu,
  },
];
