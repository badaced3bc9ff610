import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { mangle } from '../../src/capture/claude-folders.ts';
import { codex } from '../../src/capture/codex.ts';
import { Tail } from '../../src/capture/tail.ts';
import { type TailCaller, uuidTime } from '../../src/capture/transcript-files.ts';
import { sessionId } from '../../src/model/ids.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const WAIT_MS = 2000;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** A client's home with one scenario, of which only the first `lines` are written yet. */
async function setUp(client: 'codex' | 'claude-code', scenario: string, until: (line: string) => boolean) {
  const root = tempFolder();
  const home = join(root, client);
  cpSync(join(FIXTURES, client, scenario), home, { recursive: true });
  const path = filesBelow(home).find((file) => file.endsWith('.jsonl')) ?? '';
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const cut = lines.findIndex(until) + 1;
  writeFileSync(
    path,
    lines
      .slice(0, cut)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const store = await tempStore(root);
  let paused = false;
  const captured: number[] = [];
  const tail = new Tail({
    ...ingestDeps(store),
    codex: { root: join(root, 'codex'), adapter: codex },
    claude: { root: join(root, 'claude-code'), adapter: claudeCode },
    paused: async () => paused,
    onCaptured: async () => void captured.push(1),
  });
  const external = /([0-9a-f-]{36})\.jsonl$/.exec(path)?.[1] ?? '';
  const caller: TailCaller = {
    client,
    external,
    session: sessionId(client, external),
    turnKey: null,
    directories: ['/home/dev/shop'],
    root: '/home/dev/shop',
    callId: null,
  };
  return {
    store,
    tail,
    caller,
    path,
    rest: lines.slice(cut),
    captured,
    pause: (value: boolean) => {
      paused = value;
    },
  };
}

const PROMPT = (sessionId: string): string =>
  `${JSON.stringify({
    type: 'user',
    uuid: '11111111-7f0e-4c1c-9f1e-0123456789ab',
    parentUuid: null,
    sessionId,
    isSidechain: false,
    timestamp: '2026-11-21T10:00:00Z',
    cwd: '/home/dev/shop',
    message: { role: 'user', content: 'hello' },
  })}\n`;
const TURN = /"turn_id":"([^"]+)"/;

describe('the tail of a running session', () => {
  it('shows the call of an agent as soon as its client has written it', async () => {
    const { tail, caller, path, rest, store } = await setUp('claude-code', 'mcp-tool', (line) =>
      line.includes('"promptSource"'),
    );
    const call = rest.find((line) => line.includes('"tool_use"') && line.includes('mcp__mem__recall')) ?? '';
    const callId = /"id":"(toolu_[^"]+)"/.exec(call)?.[1] ?? '';
    const waiting = tail.awaitCall({ ...caller, callId }, WAIT_MS);
    appendFileSync(path, rest.map((line) => `${line}\n`).join(''));
    const seen = await waiting;
    expect(seen).toMatchObject({ session: caller.session, turn: 1 });
    expect(await store.capture.findCall(callId, null)).toEqual(seen);
  });

  it('takes the prompt of the turn for a call that a script makes, which the rollout holds only when it has ended', async () => {
    const { tail, caller, path } = await setUp('codex', 'code-mode', (line) =>
      line.includes('"UserMessage"'),
    );
    const turnKey = TURN.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    const seen = await tail.awaitCall(
      { ...caller, turnKey, callId: 'exec-00000000-0000-4000-8000-000000000000' },
      WAIT_MS,
    );
    expect(seen).toMatchObject({ session: caller.session, turn: 1 });
  });

  it('answers null when the call was not seen in time, and for clients that keep no transcript', async () => {
    const { tail, caller } = await setUp('codex', 'plain', (line) => line.includes('"UserMessage"'));
    expect(await tail.awaitCall({ ...caller, callId: 'call_unknown' }, 30)).toBeNull();
    expect(
      await tail.awaitCall({ ...caller, client: 'another', callId: 'call_unknown' }, WAIT_MS),
    ).toBeNull();
    expect(tail.isReadable({ ...caller, client: 'another' })).toBe(false);
  });

  it('is taken when the file has grown, once', async () => {
    const { tail, caller, path, rest, store, captured } = await setUp('codex', 'plain', (line) =>
      line.includes('"UserMessage"'),
    );
    await tail.refresh(caller, WAIT_MS);
    await tail.settled();
    const before = (await store.messages.counts(null)).messages;
    appendFileSync(path, rest.map((line) => `${line}\n`).join(''));
    await tail.refresh(caller, WAIT_MS);
    await tail.refresh(caller, WAIT_MS);
    const after = (await store.messages.counts(null)).messages;
    expect([before > 0, after > before, captured.length]).toEqual([true, true, 2]);
  });

  it('is left alone while capture is paused', async () => {
    const { tail, caller, store, pause } = await setUp('codex', 'plain', (line) =>
      line.includes('"UserMessage"'),
    );
    pause(true);
    await tail.refresh(caller, WAIT_MS);
    expect((await store.messages.counts(null)).messages).toBe(0);
    pause(false);
    await tail.refresh(caller, WAIT_MS);
    expect((await store.messages.counts(null)).messages).toBeGreaterThan(0);
  });

  it('that cannot be read fails nobody: it is counted and noted', async () => {
    const { tail, caller, store, path } = await setUp('codex', 'plain', (line) =>
      line.includes('"UserMessage"'),
    );
    mkdirSync(join(dirname(path), 'x'), { recursive: true });
    writeFileSync(path, Buffer.alloc(600));
    await tail.refresh(caller, WAIT_MS);
    await tail.settled();
    expect(await store.health.note('capture')).toMatchObject({ error: expect.stringContaining('NUL') });
    expect(await store.health.counters()).toMatchObject({ 'capture.failures': 1 });
  });
});

