/** Records as a client reads them: Markdown, with what is stored inside a fence, as in the answers of tools. */
import type { FileView, ShownMemory, ShownReceipt } from '../../app/shelf.ts';
import type { Memory } from '../../model/memory.ts';
import type { Skill } from '../../model/skill.ts';
import { day, iso, minute } from '../../model/time.ts';
import { fence } from '../../text/fence.ts';
import { isIntro } from '../../text/memory-file.ts';
import { renderSkill } from '../../text/skill-file.ts';
import { inOneLine } from './link.ts';

/** UTF-8 bytes of what is read at once, the frame around it apart. */
export const MOST_BYTES = 200_000;
/** Of one record; older ones are counted. */
const VERSIONS = 20;
const OPERATIONS = 500;
/** Ids that a line names. */
const NAMED = 20;

function fenced(body: string): string {
  return fence(body, { kind: 'resource' });
}

/** USER.md, MEMORY.md or RECALL.md as they would be rendered now. */
export function fileText({ text, entries, unapproved, left }: FileView): string {
  const lines = [fenced(withoutHead(text))];
  if (unapproved > 0) {
    lines.push(
      `${unapproved} of ${counted(entries, 'entry', 'entries')} ${unapproved === 1 ? 'is an agent’s word' : 'are agents’ words'}, which no person has approved: midturn://memories/{id} tells of each where it comes from.`,
    );
  }
  if (left > 0)
    lines.push(
      `${left} more ${left === 1 ? 'entry was' : 'entries were'} left out here; \`recall\` finds ${left === 1 ? 'it' : 'them'}.`,
    );
  return lines.join('\n');
}

/** Without what the file tells whoever edits it: this text is read. */
function withoutHead(text: string): string {
  const lines = text.split('\n');
  const intro = lines.findIndex(isIntro);
  if (intro !== -1) lines.splice(intro, 2);
  return lines.slice(1).join('\n');
}

/** One record: its words, where they come from, what it points at, and its versions in short. */
export function memoryText({ memory, versions }: ShownMemory): string {
  const { short, title, content, kind, state, createdAt, updatedAt, validFrom, validTo } = memory;
  const lines = [
    `# ${inOneLine(title, 500)}`,
    '',
    content,
    '',
    dots([
      `${kind === 'recall' ? 'recall record' : 'memory'} ${short}`,
      placeOf(memory),
      state,
      `from ${day(createdAt)}`,
      updatedAt === createdAt ? null : `changed ${day(updatedAt)}`,
      day(validFrom) === day(createdAt) ? null : `holds since ${day(validFrom)}`,
      validTo === null ? null : `${state === 'active' ? 'holds' : 'held'} until ${day(validTo)}`,
    ]),
    originLine(memory),
    ...list('tags', memory.tags),
    ...list('also called', memory.aliases),
    ...list(
      'files',
      memory.paths.map(({ path }) => path),
    ),
    ...list('source', memory.sources.map(sourceOf)),
    ...memory.links.map(
      (link) =>
        `${LINKS[link.kind]}: [${link.short}] ${inOneLine(link.title)} (${link.state}, ${day(link.validFrom)})`,
    ),
    ...versionLines(versions),
  ];
  return `One record of memory, ${short}:\n${fenced(lines.join('\n'))}`;
}

const LINKS = { replaces: 'replaces', part_of: 'part of', see_also: 'see also' } as const;

function originLine({ origin, approvedAt, evidence, client, branch, commit }: Memory): string {
  return dots([
    `origin: ${origin}`,
    approvedAt === null ? null : `approved by a person ${day(approvedAt)}`,
    origin === 'agent' && !evidence.proven ? 'unproven' : null,
    evidence.why === '' ? null : inOneLine(evidence.why, 300),
    client,
    branch === null ? null : `branch ${branch}`,
    commit === null ? null : `commit ${commit.slice(0, 12)}`,
  ]);
}

