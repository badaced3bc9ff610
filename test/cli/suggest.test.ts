/** midturn suggest: what has failed is put back into the queue when a person asks for it. */
import { describe, expect, it } from 'vitest';
import { commandLine } from './command-line.ts';

describe('suggest', () => {
  it('says when nothing has failed', async () => {
    const cli = commandLine();
    expect(await cli.midturn('suggest --retry-failed')).toMatchObject({
      code: 0,
      out: 'No suggestion has failed.\n',
    });
    expect((await cli.midturn('suggest --retry-failed --json')).json).toEqual({ retried: 0 });
  });

  it('refuses to retry what is not there, and to suggest nothing', async () => {
    const cli = commandLine();
    expect(await cli.midturn('suggest --retry i_000000')).toMatchObject({
      code: 2,
      err: expect.stringContaining('No one suggestion is named i_000000'),
    });
    expect((await cli.midturn('suggest')).code).toBe(2);
  });
});
