/**
 * Words that may stand for one another where a short record about software is asked for. Wider than the synonyms of
 * text/synonyms.ts, which serve whole conversations: a record holds a dozen words, and a question need share none.
 */
import { synonymsOf } from '../text/synonyms.ts';
import { wordGroups } from '../text/word-groups.ts';

const GROUPS = `
abort crash die panic | access permission right grant | alarm alert notification notify warning | allow permit
analytics telemetry statistic tracking | approve review sign-off | attach attachment upload | author owner maintainer
backup copy | ban forbid disallow never | box computer machine laptop workstation | branch ref
broker queue messaging bus | build compile | busy lock | cancel terminate drop | cap limit maximum max quota ceiling exceed larger bigger longer | caret cursor
cheap cost price fee expensive dear | chart diagram graph plot | change modify edit update | clock time timestamp
colour color palette | commit changeset | concurrent simultaneous parallel conflict | console shell terminal
count number amount | credential password secret token key | custom override configure | customer client subscriber
date timestamp | default unless | defect bug issue ticket | degree temperature | delay lag latency wait | delete erase purge
device hardware | drop remove abandon | editor ide | encrypt encryption cipher | error failure fail exception break
extension plugin addon | fail break | fake stub mock | fast quick speed | feature flag toggle | find search lookup look
folder directory path | font typeface | format style layout | frequency interval period rate | freeze hang stuck
host server machine | hotkey shortcut keybinding | image picture icon photo | invoice billing payment | job task schedule cron
keep retain retention store save persist | keystroke typing type | language locale | launch start boot | leave quit drop
legacy old outdated stale former previous | link url address | load read fetch | locate location | log logger logging
mandatory must need require | manual documentation docs guide | memo note | merge land | message text sms
migrate move switch replace | minimum least min smaller shorter fewer | misspelling typo spell spelling | name rename title call
new newer raise bump upgrade | normalize normalise | offset skew shift | optional opt-in | order sort | outage downtime incident
owner responsible | page paginate pagination | pay paid payment | person user member | pick choose prefer select
print output | publish push release ship | rebuild recompile | reason because | recover restore | reload refresh
reply answer respond response | report summary | revert rollback undo | sandbox isolate isolation | scale replica
setting option configuration preference | sign signature signing | size length large larger big bigger | spec check test verify
staff team | supplier provider vendor | temporary interim workaround | tenant organization account
threshold limit | throttle limit | timeout wait deadline | tool utility | translate localize | warn warning | window dialog
`;

let table: ReadonlyMap<string, readonly string[]> | null = null;

/** Terms of other words for a term as the analyser gives it: the synonyms of software first. */
export function relatedTo(term: string): readonly string[] {
  table ??= wordGroups(GROUPS);
  return [...new Set([...synonymsOf(term), ...(table.get(term) ?? [])])];
}
