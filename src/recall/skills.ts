/**
 * The skills that fit a question: there are few of them, so all that are in use here are ranked as they stand, by the
 * analyser and the judgement that records have.
 */
import type { AnswerBlock } from '../model/answer.ts';
import type { Skill } from '../model/skill.ts';
import { day, iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import { rankRecords } from '../text/ranking.ts';
import { analyse, analyseQuery } from '../text/terms.ts';
import { type AskedCorpus, type Asking, weightsOf } from './asking.ts';
import { isDoubtful, judgeOf, leastShown } from './confidence.ts';
import { relatedTo } from './related-words.ts';
import type { RecallHit, RecallRequest } from './types.ts';

/** Read for one question; clients list far fewer. */
const MOST = 1_000;

export type FittingSkill = {
  readonly skill: Skill;
  readonly score: number;
  readonly weak: boolean;
  /** It was asked for by its id or name, so all of it is shown. */
  readonly whole: boolean;
};

/** True where skills are asked for, or one of them by its id or name. */
export function asksSkills({ kinds, query }: RecallRequest): boolean {
  return (
    kinds?.includes('skill') === true ||
    (kinds === undefined && /\bk_[0-9a-z]{4,26}\b|\bmidturn-[a-z0-9]/i.test(query))
  );
}

/** Best first; null where there are none at all. */
export async function skillsFor(asking: Asking, limit: number): Promise<readonly FittingSkill[] | null> {
  const { request, caller } = asking;
  const skills = await skillsHere(asking);
  if (skills.length === 0) return null;
  const named = skills.filter((skill) => isNamed(skill, request.query));
  if (named.length > 0)
    return named.slice(0, limit).map((skill) => ({ skill, score: 10, weak: false, whole: true }));
  const query = analyseQuery(request.query);
  if (request.kinds === undefined || query.terms.length === 0) return [];
  const { corpus, streams } = indexed(skills, query.terms);
  const weights = weightsOf(corpus, query);
  const judge = judgeOf(corpus, request.query, caller.project?.name ?? null);
  const judged = rankRecords(weights, streams).flatMap((ranked) => {
    const [skill, stream] = [skills[ranked.row], streams[ranked.row]];
    if (skill === undefined || stream === undefined || ranked.matched === 0) return [];
    const { title, slug, description, content } = skill;
    const text = { title, tags: [slug.replaceAll('-', ' ')], aliases: [description], content, paths: [] };
    return [{ skill, score: ranked.score, sure: judge.sure({ record: stream, via: null }, text) }];
  });
  const least = leastShown(Math.max(...judged.map(({ sure }) => sure)), request.strict === true);
  return judged
    .filter(({ sure }) => sure >= least)
    .slice(0, limit)
    .map(({ skill, score, sure }) => ({ skill, score, weak: isDoubtful(sure), whole: false }));
}

async function skillsHere({ store, caller, request }: Asking): Promise<readonly Skill[]> {
  const { scope } = request;
  const found = await store.skills.list({
    states: ['active'],
    limit: MOST,
    ...(scope === 'user' || scope === 'project' ? { scope } : {}),
    ...(scope === 'all' ? {} : { projects: caller.project?.ids ?? [] }),
  });
  return found.filter(({ owner }) => owner === caller.owner);
}

function isNamed({ short, id, slug }: Skill, question: string): boolean {
  const words: readonly string[] = question.toLowerCase().match(/[\w-]+/g) ?? [];
  if (words.includes(short) || words.includes(id) || words.includes(`midturn-${slug}`)) return true;
  return words.length === 1 && words[0] === slug;
}

/** The terms of all skills, numbered for this question. */
function indexed(skills: readonly Skill[], asked: readonly string[]) {
  const numbers = new Map<string, number>();
  const streams = skills.map((skill, row) => {
    const { title, slug, description, content } = skill;
    const terms = analyse([title, slug.replaceAll('-', ' '), description, content].join('\n'));
    const numbered = terms.map((term) => {
      const number = numbers.get(term) ?? numbers.size + 1;
      numbers.set(term, number);
      return number;
    });
    const at = skill.updatedAt;
    return { row, session: 0, place: row, terms: Uint32Array.from(numbered), at, cues: 0, author: 0 };
  });
  const sets = streams.map(({ terms }) => new Set(terms));
  const known = (term: string) => {
    const number = numbers.get(term) ?? null;
    const documents = number === null ? 0 : sets.filter((set) => set.has(number)).length;
    return { term, number, documents };
  };
  const total = streams.reduce((sum, { terms }) => sum + terms.length, 0);
  const corpus: AskedCorpus = {
    documents: streams.length,
    averageLength: total / streams.length,
    terms: asked.map((term) => ({
      ...known(term),
      others: relatedTo(term)
        .filter((other) => !asked.includes(other))
        .map(known)
        .filter(({ documents }) => documents > 0),
    })),
  };
  return { corpus, streams };
}

/** `[k_4f9k2c] title · scope · skill`, what it is for, and how to read it whole; the whole of it when it was asked for. */
export function skillBlock(
  { skill, weak, whole }: FittingSkill,
  ofProject: (skill: Skill) => string,
): AnswerBlock {
  const { short, title, description, content, slug, updatedAt } = skill;
  const head = [
    `[${short}] ${oneLine(title)}`,
    ofProject(skill),
    'skill',
    day(updatedAt),
    weak ? 'weak match' : null,
  ];
  const lines = [
    head.filter((part) => part !== null).join(' · '),
    description,
    ...(whole
      ? ['', content]
      : [`whole: recall({query:${JSON.stringify(short)}}) · published as midturn-${slug}`]),
  ];
  return { text: clean(lines.join('\n')), keep: 'start', ref: short };
}

export function skillHit({ skill, score, weak }: FittingSkill): RecallHit {
  const { short, title, content, description, scope, projectName, origin, state, updatedAt, sources } = skill;
  return {
    id: short,
    title: clean(title),
    text: clean(`${description}\n\n${content}`),
    scope,
    project: projectName,
    origin,
    state,
    at: iso(updatedAt),
    score: Math.round(score * 1000) / 1000,
    files: null,
    sources,
    weak,
    links: [],
  };
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}
