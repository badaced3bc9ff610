/** The recall service: a question in, the memories that fit it out, or the plain word that none does. */
import { readFile as readFromDisk } from 'node:fs/promises';
import type { Semantic } from '../embeddings/index.ts';
import type { Answer } from '../model/answer.ts';
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { WEIGHTS, type Weights } from '../text/weights.ts';
import { asOfMoment, type Moment } from './as-of.ts';
import type { Unseen } from './asking.ts';
import { memoriesFor } from './candidates.ts';
import { explained } from './explain.ts';
import { type FileBudget, filesNow, type ReadFile } from './files.ts';
import { blockOf, closingOf, hitOf, nextCall, scopeName, sentenceOf } from './lines.ts';
import { linksOf } from './links.ts';
import { asksSkills, type FittingSkill, skillBlock, skillHit, skillsFor } from './skills.ts';
import type { RecallHit, RecallRequest } from './types.ts';

export type RecallDeps = {
  readonly store: Store;
  readonly now: Clock;
  /** Nearness by meaning; null where it is off. */
  readonly semantic?: Semantic | null;
  /** Default: all signals. */
  readonly weights?: Weights;
  /** Reads a file of the checkout, by its absolute path. Default: from the disk. */
  readonly readFile?: ReadFile;
  /** How much looking at files one answer may cost. Default: 20 files, 50 ms. */
  readonly fileBudget?: FileBudget;
};

export type RecallService = {
  /**
   * Answers a question from memory. Wrong numbers are brought into range; an empty question gets a sentence.
   * @throws UserInputError for an `asOf` that is no time, or lies in the future
   */
  readonly ask: (caller: Caller, request: RecallRequest) => Promise<Answer<RecallHit>>;
};

const LIMIT = { default: 5, most: 20 } as const;

export function recallService({
  store: all,
  now,
  semantic = null,
  weights = WEIGHTS,
  readFile = readFromDisk,
  fileBudget,
}: RecallDeps): RecallService {
  return {
    ask: async (caller, request) => {
      const time = now();
      const store = await storeWithin(all, caller);
      const asOf = request.asOf === undefined ? null : asOfMoment(request.asOf, time);
      const asking = { store, semantic, weights, caller, request, asOf, now: time };
      // A skill of another time is not in the clients' folders any more.
      const fitting =
        asOf === null && asksSkills(request) ? await skillsFor(asking, limitOf(request.limit)) : null;
      const skills = fitting ?? [];
      const onlySkills = request.kinds?.every((kind) => kind === 'skill') === true;
      if ((onlySkills && asksSkills(request)) || skills.some(({ whole }) => whole))
        return ofSkills(caller, request, asOf, fitting);
      const none = fitting === null && request.kinds?.includes('skill') === true ? [NO_SKILLS] : [];
      const found = await memoriesFor(asking, limitOf(request.limit));
      const { shown, count } = found;
      const notes = [...found.unseen.map(unseenLine), ...none];
      if (shown.length === 0 && skills.length > 0) return ofSkills(caller, request, asOf, skills, notes);
      if (shown.length === 0) {
        if (found.unseen.length > 0)
          return silent(`${notes.join(' ')}`, 'nothing relevant', found.noWords ? [] : [HISTORY]);
        if (found.noWords) return silent(NO_WORDS, 'no words to search for', notes);
        const unplaced = isUnplaced(caller, request) ? [NO_PROJECT] : [];
        return silent(nothingIn(caller, request, asOf), 'nothing relevant', [...unplaced, HISTORY, ...notes]);
      }
      // The files of another time tell nothing of what held then.
      const files = await filesNow(
        asOf === null ? shown.map(({ memory }) => memory) : [],
        caller.project,
        readFile,
        fileBudget,
      );
      const details = await Promise.all(
        shown.map(async (one, index) => ({
          fitting: one,
          files: files[index] ?? null,
          links: await linksOf(store, one, asOf),
          why: request.explain === true ? explained(one) : null,
        })),
      );
      const hits = [...details.map(hitOf), ...skills.map(skillHit)];
      return {
        sentence: [
          sentenceOf(shown, found.phraseMissing, asOf),
          ...(skills.length === 0 ? [] : [`Below them: ${skillsSentence(skills)}`]),
        ].join(' '),
        blocks: [
          ...details.map((one) => blockOf(one, caller, asOf)),
          ...skills.map((one) => skillBlock(one, (skill) => scopeName(skill, caller))),
        ],
        closing: [...closingOf(details), ...notes],
        next: (fit) => nextCall(request, fit, shown.length, count, LIMIT.most),
        hits,
        abstained: false,
        reason: hits.every(({ weak }) => weak) ? 'weak match' : null,
      };
    },
  };
}

