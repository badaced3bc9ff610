import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { detachedEnvironment, startDetached } from '../../src/platform/detach.ts';

describe('a detached program', () => {
  it('has no streams, no window and a session of its own, and is not waited for', () => {
    const calls: unknown[] = [];
    let unreferenced = false;
    const start = (...args: unknown[]) => {
      calls.push(args);
      return Object.assign(new EventEmitter(), {
        pid: 4711,
        unref: () => {
          unreferenced = true;
        },
      });
    };
    const pid = startDetached({
      argv: ['/usr/bin/node', '/app/my home/midturn.cjs', 'worker'],
      cwd: '/home/dev/.midturn',
      env: { PATH: '/bin', CLAUDECODE: '1' },
      start,
    });
    expect(pid).toBe(4711);
    expect(unreferenced).toBe(true);
    expect(calls).toEqual([
      [
        '/usr/bin/node',
        ['/app/my home/midturn.cjs', 'worker'],
        {
          cwd: '/home/dev/.midturn',
          env: { PATH: '/bin' },
          detached: true,
          stdio: 'ignore',
          windowsHide: true,
        },
      ],
    ]);
  });

  it('that cannot be started is answered with null, whether the system says so at once or later', () => {
    const request = { argv: ['/nowhere/node', 'x'], cwd: '/nowhere', env: {} } as const;
    expect(startDetached(request)).toBeNull();
    const fails = () => {
      throw new Error('EAGAIN');
    };
    expect(startDetached({ ...request, start: fails })).toBeNull();
  });

  it('keeps what it needs of the environment and none of the marks of the agent', () => {
    const kept = {
      PATH: '/bin',
      HOME: '/home/dev',
      CODEX_HOME: '/c',
      CLAUDE_CONFIG_DIR: '/d',
      // How an agent that reviews is logged in where it cannot ask.
      CLAUDE_CODE_OAUTH_TOKEN: 't',
      CLAUDE_CODE_USE_BEDROCK: '1',
      CODEX_API_KEY: 'k',
      ANTHROPIC_API_KEY: 'k',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      MIDTURN_HOME: '/m',
      MIDTURN_REVIEW_PROFILE: 'rules',
    };
    const marks = {
      CLAUDECODE: '1',
      CLAUDE_CODE_SESSION_ID: 's',
      CLAUDE_PROJECT_DIR: '/p',
      CLAUDE_PLUGIN_ROOT: '/q',
      CODEX_THREAD_ID: 't',
      CODEX_SANDBOX: 'seatbelt',
      PLUGIN_ROOT: '/r',
      NODE_OPTIONS: '--inspect-brk',
      NODE_CHANNEL_FD: '3',
    };
    expect(detachedEnvironment({ ...kept, ...marks, EMPTY: undefined })).toEqual(kept);
  });
});
