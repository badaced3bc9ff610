/** `midturn remember`: keep one durable fact. */
import { Option } from 'commander';
import type { RememberRequest, RememberResult } from '../memories/index.ts';
import { SCOPES } from '../model/memory.ts';
import { clean } from '../text/clean.ts';
import type { Command } from './command.ts';
import type { Act, Invocation } from './invocation.ts';
import { readText } from './stdin.ts';

/** More than any memory takes: how much too long the text is, is the service's to say. */
const STDIN_BYTES = 100_000;
/** Whoever types in a terminal of their own is known; a script or an agent could be anybody. */
const AS_AGENT =
  'No terminal of a person is attached: it is stored as the word of an agent, found by recall and not shown at the start of sessions.';
const SPEAKERS = ['user', 'agent'] as const;

export function rememberCommand(program: Command, act: Act): void {
  program
    .command('remember')
    .summary('keep a fact for later sessions')
    .description(
      'Keeps one durable fact: a preference, a decision with its reason, a convention, a pitfall and its cure.',
    )
    .argument('<text...>', 'the fact in one to three sentences, or - to read it from stdin')
    .option('--title <title>', 'how it is listed (default: its first sentence)')
    .addOption(
      new Option('--scope <scope>', 'project = this project (default); user = about you, everywhere').choices(
        SCOPES,
      ),
    )
    .option('--tag <tag>', 'a tag; may be given several times', collect)
    .option('--path <file>', 'a file it is about; may be given several times', collect)
    .option('--alias <words>', 'other words to find it by; may be given several times', collect)
    .option('--replaces <id>', 'id or title of the memory that it takes the place of')
    .option('--part-of <id>', 'id or title of the memory that it is a part of')
    .option('--see-also <id>', 'id or title of a memory to point at; may be given several times', collect)
    .addOption(
      new Option('--said-by <who>', 'who said it; a claim, the transcript decides').choices(SPEAKERS),
    )
    .examples(
      'midturn remember "Releases are tagged vX.Y.Z, never X.Y.Z"',
      'midturn remember --scope user "I prefer tabs"',
      'git log -1 --format=%B | midturn remember - --tag release',
    )
    .action(act(remember));
}

async function remember(invocation: Invocation): Promise<number> {
  const request = await requestOf(invocation);
  await invocation.app.refuseAgentInPause(invocation.facts);
  const caller = await invocation.caller();
  const result = await (await invocation.app.memories()).remember(caller, request);
  if (invocation.json) invocation.printJson(result);
  else {
    invocation.print(sentenceFor(result, caller.project?.name ?? null));
    if (!caller.personPresent && result.origin === 'agent') invocation.print(AS_AGENT);
    if (await invocation.app.isPaused())
      invocation.print('Capture is paused: nothing else is kept before `midturn resume`.');
  }
  return result.status === 'rejected' ? 1 : 0;
}

async function requestOf(invocation: Invocation): Promise<RememberRequest> {
  const { flags, words, io } = invocation;
  const title = flags.text('title');
  const scope = flags.choice('scope', SCOPES);
  const replaces = flags.text('replaces');
  const partOf = flags.text('part-of');
  const saidBy = flags.choice('said-by', SPEAKERS);
  const [tags, paths, aliases] = [flags.texts('tag'), flags.texts('path'), flags.texts('alias')];
  const seeAlso = flags.texts('see-also');
  const fromStdin = words.length === 1 && words[0] === '-';
  const content = fromStdin ? await readText(io.stdin, STDIN_BYTES) : invocation.joined('the text');
  if (content.trim() === '') throw invocation.command.wrong('stdin is empty');
  return {
    content,
    ...(title === undefined ? {} : { title }),
    ...(scope === undefined ? {} : { scope }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(paths.length === 0 ? {} : { paths }),
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(partOf === undefined ? {} : { partOf }),
    ...(seeAlso.length === 0 ? {} : { seeAlso }),
    ...(saidBy === undefined ? {} : { saidBy }),
  };
}

function sentenceFor(result: RememberResult, project: string | null): string {
  const where = result.scope === 'user' ? 'about you, everywhere' : `for project ${project ?? 'unknown'}`;
  const what = {
    accepted: `Remembered as ${result.id} ${where}`,
    merged: `Already known: merged into ${result.id}`,
    replaced: `Remembered as ${result.id}, in place of ${result.replaced ?? 'the old one'}`,
    needs_review: `Stored as ${result.id}, but not recalled before it is reviewed (\`midturn review\`)`,
    rejected: 'Not remembered',
  }[result.status];
  return clean(result.reason === undefined ? `${what}.` : `${what}: ${result.reason}.`);
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