describe('the folders of a project', () => {
  const cases: readonly [string, string, string, boolean][] = [
    ['a folder below its root', '/home/dev/shop/packages/api', '/home/dev/shop', true],
    ['a worktree beside it', '/home/dev/shop-fix', '/home/dev/shop', true],
    ['another project', '/home/dev/garden', '/home/dev/shop', false],
  ];
  it.each(cases)('hold the sessions of %s', async (_, cwd, root, isSeen) => {
    const { tail, caller, path, store } = await setUp('claude-code', 'mcp-tool', () => false);
    const folder = join(dirname(dirname(path)), mangle(cwd));
    if (folder !== dirname(path)) renameSync(dirname(path), folder);
    writeFileSync(join(folder, path.slice(dirname(path).length + 1)), PROMPT(caller.external ?? ''));
    await tail.refresh({ ...caller, external: null, directories: [root], root }, WAIT_MS);
    expect((await store.messages.counts(null)).messages > 0).toBe(isSeen);
  });

  it('are found by the first 200 characters of a long name, which a hash follows', async () => {
    const { tail, caller, path, store } = await setUp('claude-code', 'mcp-tool', () => false);
    const cwd = `/home/dev/${'long-name/'.repeat(30)}end`;
    const folder = join(dirname(dirname(path)), `${mangle(cwd)}-1a2b3c`);
    renameSync(dirname(path), folder);
    writeFileSync(join(folder, path.slice(dirname(path).length + 1)), PROMPT(caller.external ?? ''));
    await tail.refresh({ ...caller, external: null, directories: [cwd], root: null }, WAIT_MS);
    expect((await store.messages.counts(null)).messages).toBe(1);
  });

  it("may be any for the caller's own session", async () => {
    const { tail, caller, path, store } = await setUp('claude-code', 'mcp-tool', () => false);
    writeFileSync(path, PROMPT(caller.external ?? ''));
    await tail.refresh({ ...caller, directories: ['/somewhere/else'], root: null }, WAIT_MS);
    expect((await store.messages.counts(null)).messages).toBe(1);
  });
});

describe('where clients keep transcripts', () => {
  it('is the directory with every unit that is no letter or digit as a dash, cut at 200', () => {
    expect(mangle('/tmp/w é_x.y+z~/A-B 1')).toBe('-tmp-w---x-y-z--A-B-1');
    expect(mangle(`/${'a'.repeat(300)}`)).toHaveLength(200);
  });

  it('is told by the time in a UUID v7', () => {
    expect(uuidTime('01a1fd7f-cc1c-7873-ba57-12a8d16b2eca')).toBe(0x01a1fd7fcc1c);
    expect(uuidTime('2f1b9a44-7f0e-4c1c-9f1e-0123456789ab')).toBeNull();
  });
});
