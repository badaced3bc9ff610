/** Checks the question sets: counts, ids, that evidence exists, that no question stands twice. Exits 1 with what is wrong. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const read = (path) => readFileSync(join(here, path), 'utf8');
const wrong = [];
const expect = (holds, what) => {
  if (!holds) wrong.push(what);
};
const STOP = new Set(
  'a an and any are at be by can did do does for from has have how i in into is it its me my not of on or our per should that the there this to two us use used was way we were what when where which who why will with you your'.split(
    ' ',
  ),
);
const words = (text) =>
  (text.toLowerCase().match(/[a-z]{2,}/g) ?? [])
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => !STOP.has(word));
const tally = (items, key) => {
  const counts = {};
  for (const item of items) counts[item[key]] = (counts[item[key]] ?? 0) + 1;
  return counts;
};

function unique(set, items, keyOf, what) {
  const seen = new Set();
  for (const item of items) {
    expect(!seen.has(keyOf(item)), `${set}: ${what} stands twice: ${keyOf(item)}`);
    seen.add(keyOf(item));
  }
}
const plain = (question) => words(question).join(' ');

function asked(set, questions) {
  unique(set, questions, ({ id }) => id, 'id');
  unique(set, questions, ({ project, question }) => `${project}: ${question.toLowerCase()}`, 'question');
  for (const { id, question, asked_at } of questions) {
    expect(typeof question === 'string' && plain(question) !== '', `${set}: ${id} asks nothing`);
    expect(!Number.isNaN(Date.parse(asked_at)), `${set}: ${id} has no time`);
  }
}

/** Words of each project's messages or facts. */
const vocabulary = new Map();
function learn(name, text) {
  const known = vocabulary.get(name) ?? new Set();
  vocabulary.set(name, known);
  for (const word of words(text)) known.add(word);
}

// Coding
const messages = read('coding/sessions.ndjson')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const coding = JSON.parse(read('coding/questions.json'));
const byId = new Map(messages.map((message) => [message.id, message]));
unique('coding', messages, ({ id }) => id, 'message id');
asked('coding', coding);
const sessions = tally(messages, 'session');
const sizes = Object.values(sessions);
expect(sizes.length >= 32, `coding: ${sizes.length} sessions`);
expect(Math.min(...sizes) >= 14 && Math.max(...sizes) <= 40, `coding: ${sizes} messages`);
expect(coding.length >= 160, `coding: ${coding.length} questions`);
for (const { id, project, evidence, asked_at } of coding) {
  expect(evidence.length > 0, `coding: ${id} has no evidence`);
  for (const at of evidence) {
    const message = byId.get(at);
    expect(message !== undefined, `coding: ${id}: no message ${at}`);
    expect(at.startsWith(`${project}-`), `coding: ${id}: ${at} is of another project`);
    expect(message?.time < asked_at, `coding: ${id} was asked before ${at}`);
  }
}
for (const { session, text, parts } of messages) {
  learn(session.replace(/-\d+$/, ''), text ?? JSON.stringify(parts));
}

// Negatives
const negatives = JSON.parse(read('negatives/questions.json'));
asked('negatives', negatives);
const kinds = tally(negatives, 'kind');
for (const [kind, least] of [
  ['nonsense', 30],
  ['other-domain', 60],
  ['near-miss', 110],
  ['other-project', 40],
]) {
  expect((kinds[kind] ?? 0) >= least, `negatives: ${kinds[kind]} of ${kind}`);
}
expect(negatives.length >= 240, `negatives: ${negatives.length} questions`);
const positive = new Set(coding.map(({ project, question }) => `${project}: ${plain(question)}`));
for (const { id, kind, project, question } of negatives) {
  expect(vocabulary.has(project), `negatives: ${id}: no project ${project}`);
  expect(!positive.has(`${project}: ${plain(question)}`), `negatives: ${id} is asked in coding`);
  const shared = words(question).some((word) => vocabulary.get(project)?.has(word));
  expect(kind !== 'near-miss' || shared, `negatives: ${id} shares no word with ${project}: ${question}`);
}

