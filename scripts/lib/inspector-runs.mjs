/** What `npm run inspect -- --check` asks of a server, and how it reads what the inspector's command line answers. */

/** The tools that only read. */
const TOOLS = [
  ['recall', { query: 'Which port does the test database use?' }],
  ['recall_history', {}],
  ['status', {}],
];

/** Asked first: what is listed here is read and got one by one afterwards. */
export const LISTS = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'];

/** Arguments of the inspector's command line for one method; schemas are judged where tools are listed. */
export function listArgs(method) {
  return ['--method', method, ...(method === 'tools/list' ? ['--strict'] : [])];
}

/** @param answers the results of LISTS by method */
export function furtherArgs(answers) {
  const resources = answers.get('resources/list')?.resources ?? [];
  const prompts = answers.get('prompts/list')?.prompts ?? [];
  return [
    ...resources.map(({ uri }) => ['--method', 'resources/read', '--uri', uri]),
    ...prompts
      .filter(({ arguments: args = [] }) => !args.some(({ required }) => required))
      .map(({ name }) => ['--method', 'prompts/get', '--prompt-name', name]),
    ...TOOLS.map(([name, args]) => [
      ...['--method', 'tools/call', '--tool-name', name],
      ...['--tool-args-json', JSON.stringify(args)],
    ]),
  ];
}

/**
 * What is wrong with one run of the inspector; null = nothing. It ends with 5 for a tool that answers with an error and
 * with 6 for a schema that some client cannot read, and says why on its standard error.
 * @returns the result too, where there is one
 */
export function readRun({ code, signal, stdout, stderr }) {
  if (signal !== null) return { problem: `ended by ${signal}: it did not answer` };
  const result = parsed(stdout)?.result;
  if (code !== 0) return { problem: `exit ${code}: ${reason(stderr)}` };
  if (result === undefined) return { problem: `no result: ${reason(stderr)}` };
  const found = /^(?:Schema portability: )?(\d+ errors?, \d+ warnings?)/m.exec(stderr)?.[1] ?? '0';
  return /[1-9]/.test(found) ? { problem: `schemas: ${found}`, result } : { problem: null, result };
}

/** Lines of warnings on schemas, each with its place: not wrong, but some client reads less of the tool. */
export function schemaWarnings(stderr) {
  const found = stderr.matchAll(/^Warning: tool "(.+)"\n {2}Path: (.+)\n {2}Issue: (.+)$/gm);
  return [...found].map(([, tool, path, issue]) => `${tool}, ${path}: ${issue.split('. ')[0]}`);
}

function reason(stderr) {
  const line = stderr.split('\n').find((one) => one.startsWith('{"error"'));
  const message = parsed(line ?? '')?.error?.message;
  return message ?? (stderr.trim().slice(-300) || 'nothing was said');
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
