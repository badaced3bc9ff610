// Threats beyond words of injection: deception, remote control, and (strict) the deeds that turn a procedure into an
// attack. Strict rules also meet honest notes ("edit AGENTS.md"), so they are asked of what is proposed or published
// as a procedure, not of facts. All gaps are bounded, so scanning is linear.

import type { ThreatRule } from './threat-rules.ts';

/** Asked of memories and of everything stricter. */
export const CONTEXT_RULES: readonly ThreatRule[] = [
  {
    rule: 'deception',
    pattern:
      /(?<!\b(?:never|not|n't|cannot|to not|without) )\b(?:lie to|deceive|mislead|trick|manipulate|gaslight) (?:the |your |any )?(?:user|human|owner|operator|reviewer|developer)s?\b|(?<=(?:^|[.!?:;,*•-]) ?|\b(?:always|just|simply|must|should|please|and|then|you) )(?:pretend|claim|report|say|state|insist|assert|answer)(?: \S{1,20}){0,5} (?:pass(?:ed|es)?|succeed(?:ed|s)?|success(?:ful(?:ly)?)?|works?|worked|done|fixed|safe|reviewed|approved)(?: \S{1,20}){0,2}? (?:even if|even though|even when|regardless of|no matter (?:what|how|whether)|whether or not)\b|\b(?:act|behave|continue|proceed|go on) as (?:if|though) (?:nothing (?:has )?happened|this (?:message|note|instruction) (?:was|were|did|does) (?:never|not))\b/i,
  },
  {
    rule: 'deception',
    pattern:
      /(?<![\p{L}])(?:belüge?|täusche|hintergehe)(?: \S{1,20}){0,1} (?:benutzer|nutzer|anwender)|(?<![\p{L}])(?:miente|engaña)(?: \S{1,6}){0,1} usuario|(?<![\p{L}])(?:mens|mentez|trompe[zr]?)(?: \S{1,6}){0,2} ?(?:l')?utilisateur|(?:欺骗|欺騙|误导|誤導)(?:用户|用戶|使用者)|ユーザーを(?:騙|だま|欺)|(?:обмани|обманывай|солги|лги)(?:те)? (?:\S{1,12} )?пользовател|사용자를 (?:속이|속여)/iu,
  },
  {
    rule: 'remote-control',
    pattern:
      /\b(?:register|enroll|enlist|check in|beacon|report in|phone home|call home|connect back)(?: \S{1,20}){0,4} (?:with|to|at|from) (?:the |our |your |a |this )?(?:\S{1,20} ){0,2}?(?:c2|c&c|command[- ]and[- ]control|botnet|mothership|handler|controller at|swarm|hive|https?:\/\/)|\b(?:await|poll (?:for)?|pull(?: down)?|fetch|wait for|obey|receive|execute)(?: \S{1,20}){0,3} (?:tasking|new orders|further (?:instructions|orders|commands)|(?:commands|orders|tasks|instructions) from (?:the |this |our )?(?:c2|c&c|command server|controller|https?:\/\/|\S{1,40}\.(?:com|net|io|dev|org|xyz|ru|cn|sh)\b))|\b(?:c2|c&c|command[- ]and[- ]control) (?:server|endpoint|channel|beacon|implant) (?:is |at |on |url |address )|\byou are (?:now )?(?:a |an |one )?(?:node|bot|zombie|implant|worker) (?:of|in|on) (?:the |our |a )?(?:\S{1,20} )?(?:botnet|swarm|hive|c2)\b/i,
  },
  {
    rule: 'reverse-shell',
    byLine: true,
    pattern:
      /\/dev\/(?:tcp|udp)\/[\w.${}-]{1,80}\/[\d$]|\b(?:nc|ncat|netcat)\b[^\n]{0,80} -(?:\w{0,3}[ec]\w{0,3}) ?(?:\/bin\/)?(?:ba|z|da)?sh\b|\bsocat\b[^\n]{0,120}\bexec:|\bmkfifo\b[^\n]{0,120}\|[^\n]{0,60}\b(?:nc|ncat)\b|\bimport socket\b[^\n]{0,200}\b(?:dup2|subprocess|pty\.spawn)\b|\bNew-Object (?:System\.)?Net\.Sockets\.TCPClient\b/i,
  },
];

/** Asked of skills and of what a compile proposes as a procedure. */
export const STRICT_RULES: readonly ThreatRule[] = [
  {
    rule: 'credential-read',
    byLine: true,
    pattern:
      /\b(?:cat|less|more|head|tail|type|bat|read|open|source|cp|scp|rsync|mv|base64|xxd|strings|grep|awk|sed|get-content|gc|load|parse|print|dump|copy)\b[^\n]{0,60}?(?:(?<![\w.])\.env(?!\.(?:example|sample|template|dist|test)\b)\b|\.aws\/|\.ssh\/(?!known_hosts\b|config\b)|\.netrc\b|\.pgpass\b|\.pypirc\b|\.git-credentials\b|\.kube\/config\b|\.docker\/config\.json|\.config\/gcloud\b|\.codex\/auth\.json|\.claude\/\.credentials|\bid_(?:rsa|dsa|ecdsa|ed25519)\b(?!\.pub)|\bcredentials\.json\b|\bsecrets\.(?:ya?ml|json|toml|env)\b|login keychain|\/etc\/(?:shadow|passwd)\b)|\bsecurity find-(?:generic|internet)-password\b|\bgit credential fill\b|\bgh auth token\b|\bgcloud auth print-access-token\b/i,
  },
  {
    rule: 'environment-dump',
    byLine: true,
    pattern:
      /(?:^|[\n`;&|$] ?)(?:printenv|env|set|export -p)(?: ?[|>`;]| ?$| ?\n)|\b(?:print|dump|log|echo|list|output|show|save|write)(?: \S{1,20}){0,2} (?:all |every |the |your )(?:\S{1,12} )?(?:environment variables?|env vars?)\b|\bprint\((?:dict\()?os\.environ\b|\bconsole\.log\(process\.env\)|\bjson\.stringify\(process\.env\b|\bget-childitem env:|\/proc\/(?:self|\d{1,7}|\$\w{1,20})\/environ\b/i,
  },
  {
    rule: 'ssh-access',
    pattern:
      /\bauthorized_keys2?\b|\bssh-copy-id\b|(?:~|\$\{?HOME\}?|\/root|\/home\/[\w.-]{1,64}|\/Users\/[\w.-]{1,64})\/\.ssh\b(?!\/known_hosts)|\bStrictHostKeyChecking(?: |=)no\b|\bPermitRootLogin yes\b/i,
  },
  {
    rule: 'agent-config',
    pattern:
      /\b(?:edit|modify|append|add|write|overwrite|replace|update|change|insert|put|create|delete|remove|patch|inject|echo|tee|sed|prepend|place|include)\b(?: \S{1,40}){0,8}? [`"'(]?(?:\S{0,60}\/)?(?:AGENTS(?:\.override)?\.md|CLAUDE(?:\.local)?\.md|GEMINI\.md|copilot-instructions\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.mcp\.json|\.claude\.json|\.claude\/(?:settings|commands|agents|skills|hooks)\S{0,60}|\.codex\/(?:config\.toml|hooks|prompts|skills|AGENTS)\S{0,60}|\.cursor\/(?:rules|mcp\.json)\S{0,60}|\.agents\/skills\S{0,60}|MEMORY\.md|USER\.md|claude_desktop_config\.json)|>{1,2} ?["']?\S{0,80}(?:AGENTS\.md|CLAUDE\.md|\.claude\/|\.codex\/|\.mcp\.json|\.cursorrules)|\b(?:claude|codex|gemini) mcp add\b/i,
  },
  {
    rule: 'weaker-permissions',
    pattern:
      /--dangerously-(?:skip-permissions|bypass-approvals-and-sandbox)\b|--yolo\b|\bdanger-full-access\b|\bapproval[_-]policy ?[=:] ?["']?never\b|\bbypassPermissions\b|\b(?:disable|turn off|skip|bypass|remove|ignore)(?: \S{1,20}){0,3} (?:sandbox(?:ing)?|permission (?:prompts?|checks?)|approvals?|safety checks?|security checks?|signature (?:check|verification)|certificate (?:check|verification|validation)|tls verification|audit log(?:ging)?)\b|\b(?:auto-?approve|automatically approve|always approve) (?:all|every|any)\b|\bNOPASSWD ?:|\bsetenforce 0\b|\bspctl --master-disable\b|\bcsrutil disable\b|\bchmod (?:-R )?(?:0?777|a\+rwx|u\+s|4755)\b|\bhistory -c\b|\bunset HISTFILE\b|\bHISTFILE=\/dev\/null/i,
  },
  {
    rule: 'remote-code',
    byLine: true,
    pattern:
      /\b(?:curl|wget|fetch|iwr|irm|invoke-webrequest|invoke-restmethod)\b[^\n|]{0,300}\|[^\n]{0,40}?\b(?:sudo )?(?:(?:ba|z|da|k)?sh|python[\d.]{0,5}|node|perl|ruby|php|iex|pwsh|powershell|osascript)\b|\b(?:eval|source|\.|(?:ba|z|da)?sh(?: -c)?) ?["']?(?:<\(|\$\(|`) ?(?:curl|wget)\b|\b(?:iex|invoke-expression)\b[^\n]{0,60}\b(?:iwr|irm|downloadstring|invoke-webrequest)\b|\bbase64 (?:-d|-D|--decode)\b[^\n]{0,80}\|[^\n]{0,40}?\b(?:(?:ba|z|da)?sh|python[\d.]{0,5}|node|perl)\b|\b(?:eval|exec)\((?:atob|base64\.b64decode|bytes\.fromhex|requests\.get|urllib)|\b(?:powershell|pwsh)(?:\.exe)? [^\n]{0,80}-e(?:nc|ncodedcommand)? [a-z0-9+/=]{20}/i,
  },
  {
    rule: 'persistence',
    pattern:
      /\bcrontab (?:-e\b|-l ?\||-(?= |$)|<)|\b(?:add|append|write|install|create|put)(?: \S{1,30}){0,6} (?:to |in |into |as )?(?:an? |the |your |their )?(?:cron ?(?:job|tab)|launch ?(?:agent|daemon)|login item|startup (?:folder|script)|\S{0,40}\.(?:bashrc|bash_profile|zshrc|zprofile|zshenv|profile)\b|\/etc\/(?:cron|rc\.local|profile|sudoers|ld\.so\.preload)\S{0,40})|>{1,2} ?["']?(?:~|\$\{?HOME\}?|\/home\/[\w.-]{1,64}|\/etc)\/\.?(?:bashrc|bash_profile|zshrc|zprofile|zshenv|profile|cron\S{0,20}|sudoers\S{0,40}|ld\.so\.preload)|\blaunchctl (?:load|bootstrap)\b|\bschtasks \/create\b|\breg add (?:HKCU|HKLM)\S{0,80}\\Run\b/i,
  },
  {
    rule: 'destructive-command',
    byLine: true,
    pattern:
      /\brm (?:-\w{1,6} ){1,3}(?:--no-preserve-root )?["']?(?:\/(?:\*|["']|$|\s|(?:etc|usr|home|var|boot|bin|lib|opt|root|Users)\b\/?(?:\*|["']|$|\s))|~\/?(?:\*|["']|$|\s)|\$\{?HOME\}?\/?(?:\*|["']|$|\s))|\bmkfs(?:\.\w{1,8})? [^\n]{0,40}\/dev\/|\bdd [^\n]{0,80}\bof=\/dev\/(?:sd|nvme|disk|hd|mmc)|:\(\) ?\{ ?:\|:& ?\};:|\bformat [a-z]: ?\/|\bdel \/[sfq] [^\n]{0,20}[a-z]:\\|> ?\/dev\/(?:sd[a-z]|nvme\d)|\bfind (?:\/|~|\$HOME) [^\n]{0,80}-delete\b/i,
  },
  {
    rule: 'exfiltration-service',
    pattern:
      /\b(?:webhook\.site|requestbin\.(?:com|net)|[\w-]{1,40}\.requestcatcher\.com|[\w-]{1,60}\.ngrok(?:-free)?\.(?:io|app)|pipedream\.net|hookbin\.com|beeceptor\.com|transfer\.sh|file\.io\b|0x0\.st|paste(?:bin)?\.(?:com|ee|rs)|termbin\.com|[\w.-]{1,60}\.oast(?:ify)?\.(?:com|fun|live|me|online|pro|site)|interact\.sh|burpcollaborator\.net|api\.telegram\.org\/bot|discord(?:app)?\.com\/api\/webhooks|dnslog\.cn)/i,
  },
  {
    rule: 'credential-exfiltration',
    byLine: true,
    pattern:
      /\b(?:curl|wget|invoke-webrequest|iwr|httpie|fetch|axios\.(?:get|post)|requests\.(?:get|post|put))\b[^\n]{0,300}(?:\$\{?|%|process\.env\.|os\.environ\[?["']?|env:)\w{0,40}(?:key|token|secret|passw(?:or)?d|passphrase|credentials?|auth|session|cookie)/i,
  },
  {
    rule: 'encoded-payload',
    pattern:
      /(?:\\x[0-9a-f]{2}){24}|(?:\\u00[0-9a-f]{2}){24}|(?<![\w+/=])(?=[a-z0-9+/]{0,60}\d)(?=[a-z0-9+/]{0,60}[A-Z])[a-z0-9+/]{200,}={0,2}/i,
  },
];
