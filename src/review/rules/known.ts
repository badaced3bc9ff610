// What is known already, as the rules compare with it: nothing is proposed twice, and what a new rule speaks against
// is replaced.
import type { ComparisonMaterial } from '../../model/review.ts';
import { parseMemoryFile } from '../../text/memory-parse.ts';
import { type Comparable, comparable, isNear } from '../../text/near-duplicate.ts';
import { contentWords } from '../../text/terms.ts';
import type { Finding } from './finding.ts';
import { isPermission, lifts } from './permissions.ts';
import { answerLanguage, qualifiersOf, speaksAgainst, toolSlot } from './slots.ts';
import { toolsIn } from './tool-names.ts';

type Entry = { readonly title: string; readonly content: string; readonly like: readonly Comparable[] };

export type KnownMaterial = {
  has(finding: Finding): boolean;
  /** The title of the entry that the finding takes the place of, or null. */
  replacedBy(finding: Finding): string | null;
  /** True where both were said in one session, and the later takes the place of the earlier. */
  overtakes(later: Finding, earlier: Finding): boolean;
  /** True for a permission that fits several bans: which one is meant is not known. */
  liftsSeveral(finding: Finding): boolean;
};

const MOST_LINES = 400;
/** Share of the old entry's content words that stand in the new one, the tool itself apart. */
const SAME_SUBJECT = 0.6;
const LONGEST_REPLACED = 14;

export function knownMaterial({ user_md, memory_md, recall }: ComparisonMaterial): KnownMaterial {
  const entries = { user: entriesOf(user_md), project: entriesOf(memory_md) };
  const all = [...entries.user, ...entries.project];
  const titles = recall.map(({ title }) => comparable(title));
  return {
    has(finding) {
      const own = comparable(finding.content);
      if (finding.kind === 'fix') {
        const title = comparable(finding.summary);
        return titles.some((known) => isNear(title, known));
      }
      return all.some((entry) => !isTurned(finding, entry) && entry.like.some((known) => isNear(own, known)));
    },
    replacedBy(finding) {
      const same = entries[finding.scope].filter((entry) => takesPlace(finding, entry));
      const [only] = same;
      // Of several that it may mean, none is taken away.
      return only === undefined || same.length > 1 || only.title === '' ? null : only.title;
    },
    overtakes(later, earlier) {
      const isRule = earlier.kind === 'directive' || earlier.kind === 'correction';
      if (!isRule || later.scope !== earlier.scope) return false;
      return takesPlace(later, { title: earlier.summary, content: earlier.content });
    },
    liftsSeveral(finding) {
      return entries[finding.scope].filter((entry) => takesPlace(finding, entry)).length > 1;
    },
  };
}

function entriesOf(text: string): Entry[] {
  if (text.trim() === '') return [];
  const parsed = parseMemoryFile(text).entries.map(({ title, content }) => ({
    title: title ?? '',
    content: content ?? '',
  }));
  const lines = text
    .split('\n')
    .slice(0, MOST_LINES)
    .map((line) => line.replace(/^[\s#>*-]+/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('<!--'));
  const entries = parsed.map(({ title, content }) => ({ title, content: content === '' ? title : content }));
  const held = new Set(entries.map(({ content }) => content));
  const others = lines.filter((line) => !held.has(line)).map((line) => ({ title: '', content: line }));
  return [...entries, ...others].map((entry) => ({
    ...entry,
    like: [entry.content, entry.title].filter((words) => words !== '').map(comparable),
  }));
}

/** "npm, not yarn" has the words of "yarn, not npm", and says the opposite. */
export function isTurned({ kind, against }: Finding, { content }: Pick<Entry, 'content'>): boolean {
  if (kind === 'permission') return true;
  return against !== null && toolsIn(content).includes(against) && !speaksAgainst(against, content);
}

type Stated = Pick<Entry, 'title' | 'content'>;

/** True where the finding and the entry cannot both hold, and it is the same thing that they speak of. */
function takesPlace(finding: Finding, entry: Stated): boolean {
  if (entry.title === '' || finding.kind === 'fix' || finding.kind === 'decision') return false;
  const { against, content, kind } = finding;
  if (kind === 'permission') return lifts(content, entry.content);
  if (isPermission(entry.content) && lifts(entry.content, content)) return true;
  if (against !== null && speaksFor(entry, against, content)) return true;
  const named = attributeOf(content);
  if (named !== null) return attributeOf(entry.content) === named;
  const language = answerLanguage(content);
  if (language !== null) return (answerLanguage(entry.content) ?? language) !== language;
  const slot = kind === 'correction' ? toolSlot(content) : null;
  const old = slot === null ? null : toolSlot(entry.content);
  return slot !== null && old !== null && slot.name === old.name && slot.tool !== old.tool;
}

/** "We use npm" against "We use pnpm, not npm": short, names the tool, no word against it, and little else. */
function speaksFor(entry: Stated, tool: string, content: string): boolean {
  if (!toolsIn(entry.content).includes(tool) || speaksAgainst(tool, entry.content)) return false;
  const words = contentWords(entry.content).filter((word) => word !== tool);
  if (words.length > LONGEST_REPLACED) return false;
  const beside = new Set(qualifiersOf(entry.content));
  const narrower = qualifiersOf(content).some((word) => !beside.has(word));
  if (beside.size === 0) return !narrower;
  const own = new Set(contentWords(content));
  const shared = words.filter((word) => own.has(word)).length;
  return words.length === 0 || shared / words.length >= SAME_SUBJECT;
}

const ATTRIBUTES: ReadonlyArray<readonly [string, RegExp]> = [
  [
    'name',
    /^(?:my (?:first |full )?name(?: is|'s)|call me|mein name ist|nenn mich|ich heiße|me llamo|mi nombre es|llámame|je m'appelle|appelle-moi|меня зовут|我叫|请叫我|叫我)(?![\p{L}])/iu,
  ],
  [
    'time zone',
    /^(?:my (?:time ?zone|tz) is|meine zeitzone ist|mi zona horaria es|mon fuseau(?: horaire)? est|(?:o )?meu fuso horário é|мой часовой пояс)(?![\p{L}])/iu,
  ],
  ['pronouns', /^(?:my pronouns are|meine pronomen sind|mis pronombres son|mes pronoms sont)(?![\p{L}])/iu],
  [
    'editor',
    /^(?:my (?:editor|ide) is|mein(?:e)? (?:editor|ide) ist|mi editor es|mon éditeur est)(?![\p{L}])/iu,
  ],
  [
    'role',
    /^(?:my (?:role|job|job title) is|meine rolle ist|mi (?:rol|puesto) es|mon (?:rôle|poste) est)(?![\p{L}])/iu,
  ],
];

/** What of the person a sentence tells that there is only one of. */
function attributeOf(content: string): string | null {
  return ATTRIBUTES.find(([, pattern]) => pattern.test(content.trim()))?.[0] ?? null;
}
