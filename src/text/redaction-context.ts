// Secrets that are told by the construct they stand in: HTTP headers, cookies, command lines, netrc, SQL, pairs of
// name and value. Each pattern is tried only where one of the words of `GATE` occurs.

import type { Cut } from './redaction-cut.ts';
import { ruleOf, secretKindOf } from './secret-names.ts';
import { isKey, isPlaceholder, isSecretValue, isWordlike } from './secret-values.ts';

type ContextRule = {
  readonly id: string;
  /** Global. Its group `value` is what is cut, its group `name` the name beside it. */
  readonly pattern: RegExp;
  /** Whether the value counts. Without it, everything does that is no placeholder. */
  readonly accepts?: (value: string, name: string) => boolean;
};

/** True where the text holds a word that one of the rules needs. */
export function holdsContext(text: string): boolean {
  return GATE.test(text);
}

export function findContextSecrets(text: string): Cut[] {
  const cuts: Cut[] = [];
  for (const { id, pattern, accepts } of CONTEXT_RULES) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const { value = '', name = '' } = match.groups ?? {};
      const [start, end] = match.indices?.groups?.value ?? [0, 0];
      if (value === '' || isPlaceholder(value) || accepts?.(value, name) === false) continue;
      const kind = id === 'named-secret' ? secretKindOf(name) : undefined;
      cuts.push({ start, end, rule: kind === undefined ? id : ruleOf(kind) });
    }
  }
  return cuts;
}

/** True where a header's value may be broken by a line wrap. */
export function holdsHeader(text: string): boolean {
  return HEADER.test(text);
}

const HEADER = /bearer|authorization|cookie/i;
const GATE =
  /bearer|authorization|cookie|aws[_ .-]?secret|secret_?access_?key|a[ks]ia[a-z0-9]{16}|curl\s|\blogin\s|["']value["']|\bname:[^\n]{1,90}\n[ \t]{0,40}value:|identified\s|password\s{1,4}'|discord|requirepass/i;

const looksSecret = (value: string): boolean =>
  /\d/.test(value) || (!isWordlike(value) && /[A-Z]/.test(value) && /[a-z]/.test(value));
const byName = (value: string, name: string): boolean => {
  const kind = secretKindOf(name);
  return kind !== undefined && isSecretValue(kind, value, 'quoted');
};

/** Unescaped or escaped quote, as in JSON within JSON. */
const QUOTE = '\\\\{0,3}["\'`]';

const CONTEXT_RULES: readonly ContextRule[] = [
  {
    id: 'aws-secret-key',
    pattern: new RegExp(
      `(?:aws.{0,20}(?:secret|sk)|secret_?access_?key)[a-z_ .-]{0,24}(?:${QUOTE})?\\]?[ \\t]{0,4}(?::=|=>|[=:,])[ \\t]{0,4}(?:${QUOTE})?(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
      'dgi',
    ),
  },
  {
    id: 'aws-secret-key',
    pattern:
      /(?:AKIA|ASIA)[A-Z0-9]{16}["']?[ \t]{0,4}[,;:|\t ][ \t]{0,4}["']?(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/dg,
    accepts: looksSecret,
  },
  {
    id: 'authorization-header',
    pattern: new RegExp(
      `authorization(?:${QUOTE})?\\]?[ \\t]{0,4}[:=,][ \\t]{0,4}(?:${QUOTE})?(?:bearer|basic|token|digest|apikey|negotiate|splunk|bot)[ \\t]{1,4}(?<value>[A-Za-z0-9._~+/=:-]{6,8192})`,
      'dgi',
    ),
    accepts: (value) => looksSecret(value) || value.endsWith('='),
  },
  {
    id: 'authorization-header',
    pattern: new RegExp(
      `authorization(?:${QUOTE})?\\]?[ \\t]{0,4}[:=][ \\t]{0,4}(?:${QUOTE})?(?<value>[A-Za-z0-9._~+/=-]{20,8192})(?![A-Za-z0-9._~+/=(-])`,
      'dgi',
    ),
    accepts: isKey,
  },
  {
    id: 'bearer-token',
    pattern: /\bbearer[ \t]{1,4}(?<value>[A-Za-z0-9._~+/-]{16,8192}={0,2})/dgi,
    accepts: (value) => /\d/.test(value) && !isWordlike(value),
  },
  {
    id: 'cookie',
    pattern: new RegExp(
      `\\b(?:set-)?cookie(?:${QUOTE})?\\]?[ \\t]{0,4}[:=][ \\t]{0,4}(?:${QUOTE})?(?<value>[\\w.!$%-]{1,64}=[^\\s;,"'\`\\\\]{1,4096}(?:;[ \\t]{0,2}[\\w.!$%-]{1,64}=[^\\s;,"'\`\\\\]{1,4096}){0,200})`,
      'dgi',
    ),
    accepts: (value) => value.length >= 24 || looksSecret(value),
  },
  {
    id: 'curl-user-password',
    pattern:
      /\bcurl\s[^\n]{0,300}?\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,100}:(?<value>[^\s"']{1,200})/dgi,
  },
  {
    id: 'netrc-password',
    pattern:
      /(?<name>\bmachine\s{1,4}\S{1,100}\s{1,8})?\blogin\s{1,4}\S{1,100}\s{1,8}password\s{1,4}(?<value>[^\s"']{1,200})/dgi,
    // Without its machine, "login and password fields" reads the same.
    accepts: (value, machine) => machine !== '' || looksSecret(value),
  },
  {
    id: 'sql-password',
    pattern:
      /(?:identified\s{1,4}(?:with\s{1,4}\w{1,40}\s{1,4})?by|\bpassword)\s{1,4}'(?<value>[^'\n\\]{4,200})'/dgi,
    accepts: (value) => !/\s/.test(value),
  },
  {
    id: 'redis-password',
    pattern: /^[ \t]{0,8}requirepass[ \t]{1,4}(?<value>\S{6,200})$/dgm,
    accepts: looksSecret,
  },
  {
    id: 'named-secret',
    pattern: new RegExp(
      `${QUOTE}(?:name|key|Name|Key)${QUOTE}\\s{0,4}:\\s{0,4}${QUOTE}(?<name>[\\w.-]{1,80})${QUOTE}\\s{0,4},\\s{0,40}${QUOTE}[vV]alue${QUOTE}\\s{0,4}:\\s{0,4}${QUOTE}(?<value>[^"'\`\\s\\\\]{1,4096})`,
      'dg',
    ),
    accepts: byName,
  },
  {
    id: 'named-secret',
    pattern:
      /\bname:[ \t]{1,4}["']?(?<name>[\w.-]{1,80})["']?[ \t]{0,4}\r?\n[ \t]{0,40}value:[ \t]{1,4}["']?(?<value>[^\s"']{1,4096})/dg,
    accepts: byName,
  },
  {
    id: 'discord-token',
    pattern:
      /(?<![\w-])(?<value>[MNO][A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45})(?![\w-])/dg,
  },
];
