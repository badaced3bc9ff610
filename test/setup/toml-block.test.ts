import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { putBlock, takeTables, tomlTrouble } from '../../src/setup/toml-block.ts';
import { tablesOf } from '../../src/setup/toml-tables.ts';
import type { Program } from '../../src/setup/types.ts';

const program: Program = { node: '/n/node', launcher: '/h/.midturn/app/midturn.cjs' };
const server = `[mcp_servers.midturn]\ncommand = "/n/node"\nargs = ["/h/.midturn/app/midturn.cjs", "mcp"]\n`;
const hook = `[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "/n/node /h/.midturn/app/midturn.cjs stop-review"\n`;
const defines = [['mcp_servers', 'midturn']];

const SHAPES: Readonly<Record<string, string>> = {
  'an empty file': '',
  'comments and strings that look like headers':
    '# mine\nmodel = "x" # [not.a.table]\ntext = """\n[mcp_servers.midturn]\n# >>> midturn\n"""\nlist = [\n  [1, 2],\n  # ]\n]\n\n[a."b.c"]\nd = \'[x]\'\n',
  'Windows line ends': 'a = 1\r\n\r\n[t]\r\nb = 2\r\n',
  'a byte order mark': '\uFEFFa = 1\n',
  'foreign hooks': '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "mine"\n',
};

describe('our block in a TOML file', () => {
  for (const [name, text] of Object.entries(SHAPES)) {
    it(`goes in, changes nothing else, and comes out byte for byte: ${name}`, () => {
      const put = putBlock(text, `${server}\n${hook}`, defines, program);
      expect(put.problem).toBeNull();
      expect(put.text.startsWith(text)).toBe(true);
      expect(putBlock(put.text, `${server}\n${hook}`, defines, program)).toEqual(put);
      expect(takeTables(put.text, program, [])).toEqual({ text, problem: null });
    });
  }

  it('comes out of a file in which Codex has written, whose own table stays', () => {
    // What `codex mcp add foo` and trusting a hook made of it: the first mark is gone, the other stands at the end.
    const text = `model = "x"\n\n${server}\n[mcp_servers.foo]\ncommand = "bar"\n\n[hooks.state]\n\n[hooks.state."/h/.codex/hooks.json:stop:0:0"]\ntrusted_hash = "sha256:1"\n# <<< midturn <<<\n`;
    const taken = takeTables(text, program, [['hooks', 'state', '/h/.codex/hooks.json:stop:0:0']]);
    expect(taken).toEqual({ text: 'model = "x"\n\n[mcp_servers.foo]\ncommand = "bar"\n', problem: null });
  });

  it('keeps the trust in hooks of others', () => {
    const row = '[hooks.state]\n\n[hooks.state."other:stop:0:0"]\ntrusted_hash = "sha256:2"\n';
    const taken = takeTables(`${row}\n${server}`, program, [['hooks', 'state', 'ours']]);
    expect(taken.problem).toBeNull();
    expect(parse(taken.text)).toEqual(parse(row));
  });

  it('keeps what a person has added to our table when it is written again', () => {
    const text = `${server}tool_timeout_sec = 5\n`;
    expect(putBlock(text, server, defines, program)).toEqual({ text, problem: null });
  });

  it('replaces a block that says something else', () => {
    const old = putBlock('a = 1\n', server.replace('"mcp"', '"old"'), defines, program).text;
    expect(putBlock(old, server, defines, program)).toEqual(putBlock('a = 1\n', server, defines, program));
  });

  it('leaves a foreign server of the same name alone, and tables in one line', () => {
    const foreign = '[mcp_servers.midturn]\ncommand = "theirs"\n';
    expect(putBlock(foreign, server, defines, program)).toEqual({
      text: foreign,
      problem: 'mcp_servers.midturn is there already and is not ours: left alone',
    });
    const inline = 'mcp_servers = { other = { command = "x" } }\n';
    const put = putBlock(inline, server, defines, program);
    expect(put.text).toBe(inline);
    expect(put.problem).toMatch(/does not take another table/);
    expect(put.problem).toMatch(/Write `mcp_servers = { … }` as \[mcp_servers.NAME\] tables/);
    expect(takeTables(foreign, program, [])).toEqual({ text: foreign, problem: null });
  });

  it('takes our hook out of a group in which there is one of somebody else', () => {
    const text = `${hook}\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "mine"\n`;
    const taken = takeTables(text, program, []);
    expect(taken.problem).toBeNull();
    expect(parse(taken.text)).toEqual({
      hooks: { Stop: [{ hooks: [{ type: 'command', command: 'mine' }] }] },
    });
  });

  it('says what is wrong with a file that is no TOML', () => {
    expect(tomlTrouble('a = ')).toMatch(/no TOML/);
    expect(tomlTrouble('a = 1')).toBeNull();
  });

  it('finds headers past strings, lists and comments', () => {
    expect(
      tablesOf(SHAPES['comments and strings that look like headers'] ?? '').map(({ path }) => path),
    ).toEqual([['a', 'b.c']]);
  });
});

describe('any TOML', () => {
  const key = fc.string({ minLength: 1, maxLength: 6 });
  const value = fc.oneof(
    fc.string(),
    fc.integer({ min: -9, max: 9 }),
    fc.boolean(),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const table = fc.dictionary(key, value, { maxKeys: 3 });

  it('is the same byte for byte when our block has come and gone', () => {
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.oneof(value, table, fc.array(table, { maxLength: 2 })), { maxKeys: 5 }),
        (content) => {
          const text = `${stringify(content)}\n`;
          const put = putBlock(text, `${server}\n${hook}`, defines, program);
          expect(put.problem).toBeNull();
          expect(takeTables(put.text, program, []).text).toBe(text);
          // Without its marks it has to be found by what it is.
          const bare = takeTables(put.text.replaceAll(/^# (?:>>>|<<<) midturn .*\n/gm, ''), program, []);
          expect([bare.problem, parse(bare.text)]).toEqual([null, parse(text)]);
        },
      ),
      { numRuns: 80 },
    );
  });
});
