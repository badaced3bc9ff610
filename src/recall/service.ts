/** The recall service: a question in, the memories that fit it out, or the plain word that none does. */
import { readFile as readFromDisk } from 'node:fs/promises';
import type { Answer, AnswerBlock } from '../model/answer.ts';
import type { Caller } from '../model/caller.ts';
import type { Memory } from '../model/memory.ts';
import { type Clock, day, iso } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { clean } from '../text/clean.ts';
import { analyseQuery } from '../text/terms.ts';
import { type Fitting, memoriesFor } from './candidates.ts';
import { type FileBudget, type FileState, fileStates, type ReadFile } from './files.ts';
import type { RecallHit, RecallRequest } from './types.ts';

export type RecallDeps = {
  readonly store: Store;
  readonly now: Clock;
  /** Reads a file of the checkout, by its absolute path. Default: from the disk. */
  readonly readFile?: ReadFile;
  /** How much looking at files one answer may cost. Default: 20 files, 50 ms. */
  readonly fileBudget?: FileBudget;
};

export type RecallService = {
  /** Answers a question from memory. Wrong numbers are brought into range; an empty question gets a sentence. */
  readonly ask: (caller: Caller, request: RecallRequest) => Promise<Answer<RecallHit>>;
};

const LIMIT = { default: 5, most: 20 } as const;

export function recallService({
  store,
  now,
  readFile = readFromDisk,
  fileBudget,
}: RecallDeps): RecallService {
  return {
    ask: async (caller, request) => {
      const query = analyseQuery(request.query);
      if (query.terms.length === 0) return silent(NO_WORDS, 'no words to search for', []);
      const { fitting, phraseMissing } = await memoriesFor(store, caller, request, query, now());
      if (fitting.length === 0) return silent(nothingIn(caller, request), 'nothing relevant', [HISTORY]);
      const limit = limitOf(request.limit);
      const shown = fitting.slice(0, limit);
      const files = await fileStates(
        shown.map(({ memory }) => memory),
        caller.project,
        readFile,
        fileBudget,
      );
      const hits = shown.map((one, index) => hitOf(one, files[index] ?? null));
      return {
        sentence: sentenceOf(shown, phraseMissing),
        blocks: shown.map((one, index) => blockOf(one, files[index] ?? null, caller)),
        closing: closingOf(shown, files),
        next: (count) => nextCall(request, count, shown.length, fitting.length),
        hits,
        abstained: false,
        reason: hits.every(({ weak }) => weak) ? 'weak match' : null,
      };
    },
  };
}

const NO_WORDS =
  'The question holds no word to search for: send a few telling ones, a name, an error code or a "quoted phrase".';
const HISTORY = 'What was said and done in earlier sessions: recall_history({query:"the same words"})';

function silent(sentence: string, reason: string, closing: readonly string[]): Answer<RecallHit> {
  return { sentence, blocks: [], closing, next: () => null, hits: [], abstained: true, reason };
}

function nothingIn({ project }: Caller, { scope }: RecallRequest): string {
  if (scope === 'all') return 'Nothing relevant is stored in any project.';
  if (scope === 'user') return 'Nothing relevant is stored for the user.';
  const here = project === null ? 'outside of projects' : 'in this project';
  return scope === 'project'
    ? `Nothing relevant is stored ${here}.`
    : `Nothing relevant is stored ${here} or for the user.`;
}

function limitOf(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return LIMIT.default;
  return Math.min(LIMIT.most, Math.max(1, Math.trunc(limit)));
}

function sentenceOf(shown: readonly Fitting[], phraseMissing: boolean): string {
  const one = shown.length === 1;
  const count = `${shown.length} ${one ? 'memory' : 'memories'}`;
  if (phraseMissing)
    return `No memory holds the quoted words as they stand; ${count} ${one ? 'comes' : 'come'} close:`;
  if (shown.every(({ weak }) => weak)) return `${count} may fit (weak ${one ? 'match' : 'matches'}):`;
  return `${count} ${one ? 'fits' : 'fit'}:`;
}

function closingOf(shown: readonly Fitting[], files: ReadonlyArray<FileState | null>): string[] {
  const closing: string[] = [];
  if (files.some((state) => state === 'changed' || state === 'missing')) {
    closing.push('Files that a memory speaks of have changed since: check it before relying on it.');
  }
  const source = shown.flatMap(({ memory }) => memory.sources)[0];
  if (source !== undefined && /^[0-9a-z]{4,26}\/\d{1,9}$/.test(source)) {
    closing.push(`To read what was said there: recall_history({ref:${JSON.stringify(source)}})`);
  }
  return closing;
}

/** The exact call for what does not fit into the answer, or lies past its limit. */
function nextCall(request: RecallRequest, count: number, shown: number, found: number): string | null {
  if (count >= shown && (shown >= found || shown >= LIMIT.most)) return null;
  const { query, scope, kinds } = request;
  const parts = [
    `query:${JSON.stringify(query)}`,
    ...(scope === undefined ? [] : [`scope:${JSON.stringify(scope)}`]),
    ...(kinds === undefined ? [] : [`kinds:${JSON.stringify(kinds)}`]),
    `limit:${count < shown ? shown : Math.min(LIMIT.most, found)}`,
    ...(count < shown ? ['max_tokens:8000'] : []),
  ];
  return `recall({${parts.join(', ')}})`;
}

/** `[m_4f9k2c] title · scope · 2026-11-21 · origin · unchanged`, the content, and where it comes from. */
function blockOf({ memory, weak }: Fitting, files: FileState | null, caller: Caller): AnswerBlock {
  const { short, title, content, updatedAt, origin, evidence, replaces, sources, paths } = memory;
  const head = [
    `[${short}] ${oneLine(title)}`,
    scopeName(memory, caller),
    day(updatedAt),
    origin,
    files,
    origin === 'agent' && !evidence.proven ? 'unproven' : null,
    weak ? 'weak match' : null,
    replaces[0] === undefined ? null : `replaces ${replaces[0]}`,
  ].filter((part) => part !== null);
  const from = [
    sources.length === 0 ? null : `source ${sources.join(', ')}`,
    paths.length === 0 ? null : `files ${paths.map(({ path }) => path).join(', ')}`,
  ].filter((part) => part !== null);
  const body = oneLine(content).replace(/[.。]$/, '') === oneLine(title) ? [] : [content];
  const text = [head.join(' · '), ...body, ...(from.length === 0 ? [] : [from.join(' · ')])].join('\n');
  return { text: clean(text), keep: 'start', ref: short };
}

/** Another project is named; the caller's own is just `project`. */
function scopeName({ scope, project, projectName }: Memory, caller: Caller): string {
  if (scope === 'user') return 'user';
  if (project === null || caller.project?.ids.includes(project) === true) return 'project';
  return `project ${oneLine(projectName ?? project)}`;
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

function hitOf({ memory, score, weak }: Fitting, files: FileState | null): RecallHit {
  const { short, title, content, scope, projectName, origin, state, updatedAt, sources } = memory;
  return {
    id: short,
    title: clean(title),
    text: clean(content),
    scope,
    project: projectName,
    origin,
    state,
    at: iso(updatedAt),
    score: Math.round(score * 1000) / 1000,
    files,
    sources,
    weak,
  };
}
