import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BIN, connect, environment, finished, NODE, run, start } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd };
}

const INITIALIZE = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
})}\n`;

async function started(options: { home: string; cwd: string }) {
  const child = start(['mcp'], options);
  const done = finished(child);
  const answered = new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  child.stdin?.write(INITIALIZE);
  await answered;
  return { child, done };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the server ends', () => {
  it('when stdin ends', async () => {
    const { child, done } = await started(place());
    child.stdin?.end();
    expect(await done).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('on %s', async (signal) => {
    const { child, done } = await started(place());
    child.kill(signal);
    expect((await done).code).toBe(0);
  });

  it('when its parent dies without closing the pipe', async () => {
    const { home, cwd } = place();
    // The parent hands its own stdin on, which stays open here, and dies.
    const parent = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.argv[1], [process.argv[2], 'mcp'], { stdio: ['inherit', 'pipe', 'inherit'] });
      child.stdout.once('data', () => process.stdout.write(String(child.pid), () => process.kill(process.pid, 'SIGKILL')));
    `;
    const killed = spawn(NODE, ['-e', parent, NODE, BIN], { cwd, env: environment(home), stdio: 'pipe' });
    const done = finished(killed);
    killed.stdin.write(INITIALIZE);
    const pid = Number((await done).stdout);
    expect(pid).toBeGreaterThan(0);
    for (let waited = 0; isAlive(pid) && waited < 100; waited += 1) await sleep(100);
    expect(isAlive(pid)).toBe(false);
    killed.stdin.end();
  });
});

describe('many processes on one store', () => {
  it('keep every acknowledged memory when they are killed in the middle', async () => {
    const { home, cwd } = place();
    const acknowledged: string[] = [];
    const writer = async (name: number): Promise<void> => {
      const server = await connect('2025', { home, cwd });
      const pid = server.pid();
      let last = Promise.resolve();
      for (let at = 0; at < 125; at += 1) {
        const fact = `Fact number ${at} of writer ${name} is about topic${at}x${name}`;
        const call = server.call('remember', { content: fact }).then(
          (answer) => {
            if (!answer.isError) acknowledged.push(fact);
          },
          () => undefined,
        );
        last = call;
        if (at === 60 + name * 5 && name % 2 === 0 && pid !== null) {
          await sleep(2);
          process.kill(pid, 'SIGKILL');
          return;
        }
        await call;
      }
      await last;
    };
    await Promise.all(Array.from({ length: 8 }, (_, name) => writer(name)));
    expect(acknowledged.length).toBeGreaterThan(700);
    const { stdout } = await run(['doctor', '--json'], { home, cwd });
    const doctor = JSON.parse(stdout);
    expect(doctor.checks.filter(({ status }: { status: string }) => status === 'fail')).toEqual([]);
    const listed = JSON.parse(
      (await run(['memories', 'list', '--json', '--limit', '1000'], { home, cwd })).stdout,
    );
    const stored = new Set(listed.memories.map(({ content }: { content: string }) => content));
    expect(acknowledged.filter((fact) => !stored.has(fact))).toEqual([]);
  }, 120_000);

  it('answer reads while another process holds the lock, and delay writes only', async () => {
    const { home, cwd } = place();
    const server = await connect('2025', { home, cwd });
    await server.call('remember', { content: 'The lighthouse keeper feeds the ravens' });
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `const db = new (require('better-sqlite3'))(process.argv[1]);
         db.exec('BEGIN IMMEDIATE'); process.stdout.write('held');
         setTimeout(() => { db.exec('COMMIT'); process.exit(0); }, 5000);`,
        join(home, '.midturn', 'midturn.db'),
      ],
      { stdio: 'pipe' },
    );
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    let written = false;
    const write = server
      .call('remember', { content: 'The lighthouse is painted white and red' })
      .then((answer) => {
        written = true;
        return answer;
      });
    // Every answer leaves a note of what was shown: those writes must not hold the reads up either.
    let reads = 0;
    while (!written) {
      const read = await server.call('recall', { query: 'lighthouse keeper ravens' });
      expect(read.text).toContain('feeds the ravens');
      await server.call('recall_history', { query: 'lighthouse' });
      await server.call('status');
      reads += 1;
    }
    // It holds the lock for seconds: a read that waited for it would be the only one.
    expect(reads).toBeGreaterThan(1);
    expect((await write).structured).toMatchObject({ status: 'accepted' });
    expect((await server.call('recall', { query: 'lighthouse painted' })).text).toContain('white and red');
  }, 60_000);
});
