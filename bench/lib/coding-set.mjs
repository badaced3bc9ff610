/** The sessions of bench/sets/coding in a store, and questions put to it from their projects, on their days. */
import { join } from 'node:path';
import { askHistory } from './answer.mjs';
import { score } from './metrics.mjs';
import { from, midturn, root } from './program.mjs';
import { readQuestions } from './questions.mjs';
import { importMessages } from './sessions.mjs';
import { readText, UsageError } from './usage.mjs';

export const sets = join(root, 'bench', 'sets');

function codingQuestions() {
  const questions = readQuestions(join(sets, 'coding', 'questions.json'));
  for (const { id, project, evidence } of questions)
    if (typeof project !== 'string' || !Array.isArray(evidence) || evidence.length === 0)
      throw new UsageError(`coding question ${id} lacks \`project\` or \`evidence\``);
  return questions;
}

/**
 * Imports the sessions, each project in a workspace of the place.
 * @returns a map from ref to message id
 */
export function importCoding(place) {
  const lines = readText(join(sets, 'coding', 'sessions.ndjson'), 'sessions')
    .trim()
    .split('\n');
  const projects = [...new Set(codingQuestions().map(({ project }) => project))];
  for (const project of projects) from(place, project);
  const messages = lines.map((line) => {
    const { cwd, ...message } = JSON.parse(line);
    const folders = cwd.split('/');
    const at = folders.findIndex((folder) => projects.includes(folder));
    if (at === -1)
      throw new UsageError(`message ${message.id} belongs to no project that is asked about: ${cwd}`);
    return { ...message, cwd: join(place.home, ...folders.slice(at)) };
  });
  return importMessages(place, messages);
}

/**
 * Asks each question from its project, by a server whose clock shows `asked_at`. `take(question, answer)` is called
 * with each answer, in order of project and day; `ask(server, text)` makes the call.
 */
export async function askEach(place, questions, take, ask = askHistory) {
  const groups = grouped(questions);
  for (const [first, ...others] of groups.values()) {
    const { project, asked_at } = first;
    const here = from(place, project);
    const server = await midturn(asked_at === undefined ? here : on(here, asked_at));
    for (const question of [first, ...others]) take(question, await ask(server, question.text));
    await server.close();
  }
}

/** Retrieval figures of answers to questions that have evidence. */
export async function positives(place, ids) {
  const rows = [];
  await askEach(place, codingQuestions(), (question, { refs, verdict, ms }) => {
    const { id, category, evidence } = question;
    const ranked = refs.map((ref) => ids.get(ref));
    rows.push({ id, category, verdict, ms, ranked, scores: score(ranked, evidence) });
  });
  return rows;
}

function grouped(questions) {
  const groups = new Map();
  for (const question of questions) {
    const key = `${question.project} ${question.asked_at}`;
    groups.set(key, [...(groups.get(key) ?? []), question]);
  }
  return groups;
}

/** The same place at another time: a server started there takes `day` (ISO 8601) for now. */
export function on(place, day) {
  const clock = new URL('./clock.mjs', import.meta.url).href;
  return { ...place, env: { ...place.env, NODE_OPTIONS: `--import=${clock}`, BENCH_NOW: day } };
}
