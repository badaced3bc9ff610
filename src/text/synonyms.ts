// Words that developers use for one another. Software vocabulary only: each line is a set of words one of which may
// stand where the other was said, whatever the project. Everyday words have too many senses for such a table.

import { wordGroups } from './word-groups.ts';

const GROUPS = `
db database | auth authentication authenticate login signin | authz authorization | credential password | spec test
flaky intermittent | config settings | env environment | dir folder | bug defect | deploy rollout ship | deploy release
delete remove | k8s kubernetes | ts typescript | js javascript | py python | rb ruby | rs rust | golang go-lang
psql postgres postgresql | mongo mongodb | es elasticsearch | ci pipeline | cd deployment | pr pull-request mr
repo repository codebase | dep dependency | pkg package | lib library | func function method | param parameter argument
arg argument | const constant | var variable | str string | int integer | bool boolean | num number | obj object
arr array | dict dictionary hashmap | enum enumeration | regex regexp | err error exception | crash segfault panic
hotfix patch fix | refactor rewrite restructure | perf performance | latency slow | optimize speedup | ram memory
mem memory | cpu processor | gpu graphics | net network | conn connection | req request | res resp response
msg message | cron scheduler | daemon service | backend server | frontend client | ui gui interface | api endpoint
route endpoint | hostname host | timeout deadline | retry reattempt | throttle ratelimit | cache memoize
ttl expiry expiration | jwt token | csrf xsrf | ssl tls | cert certificate | encrypt cipher | checksum digest hash
vuln vulnerability cve | sanitize escape | validate validation | lint linter eslint | formatter prettier
compile transpile | bundle bundler | minify minification | gzip compress | container docker | vm virtual-machine
lambda serverless | bucket s3 | dns nameserver | logging logger log | tracing span | telemetry metric
observability monitoring | grafana dashboard | debug troubleshoot diagnose | stacktrace traceback backtrace
repro reproduce | mock stub | fixture testdata | e2e end-to-end | unittest unit-test | migrate migration | ddl schema
orm prisma sequelize | rollback revert | mutex lock semaphore | deadlock hang | async asynchronous | callback handler
listener handler | subscribe subscriber | serialize marshal | deserialize unmarshal | parser parse | md markdown
docs documentation doc | readme documentation | changelog release-notes | todo fixme | semver version | upgrade bump
install setup | uninstall remove | init initialize | restart reboot | terminate kill | extension plugin addon
subclass inherit extend | override overwrite | component widget | prop property | css stylesheet | dark-mode theme
modal dialog popup | dropdown select | checkbox toggle | navbar menu navigation | a11y accessibility
i18n internationalization translation | l10n localization | utf8 utf-8 unicode | tz timezone | datetime timestamp
uuid guid | id identifier | admin administrator | permission role | org organization | prod production
dev development | localhost local | monorepo workspace | cli terminal | bash shell | flag option | filepath path
symlink link | glob wildcard | stdin input | stdout output | impl implementation | util helper | llm model
deprecate obsolete | perm permission | webhook callback | txn transaction | idx index | col column | tmp temporary
src source | exec execute | sync synchronize | sys system | info information | stats statistics | spec specification
proc process | cmd command | ctx context | calc calculate | attr attribute | auth oauth | iface interface
nav navigation | pic image | temp temporary | max maximum | min minimum | approx approximately | diff difference
`;

let table: ReadonlyMap<string, readonly string[]> | null = null;

/** Terms of other words for the same, for a term as the analyser gives it; none for most. */
export function synonymsOf(term: string): readonly string[] {
  table ??= wordGroups(GROUPS);
  return table.get(term) ?? [];
}
