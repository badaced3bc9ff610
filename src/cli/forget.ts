/** `midturn forget`: a memory, a message, a session or a project is no longer found; with --erase its words go too. */
import type { EraseReport, ForgetPreview, ForgetReport } from '../memories/index.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { columns, counted, oneLine, size } from './layout.ts';
import { memoryRows } from './memory.ts';

/** Of what else holds the words, this many are named. */
const NAMED = 10;

export function forgetCommand(program: Command, act: Act): void {
  program
    .command('forget')
    .summary('forget a memory, a message, a session or a project')
    .description(
      'Forgets: it is never recalled or found again, also when it is imported again. With --erase its words, and what was made of them, are overwritten in every file of the home; that cannot be undone.',
    )
    .argument('[what]', 'a memory (m_4f9k2c), a message (k3f9a2/17), or a session (k3f9a2)')
    .option('--project <name>', 'all of a project: its sessions and its memories')
    .option('--erase', 'overwrite the words everywhere, for good')
    .option('--reason <why>', 'why, for the record')
    .option('--yes', 'do not ask')
    .examples(
      'midturn forget m_4f9k2c --reason "we moved to pnpm" --yes',
      'midturn forget k3f9a2/17 --erase',
      'midturn forget --project old-shop --erase',
    )
    .action(act(forget));
}

async function forget(invocation: Invocation): Promise<number> {
  const { flags, io, app, command } = invocation;
  const project = flags.text('project');
  if (project !== undefined && invocation.words.length > 0) {
    throw command.wrong('--project stands alone', { why: `${invocation.words[0]} was given as well` });
  }
  const request = {
    target: project ?? invocation.word('what to forget'),
    isProject: project !== undefined,
    erase: flags.has('erase'),
    reason: flags.text('reason') ?? 'forgotten at the command line',
  };
  const caller = await invocation.caller();
  const memories = await app.memories();
  const preview = await memories.previewForget(request);
  if (!flags.has('yes')) {
    if (!invocation.mayAsk && (request.erase || preview.kind !== 'memory')) {
      throw command.wrong('this asks before it goes on, and nobody is there to answer', {
        hint: `Add --yes to ${request.erase ? 'erase' : 'forget'} ${preview.id}.`,
      });
    }
    if (invocation.mayAsk) {
      const lines = previewText(preview, request.erase, io.columns.stderr);
      if (lines.length > 0) invocation.print(...lines, '');
      const agreed = await io.ask.confirm(question(preview, request.erase, io.columns.stderr), false);
      if (agreed !== true) {
        invocation.print('Nothing was forgotten.');
        return 1;
      }
    }
  }
  const report = await memories.forgetAny(caller, request);
  if (invocation.json) invocation.printJson(report);
  else invocation.print(...reportText(report, io.columns.stdout));
  return report.erased?.check === 'found' ? 1 : 0;
}

function question({ id, title }: ForgetPreview, erase: boolean, width: number): string {
  return `${erase ? 'Erase' : 'Forget'} ${id}, "${oneLine(title, Math.max(20, width - 24))}"${erase ? ', for good' : ''}?`;
}

function previewText(preview: ForgetPreview, erase: boolean, width: number): string[] {
  const { holders, goes, stays } = preview;
  const lines: string[] = [];
  if (holders.messages > 0 && preview.kind !== 'message')
    lines.push(`${counted(holders.messages, 'message')} of it.`);
  if (holders.copies.length > 0) {
    const named = holders.copies.slice(0, NAMED).join(', ');
    lines.push(
      `${counted(holders.copies.length, 'copy', 'copies')} in other sessions ${erase ? 'go too' : 'stay'}: ${named}${more(holders.copies)}`,
    );
  }
  const others = goes.filter(({ short }) => short !== preview.id);
  if (others.length > 0) {
    lines.push(`${counted(others.length, 'memory', 'memories')} with it:`);
    lines.push(...memoryRows(others.slice(0, NAMED), width));
  }
  if (stays.length > 0) {
    lines.push(`${counted(stays.length, 'memory', 'memories')} made of it or saying the same, kept:`);
    lines.push(...memoryRows(stays.slice(0, NAMED), width));
  }
  if (erase) {
    const parts = [
      ...(holders.versions > 1 ? [counted(holders.versions, 'version')] : []),
      ...(holders.items > 0 ? [counted(holders.items, 'suggestion')] : []),
      ...(holders.skills.length > 0 ? [counted(holders.skills.length, 'skill')] : []),
      ...holders.projections,
    ];
    if (parts.length > 0) lines.push(`What holds the words as well: ${parts.join(', ')}.`);
  }
  if (holders.cited.length > 0) {
    lines.push(
      `It was said in ${holders.cited.slice(0, NAMED).join(', ')}${more(holders.cited)}: that stays.`,
    );
  }
  return lines;
}

