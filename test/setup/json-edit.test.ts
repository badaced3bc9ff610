import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonTrouble, jsonValue, putEntries, takeEntries } from '../../src/setup/json-edit.ts';
import type { JsonEntry, Program } from '../../src/setup/types.ts';

const program: Program = { node: '/n/node', launcher: '/h/.midturn/app/midturn.cjs' };
const server = { command: program.node, args: [program.launcher, 'mcp'] };
const group = (word: string) => ({
  hooks: [{ type: 'command', command: program.node, args: [program.launcher, word], timeout: 5 }],
});
const entries: readonly JsonEntry[] = [
  { set: ['mcpServers', 'midturn'], value: server },
  { into: ['hooks', 'Stop'], value: group('stop-review') },
  { into: ['permissions', 'allow'], value: 'mcp__midturn__recall' },
];

const SHAPES: Readonly<Record<string, string>> = {
  'an empty object': '{}\n',
  'comments and trailing commas':
    '// mine\n{\n  // a server\n  "mcpServers": {\n    "other": { "command": "x" }, // keep\n  },\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "command", "command": "mine" }] },\n    ],\n  },\n}\n',
  'tabs and Windows line ends':
    '{\r\n\t"a": 1,\r\n\t"permissions": {\r\n\t\t"allow": [\r\n\t\t\t"Bash"\r\n\t\t]\r\n\t}\r\n}\r\n',
  'a byte order mark': '\uFEFF{\n    "a": [1, 2,   3],\n    "z": {"q":  1}\n}',
  'four blanks, no newline at the end': '{\n    "mcpServers": {\n        "x": {}\n    }\n}',
};

describe('editing JSON of a client', () => {
  for (const [name, text] of Object.entries(SHAPES)) {
    it(`puts entries in and takes them out byte for byte: ${name}`, () => {
      const put = putEntries(text, entries, program);
      expect(put.problems).toEqual([]);
      expect(jsonValue(put.text)).toMatchObject({ mcpServers: { midturn: server } });
      for (const line of text
        .split(/\r?\n/)
        .filter((each) => each.includes('//') || each.includes('[1, 2,   3]')))
        expect(put.text).toContain(line);
      expect(put.text.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
      if (text.includes('\r\n')) expect(put.text).not.toMatch(/[^\r]\n/);
      expect(takeEntries(put.text, put, program)).toBe(text);
    });
    it(`changes nothing the second time: ${name}`, () => {
      const once = putEntries(text, entries, program).text;
      const twice = putEntries(once, entries, program);
      expect(twice.text).toBe(once);
      expect(twice.made).toEqual([]);
    });
  }

  it('leaves a server of the same name that is not ours alone, and says so', () => {
    const text = '{"mcpServers":{"midturn":{"command":"theirs"}}}';
    const put = putEntries(text, entries.slice(0, 1), program);
    expect(put.text).toBe(text);
    expect(put.problems).toEqual(['mcpServers.midturn is there already and is not ours: left alone']);
  });

  it('goes by the last of two keys of one name, as the clients do', () => {
    const text = '{"mcpServers": {"a": {}}, "mcpServers": {"b": {}}}';
    const put = putEntries(text, entries, program);
    expect(JSON.parse(put.text).mcpServers).toEqual({ b: {}, midturn: server });
    expect(putEntries(put.text, entries, program).text).toBe(put.text);
    expect(takeEntries(put.text, put, program)).toBe(text);
  });

  it('keeps what a person has added to our server', () => {
    const text = JSON.stringify({
      mcpServers: { midturn: { ...server, command: '/old/node', env: { A: 'b' } } },
    });
    expect(jsonValue(putEntries(text, entries.slice(0, 1), program).text)).toEqual({
      mcpServers: { midturn: { ...server, env: { A: 'b' } } },
    });
  });

  it('replaces an older entry of ours where it stands', () => {
    const text = JSON.stringify({ hooks: { Stop: [group('old'), { hooks: [{ command: 'theirs' }] }] } });
    expect(jsonValue(putEntries(text, entries.slice(1, 2), program).text)).toEqual({
      hooks: { Stop: [group('stop-review'), { hooks: [{ command: 'theirs' }] }] },
    });
  });

  it('keeps the hook that somebody has put into our group', () => {
    const theirs = { type: 'command', command: 'theirs' };
    const put = putEntries('{}', entries.slice(1, 2), program);
    const edited = JSON.stringify({ hooks: { Stop: [{ hooks: [...group('stop-review').hooks, theirs] }] } });
    expect(jsonValue(takeEntries(edited, put, program))).toEqual({ hooks: { Stop: [{ hooks: [theirs] }] } });
  });

  it('gives the value back that it was allowed to replace, unless it was changed since', () => {
    const raise: readonly JsonEntry[] = [{ set: ['days'], value: 400, replaces: 'any' }];
    const put = putEntries('{"days":30}', raise, program);
    expect(jsonValue(put.text)).toEqual({ days: 400 });
    expect(jsonValue(takeEntries(put.text, put, program))).toEqual({ days: 30 });
    expect(jsonValue(takeEntries('{"days":99}', put, program))).toEqual({ days: 99 });
  });

  it('says what is wrong with a file that is no JSON', () => {
    expect(jsonTrouble('{"a": ', false)).toMatch(/no JSON \(at line 1/);
    expect(jsonTrouble('[1]', false)).toBe('it holds no JSON object');
    expect(jsonTrouble('{"a":1,}', true)).toMatch(/trailing commas/);
    expect(jsonTrouble('{"a":1,} // x', false)).toBeNull();
  });

  it('keeps every value of every file, and gives it back', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.constantFrom(0, 1, 2, 4),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const put = putEntries(text, entries, program);
          fc.pre(put.problems.length === 0);
          expect(jsonValue(takeEntries(put.text, put, program))).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 60 },
    );
  });
});
