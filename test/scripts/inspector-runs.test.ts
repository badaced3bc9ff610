/** What `npm run inspect -- --check` asks, and how it reads what the inspector answers. */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

type Ended = {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};
type Runs = {
  readonly LISTS: readonly string[];
  readonly listArgs: (method: string) => string[];
  readonly furtherArgs: (answers: ReadonlyMap<string, unknown>) => string[][];
  readonly readRun: (ended: Ended) => { readonly problem: string | null; readonly result?: unknown };
  readonly schemaWarnings: (stderr: string) => string[];
};

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const script = pathToFileURL(join(root, 'scripts/lib/inspector-runs.mjs')).href;
const { LISTS, listArgs, furtherArgs, readRun, schemaWarnings }: Runs = await import(script);

const ended = (more: Partial<Ended>): Ended => ({ code: 0, signal: null, stdout: '', stderr: '', ...more });
const answer = JSON.stringify({ result: { tools: [] } });

describe('what is asked', () => {
  it('is every list, and the schemas with the list of tools', () => {
    expect(LISTS.map(listArgs)).toEqual([
      ['--method', 'tools/list', '--strict'],
      ['--method', 'resources/list'],
      ['--method', 'resources/templates/list'],
      ['--method', 'prompts/list'],
    ]);
  });

  it('is each resource, each prompt that needs no argument, and each tool that only reads', () => {
    const answers = new Map<string, unknown>([
      ['resources/list', { resources: [{ uri: 'midturn://user' }] }],
      [
        'prompts/list',
        {
          prompts: [
            { name: 'free' },
            { name: 'asking', arguments: [{ name: 'a', required: true }] },
            { name: 'may ask', arguments: [{ name: 'a' }] },
          ],
        },
      ],
    ]);
    const methods = furtherArgs(answers).map((args) => [args[1], args[3]]);
    expect(methods).toEqual([
      ['resources/read', 'midturn://user'],
      ['prompts/get', 'free'],
      ['prompts/get', 'may ask'],
      ['tools/call', 'recall'],
      ['tools/call', 'recall_history'],
      ['tools/call', 'status'],
    ]);
  });

  it('is the tools alone where the lists did not come', () => {
    expect(furtherArgs(new Map())).toHaveLength(3);
  });
});

describe('a run of the inspector', () => {
  it('is fine with a result, and its result is handed on', () => {
    expect(readRun(ended({ stdout: answer }))).toEqual({ problem: null, result: { tools: [] } });
  });

  it('is a problem when it ends otherwise, says nothing, or has to be ended', () => {
    const stderr = 'line\n{"error":{"code":"tool_is_error","message":"Tool failed."}}\n';
    expect(readRun(ended({ code: 5, stderr })).problem).toBe('exit 5: Tool failed.');
    expect(readRun(ended({ code: 1 })).problem).toBe('exit 1: nothing was said');
    expect(readRun(ended({ stdout: 'no JSON', stderr: 'odd' })).problem).toBe('no result: odd');
    expect(readRun(ended({ code: 1, signal: 'SIGKILL' })).problem).toMatch(/SIGKILL/);
  });

  it('is a problem with an error in a schema, or a warning', () => {
    const summary = (errors: number, warnings: number) =>
      `\n${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'} across 2 tools.\n`;
    const problemOf = (stderr: string) => readRun(ended({ stdout: answer, stderr })).problem;
    expect(problemOf(summary(0, 0))).toBeNull();
    expect(problemOf(summary(1, 0))).toBe('schemas: 1 error, 0 warnings');
    expect(problemOf(summary(0, 10))).toBe('schemas: 0 errors, 10 warnings');
    expect(problemOf(`Schema portability: ${summary(0, 1).trim()}`)).toBe('schemas: 0 errors, 1 warning');
  });

  it('shows warnings with their place', () => {
    const stderr = [
      'Warning: tool "recall_history"',
      '  Path: inputSchema.properties.since',
      '  Issue: `type` is an array. This is legal JSON Schema.',
      '  Suggestion: Split it.',
      '',
    ].join('\n');
    expect(schemaWarnings(stderr)).toEqual([
      'recall_history, inputSchema.properties.since: `type` is an array',
    ]);
    expect(schemaWarnings('')).toEqual([]);
  });
});
