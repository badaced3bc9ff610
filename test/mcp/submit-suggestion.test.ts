import { describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { mcpCall } from '../../src/app/caller.ts';
import compile from '../../src/mcp/tools/compile.ts';
import remember from '../../src/mcp/tools/remember.ts';
import submitSuggestion from '../../src/mcp/tools/submit-suggestion.ts';
import { tempFolder } from '../support/temp-store.ts';

let connections = 0;

function connection() {
  const home = tempFolder();
  connections += 1;
  const env = { HOME: home, MIDTURN_HOME: `${home}/home` };
  const app = new App({ env, cwd: home, version: 'test' });
  const facts = mcpCall({ clientName: `any-${connections}`, meta: null, env, cwd: home });
  const call = { app, facts, signal: new AbortController().signal, progress: () => {} };
  return {
    app,
    submit: (sent: unknown) => submitSuggestion.call(sent, call),
    compile: (sent: unknown) => compile.call(sent, call),
    remember: (sent: unknown) => remember.call(sent, call),
  };
}

const mine = (content: string) => ({ content, scope: 'user' });

describe('what agents send', () => {
  it('is refused while a pause lasts, with what ends it', async () => {
    const { app, submit, remember } = connection();
    await app.pause(null);
    const words = /paused until the user resumes it.*midturn resume/s;
    await expect(submit({ memory_updates: [mine('I use pnpm')] })).rejects.toThrow(words);
    await expect(remember({ content: 'I use pnpm', scope: 'user' })).rejects.toThrow(words);
    await app.resume();
    expect((await remember({ content: 'I use pnpm', scope: 'user' })).structured).toMatchObject({
      status: 'accepted',
    });
    app.close();
  });
});

describe('submit_suggestion', () => {
  it('takes a family that is sent by both of its names, whole', async () => {
    const { app, submit } = connection();
    const answer = await submit({ memory_updates: [mine('I use pnpm')], memory_update: [mine('I use vim')] });
    expect(answer.structured).toMatchObject({
      items: [
        { index: 0, status: 'pending' },
        { index: 1, status: 'pending' },
      ],
    });
    app.close();
  });

  it('takes the envelope of an older program, a single item and a list that came as text', async () => {
    const { app, submit } = connection();
    const older = await submit({
      schema_version: 1,
      suggestions: [{ family: 'memory_updates', ...mine('I use zsh') }],
    });
    expect(older.structured).toMatchObject({ items: [{ status: 'pending' }] });
    const single = await submit({
      memories: mine('I use tmux'),
      recall: '[{"content":"Long words","scope":"user"}]',
    });
    expect(single.structured).toMatchObject({
      items: [{ status: 'pending' }, { family: 'recall_candidate' }],
    });
    app.close();
  });

  it('says of empty lists that nothing was proposed', async () => {
    const { app, submit } = connection();
    const answer = await submit({ memory_updates: [] });
    expect(answer.isError).toBeUndefined();
    expect(answer.text).toContain('Nothing was proposed');
    app.close();
  });

  it('shows a call that works, in place of one that is wrong again', async () => {
    const { app, submit, compile: run } = connection();
    await expect(submit({})).rejects.toThrow('"content": "Releases are tagged');
    await expect(submit({ facts: [] })).rejects.toThrow('unknown key');
    await expect(run({ limit: 'many' })).rejects.toThrow('compile({"dry_run": true})');
    app.close();
  });

  it('takes a bounded number of items over a connection whose session is not known', async () => {
    const { app, submit } = connection();
    const many = Array.from({ length: 200 }, (_, at) => mine(`Service ${at} is in Go`));
    expect((await submit({ memory_updates: many })).isError).toBeUndefined();
    const over = await submit({ memory_updates: [mine('One more')] });
    expect(over).toMatchObject({ isError: true, text: expect.stringContaining('at most 200') });
    app.close();
  });
});

describe('compile over MCP', () => {
  it('names what came to nothing, with the reason', async () => {
    const { app, submit, compile: run } = connection();
    await submit({
      memory_updates: [{ ...mine('x'), action: 'remove', old_summary: 'No such thing' }, mine('I use vim')],
    });
    const { text, structured } = await run({});
    expect(structured).toMatchObject({
      discarded: [{ family: 'memory_updates', index: 0, reason: expect.any(String) }],
    });
    expect(text).toMatch(/discarded: i_\w+ memory_updates\[0\] “No such thing”: \S/);
    app.close();
  });
});
