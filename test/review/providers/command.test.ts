import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReviewFailure, type ReviewProfile } from '../../../src/model/review.ts';
import { isAlive } from '../../../src/platform/process.ts';
import { reviewerOf } from '../../../src/review/providers/index.ts';
import { aProfile, aSnapshot, asRequest } from './review-asking.ts';

const AGENT = fileURLToPath(new URL('../../support/fake-agent.mjs', import.meta.url));
const ENVELOPE = { memory_updates: [{ content: 'We use pnpm' }], recall_candidate: [], skill_action: [] };
const TEXT = JSON.stringify(ENVELOPE);
const KEY = 'shop-key-Zx81qPmL0vTt93';

let folder: string;
const log = () => join(folder, 'agent.log');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midturn-command-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function ask(output: string, changes: Partial<ReviewProfile> = {}, env: Record<string, string> = {}) {
  const request = asRequest(9);
  const waited: number[] = [];
  const profile = aProfile({
    provider: 'command',
    command: [process.execPath, AGENT, output, log()],
    timeoutMs: 20_000,
    ...changes,
  });
  const reviewer = reviewerOf(profile, {
    env: { PATH: process.env.PATH, MIDTURN_HOME: folder, CLAUDECODE: '1', ...env },
    key: (name) => (name === 'SHOP_KEY' ? KEY : null),
    cache: join(folder, 'cache'),
    prompt: null,
    pause: async (ms) => {
      waited.push(ms);
    },
  });
  return { reviewed: reviewer.review(aSnapshot(), request), request, waited, reviewer };
}

const seen = () =>
  readFileSync(log(), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function failureOf(reviewed: Promise<unknown>): Promise<ReviewFailure> {
  const error = await reviewed.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ReviewFailure)) throw new Error(`no failure of a review: ${String(error)}`);
  expect(`${error.stack} ${JSON.stringify(error.raw)}`).not.toContain(KEY);
  return error;
}