function more(list: readonly unknown[]): string {
  return list.length > NAMED ? ` and ${list.length - NAMED} more` : '';
}

function reportText(report: ForgetReport, width: number): string[] {
  const { erased } = report;
  const what = [
    ...(report.messages > 0 && report.kind !== 'message' ? [counted(report.messages, 'message')] : []),
    ...(report.kind === 'memory' && report.memories.length < 2
      ? []
      : report.memories.length > 0
        ? [counted(report.memories.length, 'memory', 'memories')]
        : []),
  ];
  const shown =
    erased === null && report.title !== '' ? `${report.id}, "${oneLine(report.title, width)}"` : report.id;
  return [
    `${erased === null ? 'Forgotten' : 'Erased'}: ${shown}${what.length === 0 ? '' : ` (${what.join(', ')})`}.`,
    ...(erased === null ? [] : erasedText({ title: report.title, erased })),
    ...(erased === null || report.transcripts.length === 0
      ? []
      : [
          'The client’s own transcripts still hold it; they are not midturn’s to change:',
          ...report.transcripts.map((path) => `  ${clean(path)}`),
        ]),
  ];
}

function erasedText({ title, erased }: { title: string; erased: EraseReport }): string[] {
  const { files, check, searched, problems } = erased;
  const looked = `${counted(searched.files, 'file')} (${size(searched.bytes)})`;
  const inbox = erased.left.filter(isInInbox).map(clean);
  const left = erased.left.filter((name) => !isInInbox(name)).map(clean);
  const found = [
    ...(left.length === 0
      ? []
      : [
          `the words still stand in ${left.join(', ')}. Forget these too, or delete the file or cut the words out yourself.`,
        ]),
    ...(inbox.length === 0
      ? []
      : [
          `${left.length === 0 ? 'the words' : 'They also'} stand in ${inbox.join(', ')}, which another program has put there and no compile has taken yet: look at ${inbox.length === 1 ? 'it' : 'them'} before the next one.`,
        ]),
  ].join(' ');
  const words = {
    none: `Searched ${looked} of the home: the words are in none of them.`,
    found: `Searched ${looked} of the home: ${found}`,
    rewritten:
      'The store was written anew without it. The words are not known any more, so no file was searched.',
    unsearchable: 'The words are too short to be told from others in a search; the store was written anew.',
    later: 'Another midturn process reads the store: what its journal still holds goes when that one ends.',
  } as const;
  return [
    ...columns(files.map(({ path, done }) => [done, clean(path)])),
    words[check],
    ...shortText(title, erased),
    ...problems.map(clean),
  ];
}

/** What still waits there; in the folders below is what was taken out of it. */
function isInInbox(name: string): boolean {
  return /^inbox\/[^/]+$/.test(name);
}

/** What was not looked for, apart from what was. */
function shortText(title: string, { check, short }: EraseReport): string[] {
  if (short.length === 0 || (check !== 'none' && check !== 'found')) return [];
  const [only = ''] = short;
  const result = `${check === 'none' ? 'its other words were searched and not found' : 'only its other words were searched'}.`;
  if (short.length === 1) {
    const what = only === title.trim() ? 'The title' : 'The text';
    return [`${what} "${oneLine(only, 40)}" is too short to search for; ${result}`];
  }
  const named = short.slice(0, 3).map((text) => `"${oneLine(text, 40)}"`);
  return [
    `${counted(short.length, 'text')} of it (${named.join(', ')}${short.length > 3 ? ', …' : ''}) are too short to search for; ${result}`,
  ];
}
