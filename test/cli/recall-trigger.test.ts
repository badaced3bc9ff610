import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { payloadFrom } from '../../src/cli/prompt-payload.ts';
import { commandLine } from './command-line.ts';

const QUERY = 'Which port did we give the staging database last time?';

describe('midturn recall-trigger', () => {
  it('answers a request that points back, in Markdown and in JSON', async () => {
    const { midturn } = commandLine();
    await midturn(['remember', 'The staging database listens on port 5544.']);
    const shown = await midturn(['recall-trigger', '--query', QUERY]);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/^# Recall\n\nStatus: matched\nQuery: Which port/);
    expect(shown.out).toMatch(/## 1\. .*\n\nThe staging database listens on port 5544\.\n\n_m_\w+ · project/);
    const { out } = await midturn(['recall-trigger', '--query', QUERY, '--format', 'json']);
    const found: unknown = JSON.parse(out);
    expect(found).toMatchObject({
      status: 'matched',
      query: QUERY,
      count: 1,
      triggered: true,
      error: null,
      skill_id: 'recall-contract',
      skill_content: expect.stringContaining('recall_history'),
      results: [
        {
          id: expect.stringMatching(/^m_/),
          content: 'The staging database listens on port 5544.',
          source_paths: [],
          repo_fingerprint: expect.any(String),
          thread_id: null,
          turn_id: null,
        },
      ],
      focused_recall: [expect.stringMatching(/^\[m_/)],
    });
  });

  it('says that it was not triggered, that nothing fits, or what went wrong, and ends well each time', async () => {
    const { midturn, write, home } = commandLine();
    const silent = await midturn(['recall-trigger', '--query', 'Rename the header component']);
    expect(silent).toMatchObject({ code: 0, out: expect.stringContaining('Status: not_triggered') });
    const none = await midturn(['recall-trigger', '--query', QUERY]);
    expect(none).toMatchObject({ code: 0, out: expect.stringContaining('Status: no_match') });
    expect(none.out).toContain('do not make up');
    const asked = await midturn(['recall-trigger', '--explicit', '--query', 'database', '--json']);
    expect(asked.json).toMatchObject({ status: 'no_match', triggered: true, reasons: ['explicit'] });
    const nothing = await midturn(['recall-trigger']);
    expect(nothing).toMatchObject({ code: 0, out: expect.stringContaining('Status: not_triggered') });
    write(`${home.split('/').at(-1)}/config.toml`, 'schema_version = "x');
    const broken = await midturn(['recall-trigger', '--query', QUERY]);
    expect(broken).toMatchObject({ code: 0, out: expect.stringContaining('Status: error') });
  });

  it('asks of the project at --cwd', async () => {
    const { midturn, folder } = commandLine();
    await midturn(['remember', 'The staging database listens on port 5544.']);
    const elsewhere = await midturn(['recall-trigger', '--query', QUERY, '--cwd', folder]);
    expect(elsewhere.out).toContain('Status: no_match');
  });

  it('takes the request as words, and from the payload of a hook on stdin or in a file', async () => {
    const { midturn, write, folder, project } = commandLine();
    await midturn(['remember', 'The staging database listens on port 5544.']);
    expect((await midturn(['recall-trigger', ...QUERY.split(' ')])).out).toContain('Status: matched');
    const payload = { session_id: 's-1', cwd: project, hook_event_name: 'UserPromptSubmit', prompt: QUERY };
    const hook = ['recall-trigger', '--from-stdin', '--client', 'claude-code', '--json'];
    const asked = await midturn(hook, { cwd: folder, stdin: JSON.stringify(payload) });
    expect(asked).toMatchObject({ code: 0, json: { status: 'matched', query: QUERY, cwd: project } });
    const file = write('payload.json', JSON.stringify(payload));
    const words = ['recall-trigger', '--hook-payload', file, '--cleanup-payload', '--client', 'codex'];
    expect((await midturn(words)).out).toContain('Status: matched');
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    [['--top-k', '99'], /from 1 to 20/],
    [['--format', 'xml'], /--format takes markdown or json/],
    [['--format', 'json', '--bogus'], /unknown option '--bogus'/],
    [['--query'], /argument missing/],
    [['--query', ''], /Status: not_triggered/],
    [['--query', 'x', 'y'], /given twice/],
    [['--hook-payload', 'not-there.json'], /payload cannot be read/],
    [['--from-stdin'], /There is no payload/],
    [['--home', '\0'], /Status: error/],
  ])('ends with 0 when it is called wrongly: %j', async (words, expected) => {
    const { midturn } = commandLine();
    const { code, out, err } = await midturn(['recall-trigger', ...words]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(expected);
    if (words[1] === 'json') expect(JSON.parse(out)).toMatchObject({ status: 'error', results: [] });
  });

  it('waits for no pipe to be closed', async () => {
    const open = new PassThrough();
    open.write('{"prompt":');
    open.write('"again"}');
    expect(await payloadFrom(open)).toMatchObject({ prompt: 'again' });
    expect(open.destroyed).toBe(true);
    const silent = new PassThrough();
    await expect(payloadFrom(silent, 1)).rejects.toThrow('There is no whole payload');
    expect(silent.destroyed).toBe(true);
  });
});
