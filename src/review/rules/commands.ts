// Command lines as the rules compare them: which two are the same test, which only look, which change something.

/** Look, and change nothing. */
const LOOKS =
  /^(?:ls|ll|cat|bat|head|tail|less|more|grep|egrep|rg|ag|find|fd|tree|wc|file|stat|du|df|pwd|cd|echo|printf|which|whereis|type|env|printenv|date|whoami|ps|top|test|\[|true|false|sleep|diff|cmp|jq|yq|awk|sed -n|sort|uniq|cut|xxd|git (?:status|diff|log|show|grep|blame|branch|remote|rev-parse|ls-files|ls-tree|stash list|describe|fetch)|gh (?:pr|issue|run) (?:view|list|diff|checks)|docker (?:ps|images|logs|inspect)|kubectl (?:get|describe|logs)|npm (?:ls|list|view|outdated|why)|pnpm (?:ls|list|why)|pip (?:list|show|freeze)|cargo tree|go (?:list|env|version)|node (?:-v|--version)|python3? (?:-V|--version)|man|help|history|open|sqlite3 \S+ "?select)(?:\s|$)/i;
/** Show whether something is right, and mend nothing. */
const CHECKS =
  /(?:^|\s)(?:test|tests|vitest|jest|mocha|ava|pytest|unittest|tox|nox|rspec|phpunit|ctest|junit|playwright|cypress|lint|eslint|biome (?:check|lint|ci)|tsc|mypy|pyright|ruff check|clippy|check|typecheck|type-check|vet|golangci-lint|rubocop|stylelint|shellcheck|verify|curl|wget|ping|nc|dig|nslookup)(?:\s|:|$)/i;
const MENDS =
  /--fix|--write|-u\b|--update|\b(?:install|add|init|migrate|generate|build|update|upgrade|sync|seed|up|start|reset|clean)\b/i;
const WRAPPERS =
  /^(?:(?:sudo|time|nice|nohup|command|env|timeout \d+\w?|stdbuf \S+|xvfb-run)\s+|[A-Z_][A-Z0-9_]*=\S*\s+|cd\s+[^&|;]+(?:&&|;)\s*)/;
/** What only shortens or redirects the output. */
const TRIMMED =
  /\s*(?:\d?>&\d|2>\/dev\/null|&>\s*\S+|\d?>>?\s*\S+|\|\s*(?:tail|head|tee|less|more|cat|grep|rg|sed|awk|cut|sort|wc)\b[^|]*)\s*$/;
const LONGEST = 400;

/** The command without what does not change which test it is; null where it is none that can be compared. */
export function commandKey(command: string): string | null {
  let kept = command.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim();
  if (kept === '' || kept.length > LONGEST || kept.includes('<<')) return null;
  for (let count = 0; count < 8; count += 1) {
    const shorter = kept.replace(WRAPPERS, '').replace(TRIMMED, '').trim();
    if (shorter === kept) break;
    kept = shorter;
  }
  return kept === '' ? null : kept;
}

export function onlyLooks(key: string): boolean {
  return key.split(/&&|;/).every((part) => LOOKS.test(part.trim()));
}

export function onlyChecks(key: string): boolean {
  return CHECKS.test(key) && !MENDS.test(key);
}

/** Flags that change how much is told, not what is tested. */
const TELLING =
  /^(?:-q|-qq|-v|-vv|-vvv|-s|-x|--quiet|--verbose|--silent|--no-color|--color(?:=\S+)?|--colors=\S+|--reporter(?:=\S+)?|--tb=\S+|--progress(?:=\S+)?|--run|--bail(?:=\S+)?|--watch=false|--nocapture|--no-cov)$/;

/** Same program and target, whatever they tell of it. */
export function isSameTest(one: string, other: string): boolean {
  return one === other || tested(one) === tested(other);
}

function tested(key: string): string {
  return key
    .split(' ')
    .filter((word) => !TELLING.test(word))
    .join(' ');
}
