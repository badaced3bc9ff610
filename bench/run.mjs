/** `npm run bench -- [part …] [options]`: measures the built program and prints its figures (bench/README.md). */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './lib/machine.mjs';
import { prepareProgram, root } from './lib/program.mjs';
import { inOrder, results } from './lib/results.mjs';
import { asText } from './lib/table.mjs';
import { UsageError } from './lib/usage.mjs';

/** Each part is loaded when it is run; `own` = the options that mean something to it. */
const PARTS = {
  start: { load: async () => (await import('./start.mjs')).start, own: [] },
  hooks: { load: async () => (await import('./hooks.mjs')).hooks, own: [] },
  import: { load: async () => (await import('./import.mjs')).importSpeed, own: [] },
  tokens: { load: async () => (await import('./tokens.mjs')).toolTokens, own: [] },
  coding: { load: async () => (await import('./coding.mjs')).coding, own: ['without'] },
  negatives: { load: async () => (await import('./negatives.mjs')).negatives, own: ['without'] },
  facts: { load: async () => (await import('./facts.mjs')).facts, own: ['without'] },
  directives: { load: async () => (await import('./directives.mjs')).directives, own: [] },
  scale: { load: async () => (await import('./scale.mjs')).scale, own: ['keep', 'only'] },
  load: { load: async () => (await import('./load.mjs')).load, own: ['keep'] },
  quality: {
    load: async () => (await import('./quality.mjs')).quality,
    own: ['data', 'pooled', 'without', 'ablate', 'negatives'],
  },
};
const OPTIONS = {
  data: { type: 'string' },
  pooled: { type: 'boolean' },
  without: { type: 'string' },
  ablate: { type: 'boolean' },
  negatives: { type: 'string', multiple: true },
  keep: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  results: { type: 'boolean' },
  help: { type: 'boolean' },
};
const RESULTS = { kept: join(root, 'bench', 'results.ndjson'), page: join(root, 'bench', 'RESULTS.md') };
const HELP = `npm run bench -- [part …] [options]
parts: ${Object.keys(PARTS).join(', ')} (without any: all but quality, which needs --data)
  --data PATH        quality: conversations in the form of LoCoMo
  --pooled           quality: all conversations in one store
  --negatives WHICH  quality: related | other-domain | a file of questions (may be given more than once)
  --ablate           quality: each signal left out in turn
  --without A,B      quality, coding, negatives, facts: leave out these signals
  --keep FOLDER      scale, load: keep the stores there, and use those that are there
  --only KIND        scale: history | memories
  --json FILE        everything measured, with a row for each question
  --results          put these figures into bench/results.ndjson and bench/RESULTS.md`;

async function main(args) {
  const { values, positionals } = options(args);
  if (values.help === true) return console.log(HELP);
  const named =
    positionals.length > 0 ? positionals : Object.keys(PARTS).filter((name) => name !== 'quality');
  check(values, named);
  await prepareProgram();
  const done = [];
  for (const name of named) {
    const part = await PARTS[name].load();
    const { figures, tables, rows } = await part(values);
    console.log(`\n== ${name}`);
    for (const table of tables) console.log(asText(table));
    done.push({
      name: labelOf(name, values),
      measured: new Date().toISOString(),
      machine: machine(),
      figures,
      tables,
      rows,
    });
    // After each part: a later one that fails must not cost the hours before it.
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(done, null, 1)}\n`);
    if (values.results === true) keep(done.at(-1));
  }
}

function options(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error.message.split('. ')[0]}; npm run bench -- --help`);
  }
}

function check(values, named) {
  const unknown = named.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new UsageError(`no part called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
  for (const option of Object.keys(values).filter((name) => !['json', 'results'].includes(name)))
    if (!named.some((name) => PARTS[name].own.includes(option)))
      throw new UsageError(`--${option} means nothing to ${named.join(', ')}`);
  if (values.without?.split(',').some((signal) => signal.trim() === ''))
    throw new UsageError('--without takes signals, separated by commas');
}

/** One run's figures stand beside another's where the options differ: `quality --pooled`. */
function labelOf(name, values) {
  const own = ['pooled', 'ablate', 'without', 'only'].filter(
    (option) => option in values && PARTS[name].own.includes(option),
  );
  return [
    name,
    ...own.map((option) => (values[option] === true ? `--${option}` : `--${option} ${values[option]}`)),
  ].join(' ');
}

/** One line a part, each replaced by the latest run of it. */
function keep({ rows: _, ...measured }) {
  const lines = existsSync(RESULTS.kept) ? readFileSync(RESULTS.kept, 'utf8').trim().split('\n') : [];
  const others = lines.map((line) => JSON.parse(line)).filter(({ name }) => name !== measured.name);
  const all = inOrder([...others, measured], Object.keys(PARTS));
  writeFileSync(RESULTS.kept, all.map((one) => `${JSON.stringify(one)}\n`).join(''));
  writeFileSync(RESULTS.page, results(all));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}
