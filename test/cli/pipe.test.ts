/** The built program in a pipeline. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { run, start } from '../support/built-program.ts';
import { commandLine } from './command-line.ts';

describe('in a pipeline', () => {
  it('ends quietly when the reader has gone', async () => {
    const cli = commandLine();
    const child = start(['status', '--json'], { home: cli.folder, cwd: cli.project });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout?.destroy();
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('reads stdin, writes stdout, and speaks of errors on stderr', async () => {
    const cli = commandLine();
    const place = { home: cli.folder, cwd: cli.project };
    const kept = await run(['remember', '-', '--json'], { ...place, input: 'We deploy on Tuesdays' });
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(kept.stdout)).toMatchObject({ status: 'accepted', origin: 'agent' });
    const wrong = await run(['recall', '--limit', 'x', 'deploy'], place);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/^midturn: --limit takes a whole number/);
  });
});
