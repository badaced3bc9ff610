/**
 * Seeded synthetic sessions, for speed and size only: the words mean nothing. Frequencies follow Zipf and Mandelbrot
 * (rank + 2.7, exponent 1.05) over 66,000 forms; a message has 20 to 120 words (log-uniform, median 49), a tenth of
 * them from the topic of its session; one message in five holds identifiers. No word stands in a stop list, so none
 * of the work is spared.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { pick, random, whole } from './random.mjs';

const FORMS = 66_000;
const SHIFT = 2.7;
const EXPONENT = 1.05;
const WORDS = { least: 20, factor: 6 };
const SESSION = 40;
const TOPIC = { words: 30, from: 300, to: 20_000, share: 0.1 };
const COMMON = 200;
const IDENTIFIERS = 0.2;
/** Six in ten sessions are about the project that is asked. */
export const PROJECTS = ['shop', 'api', 'site', 'infra', 'tools', 'docs'];
const OWN_SHARE = 0.6;
const START = Date.UTC(2024, 0, 1);

const ONSETS = [
  'b',
  'c',
  'd',
  'f',
  'g',
  'h',
  'j',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'z',
  'br',
  'cl',
  'dr',
];
const NUCLEI = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];
const CODAS = ['', 'n', 'r', 'l', 'k', 'm'];
const ENDINGS = ['s', 'ed', 'ing'];

/** The form of a rank: short when it is common; one in three rarer ones is an inflection of another. */
function form(rank) {
  if (rank > 600 && rank % 3 === 2)
    return `${form(rank - 2)}${ENDINGS[rank % 9 === 2 ? 0 : rank % 9 === 5 ? 1 : 2]}`;
  let rest = rank;
  let word = '';
  do {
    word += ONSETS[rest % ONSETS.length] + NUCLEI[Math.floor(rest / ONSETS.length) % NUCLEI.length];
    rest = Math.floor(rest / (ONSETS.length * NUCLEI.length));
  } while (rest > 0);
  return word + CODAS[rank % CODAS.length];
}

const forms = Array.from({ length: FORMS }, (_, rank) => form(rank));
const upTo = new Float64Array(FORMS);
for (let rank = 0, sum = 0; rank < FORMS; rank += 1) {
  sum += (rank + SHIFT) ** -EXPONENT;
  upTo[rank] = sum;
}

function draw(next) {
  const at = next() * upTo[FORMS - 1];
  let low = 0;
  let high = FORMS - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function topicOf(session) {
  const next = random(session * 104_729 + 17);
  return Array.from({ length: TOPIC.words }, () => TOPIC.from + whole(next, TOPIC.to - TOPIC.from));
}

/** The project of a session, as a place in `PROJECTS`. */
function projectOf(session) {
  const next = random(session * 7919 + 3);
  return next() < OWN_SHARE ? 0 : 1 + whole(next, PROJECTS.length - 1);
}

function identifier(next) {
  const [a, b, c] = [0, 0, 0].map(() => forms[TOPIC.from + whole(next, TOPIC.to)]);
  const capital = b[0].toUpperCase() + b.slice(1);
  return pick(next, [
    `${a}${capital}`,
    `${a}_${b}_${c}`,
    `src/${a}/${b}.ts`,
    `E${1000 + whole(next, 9000)}`,
    `v${whole(next, 9)}.${whole(next, 30)}.${whole(next, 30)}`,
  ]);
}

/** The n-th message, the same whatever came before: `{session, number, project, text, role, time, ranks, named}`. */
export function message(n) {
  const session = Math.floor(n / SESSION);
  const next = random(n * 2_654_435 + 101);
  const topic = topicOf(session);
  const ranks = Array.from({ length: Math.round(WORDS.least * WORDS.factor ** next()) }, () =>
    next() < TOPIC.share ? pick(next, topic) : draw(next),
  );
  const words = ranks.map((rank) => forms[rank]);
  const named =
    next() < IDENTIFIERS ? Array.from({ length: 1 + whole(next, 2) }, () => identifier(next)) : [];
  for (const name of named) words.splice(whole(next, words.length), 0, name);
  return {
    session: `s${session}`,
    number: (n % SESSION) + 1,
    project: projectOf(session),
    role: n % 2 === 0 ? 'user' : 'assistant',
    text: words.join(' '),
    time: new Date(START + n * 60_000).toISOString(),
    ranks,
    named,
  };
}

/**
 * The q-th question to a store of n messages: 3 to 8 words of one message of the first project, about a third of them
 * common; an identifier of it where it has one, half of the time. `target` = which message.
 */
export function question(q, n) {
  const next = random(q * 15_485_863 + 29);
  let target = whole(next, n);
  while (projectOf(Math.floor(target / SESSION)) !== 0) target = whole(next, n);
  const { ranks, named } = message(target);
  const own = [...new Set(ranks)];
  const common = own.filter((rank) => rank < COMMON);
  const rare = own.filter((rank) => rank >= COMMON);
  const words = new Set(named.length > 0 && next() < 0.5 ? [pick(next, named)] : []);
  const length = 3 + whole(next, 6);
  for (let turn = 0; words.size < length && turn < 60; turn += 1) {
    const from = (next() < 0.34 && common.length > 0) || rare.length === 0 ? common : rare;
    words.add(forms[pick(next, from)]);
  }
  return { text: [...words].join(' '), target };
}

/** A function that draws so many words. */
export function drawWords(seed) {
  const next = random(seed);
  return (count) => Array.from({ length: count }, () => forms[draw(next)]);
}

/** Writes n messages as NDJSON, from the one numbered `first`; returns the bytes. */
export function writeMessages(file, n, cwds, first = 0) {
  const out = openSync(file, 'w');
  let bytes = 0;
  let lines = '';
  for (let at = first; at < first + n; at += 1) {
    const { session, role, text, time, project } = message(at);
    lines += `${JSON.stringify({ session, role, text, time, cwd: cwds[project] })}\n`;
    if (lines.length > 1 << 20 || at === first + n - 1) {
      bytes += writeSync(out, lines);
      lines = '';
    }
  }
  closeSync(out);
  return bytes;
}
