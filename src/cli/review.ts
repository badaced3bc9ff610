/** `midturn review`: what waits for a person's decision. */
import { Option } from 'commander';
import { type MidturnError, UserInputError } from '../model/errors.ts';
import { REMOVAL_CLAIM } from '../model/memory.ts';
import type { Publish } from '../skills/index.ts';
import type { Command } from './command.ts';
import { editorOf } from './editor.ts';
import { listCommand, refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { counted, oneLine } from './layout.ts';
import { editableText, editedWords } from './review-edit.ts';
import { allWaiting, itemJson, itemText, type Waiting, waitingOne } from './review-items.ts';
import { placesText } from './skill.ts';

const WHERE = ['user', 'repo', 'none'] as const satisfies readonly Publish[];

export function reviewCommand(program: Command, act: Act): void {
  const group = program
    .command('review')
    .summary('decide on what waits for a person')
    .description(
      'Lists the memories and skills that wait for a person, and takes decisions. Deciding needs a terminal of your own.',
    );
  listCommand(group, 'list what waits')
    .examples('midturn review', 'midturn review list --json')
    .action(act(list));
  group
    .command('show')
    .summary('show one with its evidence')
    .description('Shows what waits: its words, why it waits, what it rests on, and what it would change.')
    .argument('<id>', 'its id, as in m_4f9k2c')
    .examples('midturn review show m_4f9k2c')
    .action(act(show));
  publishOption(
    group
      .command('approve')
      .summary('put it in force')
      .description(
        'Puts what waits in force, or makes what is in force on an agent’s word your own. It counts as your own word from then on.',
      )
      .argument('[ids...]', 'ids, as in m_4f9k2c or k_7d3x9p')
      .option('--all', 'everything that waits'),
  )
    .examples('midturn review approve m_4f9k2c', 'midturn review approve k_7d3x9p --publish repo')
    .action(act((invocation) => decide(invocation, 'approve')));
  group
    .command('reject')
    .summary('refuse it')
    .description('Refuses what waits. It is never recalled or published.')
    .argument('[ids...]', 'ids, as in m_4f9k2c or k_7d3x9p')
    .option('--all', 'everything that waits')
    .option('--reason <why>', 'why, for the record')
    .examples('midturn review reject m_4f9k2c --reason "not true any more"')
    .action(act((invocation) => decide(invocation, 'reject')));
  publishOption(
    group
      .command('edit')
      .summary('put your own wording in force')
      .description('Opens what waits in $VISUAL or $EDITOR; what you save is put in force as your own words.')
      .argument('<id>', 'its id, as in m_4f9k2c'),
  )
    .examples('midturn review edit m_4f9k2c')
    .action(act(edit));
}

function publishOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--publish <where>',
      'for skills: user (your own folders), repo (this repository), or none',
    ).choices(WHERE),
  );
}

async function list(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  const waiting = await allWaiting(invocation);
  if (invocation.json) {
    const items = [];
    for (const one of waiting) items.push(await itemJson(invocation, one));
    invocation.printJson({ items, next_cursor: null });
    return 0;
  }
  if (waiting.length === 0) {
    invocation.print('Nothing waits for you.');
    return 0;
  }
  const width = invocation.io.columns.stdout;
  invocation.print(
    `${countedKinds(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for you:`,
    ...waiting.flatMap(({ id, title, why, place }) => [
      '',
      `${id}  ${oneLine(title, width - 12)}`,
      `  ${oneLine(`${place === 'user' ? 'about you' : `project ${place}`} · ${why}`, width - 4)}`,
    ]),
    '',
    'See one with `midturn review show ID`; decide with `midturn review approve ID` or `midturn review reject ID`.',
  );
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const one = await waitingOne(invocation, invocation.word('the id'));
  if (invocation.json) invocation.printJson({ items: [await itemJson(invocation, one)], next_cursor: null });
  else invocation.print(...(await itemText(invocation, one)));
  return 0;
}

