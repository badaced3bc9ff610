/**
 * Writes sessions.ndjson and questions.json from the hand-written sources. Only the noise between the
 * messages is generated (listings, test output, logs), from a fixed seed: no question is about it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const ASKED = '2026-10-20T09:00:00Z';
const HEADER = /^## (\S+) (\S+)$/;
const SAID = /^(U|A)(?:#(\w+))?: (.*)$/;
const QUESTION = /^\?([a-z]+)([<>^]?) (?:@(\S+) )?(?:&(\w+) )?(.+)$/;

const PROJECTS = {
  fernshop: {
    cwd: '/home/mira/code/fernshop',
    folders: ['src/cart', 'src/stock', 'src/mail', 'src/plugins', 'src/jobs', 'test', 'docs', 'scripts'],
    files: 'index routes schema service types helpers mapper queries fixtures handlers README utils'.split(
      ' ',
    ),
    extension: '.ts',
    tests: (name, ms) => ` ✓ src/${name}/${name}.spec.ts > returns what was stored ${ms}ms`,
    run: 'npx vitest run',
  },
  siftlog: {
    cwd: '/home/tomasz/src/siftlog',
    folders: ['src', 'src/reader', 'src/format', 'src/output', 'tests', 'tests/fixtures', 'benches', 'docs'],
    files: 'mod lib main util args reader writer table buffer count summary level'.split(' '),
    extension: '.rs',
    tests: (name) => `test ${name}::tests::returns_what_was_given ... ok`,
    run: 'cargo test --lib',
  },
  tideline: {
    cwd: '/home/priya/src/tideline',
    folders: [
      'dags',
      'tideline',
      'tideline/sources',
      'tideline/transform',
      'models/staging',
      'tests',
      'infra',
    ],
    files: '__init__ common base client paths config readings tariffs regions weather factory hooks'.split(
      ' ',
    ),
    extension: '.py',
    tests: (name) => `tests/test_${name}.py ........                                   [ 42%]`,
    run: 'pytest -q',
  },
};
const REMARKS = [
  'Let me look around first.',
  'Checking what is there.',
  'One moment, I read the surroundings.',
  'Looking at the recent history.',
  'Running the rest of the suite to be sure.',
];
const SUBJECTS = [
  'tidy names',
  'split a long function',
  'bump patch versions',
  'move helpers',
  'clean the fixtures',
  'typo',
  'comment',
  'drop dead code',
  'sort imports',
];

/** Mulberry32: small, and the same everywhere. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seeded(20260209);
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const one = (from) => from[between(0, from.length - 1)];

/** A tool call and its output, as an agent that looks around leaves them. */
function noise(project) {
  const { folders, files, extension, tests, run } = PROJECTS[project];
  const folder = one(folders);
  const lines = [];
  const count = between(6, 45);
  switch (between(0, 3)) {
    case 0:
      for (let i = 0; i < count; i++) {
        lines.push(`-rw-r--r-- 1 dev dev ${between(180, 24000)} ${one(files)}_${between(1, 60)}${extension}`);
      }
      return { command: `ls -l ${folder}`, output: lines.join('\n') };
    case 1:
      for (let i = 0; i < count; i++) lines.push(tests(one(files), between(1, 90)));
      return { command: run, output: `${lines.join('\n')}\n${count} passed` };
    case 2:
      for (let i = 0; i < Math.min(count, 15); i++) {
        lines.push(`${between(0x1000000, 0xfffffff).toString(16)} ${one(SUBJECTS)} in ${one(folders)}`);
      }
      return { command: `git log --oneline -${lines.length}`, output: lines.join('\n') };
    default:
      for (let i = 0; i < Math.min(count, 20); i++) {
        lines.push(
          `${folder}/${one(files)}${extension}:${between(1, 400)}: // see ${one(files)} for the details`,
        );
      }
      return { command: `grep -rn "see " ${folder}`, output: lines.join('\n') };
  }
}

/** Sessions of one source: `{started, author, items}`, an item a message or a call with its output. */
function parse(source, name) {
  const sessions = [];
  const questions = [];
  let item;
  for (const [index, line] of source.split('\n').entries()) {
    const header = HEADER.exec(line);
    const said = SAID.exec(line);
    const asked = QUESTION.exec(line);
    const session = sessions.at(-1);
    if (header) sessions.push({ started: `${header[1]}:00Z`, author: header[2], items: [] });
    else if (said) {
      item = { role: said[1] === 'U' ? 'user' : 'assistant', label: said[2], text: said[3] };
      session.items.push(item);
    } else if (line.startsWith('$ ') || line.startsWith('=Read ')) {
      item = line.startsWith('$ ')
        ? { role: 'call', tool: 'Bash', arguments: { command: line.slice(2) }, lines: [] }
        : { role: 'call', tool: 'Read', arguments: { file_path: line.slice(6) }, lines: [] };
      session.items.push(item);
    } else if (asked) {
      const [, category, direction, at, label, question] = asked;
      questions.push({ category, direction, at, label, question, session, item });
    } else if (item?.lines) item.lines.push(line);
    else if (line !== '') throw new Error(`${name}:${index + 1} is not understood: ${line}`);
  }
  return { sessions, questions };
}

