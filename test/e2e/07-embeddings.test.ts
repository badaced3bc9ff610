import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connect, run } from '../support/built-program.ts';
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
