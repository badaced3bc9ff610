/** `midturn import`: transcripts become sessions that can be searched. */
import { performance } from 'node:perf_hooks';
import { Option } from 'commander';
import type { App } from '../app/app.ts';
import type { ImportRequest } from '../app/capture-desk.ts';
import type { Discovery, ImportReport } from '../capture/index.ts';
import { SourceError } from '../model/errors.ts';
import type { Command } from './command.ts';
import { planLines, summarise } from './import-plan.ts';
import { reportLines } from './import-report.ts';
import type { Act, Invocation } from './invocation.ts';
import { progressLine, type Step } from './progress.ts';

const CLIENTS = ['codex', 'claude-code', 'ndjson'] as const;

export function importCommand(program: Command, act: Act): void {
  program
    .command('import')
    .summary('read sessions from transcripts')
    .description(
      'Reads sessions from transcripts. Without a path: all of Codex and Claude Code on this machine. What was read before is not read again, so it may be run at any time, and stopped.',
    )
    .argument('[path...]', 'transcripts, folders of them, or NDJSON files with one message a line')
    .addOption(
      new Option(
        '--client <client>',
        'take the files as those of this client (default: look into them)',
      ).choices(CLIENTS),
    )
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only show what would be read')
    .addHelpText(
      'after',
      `\nNDJSON, one message a line: {"session":"a","role":"user","text":"…"}, and if known author, time, tool, cwd.`,
    )
    .examples('midturn import', 'midturn import ~/.codex/sessions/2026', 'midturn import log.ndjson --json')
    .action(act(importSessions));
}

async function importSessions(invocation: Invocation): Promise<number> {
  const { flags, app, command } = invocation;
  if (invocation.words.some((path) => path.trim() === '')) throw command.wrong('a path is empty');
  const client = flags.choice('client', CLIENTS);
  const request: ImportRequest = {
    paths: invocation.words,
    confirmed: false,
    ...(client === undefined ? {} : { client }),
  };
  const plan = await app.planImport(request);
  if (flags.has('dry-run')) return showPlan(invocation, plan);
  if (plan.files.length === 0 && plan.unfit.length === 0) return foundNothing(invocation, request);
  refuseEmpty(invocation.words, plan);
  const agreed = await agree(invocation, plan);
  if (agreed === null) {
    invocation.print('Nothing was imported.');
    return 1;
  }
  const confirmed = agreed.confirmed ? await app.planImport({ ...request, confirmed: true }) : plan;
  const began = performance.now();
  const report = await read(invocation, confirmed);
  if (invocation.json) invocation.printJson(report);
  else invocation.print(...reportLines(report, performance.now() - began));
  const useless =
    report.files.failed > 0 && report.files.read + report.files.unchanged + report.files.excluded === 0;
  return report.stopped || useless ? 1 : 0;
}

async function showPlan(invocation: Invocation, plan: Discovery): Promise<number> {
  const summary = await summarise(plan, (path) => invocation.app.peekProject(path));
  if (invocation.json) {
    invocation.printJson({
      files: plan.files.map(({ file, adapter, bytes }) => ({
        path: file.path,
        client: adapter.client,
        bytes,
      })),
      ...summary,
      skipped: plan.unfit.map(({ path, reason }) => ({ path, line: null, reason })),
    });
  } else {
    invocation.print(...planLines(plan, summary));
  }
  return 0;
}

/** Of many files some may well be empty; when all that was named is, that is the answer. */
function refuseEmpty([path]: readonly string[], { files, unfit }: Discovery): void {
  if (path === undefined || unfit.length > 0 || files.some(({ bytes }) => bytes > 0)) return;
  const which = files.length === 1 ? `${path} is empty` : 'All of these files are empty';
  throw new SourceError({
    what: `Nothing was imported: ${which}`,
    next: 'Name a file that holds a transcript',
  });
}

/** The report of an import that had nothing to read. */
const EMPTY: ImportReport = {
  sessions: [],
  skipped: [],
  skipped_lines: 0,
  redacted: {},
  unknown: {},
  passed: {},
  files: { read: 0, unchanged: 0, failed: 0, excluded: 0 },
  added: 0,
  revised: 0,
  copies: 0,
  bytes: 0,
  stopped: false,
};

async function foundNothing(invocation: Invocation, { paths, client }: ImportRequest): Promise<number> {
  if (invocation.json) invocation.printJson(EMPTY);
  else
    invocation.print(
      `No transcripts were found in ${(await placesOf(invocation.app, paths, client)).join(' or ')}.`,
    );
  return 0;
}

async function placesOf(
  app: App,
  paths: readonly string[],
  client: ImportRequest['client'],
): Promise<readonly string[]> {
  if (paths.length > 0) return paths;
  const { capture } = await app.config();
  const places = [
    { client: 'codex', root: capture.codex_home },
    { client: 'claude-code', root: capture.claude_home },
  ];
  return places.filter((place) => client === undefined || place.client === client).map(({ root }) => root);
}

/**
 * Asks what only a person can answer; null = they said no. `confirmed` = what NDJSON says a user said are their words:
 * text of another's making would otherwise count as said by them.
 */
async function agree(
  invocation: Invocation,
  plan: Discovery,
): Promise<{ readonly confirmed: boolean } | null> {
  const { app, flags, facts, io } = invocation;
  const generic = plan.files.filter(({ adapter }) => adapter.client === 'ndjson').length;
  if (flags.has('yes')) return { confirmed: facts.personPresent && generic > 0 };
  // While capture is paused the import refuses: there is nothing to ask first.
  if (!invocation.mayAsk || plan.files.length === 0 || (await app.isPaused())) return { confirmed: false };
  const { counts } = await (await app.status()).report(await invocation.caller());
  if (counts.sessions === 0) {
    io.err(`${planLines(plan, await summarise(plan, (path) => app.peekProject(path))).join('\n')}\n\n`);
    const agreed = await io.ask.confirm(
      'Import these? They stay on this machine; secrets are cut out.',
      true,
    );
    if (agreed !== true) return null;
  }
  if (generic === 0) return { confirmed: false };
  const which = generic === 1 ? 'an NDJSON file' : `${generic} NDJSON files`;
  const own = await io.ask.confirm(
    `There is ${which}. Are the user's words in it your own? Then they count as said by you.`,
    false,
  );
  return own === null ? null : { confirmed: own };
}

async function read(invocation: Invocation, plan: Discovery): Promise<ImportReport> {
  const { app, io } = invocation;
  const abort = new AbortController();
  const progress = progressLine(io, () => performance.now());
  const release = io.onInterrupt(() => {
    progress.end();
    io.err('Stopping after what is being written …\n');
    abort.abort();
  });
  try {
    const caller = await invocation.caller();
    const onProgress = (step: Step): void => {
      if (!abort.signal.aborted) progress.step(step);
    };
    return await (await app.capture()).run(plan, caller, { signal: abort.signal, onProgress });
  } finally {
    release();
    progress.end();
  }
}
