import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitEnvironment, runGit } from '../../src/platform/run-git.ts';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-git-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({ cwd: folder, timeoutMs: 10_000, env: process.env });

/** A program named git that does what a real one might do when things go wrong. */
function fakeGit(script: string): Record<string, string | undefined> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'git'), 0o755);
  return { PATH: `${bin}:${process.env.PATH ?? ''}` };
}

describe('git', () => {
  it('answers what it prints, in the folder asked for', async () => {
    expect(await runGit(['--version'], options())).toMatchObject({
      kind: 'ok',
      stdout: expect.stringMatching(/^git version/),
    });
    await runGit(['init', '-q', '-b', 'main'], options());
    expect(await runGit(['rev-parse', '--show-toplevel'], options())).toEqual({
      kind: 'ok',
      stdout: `${folder}\n`,
    });
  });

  it('takes arguments as they are, without a shell', async () => {
    const answer = await runGit(['check-ref-format', '--branch', '$(touch x); `id` && a'], options());
    expect(answer).toMatchObject({
      kind: 'failed',
      code: 128,
      stderr: expect.stringContaining('$(touch x)'),
    });
  });

  it('is told apart when it says no and when it says nothing', async () => {
    expect(await runGit(['no-such-command'], options())).toMatchObject({ kind: 'failed', code: 1 });
    expect(await runGit(['status'], { ...options(), cwd: join(folder, 'none') })).toMatchObject({
      kind: 'failed',
      code: 128,
    });
    const nowhere = { PATH: join(folder, 'empty') };
    expect(await runGit(['status'], { ...options(), env: nowhere })).toMatchObject({
      kind: 'silent',
      reason: expect.stringContaining('ENOENT'),
    });
  });

  it.skipIf(process.platform === 'win32')('is killed at the time limit', async () => {
    const env = fakeGit('exec sleep 600');
    expect(await runGit(['status'], { ...options(), timeoutMs: 50, env })).toMatchObject({
      kind: 'silent',
      reason: expect.stringContaining('50 ms'),
    });
  });

  it.skipIf(process.platform === 'win32')(
    'is given up on when a child of its own keeps the output open',
    async () => {
      const env = fakeGit('sleep 5 & wait');
      const answer = await runGit(['status'], { ...options(), timeoutMs: 50, env });
      expect(answer.kind).toBe('silent');
    },
  );

  it.skipIf(process.platform === 'win32')('is not read without end', async () => {
    const env = fakeGit('exec yes');
    expect((await runGit(['log'], { ...options(), env })).kind).toBe('silent');
  });

  it('may use no transport, so that a repository can start no program and reach no network', async () => {
    const answer = await runGit(['ls-remote', 'ext::sh -c id'], options());
    expect(answer).toMatchObject({
      kind: 'failed',
      stderr: expect.stringContaining("transport 'ext' not allowed"),
    });
    expect(await runGit(['ls-remote', folder], options())).toMatchObject({ kind: 'failed' });
  });
});

describe('the environment of git', () => {
  it('keeps what says how git is installed, and drops what names a repository', () => {
    const env = gitEnvironment({
      PATH: '/bin',
      HOME: '/h',
      GIT_DIR: '/x',
      GIT_INDEX_FILE: 'x',
      git_work_tree: '/y',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.pager',
      GIT_CONFIG_GLOBAL: '/g',
      GIT_SSH_COMMAND: 'evil',
      GIT_TRACE: '1',
      GONE: undefined,
    });
    expect(env).toEqual({
      PATH: '/bin',
      HOME: '/h',
      GIT_CONFIG_GLOBAL: '/g',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      LC_ALL: 'C',
      NoDefaultCurrentDirectoryInExePath: '1',
    });
  });
});