/** What was said is a resource as well. */
function sourceOf(source: string): string {
  return /^[0-9a-z]{6,26}\/\d{1,9}$/.test(source) ? `midturn://history/${source}` : source;
}

function versionLines(versions: ShownMemory['versions']): string[] {
  if (versions.length < 2) return [];
  const more = versions.length - VERSIONS;
  return [
    'versions, newest first:',
    ...versions
      .slice(0, VERSIONS)
      .map(({ version, at, change, state }) => `- ${version} · ${minute(at)} · ${change} · ${state}`),
    ...(more > 0 ? [`- ${more} older`] : []),
  ];
}

export function skillText(skill: Skill): string {
  return `The skill ${skill.short} (SKILL.md), ${placeOf(skill)}, version ${skill.version}:\n${fenced(renderSkill(skill))}`;
}

export function skillsText(skills: readonly Skill[]): string {
  if (skills.length === 0)
    return 'No skill is kept for this project or its user yet. A person approves those that are suggested: `midturn review`.';
  const lines = skills.map(
    (skill) =>
      `- [${skill.short}] ${inOneLine(skill.title)} · ${placeOf(skill)} · version ${skill.version} of ${day(skill.updatedAt)}\n  ${inOneLine(skill.description, 400)}`,
  );
  const { shown, left } = within(lines);
  return [
    `${counted(skills.length, 'skill')}; each whole: midturn://skills/{id}`,
    fenced(shown.join('\n')),
    ...(left === 0 ? [] : [`${left} more are in the list of resources.`]),
  ].join('\n');
}

export function receiptText({ receipt, operations }: ShownReceipt): string {
  const { short, kind, at, status, surface, client, backend, fallback, undoes, undoneBy } = receipt;
  const lines = operations
    .slice(0, OPERATIONS)
    .map(
      ({ op, outcome, record, title }) =>
        `- ${op} ${record}: ${outcome}${title === null ? '' : ` · ${inOneLine(title)}`}`,
    );
  const left = operations.length - lines.length;
  const head = dots([
    `Receipt ${short}: ${kind}`,
    iso(at),
    status,
    `by ${client ?? 'a command'} over ${surface}`,
    backend === null ? null : `backend ${backend}`,
    fallback === null ? null : `${inOneLine(fallback.backend, 60)} did it instead`,
    undoes === null ? null : 'takes an earlier one back',
    undoneBy === null ? null : 'was undone',
  ]);
  return [
    `${head}.`,
    ...(lines.length === 0 ? ['It changed nothing.'] : [fenced(lines.join('\n'))]),
    ...(left === 0 ? [] : [`${left} more operations: \`midturn undo ${short} --show\` lists all of them.`]),
    ...(undoneBy === null ? [`A person takes it back with \`midturn undo ${short}\`.`] : []),
  ].join('\n');
}

export function waitingText(short: string, what: 'memory' | 'skill'): string {
  return `The ${what} ${short} waits for a person’s review: until then nobody else is shown its words. In a terminal: \`midturn review show ${short}\`.`;
}

export function placeOf({ scope, projectName }: Pick<Memory, 'scope' | 'projectName'>): string {
  return scope === 'user' ? 'user' : `project ${inOneLine(projectName ?? 'unknown', 60)}`;
}

/** As many of the first lines as fit. */
function within(lines: readonly string[]): { readonly shown: readonly string[]; readonly left: number } {
  let bytes = 0;
  const over = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > MOST_BYTES;
  });
  const shown = over === -1 ? lines : lines.slice(0, over);
  return { shown, left: lines.length - shown.length };
}

function list(name: string, values: readonly string[]): string[] {
  if (values.length === 0) return [];
  const more = values.length - NAMED;
  const named = values.slice(0, NAMED).map((value) => inOneLine(value, 200));
  return [`${name}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function dots(parts: ReadonlyArray<string | null>): string {
  return parts.filter((part) => part !== null).join(' · ');
}

export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