const NO_WORDS =
  'The question holds no word to search for: send a few telling ones, a name, an error code or a "quoted phrase".';
const NO_SKILLS = 'No skills are stored yet.';
const NO_PROJECT =
  'This call names no project: scope:"all" looks in every one. The client names its own in the header `Midturn-Project`.';
const HISTORY = 'What was said and done in earlier sessions: recall_history({query:"the same words"})';

function silent(sentence: string, reason: string, closing: readonly string[]): Answer<RecallHit> {
  return { sentence, blocks: [], closing, next: () => null, hits: [], abstained: true, reason };
}

function ofSkills(
  caller: Caller,
  request: RecallRequest,
  asOf: Moment | null,
  skills: readonly FittingSkill[] | null,
  notes: readonly string[] = [],
): Answer<RecallHit> {
  if (asOf !== null)
    return silent('Skills are answered as they are now: leave `as_of` out.', 'no skills', notes);
  if (skills === null) return silent(NO_SKILLS, 'no skills are stored', notes);
  if (skills.length === 0) return silent(noSkillIn(caller, request), 'nothing relevant', notes);
  return {
    sentence: skillsSentence(skills),
    blocks: skills.map((one) => skillBlock(one, (skill) => scopeName(skill, caller))),
    closing: notes,
    next: (fit) => nextCall(request, fit, skills.length, skills.length, LIMIT.most),
    hits: skills.map(skillHit),
    abstained: false,
    reason: skills.every(({ weak }) => weak) ? 'weak match' : null,
  };
}

function skillsSentence(skills: readonly FittingSkill[]): string {
  const one = skills.length === 1;
  const count = `${skills.length} ${one ? 'skill' : 'skills'}`;
  if (skills.every(({ weak }) => weak)) return `${count} may fit (weak ${one ? 'match' : 'matches'}):`;
  return `${count} ${one ? 'fits' : 'fit'}:`;
}

function noSkillIn({ project }: Caller, { scope }: RecallRequest): string {
  if (scope === 'all') return 'No skill in any project fits.';
  if (scope === 'user') return 'No skill of the user fits.';
  const here = project === null ? 'No skill' : 'No skill of this project';
  return scope === 'project' || project === null ? `${here} fits.` : `${here} or of the user fits.`;
}

function unseenLine({ id, why }: Unseen): string {
  return `${id} ${why}.`;
}

/** Over the network, where nothing but the client can tell which project is meant. */
function isUnplaced({ surface, project }: Caller, { scope }: RecallRequest): boolean {
  return surface === 'http' && project === null && scope !== 'all' && scope !== 'user';
}

function nothingIn({ project }: Caller, { scope }: RecallRequest, asOf: Moment | null): string {
  const when = asOf === null ? 'is stored' : `held as of ${asOf.label}`;
  if (scope === 'all') return `Nothing relevant ${when} in any project.`;
  if (scope === 'user') return `Nothing relevant ${when} for the user.`;
  const here = project === null ? 'outside of projects' : 'in this project';
  return scope === 'project'
    ? `Nothing relevant ${when} ${here}.`
    : `Nothing relevant ${when} ${here} or for the user.`;
}

function limitOf(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return LIMIT.default;
  return Math.min(LIMIT.most, Math.max(1, Math.trunc(limit)));
}
