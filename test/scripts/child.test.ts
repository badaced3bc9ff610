/** How scripts run servers, programs, and programs that a person ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

type Child = {
  readonly startServer: (
    program: string,
    args: readonly string[],
  ) => Promise<{ readonly url: string; readonly stop: () => Promise<string> }>;
  readonly finished: (
    program: string,
    args: readonly string[],
    options?: { timeoutMs: number },
  ) => Promise<{ code: number; signal: string | null; stdout: string; stderr: string }>;
};

const lib = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'lib');
const script = pathToFileURL(join(lib, 'child.mjs')).href;
const { startServer, finished }: Child = await import(script);

describe('a server that a script starts', () => {
  const node = process.execPath;

  it('says where it listens in its first line of JSON, and ends with its standard input', async () => {
    const code = `process.on('SIGTERM', () => {}); process.stdin.resume().on('end', () => process.exit());
      console.error('a word'); console.log('starting'); console.log(JSON.stringify({ url: 'here' }));`;
    const { url, stop } = await startServer(node, ['-e', code]);
    expect(url).toBe('here');
    expect(await stop()).toContain('a word');
  });

  it('is an error when it ends before it listens', async () => {
    const code = `console.error('the port is taken'); process.exitCode = 3;`;
    await expect(startServer(node, ['-e', code])).rejects.toThrow(/ended \(3\).*the port is taken/);
    await expect(startServer(join(lib, 'no-such-program'), [])).rejects.toThrow(/ENOENT/);
  });

  it('is told from a program that runs to its end, which is ended when it does not', async () => {
    const both = `console.log('out'); console.error('err'); process.exitCode = 4;`;
    expect(await finished(node, ['-e', both])).toEqual({
      code: 4,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const forever = await finished(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 });
    expect(forever.signal).toBe('SIGKILL');
  });
});

it.skipIf(process.platform === 'win32')(
  'hands a signal on to a program that a person looks at, and goes on after it',
  async () => {
    const looked = `setInterval(() => {}, 1000);
    process.on('SIGINT', () => { console.log('closed'); process.exit(); }); console.log('open');`;
    const code = `import { attended } from ${JSON.stringify(script)};
    await attended(process.execPath, ['-e', ${JSON.stringify(looked)}]);
    console.log('and after');`;
    const outer = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    outer.stdout.setEncoding('utf8').on('data', (text) => {
      if (out === '') outer.kill('SIGINT');
      out += text;
    });
    await once(outer, 'close');
    expect(out).toBe('open\nclosed\nand after\n');
  },
);
