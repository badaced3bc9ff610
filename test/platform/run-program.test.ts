import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isAlive } from '../../src/platform/process.ts';
import { isMissingProgram, type ProgramCall, runProgram } from '../../src/platform/run-program.ts';
import { childProgram } from '../support/child-program.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midturn-run-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A Node program of this text. */
function node(script: string, more: Partial<ProgramCall> = {}): ProgramCall {
  return {
    argv: [process.execPath, '-e', script],
    env: { PATH: process.env.PATH },
    timeoutMs: 10_000,
    ...more,
  };
}

/** The pids that the programs of a test wrote into files of this folder. */
function pid(name: string): number {
  return Number(readFileSync(join(folder, name), 'utf8'));
}

const writePid = (name: string) =>
  `require('fs').writeFileSync(${JSON.stringify(name)}, String(process.pid));`;
const forEver = 'setInterval(() => {}, 1000);';

describe('a program', () => {
  it('is told its input and answers with its output and exit code', async () => {
    const end = await runProgram(
      node('process.stdin.pipe(process.stdout); process.stderr.write("said"); process.exitCode = 3', {
        stdin: 'text ☃'.repeat(50_000),
      }),
    );
    expect(end).toMatchObject({ code: 3, signal: null, stderr: 'said', timedOut: false, truncated: false });
    expect(end.stdout).toBe('text ☃'.repeat(50_000));
  });

  it('finds its input closed when there is none', async () => {
    const end = await runProgram(node('process.stdin.on("end", () => console.log("closed")).resume()'));
    expect(end.stdout).toBe('closed\n');
  });

  it('may end without reading its input', async () => {
    const end = await runProgram(node('process.exit(0)', { stdin: 'x'.repeat(5_000_000) }));
    expect(end.code).toBe(0);
  });

  it('gets the given environment and nothing else', async () => {
    const env = { PATH: process.env.PATH, MIDTURN_AGENT: '1', LEFT_OUT: undefined };
    const end = await runProgram(node('console.log(Object.keys(process.env).sort().join())', { env }));
    expect(end.stdout).toBe('MIDTURN_AGENT,PATH\n');
  });

  it('that does not exist is an error of code ENOENT; a folder that does not exist is another', async () => {
    const missing = runProgram({ argv: ['midturn-no-such-program'], env: process.env, timeoutMs: 1000 });
    await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
    await missing.catch((error) => expect(isMissingProgram(error)).toBe(true));
    const nowhere = runProgram(node('', { cwd: join(folder, 'none') }));
    await expect(nowhere).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(process.platform === 'win32')('that may not be run is an error of code EACCES', async () => {
    writeFileSync(join(folder, 'plain.txt'), 'text');
    const refused = runProgram({ argv: [join(folder, 'plain.txt')], env: {}, timeoutMs: 1000 });
    await expect(refused).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('of too many arguments is an error, not a crash', async () => {
    const call = node('', {});
    const long = runProgram({ ...call, argv: [process.execPath, '-e', '', 'x'.repeat(4_000_000)] });
    await expect(long).rejects.toMatchObject({ code: 'E2BIG' });
  });

  it('that prints without end is read without end, kept up to the limit, and ended at the deadline', async () => {
    const flood = 'const b = "y".repeat(65536); const go = () => process.stdout.write(b, go); go();';
    const end = await runProgram(node(flood, { timeoutMs: 5000, maxOutputBytes: 100_001 }));
    expect(end).toMatchObject({ timedOut: true, truncated: true });
    expect(end.stdout).toBe('y'.repeat(100_001));
  });

  it('loses no half letter where its output is cut', async () => {
    const end = await runProgram(node('process.stdout.write("aé")', { maxOutputBytes: 2 }));
    expect(end).toMatchObject({ stdout: 'a', truncated: true });
  });

  it('is not started when it was called off before', async () => {
    const end = await runProgram(node(`${writePid(join(folder, 'ran'))}`, { signal: AbortSignal.abort() }));
    expect(end.aborted).toBe(true);
    expect(() => pid('ran')).toThrow();
  });
});

describe.skipIf(process.platform === 'win32')('the deadline of a program', () => {
  const runner = childProgram(new URL('run-program-child.ts', import.meta.url));
  const sibling = (file: string) => join(folder, file);
  /** A program, its child and its grandchild, none of which ends by itself; the grandchild in a session of its own. */
  const family = (deaf: string) => {
    const grandchild = `${deaf}${writePid(sibling('grandchild'))}${forEver}`;
    const child = `${deaf}${writePid(sibling('child'))}
      require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { detached: true, stdio: 'inherit' });
      ${forEver}`;
    return `${deaf}${writePid(sibling('parent'))}
      require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      ${forEver}`;
  };
  const everybody = () => ['parent', 'child', 'grandchild'].map(pid);

  it('leaves nothing of its tree', async () => {
    const end = await runProgram(node(family(''), { timeoutMs: 6000 }));
    expect(end).toMatchObject({ timedOut: true, code: null, signal: 'SIGTERM' });
    expect(everybody().map((one) => isAlive(one))).toEqual([false, false, false]);
  });

  it('leaves nothing of a tree that does not want to end', async () => {
    const deaf = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {});";
    const end = await runProgram(node(family(deaf), { timeoutMs: 6000, graceMs: 200 }));
    expect(end).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    await vi.waitFor(() => expect(everybody().map((one) => isAlive(one))).toEqual([false, false, false]), {
      timeout: 10_000,
    });
  });

  it('comes early when it is called off', async () => {
    const call = new AbortController();
    const running = runProgram(node(family(''), { timeoutMs: 60_000, signal: call.signal }));
    await vi.waitFor(() => expect(everybody()).toHaveLength(3), { timeout: 20_000 });
    call.abort();
    expect(await running).toMatchObject({ aborted: true, timedOut: false });
    expect(everybody().map((one) => isAlive(one))).toEqual([false, false, false]);
  });

  it('is not waited for when a child holds the pipes of a program that has ended, and that child is ended', async () => {
    const child = `${writePid(sibling('child'))}${forEver}`;
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      const look = () => require('fs').existsSync(${JSON.stringify(sibling('child'))}) ? process.exit(0) : setTimeout(look, 10);
      console.log('done'); look();`;
    const end = await runProgram(node(script, { timeoutMs: 60_000 }));
    expect(end).toMatchObject({ code: 0, stdout: 'done\n', timedOut: false });
    await vi.waitFor(() => expect(isAlive(pid('child'))).toBe(false), { timeout: 10_000 });
  });

  it('need not come even where the process that runs it is killed, if it is watched', async () => {
    const { process: outer, word } = runner(`${writePid(sibling('inner'))}console.log(1);${forEver}`);
    expect(await word).toBe('started');
    await vi.waitFor(() => expect(pid('inner')).toBeGreaterThan(0), { timeout: 20_000 });
    outer.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid('inner'))).toBe(false), { timeout: 20_000 });
  });

  it('need not come: a program ends with the process that runs it', async () => {
    const { process: outer, word } = runner(`${writePid(sibling('inner'))}console.log(1);${forEver}`);
    expect(await word).toBe('started');
    await vi.waitFor(() => expect(pid('inner')).toBeGreaterThan(0), { timeout: 20_000 });
    const ended = once(outer, 'exit');
    outer.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    await vi.waitFor(() => expect(isAlive(pid('inner'))).toBe(false), { timeout: 10_000 });
  });
});