describe('a program as a reviewer', () => {
  it('is asked in JSON on stdin, and answers in JSON', async () => {
    const { reviewed, request, reviewer } = ask(TEXT);
    expect(await reviewed).toEqual({
      output: ENVELOPE,
      usage: { calls: 1, inputTokens: null, outputTokens: null },
      notes: [],
    });
    expect(request.spentCalls).toHaveLength(1);
    expect(reviewer.paid).toBe(true);
    const { instructions, payload } = JSON.parse(seen()[0].input);
    expect(instructions).toContain('memory_updates');
    expect(payload.transcript[0].text).toBe('Use pnpm here');
  });

  it('runs in an empty folder that is gone afterwards, marked, and knows nothing of the session that started it', async () => {
    await ask(TEXT, { apiKeyEnv: 'SHOP_KEY' }).reviewed;
    const [run] = seen();
    expect(run).toMatchObject({ files: [], mark: '1', key: KEY });
    expect([run.home, run.nested]).toEqual([undefined, undefined]);
    expect(existsSync(run.cwd)).toBe(false);
    expect(readdirSync(join(folder, 'cache', 'agents'))).toEqual([]);
  });

  it('may get the snapshot as a file', async () => {
    await ask('', { command: [process.execPath, AGENT, TEXT, log(), '{file}'] }).reviewed;
    const [run] = seen();
    expect(JSON.parse(run.payload).transcript).toHaveLength(1);
    expect(JSON.parse(run.input).payload_file).toBe(run.args[0]);
    const named = await ask(TEXT, { payload: 'file' }).reviewed;
    expect(named.output).toEqual(ENVELOPE);
    expect(seen()[1].files).toEqual(['payload.json']);
  });

  it.each([
    [
      'codex-events',
      [
        { type: 'item.completed', item: { type: 'agent_message', text: `I will do that.` } },
        { type: 'item.completed', item: { type: 'agent_message', text: TEXT } },
        { type: 'turn.completed', usage: { input_tokens: 100, cached_input_tokens: 50, output_tokens: 20 } },
      ],
    ],
    [
      'claude-json',
      [
        {
          type: 'result',
          is_error: false,
          result: TEXT,
          usage: { input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 20 },
        },
      ],
    ],
    [
      'opencode-events',
      [
        { type: 'text', part: { type: 'text', text: TEXT.slice(0, 20) } },
        { type: 'text', part: { type: 'text', text: TEXT.slice(20) } },
        {
          type: 'step_finish',
          part: { type: 'step-finish', tokens: { input: 100, output: 15, reasoning: 5 } },
        },
      ],
    ],
  ] as const)('may answer in %s, which say what it cost', async (response, events) => {
    const output = events.map((event) => JSON.stringify(event)).join('\n');
    expect(await ask(output, { response }).reviewed).toEqual({
      output: ENVELOPE,
      usage: { calls: 1, inputTokens: 100, outputTokens: 20 },
      notes: [],
    });
    expect(seen()[0].input).toMatch(/^You look back.*The payload:\n\n\{"schema_version":1/s);
  });

  it('that is not there is not configured', async () => {
    const { reviewed, request } = ask('', { command: ['midturn-no-such-agent'] });
    expect(await failureOf(reviewed)).toMatchObject({
      kind: 'not_configured',
      message: expect.stringMatching(/no program/),
    });
    expect(request.spentCalls).toEqual([{ calls: 1, inputTokens: 0, outputTokens: 0 }]);
  });

  it('that hangs is ended at the deadline with its children, and tried again', async () => {
    const { reviewed, request } = ask(`hang|||${TEXT}`, { timeoutMs: 5000 });
    expect((await reviewed).output).toEqual(ENVELOPE);
    const [first] = seen();
    expect([isAlive(first.pid), isAlive(first.child)]).toEqual([false, false]);
    expect(request.spentCalls).toHaveLength(2);
  });

  it.each(['429 Too Many Requests', 'the model is overloaded', 'connection reset by peer', 'HTTP 503'])(
    'that fails with %j is tried again',
    async (words) => {
      const { reviewed, waited } = ask(`exit 1: ${words}|||${TEXT}`);
      expect((await reviewed).output).toEqual(ENVELOPE);
      expect(waited).toEqual([2000]);
    },
  );

  it('that fails otherwise is not tried again; its last words are told without the key', async () => {
    const { reviewed } = ask(`exit 3: first line\nnot logged in with ${KEY}`, { apiKeyEnv: 'SHOP_KEY' });
    expect(await failureOf(reviewed)).toMatchObject({
      kind: 'not_configured',
      message: expect.stringMatching(/it ended with 3: .*not logged in with \[key\]/),
    });
    expect(seen()).toHaveLength(1);
  });

  it('whose quota is used up is not asked again at once', async () => {
    const { reviewed } = ask("exit 1: You've hit your usage limit. Try again at 5pm.");
    expect(await failureOf(reviewed)).toMatchObject({ kind: 'rate_limited', passing: true });
    expect(seen()).toHaveLength(1);
  });

  it('that prints no envelope is asked twice more', async () => {
    const { reviewed } = ask('I have looked at it all.');
    expect(await failureOf(reviewed)).toMatchObject({
      kind: 'invalid_output',
      raw: Array.from({ length: 3 }, () => 'I have looked at it all.'),
    });
  });

  it('that reports an error of its model has failed', async () => {
    const event = {
      type: 'error',
      error: { name: 'APIError', data: { message: 'Invalid key', statusCode: 401 } },
    };
    const { reviewed } = ask(JSON.stringify(event), { response: 'opencode-events' });
    expect(await failureOf(reviewed)).toMatchObject({
      kind: 'not_configured',
      message: expect.stringContaining('Invalid key (HTTP 401)'),
    });
  });

  it('says its key to nobody, not in an answer that is kept either', async () => {
    const told = { ...ENVELOPE, memory_updates: [{ content: `the key is ${KEY}` }] };
    const { output } = await ask(JSON.stringify(told), { apiKeyEnv: 'SHOP_KEY' }).reviewed;
    expect(output.memory_updates).toEqual([{ content: 'the key is [key]' }]);
    const { raw } = await failureOf(ask(`no: ${KEY}`, { apiKeyEnv: 'SHOP_KEY' }).reviewed);
    expect(raw[0]).toContain('[key]');
  });

  it('finds the folders of agents gone whose midturn was killed', async () => {
    const agents = join(folder, 'cache', 'agents');
    const [dead, alive] = [join(agents, '4194304-x'), join(agents, `${process.pid}-x`)];
    for (const left of [dead, alive]) {
      mkdirSync(left, { recursive: true });
      writeFileSync(join(left, 'payload.json'), '{}');
    }
    await ask(TEXT).reviewed;
    expect(readdirSync(agents)).toEqual([`${process.pid}-x`]);
  });

  it('runs one at a time', async () => {
    const script = `const fs = require('fs'); const lock = ${JSON.stringify(join(folder, 'lock'))};
      if (fs.existsSync(lock)) process.exit(9);
      fs.writeFileSync(lock, ''); setTimeout(() => { fs.rmSync(lock); console.log(${JSON.stringify(TEXT)}); }, 150);`;
    const command = [process.execPath, '-e', script];
    const all = await Promise.all([1, 2, 3].map(() => ask('', { command }).reviewed));
    expect(all.map(({ output }) => output)).toEqual([ENVELOPE, ENVELOPE, ENVELOPE]);
  });
});

describe.skipIf(process.platform === 'win32')('the recipe of codex', () => {
  /** A `codex` that knows some options, lists two servers and writes down how it was called. */
  function install(body: string): Record<string, string> {
    const bin = join(folder, 'codex');
    writeFileSync(bin, `#!${process.execPath}\n${body}`);
    chmodSync(bin, 0o755);
    return { PATH: `${folder}${delimiter}${process.env.PATH}` };
  }
  const answer = `console.log(${JSON.stringify(JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text: TEXT } }))});`;
  const note = `require('fs').appendFileSync(${JSON.stringify('LOG')}, JSON.stringify(process.argv.slice(2)) + '\\n');`;
  const calls = () =>
    readFileSync(log(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('switches off each server that codex names, its hooks and its shell', async () => {
    const env = install(`${note.replace('LOG', log())}
      if (process.argv[2] === 'mcp') console.log('[{"name":"midturn"},{"name":"a b\\\\"c"},{"name":"other"}]'); else { ${answer} }`);
    const { reviewed } = ask('', { command: ['codex'], response: 'codex-events', model: 'gpt-5-mini' }, env);
    expect((await reviewed).output).toEqual(ENVELOPE);
    const [list, run] = calls();
    expect(list).toEqual(['mcp', 'list', '--json']);
    expect(run).toEqual(
      expect.arrayContaining([
        'exec',
        '--ephemeral',
        'read-only',
        'features.hooks=false',
        'features.shell_tool=false',
      ]),
    );
    expect(run.filter((one: string) => one.startsWith('mcp_servers'))).toEqual([
      'mcp_servers.midturn.enabled=false',
      'mcp_servers.other.enabled=false',
    ]);
    expect(run.slice(-3)).toEqual(['-m', 'gpt-5-mini', '-']);
  });

  it('holds for its path, for what was written out, and hands on the key that its configuration names', async () => {
    mkdirSync(join(folder, '.codex'));
    writeFileSync(join(folder, '.codex', 'config.toml'), '[model_providers.x]\nenv_key = "CORP_LLM"\n');
    const env = {
      ...install(`${note.replace('LOG', log())}
      if (process.argv[2] === 'mcp') console.log('[{"name":"midturn"}]');
      else if (process.env.CORP_LLM !== 'c' || process.env.GITHUB_TOKEN !== undefined) process.exit(4);
      else { ${answer} }`),
      HOME: folder,
      CORP_LLM: 'c',
      GITHUB_TOKEN: 'g',
    };
    for (const command of [[join(folder, 'codex')], ['codex', 'exec', '-c', 'features.shell_tool=true']]) {
      writeFileSync(log(), '');
      const { reviewed } = ask('', { command, response: 'codex-events' }, env);
      expect((await reviewed).output).toEqual(ENVELOPE);
      const [, run] = calls();
      for (const guard of ['features.hooks=false', 'mcp_servers.midturn.enabled=false'])
        expect(run).toContain(guard);
    }
    expect(calls()[1].slice(-3)).toEqual(['exec', '-c', 'features.shell_tool=true']);
  });

  it('leaves out an option that an older codex does not know, and no model is asked meanwhile', async () => {
    const env = install(`${note.replace('LOG', log())}
      if (process.argv[2] === 'mcp') process.exit(2);
      if (process.argv.includes('--ephemeral')) { console.error("error: unexpected argument '--ephemeral' found"); process.exit(2); }
      ${answer}`);
    const { reviewed, request } = ask('', { command: ['codex'], response: 'codex-events' }, env);
    expect((await reviewed).output).toEqual(ENVELOPE);
    expect(request.spentCalls).toHaveLength(1);
    expect(calls()).toHaveLength(3);
  });
});