type Outcome = {
  readonly id: string;
  readonly decision: 'approve' | 'reject';
  readonly state: string;
  readonly published?: readonly string[];
};

async function decide(invocation: Invocation, decision: 'approve' | 'reject'): Promise<number> {
  const { facts, flags, io } = invocation;
  const reason = flags.text('reason') ?? '';
  const chosen = await chosenOnes(invocation, decision);
  if (chosen.length === 0) {
    if (invocation.json) invocation.printJson({ decided: [], failed: [] });
    else invocation.print('Nothing waits for you.');
    return 0;
  }
  // Without a person the service refuses, with the reason: there is nobody to ask.
  if (facts.personPresent) {
    for (const one of chosen) io.err(`${(await itemText(invocation, one)).join('\n')}\n\n`);
    if (!(await agreed(invocation, chosen, decision))) {
      io.err('Nothing was changed.\n');
      return 1;
    }
  }
  const done: Outcome[] = [];
  const failed: Array<{ readonly id: string; readonly error: string }> = [];
  for (const one of chosen) {
    try {
      done.push(
        decision === 'approve' ? await approve(invocation, one, null) : await reject(invocation, one, reason),
      );
    } catch (error) {
      // Of several, one that cannot be decided keeps no other from it.
      if (chosen.length === 1 || !(error instanceof UserInputError)) throw error;
      failed.push({ id: one.id, error: messageOf(error) });
      io.err(`${one.id}: ${messageOf(error)}\n`);
    }
  }
  const [first] = done;
  if (invocation.json && chosen.length === 1 && !flags.has('all')) invocation.printJson(first);
  else if (invocation.json) invocation.printJson({ decided: done, failed });
  return failed.length === 0 ? 0 : 1;
}

function messageOf(error: MidturnError): string {
  return error.message;
}

/** Each once, in the order given; with `--all` everything that waits. */
async function chosenOnes(
  invocation: Invocation,
  decision: 'approve' | 'reject',
): Promise<readonly Waiting[]> {
  const { words, flags, command } = invocation;
  if (flags.has('all')) {
    if (words.length > 0) throw command.wrong('--all takes no ids');
    return allWaiting(invocation);
  }
  if (words.length === 0 || words.some((word) => word.trim() === '')) {
    throw command.wrong('no id is given', { hint: 'Give ids, or --all.' });
  }
  const chosen = new Map<string, Waiting>();
  for (const word of words) {
    const one = await waitingOne(invocation, word, { inForce: decision === 'approve' });
    chosen.set(one.id, one);
  }
  return [...chosen.values()];
}

/** One by its id or a plain yes; of several their number, so that nobody waves a list through. */
async function agreed(
  { io }: Invocation,
  chosen: readonly Waiting[],
  decision: 'approve' | 'reject' | 'put your words in force',
): Promise<boolean> {
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) {
    const what = decision === 'put your words in force' ? decision : `${decision} this`;
    const typed = await io.ask.text(`Type ${only.id} or yes to ${what}`);
    const answer = (typed ?? '').trim().toLowerCase();
    return answer === 'yes' || answer === only.id;
  }
  const typed = await io.ask.text(`Type ${chosen.length} to ${decision} all ${chosen.length}`);
  return (typed ?? '').trim() === String(chosen.length);
}

type OwnWords = { readonly title: string; readonly description: string; readonly content: string };