/** Spreads noise over a session: an agent looks around after it was asked. */
function withNoise(session, project) {
  const places = session.items.flatMap((item, index) => (item.role === 'user' ? [index] : []));
  const chosen = Array.from({ length: between(3, 11) }, () => one(places));
  return session.items.flatMap((item, index) => [
    item,
    ...chosen
      .filter((place) => place === index)
      .map(() => {
        const { command, output } = noise(project);
        const remark = random() < 0.5 ? one(REMARKS) : undefined;
        return { role: 'call', tool: 'Bash', arguments: { command }, lines: [output], remark };
      }),
  ]);
}

/** The lines of one session; notes in `ids` which ids its items got. */
function linesOf(session, id, project, ids) {
  const lines = [];
  let time = Date.parse(session.started);
  const add = (more) => {
    const message = {
      v: 1,
      session: id,
      id: `${id}-${lines.length + 1}`,
      time: new Date(time).toISOString(),
    };
    lines.push({ ...message, ...more, cwd: PROJECTS[project].cwd });
    return message.id;
  };
  for (const item of withNoise(session, project)) {
    time += (item.role === 'user' ? between(60, 720) : between(5, 95)) * 1000;
    if (item.role !== 'call') {
      const author = item.role === 'user' ? session.author : 'agent';
      ids.set(item, { answer: add({ role: item.role, author, text: item.text }) });
      continue;
    }
    const callId = `call_${id}_${lines.length + 1}`;
    const call = { type: 'tool_call', id: callId, name: item.tool, arguments: item.arguments };
    const parts = item.remark === undefined ? [call] : [{ type: 'text', text: item.remark }, call];
    const made = add({ role: 'assistant', author: 'agent', parts });
    time += between(1, 40) * 1000;
    const text = item.lines.join('\n');
    const result = [{ type: 'tool_result', id: callId, text }];
    ids.set(item, { call: made, answer: add({ role: 'tool', tool: item.tool, parts: result }) });
  }
  return lines;
}

/** Ids of the messages that answer a question, each by itself. */
function evidenceOf({ session, item, direction, label }, ids) {
  const { items } = session;
  const at = items.indexOf(item);
  const found = [direction === '^' ? ids.get(item).call : ids.get(item).answer];
  if (direction === '>') found.push(ids.get(items[at + 1]).answer);
  if (direction === '<') found.unshift(ids.get(items[at - 1]).answer);
  const labelled = label === undefined ? undefined : items.find((other) => other.label === label);
  if (label !== undefined && labelled === undefined) throw new Error(`no message is labelled ${label}`);
  if (labelled !== undefined) found.unshift(ids.get(labelled).answer);
  return found;
}

const lines = [];
const questions = [];
for (const file of readdirSync(join(here, 'sources')).sort()) {
  const project = file.replace('.txt', '');
  const { sessions, questions: asked } = parse(readFileSync(join(here, 'sources', file), 'utf8'), file);
  const ids = new Map();
  for (const [index, session] of sessions.entries()) {
    const id = `${project}-${String(index + 1).padStart(2, '0')}`;
    lines.push(...linesOf(session, id, project, ids));
  }
  for (const entry of asked) {
    questions.push({
      id: `c${String(questions.length + 1).padStart(3, '0')}`,
      category: entry.category,
      project,
      asked_at: entry.at === undefined ? ASKED : `${entry.at}T09:00:00Z`,
      question: entry.question,
      evidence: evidenceOf(entry, ids),
    });
  }
}
writeFileSync(join(here, 'sessions.ndjson'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
writeFileSync(
  join(here, 'questions.json'),
  `[\n${questions.map((question) => `  {\n${fieldsOf(question).join(',\n')}\n  }`).join(',\n')}\n]\n`,
);

/** A field a line, lists in one line: as the formatter leaves it. */
function fieldsOf(question) {
  return Object.entries(question).map(([key, value]) => {
    const shown = Array.isArray(value)
      ? `[${value.map((entry) => JSON.stringify(entry)).join(', ')}]`
      : JSON.stringify(value);
    return `    ${JSON.stringify(key)}: ${shown}`;
  });
}
