/** The hook before a prompt, answered by the running server: what it leaves behind for doctor and status. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../../src/app/app.ts';
import { connectProcess } from '../../src/mcp/roots.ts';
import { buildServer } from '../../src/mcp/server.ts';
import { readLog } from '../../src/project/log-file.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { tempFolder } from '../support/temp-store.ts';

const KIND = 'hook.user-prompt.claude-code';
const NOON = Date.UTC(2026, 10, 21, 12);

async function connected(config = '', more: Readonly<Record<string, string>> = {}) {
  const folder = tempFolder();
  const home = join(folder, 'midturn');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, 'config.toml'), config);
  const env = { HOME: folder, MIDTURN_HOME: home, ...more };
  const time = { now: NOON };
  const app = new App({ env, cwd: folder, version: '1.2.3', now: () => time.now });
  const server = buildServer({
    app,
    version: '1.2.3',
    connect: connectProcess({ app, env, cwd: folder, log: () => {} }),
    log: () => {},
  });
  const client = new Client({ name: 'claude-code', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  await client.connect(theirs);
  afterThisTest(() => app.close());
  const lines = () => readLog(app.layout, { since: 0 });
  return {
    app,
    home,
    time,
    prompt: async (query: string) => {
      const { content } = await client.callTool({ name: 'recall', arguments: { query, hook: true } });
      return content;
    },
    lines,
    /** The log is written behind the answer, and right before the note. */
    logged: (count: number) => soon(async () => expect(await lines()).toHaveLength(count)),
    note: async () => (await app.store()).health.note(KIND),
  };
}

const NOTHING = [{ type: 'text', text: '{}' }];

/** A server that is busy takes its time. */
const soon = (what: () => Promise<void>): Promise<void> => vi.waitFor(what, { timeout: 20_000 });

describe('a prompt that the server has answered', () => {
  it('is noted with its client and time, and stands in the log without a word of it', async () => {
    const { prompt, lines, logged, note } = await connected();
    expect(await prompt('Where does the heron nest?')).toEqual(NOTHING);
    await logged(1);
    await soon(async () =>
      expect(await note()).toMatchObject({ at: NOON, error: null, detail: { version: '1.2.3' } }),
    );
    const [line] = await lines();
    expect(line).toMatchObject({
      at: NOON,
      kind: 'hook.user-prompt',
      client: 'claude-code',
      ok: true,
      characters: 0,
      ms: expect.any(Number),
    });
    expect(line).not.toHaveProperty('plugin');
    expect(JSON.stringify(line)).not.toContain('heron');
  });

  it('is noted once a minute, and logged each time', async () => {
    const { prompt, time, logged, note } = await connected();
    await prompt('one');
    await soon(async () => expect((await note())?.at).toBe(NOON));
    time.now = NOON + 59_000;
    await prompt('two');
    await logged(2);
    expect((await note())?.at).toBe(NOON);
    time.now = NOON + 60_000;
    await prompt('three');
    await soon(async () => expect((await note())?.at).toBe(NOON + 60_000));
  });

  it('is not noted while another process writes: its answer does not wait, and the next one leaves the note', async () => {
    const { app, prompt, time, logged, note } = await connected();
    await app.store();
    await prompt('one');
    await soon(async () => expect((await note())?.at).toBe(NOON));
    const other = new Database(app.layout.db);
    afterThisTest(() => void other.close());
    other.exec('BEGIN IMMEDIATE');
    time.now = NOON + 120_000;
    expect(await prompt('two')).toEqual(NOTHING);
    await logged(2);
    expect((await note())?.at).toBe(NOON);
    other.exec('ROLLBACK');
    time.now = NOON + 121_000;
    await prompt('three');
    await soon(async () => expect((await note())?.at).toBe(NOON + 121_000));
    expect(await (await app.store()).health.counters()).not.toHaveProperty('hook.note.failures');
  });

  it('that failed is answered with nothing, counted, and noted with the reason', async () => {
    const { app, prompt, lines, logged, note } = await connected('[capture\n');
    expect(await prompt('one')).toEqual(NOTHING);
    await logged(1);
    expect(await lines()).toMatchObject([
      { ok: false, level: 'error', error: expect.stringContaining('not valid TOML') },
    ]);
    const { health } = await app.store();
    await soon(async () => expect(await health.counters()).toMatchObject({ 'hook.failures': 1 }));
    await soon(async () => expect((await note())?.error).toContain('not valid TOML'));
  });

  it('is counted where its note cannot be left', async () => {
    const { app, prompt, logged } = await connected();
    const { health } = await app.store();
    vi.spyOn(health, 'tryNote').mockRejectedValue(new Error('the disk is full'));
    expect(await prompt('one')).toEqual(NOTHING);
    await logged(1);
    await soon(async () => expect(await health.counters()).toMatchObject({ 'hook.note.failures': 1 }));
  });

  it('of a plugin is told from one of setup', async () => {
    const { prompt, lines, logged } = await connected('', { CLAUDE_PLUGIN_ROOT: '/plugins/midturn' });
    await prompt('one');
    await logged(1);
    expect(await lines()).toMatchObject([{ plugin: true }]);
  });

  it('is no question of a model: that leaves no word of a hook', async () => {
    const { app, lines, note } = await connected();
    const server = buildServer({
      app,
      version: '1',
      connect: connectProcess({ app, env: {}, cwd: app.cwd, log: () => {} }),
      log: () => {},
    });
    const client = new Client({ name: 'claude-code', version: '1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await server.connect(ours);
    await client.connect(theirs);
    await client.callTool({ name: 'recall', arguments: { query: 'one' } });
    await client.callTool({ name: 'recall', arguments: { query: 'two' } });
    expect([await lines(), await note()]).toEqual([[], null]);
  });
});
