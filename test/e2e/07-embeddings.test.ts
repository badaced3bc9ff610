import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BIN, type Connection, connect, environment, NODE, run } from '../support/built-program.ts';
import { random, textOf, topics } from '../support/embedding-geometries.ts';
import { embeddingServer } from '../support/embedding-server.ts';
import { tempFolder } from '../support/temp-store.ts';

type Status = {
  readonly embeddings: {
    readonly model: string | null;
    readonly engine: string | null;
    readonly messages: { readonly done: number; readonly total: number };
    readonly error?: string;
  } | null;
};

/** A store with that many messages, and a configuration that names the endpoint. */
async function place(messages: number, table: string) {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  const file = join(home, 'log.ndjson');
  const lines = Array.from({ length: messages }, (_, at) =>
    JSON.stringify({
      session: 's',
      at: at + 1,
      role: at % 2 === 0 ? 'user' : 'assistant',
      text: `message number ${at}`,
    }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { code } = await run(['import', file, '--json'], { home, cwd });
  expect(code).toBe(0);
  writeFileSync(join(home, '.midturn', 'config.toml'), `[embeddings]\n${table}\n`);
  return { home, cwd };
}

async function status(options: { home: string; cwd: string }): Promise<Status> {
  const { stdout } = await run(['status', '--json'], options);
  return JSON.parse(stdout);
}

describe('a server with embeddings', () => {
  it('fills in the background, and the next one goes on after it was killed in the middle', async () => {
    const server = await embeddingServer({ delay: 20 });
    const options = await place(300, `url = "${server.url}"\nmodel = "fake"\nbatch = 8`);
    const first = await connect('2026', options);
    await first.tools();
    while (server.asked.length < 15) await sleep(10);
    process.kill(first.pid() ?? 0, 'SIGKILL');
    const second = await connect('2026', options);
    await second.tools();
    for (let done = 0; done < 300; done = (await status(options)).embeddings?.messages.done ?? 0) {
      await sleep(250);
    }
    const sent = server.asked.flatMap(({ texts }) => texts).filter((text) => text.startsWith('message'));
    // What the killed one had kept is not sent again: at most its last batches, and the first ones of all.
    expect(new Set(sent).size).toBe(300);
    expect(sent.length).toBeLessThan(500);
    const { stdout } = await run(['doctor', '--json'], options);
    expect(JSON.parse(stdout).ok).toBe(true);
  }, 60_000);
});

describe('doctor --rebuild', () => {
  it('fills what is missing, and says so when the endpoint is not there', async () => {
    const server = await embeddingServer();
    const options = await place(20, `url = "${server.url}"\nmodel = "fake"\napi_key_env = "SHOP_KEY"`);
    const unset = await status(options);
    expect(unset.embeddings?.messages.done).toBe(0);
    await run(['doctor', '--rebuild'], options);
    expect((await status(options)).embeddings?.error).toMatch(/SHOP_KEY.*is not set/);

    writeFileSync(join(options.home, '.midturn', '.env'), 'SHOP_KEY=sk-from-the-file\n', { mode: 0o600 });
    const { stdout } = await run(['doctor', '--rebuild'], options);
    expect(stdout).toContain('Embedded 20 documents');
    expect(server.asked.every(({ key }) => key === 'Bearer sk-from-the-file')).toBe(true);
    const filled = await status(options);
    expect(filled.embeddings).toMatchObject({ model: 'fake', messages: { done: 20, total: 20 } });
    expect(filled.embeddings?.error).toBeUndefined();

    await server.close();
    const down = await run(['doctor', '--rebuild'], options);
    expect(down.stdout).toMatch(/Embedded 0 documents, then stopped: .*nothing listens there/);
  }, 60_000);
});

/** Shares no word with what it asks for. */
const QUESTION = 'vehicle rent price';
const MEMORY = 'The automobile lease is a monthly charge';
const MESSAGE = 'we agreed upon the automobile lease charge';
const UNRELATED = 'which novel won the literary award';
const OTHERS = topics(24);
const next = random(5);

/** A home with a project, memories and messages about other things, and an endpoint in its configuration. */
async function furnished(server: { readonly url: string } | null) {
  const home = tempFolder();
  const [cwd, elsewhere] = [join(home, 'shop'), join(home, 'blog')];
  mkdirSync(cwd);
  mkdirSync(elsewhere);
  const options = { home, cwd };
  const connection = await connect('2026', options);
  for (const { told } of OTHERS) await remember(connection, textOf(told, next));
  const file = join(home, 'log.ndjson');
  const texts = [...OTHERS.map(({ asked }) => textOf(asked, next)), MESSAGE];
  const lines = texts.map((text, at) =>
    JSON.stringify({ session: 's', at: at + 1, role: at % 2 === 0 ? 'user' : 'assistant', text, cwd }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  expect((await run(['import', file, '--json'], options)).code).toBe(0);
  const configure = (model: string) =>
    server === null
      ? undefined
      : writeFileSync(
          join(home, '.midturn', 'config.toml'),
          `[embeddings]\nurl = "${server.url}"\nmodel = "${model}"\ndimensions = 512\ndeadline_ms = 2000\n`,
        );
  configure('fake');
  return { options, elsewhere: { home, cwd: elsewhere }, connection, configure };
}

async function remember(connection: Connection, content: string, more: Record<string, unknown> = {}) {
  const { structured } = await connection.call('remember', { content, ...more });
  if (typeof structured !== 'object' || structured === null || !('id' in structured))
    throw new Error('it was not remembered');
  return String(structured.id);
}

async function fill(options: { home: string; cwd: string }): Promise<string> {
  return (await run(['doctor', '--rebuild'], options)).stdout;
}

async function recalled(
  options: { home: string; cwd: string },
  query = QUESTION,
  more: Record<string, unknown> = {},
): Promise<string> {
  const connection = await connect('2026', options);
  const { text } = await connection.call('recall', { query, ...more });
  await connection.close();
  return text;
}

describe('a question that shares no word with its answer', () => {
  it('finds nothing by its words alone', async () => {
    const { options, connection } = await furnished(null);
    await remember(connection, MEMORY);
    expect(await recalled(options)).toMatch(/^Nothing relevant/);
    const { text } = await connection.call('recall_history', { query: QUESTION });
    expect(text).toMatch(/^Nothing relevant/);
  }, 60_000);

  it('finds the memory and the message by their meaning, and another one finds nothing', async () => {
    const server = await embeddingServer({ dimensions: 512 });
    const { options, connection } = await furnished(server);
    await remember(connection, MEMORY);
    expect(await fill(options)).toMatch(/Embedded 50 documents/);
    const asking = await connect('2026', options);
    const memory = await asking.call('recall', { query: QUESTION });
    expect(memory.text).toContain(MEMORY);
    expect(memory.text).toMatch(/^1 memory fits:/);
    const message = await asking.call('recall_history', { query: QUESTION });
    expect(message.text).toContain(MESSAGE);
    expect(message.text).toMatch(/^1 message of this project fits/);
    // Part of it is about something else: it is less near, and says so.
    const partly = { query: 'vehicle rent kitchen' };
    expect((await asking.call('recall', partly)).text).toMatch(/^1 memory may fit \(weak match\):/);
    expect((await asking.call('recall_history', partly)).text).toMatch(/^1 message .* weak match/);
    for (const tool of ['recall', 'recall_history'])
      expect((await asking.call(tool, { query: UNRELATED })).text).toMatch(/^Nothing relevant/);
  }, 60_000);

  it('finds only what is in force, in scope, and held at the time that is asked about', async () => {
    const server = await embeddingServer({ dimensions: 512 });
    const { options, elsewhere, connection } = await furnished(server);
    const id = await remember(connection, MEMORY);
    await fill(options);
    expect(await recalled(options)).toContain(MEMORY);
    expect(await recalled(options, QUESTION, { as_of: '2020-01-01' })).not.toContain(MEMORY);
    expect(await recalled(options, QUESTION, { scope: 'user' })).not.toContain(MEMORY);
    expect(await recalled(elsewhere)).not.toContain(MEMORY);
    expect(await recalled(elsewhere, QUESTION, { scope: 'all' })).toContain(MEMORY);
    const history = await connect('2026', elsewhere);
    expect((await history.call('recall_history', { query: QUESTION })).text).not.toContain(MESSAGE);
    expect((await history.call('recall_history', { query: QUESTION, project: 'all' })).text).toContain(
      MESSAGE,
    );

    const other = 'Each month 300 euros leave for that loan contract';
    const later = await remember(connection, other, { replaces: id });
    // Its old wording is near, and leads to what holds now.
    const replaced = await recalled(options);
    expect(replaced).toContain(`] ${other}`);
    expect(replaced).not.toContain(`] ${MEMORY}`);
    expect((await run(['forget', later, '--yes'], options)).code).toBe(0);
    const gone = await recalled(options);
    expect(gone).not.toContain(MEMORY);
    expect(gone).not.toContain(other);
  }, 60_000);

  it('leaves a name that is asked for as it stands to its words', async () => {
    const server = await embeddingServer({ dimensions: 512 });
    const { options, connection } = await furnished(server);
    const exact = 'ERR_LEASE_7731 is thrown by the gateway';
    await remember(connection, exact);
    await remember(connection, MEMORY);
    await fill(options);
    const alone = await recalled(options, 'ERR_LEASE_7731');
    expect(alone).toContain(exact);
    expect(alone).not.toContain(MEMORY);
    const among = await recalled(options, `ERR_LEASE_7731 ${QUESTION}`);
    const at = (text: string) => (among.includes(text) ? among.indexOf(text) : Number.POSITIVE_INFINITY);
    expect(at(exact)).toBeLessThan(at(MEMORY));
  }, 60_000);
});

describe('an endpoint that is down, slow or changed', () => {
  it('leaves the answer by words as it is, and a note for status', async () => {
    const server = await embeddingServer({ dimensions: 512 });
    const { options, connection } = await furnished(server);
    await remember(connection, MEMORY);
    await fill(options);
    const well = await run(['doctor'], options);
    expect(well.stdout).toMatch(/fake.*answers with 512 numbers.*25 of 25 memories.*sqlite-vec/s);

    // It takes the question and never answers.
    server.mode.hold = new Promise(() => undefined);
    const asking = await connect('2026', options);
    const recall = async (query: string) => (await asking.call('recall', { query })).text;
    expect(await recall('automobile lease')).toContain(MEMORY);
    await untilNoted(options, /did not answer/);
    await server.close();
    expect(await recall('a monthly automobile lease')).toContain(MEMORY);
    expect(await recall(QUESTION)).toMatch(/^Nothing relevant/);
    await untilNoted(options, /nothing listens there|broke the connection off/);
    expect((await run(['doctor'], options)).stdout).toMatch(/nothing listens there/);
  }, 60_000);

  it('behind which another model stands is filled anew while words go on answering', async () => {
    const server = await embeddingServer({ dimensions: 512 });
    const { options, connection, configure } = await furnished(server);
    await remember(connection, MEMORY);
    await fill(options);
    expect(await recalled(options)).toContain(MEMORY);
    server.mode.salt = 'other';
    configure('other');
    server.mode.status = 503;
    expect(await recalled(options)).toMatch(/^Nothing relevant/);
    expect(await recalled(options, 'automobile lease')).toContain(MEMORY);
    delete server.mode.status;
    await fill(options);
    expect(await recalled(options)).toContain(MEMORY);
    expect((await status(options)).embeddings).toMatchObject({ model: 'other', messages: { done: 25 } });
  }, 60_000);
});

async function untilNoted(options: { home: string; cwd: string }, words: RegExp): Promise<Status> {
  for (;;) {
    const report = await status(options);
    if (words.test(report.embeddings?.error ?? '')) return report;
    await sleep(50);
  }
}

describe('what is loaded', () => {
  /** Each bundle that was run leaves its code cache behind, named by its hash. */
  const hasRun = (home: string) => {
    const hash = createHash('sha256')
      .update(readFileSync(join(dirname(BIN), 'embeddings.cjs')))
      .digest('hex');
    return readdirSync(join(home, '.midturn', 'cache')).some((name) => name.startsWith(hash));
  };

  it('is nothing of embeddings where none are configured', async () => {
    const server = await embeddingServer();
    const { options, configure } = await placeOf(server);
    await run(['recall', 'anything at all'], options);
    await run(['doctor'], options);
    expect(hasRun(options.home)).toBe(false);
    configure();
    await run(['recall', 'anything at all'], options);
    expect(hasRun(options.home)).toBe(true);
  }, 60_000);

  it('is a program that compares without sqlite-vec where no build of it is installed', async () => {
    const server = await embeddingServer();
    const { options, configure } = await placeOf(server);
    configure();
    // As an installation without optional packages leaves it.
    // What the program itself resolves: its addon is built for the Node that runs it.
    const modules = dirname(dirname(createRequire(BIN).resolve('better-sqlite3/package.json')));
    const folder = join(options.home, 'installed');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    cpSync(dirname(BIN), join(folder, 'dist'), { recursive: true });
    for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path'])
      symlinkSync(join(modules, name), join(folder, 'node_modules', name));
    cpSync(join(modules, 'sqlite-vec'), join(folder, 'node_modules', 'sqlite-vec'), { recursive: true });
    const installed = async (...args: string[]) =>
      (
        await promisify(execFile)(NODE, [join(folder, 'dist', 'midturn.cjs'), ...args], {
          cwd: options.cwd,
          env: environment(options.home),
        })
      ).stdout;
    await installed('remember', 'Releases are cut on Tuesdays');
    expect(await installed('doctor', '--rebuild')).toMatch(/Embedded 3 documents/);
    expect(await installed('doctor')).toMatch(/compared without sqlite-vec/);
    expect(await installed('recall', 'when are releases cut')).toContain('Tuesdays');
    expect((await status(options)).embeddings).toMatchObject({ model: 'fake' });
  }, 60_000);

  async function placeOf(server: { readonly url: string }) {
    const { home, cwd } = await place(2, '');
    const config = join(home, '.midturn', 'config.toml');
    writeFileSync(config, '');
    const configure = () => writeFileSync(config, `[embeddings]\nurl = "${server.url}"\nmodel = "fake"\n`);
    return { options: { home, cwd }, configure };
  }
});
