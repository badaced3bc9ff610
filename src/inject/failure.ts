/**
 * "This error was met before": said when the same error of the same program was followed, in a captured session, by the
 * same command passing, with something changed in between. Anything less says nothing.
 */
import { currentTurn } from '../history/index.ts';
import type { Caller } from '../model/caller.ts';
import type { SessionId } from '../model/ids.ts';
import type { Message } from '../model/message.ts';
import { day } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { clipEnd } from '../text/clip.ts';
import {
  type ErrorSignature,
  errorSignature,
  isNondescript,
  isOfItsPlace,
  normaliseErrorLine,
  sameError,
} from '../text/error-signature.ts';
import { fence } from '../text/fence.ts';
import { type CommandShape, commandShape } from '../text/shell-command.ts';
import { analyse } from '../text/terms.ts';
import { type Run, runsIn } from './runs.ts';
import type { Failure, InjectDeps } from './types.ts';

/** Most that is said, UTF-16 units. */
const MOST = 700;
/** Postings read, messages judged by their text, and sessions read on from there. */
const BUDGET = 20_000;
const LOOKED_AT = 40;
const FOLLOWED = 8;
/** UTF-16 units of outputs that are compared, 80,000 of one at most: an output as long takes some 15 ms. */
const JUDGED = 1_000_000;
const LONGEST = 80_000;
/** How far before and behind a failure its session is read, in messages. */
const AROUND = { before: 12, after: 160 } as const;
const NAMED = { files: 5, commands: 3, command: 80 } as const;

export async function knownFailure(
  deps: InjectDeps,
  caller: Caller,
  failure: Failure,
): Promise<string | null> {
  if (!deps.settings.failures || caller.project === null || failure.exitCode === 0) return null;
  const shape = commandShape(failure.command);
  const signature = errorSignature(failure.error);
  if (shape.programs.length === 0 || isNondescript(signature)) return null;
  const known =
    (await mendedBefore(deps, caller, shape, signature)) ??
    (await pitfallKept(deps, caller, shape, signature));
  if (known === null) return null;
  const { feedback } = deps.store;
  const { session } = caller;
  // An agent that runs into it again and again has it before its eyes already.
  if (session !== null && (await feedback.shownTo(session)).has(known.ref)) return null;
  await feedback.record([{ kind: 'shown', target: known.ref, session }]);
  return known.text;
}

/** What is said, and the message or record that it rests on. */
type Known = { readonly text: string; readonly ref: string };

async function mendedBefore(
  { store }: InjectDeps,
  caller: Caller,
  shape: CommandShape,
  signature: ErrorSignature,
): Promise<Known | null> {
  const followed = new Set<SessionId>();
  for (const candidate of await failedBefore(store, caller, signature)) {
    if (followed.size >= FOLLOWED) break;
    followed.add(candidate.session);
    const fix = await fixOf(store, candidate, shape, signature);
    const text = fix === null ? null : rendered(fix);
    if (fix !== null && text !== null) return { text, ref: fix.passed.ref };
  }
  return null;
}

/** A record of a pitfall, where the session that it was learned in is not there any more: it must name the very error. */
async function pitfallKept(
  { recall }: InjectDeps,
  caller: Caller,
  { programs }: CommandShape,
  signature: ErrorSignature,
): Promise<Known | null> {
  const { strong, said } = signature;
  const [error] = strong;
  if (error === undefined) return null;
  const { hits } = await recall.ask(caller, { query: said, kinds: ['recall'], strict: true });
  const names = programs.map((program) => program.split(' ')[0] ?? program);
  const hit = hits.find(
    ({ text, origin }) =>
      origin !== 'tool' &&
      text.split('\n').some((line) => normaliseErrorLine(line).includes(error)) &&
      names.some((name) => text.toLowerCase().includes(name)) &&
      isOfItsPlace(signature, text),
  );
  if (hit === undefined) return null;
  for (const limit of [450, 350, 250]) {
    const { text, cut } = clipEnd(hit.text, limit);
    const more = cut === 0 ? '' : `… (the rest: recall({query:"${hit.id}"}))`;
    const whole = `This error was met before:\n${fence(`[${hit.id}] ${text}${more}`, { kind: 'failure' })}`;
    if (whole.length <= MOST) return { text: whole, ref: hit.id };
  }
  return null;
}