async function approve(invocation: Invocation, one: Waiting, words: OwnWords | null): Promise<Outcome> {
  const { app } = invocation;
  const caller = await invocation.caller();
  const seen = { version: one.version, ...(words === null ? {} : { words }) };
  if (one.kind === 'memory') {
    const memory = await (await app.memories()).decide(caller, one.id, 'approve', 'terminal', '', seen);
    const gone = memory.claim === REMOVAL_CLAIM;
    tell(
      invocation,
      gone
        ? `Approved: ${one.title.replace(/^Forget /, 'forgot ')}.`
        : one.kind === 'memory' && one.memory.state === 'active'
          ? `Approved: ${memory.short} counts as your own word and is shown at session start.`
          : `Approved: ${memory.short} is in force.`,
    );
    return { id: memory.short, decision: 'approve', state: memory.state };
  }
  const publish = await publishChoice(invocation, one.skill);
  const { skill, places, rejected } = await (await app.skills()).approve(caller, one.skill.id, {
    how: 'terminal',
    ...seen,
    ...(publish === undefined ? {} : { publish }),
  });
  const state = skill.state === 'active' ? 'in force' : 'retired';
  tell(invocation, `Approved: ${skill.short} is ${state}.`, ...placesText(places));
  if (rejected.length > 0)
    tell(
      invocation,
      `Rejected with it: ${rejected.map(({ short }) => short).join(', ')} (${skill.short} was retired).`,
    );
  const published = places.filter(({ status }) => status === 'written' || status === 'unchanged');
  return {
    id: one.id,
    decision: 'approve',
    state: skill.state,
    published: published.map(({ path }) => path),
  };
}

async function reject(invocation: Invocation, one: Waiting, reason: string): Promise<Outcome> {
  const { app } = invocation;
  const caller = await invocation.caller();
  if (one.kind === 'memory') {
    const memory = await (await app.memories()).decide(caller, one.id, 'reject', 'terminal', reason);
    const stays = memory.claim === REMOVAL_CLAIM;
    tell(
      invocation,
      stays
        ? `Rejected: ${memory.short}; nothing was forgotten.`
        : `Rejected: ${memory.short} is never recalled.`,
    );
    return { id: memory.short, decision: 'reject', state: memory.state };
  }
  const { skill } = await (await app.skills()).reject(caller, one.skill.id, reason, 'terminal');
  tell(invocation, `Rejected: ${skill.short} is never published.`);
  return { id: skill.short, decision: 'reject', state: skill.state };
}

/** A repository is other people's too: nothing is written into it unless a person says so. */
async function publishChoice(
  { flags, io, mayAsk }: Invocation,
  { scope, revises, projectName, slug }: Extract<Waiting, { kind: 'skill' }>['skill'],
): Promise<Publish | undefined> {
  const given = flags.choice('publish', WHERE);
  if (given !== undefined || scope === 'user' || revises !== null || !mayAsk) return given;
  const where = projectName ?? 'this repository';
  const yes = await io.ask.confirm(
    `Write midturn-${slug} into ${where} (.agents/skills, .claude/skills)?`,
    false,
  );
  return yes === true ? 'repo' : 'none';
}

async function edit(invocation: Invocation): Promise<number> {
  const { facts, io } = invocation;
  const one = await waitingOne(invocation, invocation.word('the id'));
  if (!facts.personPresent) {
    // Refused by the service, in its words.
    await approve(invocation, one, null);
    return 1;
  }
  const before = editableText(one);
  const after = await io.ask.edit(before, editorOf(io.env));
  if (after === null || after.trim() === '') {
    io.err('Nothing was changed.\n');
    return 1;
  }
  const words = editedWords(one, after);
  if (!(await agreed(invocation, [one], after === before ? 'approve' : 'put your words in force'))) {
    io.err('Nothing was changed.\n');
    return 1;
  }
  const outcome = await approve(invocation, one, after === before ? null : words);
  if (invocation.json) invocation.printJson(outcome);
  return 0;
}

function tell(invocation: Invocation, ...lines: readonly string[]): void {
  if (!invocation.json) invocation.print(...lines);
}

function countedKinds(waiting: readonly Waiting[]): string {
  const memories = waiting.filter(({ kind }) => kind === 'memory').length;
  const skills = waiting.length - memories;
  return [
    ...(memories === 0 ? [] : [counted(memories, 'memory', 'memories')]),
    ...(skills === 0 ? [] : [counted(skills, 'skill')]),
  ].join(' and ');
}
