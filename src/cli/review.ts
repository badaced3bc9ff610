/** `midturn review`: what waits for a person's decision. */

import { UserInputError } from '../model/errors.ts';
import type { Memory } from '../model/memory.ts';
import { iso } from '../model/time.ts';
import type { Command } from './command.ts';
import { listCommand, refuseWords } from './group.ts';
import type { Act, Invocation } from './invocation.ts';
import { block, counted, oneLine } from './layout.ts';
import { memoryText } from './memory.ts';

/** Of a message that a memory rests on, what is shown beside it, in characters. */
const EVIDENCE_LENGTH = 600;

type Evidence = { readonly ref: string; readonly text: string | null };

export function reviewCommand(program: Command, act: Act): void {
  const group = program
    .command('review')
    .summary('decide on what waits for a person')
    .description(
      'Lists what waits for a person, and takes decisions. Approving and rejecting need a terminal of your own.',
    );
  listCommand(group, 'list what waits')
    .examples('midturn review', 'midturn review list --json')
    .action(act(list));
  group
    .command('show')
    .summary('show one with its evidence')
    .description('Shows what waits: its words, why it waits, and what it rests on.')
    .argument('<id>', 'its id, as in m_4f9k2c')
    .examples('midturn review show m_4f9k2c')
    .action(act(show));
  group
    .command('approve')
    .summary('put it in force')
    .description('Puts what waits in force. It counts as your own word from then on.')
    .argument('<id>', 'its id, as in m_4f9k2c')
    .examples('midturn review approve m_4f9k2c')
    .action(act((invocation) => decide(invocation, 'approve')));
  group
    .command('reject')
    .summary('refuse it')
    .description('Refuses what waits. It is never recalled.')
    .argument('<id>', 'its id, as in m_4f9k2c')
    .option('--reason <why>', 'why, for the record')
    .examples('midturn review reject m_4f9k2c --reason "not true any more"')
    .action(act((invocation) => decide(invocation, 'reject')));
}

async function list(invocation: Invocation): Promise<number> {
  refuseWords(invocation);
  const caller = await invocation.caller();
  const waiting = await (await invocation.app.memories()).waiting(caller);
  if (invocation.json) {
    const items = [];
    for (const memory of waiting) items.push(itemJson(memory, await evidenceOf(invocation, memory)));
    invocation.printJson({ items, next_cursor: null });
    return 0;
  }
  if (waiting.length === 0) {
    invocation.print('Nothing waits for you.');
    return 0;
  }
  const width = invocation.io.columns.stdout;
  invocation.print(
    `${counted(waiting.length, 'memory', 'memories')} ${waiting.length === 1 ? 'waits' : 'wait'} for you:`,
    ...waiting.flatMap((memory) => [
      '',
      `${memory.short}  ${oneLine(memory.title, width - 12)}`,
      `  ${oneLine(memory.reason ?? 'it needs a review', width - 4)}`,
    ]),
    '',
    'See one with `midturn review show ID`; decide with `midturn review approve ID` or `midturn review reject ID`.',
  );
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const memory = await waitingMemory(invocation);
  const evidence = await evidenceOf(invocation, memory);
  if (invocation.json) invocation.printJson({ items: [itemJson(memory, evidence)], next_cursor: null });
  else invocation.print(...itemText(memory, evidence));
  return 0;
}

async function decide(invocation: Invocation, decision: 'approve' | 'reject'): Promise<number> {
  const { app, facts, flags, io } = invocation;
  const reason = flags.text('reason') ?? '';
  const memory = await waitingMemory(invocation);
  // Without a person the service refuses, with the reason: there is nobody to ask.
  if (facts.personPresent) {
    io.err(`${itemText(memory, await evidenceOf(invocation, memory)).join('\n')}\n\n`);
    const typed = await io.ask.text(`Type ${memory.short} or yes to ${decision} this`);
    if (!agrees(typed, memory)) {
      io.err('Nothing was changed.\n');
      return 1;
    }
  }
  const decided = await (await app.memories()).decide(
    await invocation.caller(),
    memory.id,
    decision,
    'terminal',
    reason,
  );
  if (invocation.json) invocation.printJson({ id: decided.short, decision, state: decided.state });
  else
    invocation.print(
      decision === 'approve'
        ? `Approved: ${decided.short} is in force.`
        : `Rejected: ${decided.short} is never recalled.`,
    );
  return 0;
}

async function waitingMemory(invocation: Invocation): Promise<Memory> {
  const id = invocation.word('the id');
  const { memory } = await (await invocation.app.memories()).show(await invocation.caller(), id);
  if (memory.state === 'waiting') return memory;
  throw new UserInputError({
    what: `${memory.short} does not wait for review`,
    why: `it is ${memory.state}`,
    next: 'See `midturn review`',
  });
}

function agrees(typed: string | null, memory: Memory): boolean {
  const answer = (typed ?? '').trim().toLowerCase();
  return answer === 'yes' || answer === memory.short;
}

/** The messages that it rests on, as far as they are still there. */
async function evidenceOf(invocation: Invocation, memory: Memory): Promise<Evidence[]> {
  if (memory.evidence.refs.length === 0) return [];
  const [history, caller] = [await invocation.app.history(), await invocation.caller()];
  const found: Evidence[] = [];
  for (const ref of memory.evidence.refs) {
    try {
      const { hits } = await history.ask(caller, { ref, around: 0 });
      found.push({ ref, text: hits.find((hit) => hit.ref === ref)?.text ?? null });
    } catch (error) {
      // A message can be gone: the ref is shown all the same.
      if (!(error instanceof UserInputError)) throw error;
      found.push({ ref, text: null });
    }
  }
  return found;
}

function itemJson(memory: Memory, evidence: readonly Evidence[]): Readonly<Record<string, unknown>> {
  return {
    id: memory.short,
    family: 'memory_updates',
    scope: memory.scope,
    project: memory.projectName,
    title: memory.title,
    content: memory.content,
    origin: memory.origin,
    why: memory.reason,
    evidence,
    diff: null,
    created_at: iso(memory.createdAt),
  };
}

function itemText(memory: Memory, evidence: readonly Evidence[]): string[] {
  return [
    ...memoryText(memory),
    ...evidence.flatMap(({ ref, text }) => [
      '',
      `What it rests on, ${ref}:`,
      block(oneLine(text ?? 'no longer stored', EVIDENCE_LENGTH)),
    ]),
  ];
}