/** Messages of tools that hold the error, newest first; none of the turn that is going on. */
async function failedBefore(
  store: Store,
  caller: Caller,
  signature: ErrorSignature,
): Promise<readonly Message[]> {
  const { strong, weak } = signature;
  const words = strong[0] ?? weak.slice(0, 2).join(' ');
  const terms = [...new Set(analyse(words))];
  if (terms.length === 0) return [];
  const current = await currentTurn(store, caller);
  const corpus = await store.search.corpus('messages', terms);
  const found = await store.search.messages(
    corpus.terms,
    {
      projects: caller.project?.ids ?? [],
      role: 'tool',
      ...(current === null ? {} : { exclude: current.running }),
    },
    BUDGET,
    LOOKED_AT,
  );
  const messages = await store.messages.byRows(found.map(({ row }) => row));
  const told = messages
    .filter(({ kind, turnState, state }) => kind === 'said' && turnState === 'active' && state === 'kept')
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0) || b.row - a.row);
  // Words in common are many; sessions that only share some must not use up those that are read on.
  let room = JUDGED;
  return told.filter(({ text }) => {
    room -= Math.min(text.length, LONGEST);
    return room >= 0 && sameError(signature, errorSignature(text));
  });
}

type Fix = {
  readonly failed: Run;
  readonly passed: Run;
  readonly said: string;
  readonly files: readonly string[];
  readonly commands: readonly string[];
};

async function fixOf(
  store: Store,
  { session, position, row }: Message,
  shape: CommandShape,
  signature: ErrorSignature,
): Promise<Fix | null> {
  const messages = await store.messages.window(session, position, AROUND.before, AROUND.after);
  const runs = runsIn(messages.filter(({ turnState }) => turnState === 'active'));
  const start = runs.findIndex((run) => run.row === row);
  const failed = runs[start];
  if (failed?.command == null || failed.outcome !== 'failed') return null;
  const before = commandShape(failed.command);
  if (!before.programs.some((program) => shape.programs.includes(program))) return null;
  const was = errorSignature(failed.output);
  if (!sameError(signature, was)) return null;
  const files = new Set<string>();
  const commands = new Set<string>();
  for (const run of runs.slice(start + 1)) {
    if (run.command === null) {
      if (run.outcome === 'passed') for (const file of run.files) files.add(file);
      continue;
    }
    const now = commandShape(run.command);
    const isSame = before.steps.every((step) => now.steps.includes(step));
    if (isSame && passes(run, now, was)) {
      if (files.size + commands.size === 0) return null;
      return { failed, passed: run, said: was.said, files: [...files], commands: [...commands] };
    }
    if (isSame || run.outcome !== 'passed') continue;
    for (const file of run.files) files.add(file);
    if (changesThings(now)) for (const step of now.steps) commands.add(step);
  }
  return null;
}

/** It ended well, and what it printed does not say otherwise: a pipe hides how the step before it has ended. */
function passes(run: Run, shape: CommandShape, was: ErrorSignature): boolean {
  if (run.outcome !== 'passed') return false;
  const now = errorSignature(run.output);
  const isStill = [...was.strong, ...was.weak].some((line) => [...now.strong, ...now.weak].includes(line));
  return !isStill && (!shape.masked || now.strong.length + now.weak.length === 0);
}

/** Looking at things mends nothing; nor does another check of the same code. */
const LOOKS =
  /^(?:git (?:status|diff|log|show|blame|branch|fetch|grep)|sed -n|awk|jq|diff|stat|file|du|df|ps|env|man|node -e|python3? -c|curl|which|npm (?:ls|view|outdated|test|run)|pnpm (?:ls|test|run)|yarn (?:test|run)|cargo (?:test|check|clippy|tree)|go (?:test|vet|list)|docker (?:ps|logs|images|inspect)|pytest|vitest|jest|tsc|eslint|biome|ruff|mypy|node)\b/;

function changesThings({ steps }: CommandShape): boolean {
  return steps.some((step) => !LOOKS.test(step));
}

function rendered({ failed, passed, said, files, commands }: Fix): string | null {
  const date = failed.at === null ? '' : ` on ${day(failed.at)}`;
  const open = `How it went: recall_history({ref:"${passed.ref}", around:8})`;
  const shown = commands.filter((step) => changesThings({ steps: [step], programs: [], masked: false }));
  const lines = (limit: number): string[] => [
    `[${failed.ref}]${date}: ${clipEnd(said, limit).text}`,
    ...(files.length === 0 ? [] : [`Changed then: ${listed(files, NAMED.files, limit)}`]),
    ...(shown.length === 0 ? [] : [`Run then: ${listed(shown.map(short), NAMED.commands, limit)}`]),
    `[${passed.ref}] the same command passed.`,
  ];
  for (const limit of [200, 120, 70]) {
    const body = fence(lines(limit).join('\n'), { kind: 'failure' });
    const text = `This error was met before, and mended:\n${body}\n${open}`;
    if (text.length <= MOST) return text;
  }
  return null;
}

function listed(items: readonly string[], most: number, room: number): string {
  const more = items.length - most;
  const text = clipEnd(items.slice(-most).join(', '), room).text;
  return more > 0 ? `${text} and ${more} more` : text;
}

function short(step: string): string {
  const { text, cut } = clipEnd(step, NAMED.command);
  return `\`${text}${cut === 0 ? '' : '…'}\``;
}