// Facts
const facts = JSON.parse(read('facts/facts.json'));
const asks = JSON.parse(read('facts/questions.json'));
unique('facts', facts, ({ id }) => id, 'id');
unique('facts', facts, ({ content }) => content, 'fact');
asked('facts', asks);
const factOf = new Map(facts.map((fact) => [fact.id, fact]));
const replaced = new Set(facts.flatMap(({ replaces }) => replaces ?? []));
for (const { id, scope, project, replaces, remembered_at } of facts) {
  expect((scope === 'user') === (project === null), `facts: ${id}: scope and project disagree`);
  if (replaces === undefined) continue;
  expect(factOf.get(replaces)?.remembered_at < remembered_at, `facts: ${id} replaces a later or unknown one`);
}
for (const { project, title, content } of facts) {
  for (const name of project === null ? ['quillmark', 'orchardgrid'] : [project])
    learn(name, `${title} ${content}`);
}
for (const { id, kind, project, question, expected, accept = [] } of asks) {
  for (const one of [...expected, ...accept]) {
    const fact = factOf.get(one);
    expect(fact !== undefined, `facts: ${id}: no fact ${one}`);
    expect(fact?.project === null || fact?.project === project, `facts: ${id}: ${one} is of another project`);
    expect(!replaced.has(one), `facts: ${id} expects ${one}, which is superseded`);
  }
  const shared = words(question).some((word) => vocabulary.get(project)?.has(word));
  expect(kind !== 'near-miss' || shared, `facts: ${id} shares no word with ${project}: ${question}`);
}
const answerable = asks.filter(({ expected }) => expected.length > 0).length;
expect(facts.length >= 70, `facts: ${facts.length} facts`);
expect(asks.length >= 140, `facts: ${asks.length} questions`);
expect(Math.abs(answerable / asks.length - 0.5) < 0.05, `facts: ${answerable} of ${asks.length} answerable`);

// Directives
const turns = read('directives/turns.ndjson')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const KINDS = new Set(['directive', 'correction', 'decision', 'fix', 'procedure']);
unique('directives', turns, ({ id }) => id, 'id');
unique('directives', turns, ({ messages: said }) => JSON.stringify(said), 'turn');
for (const { id, messages: said, expect: wanted } of turns) {
  const text = said
    .map(({ text: words, tool }) => [words, tool?.command, tool?.wrote].join(' '))
    .join(' ')
    .toLowerCase();
  expect(said.length > 0, `directives: ${id} is empty`);
  for (const { kind, scope, must_contain: parts } of wanted) {
    expect(KINDS.has(kind) && ['user', 'project'].includes(scope), `directives: ${id}: ${kind} ${scope}`);
    expect(parts.length > 0, `directives: ${id} expects nothing certain`);
    for (const part of parts)
      expect(text.includes(part.toLowerCase()), `directives: ${id}: nobody said ${part}`);
  }
}
const trapped = turns.filter(({ expect: wanted }) => wanted.length === 0).length;
const early = turns.filter(({ written_before: before }) => before).length;
const later = turns.filter(({ part }) => part === 'after').length;
expect(
  early >= 100 && turns.length >= 200,
  `directives: ${turns.length} turns, ${early} of them written before`,
);
expect(Math.abs(trapped / turns.length - 0.5) < 0.06, `directives: ${trapped} of ${turns.length} are traps`);

const say = (name, text) => process.stdout.write(`${name.padEnd(10)} ${text}\n`);
say(
  'coding',
  `${sizes.length} sessions, ${messages.length} messages, ${coding.length} questions ${JSON.stringify(tally(coding, 'category'))}`,
);
say('negatives', `${negatives.length} questions ${JSON.stringify(kinds)}`);
say(
  'facts',
  `${facts.length} facts, ${replaced.size} superseded, ${asks.length} questions, ${answerable} answerable ${JSON.stringify(tally(asks, 'kind'))}`,
);
say(
  'directives',
  `${turns.length} turns, ${early} written before the rules, ${later} after, ${trapped} traps ${JSON.stringify(tally(turns, 'language'))}`,
);
for (const what of wrong) process.stderr.write(`${what}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
