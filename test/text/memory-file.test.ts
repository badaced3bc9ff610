import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/model/ids.ts';
import { derivedTitle } from '../../src/text/derived-title.ts';
import { diffMemoryFile, type FileDiff, type RenderedEntry } from '../../src/text/memory-diff.ts';
import { type FileEntry, renderedWords, renderMemoryFile } from '../../src/text/memory-file.ts';
import { decodeMemoryFile, parseMemoryFile } from '../../src/text/memory-parse.ts';

const line = fc.oneof(
  fc.constantFrom(
    '## Heading',
    '# Top',
    '##',
    '### Deeper',
    '\\## escaped',
    '```sh',
    '```',
    '~~~',
    '````',
    '   ```',
    '<!-- midturn:0123456789abcdefghjkmnpqrs -->',
    '\\<!-- midturn:x -->',
    '<!-- midturn-file:1 -->',
    '<!-- midturn-file:2 -->',
    '<!-- a comment',
    '-->',
    '> Edit this file as you like',
    '使用 pnpm 构建',
    '',
    '  indented',
    'trailing  ',
  ),
  fc.string({ maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, ' ')),
);
const content = fc.array(line, { maxLength: 10 }).map((lines) => lines.join('\n'));
/** The empty one stands for one that is made of the text. */
const title = fc.oneof(
  fc.constant(''),
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom('Use pnpm', '## hash', 'a <!-- midturn:x -->', '包管理器', 'ends with #'),
);
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => newId(() => bytes));
const entries: fc.Arbitrary<FileEntry[]> = fc.uniqueArray(id, { maxLength: 6 }).chain((ids) =>
  fc.tuple(
    ...ids.map((one) =>
      fc
        .record({
          id: fc.constant(one),
          title,
          content: fc.oneof(content, line),
          state: fc.constantFrom('active' as const, 'waiting' as const),
          createdAt: fc.nat(5),
        })
        .map((entry) => (entry.title === '' ? { ...entry, title: derivedTitle(entry.content) } : entry)),
    ),
  ),
);

const render = (list: readonly FileEntry[]) => renderMemoryFile(list, { title: 'Memory' });

function asRendered(list: readonly FileEntry[]): RenderedEntry[] {
  const byId = new Map(list.map((entry) => [entry.id, entry]));
  return render(list).entries.map(({ id: one, hash }) => {
    const words = renderedWords(byId.get(one) ?? { title: '', content: '' });
    return { id: one, hash, ...words };
  });
}

const diff = (text: string, list: readonly FileEntry[]) =>
  diffMemoryFile(parseMemoryFile(text), asRendered(list));

const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(26));
const facts: FileEntry[] = [
  ['Package manager', 'This project is built with pnpm, never npm.'],
  ['Database', 'Tests need a local PostgreSQL on port 5433.'],
  ['Release', 'Tags are cut from main on Thursdays.'],
  ['Style', 'Two blanks, single quotes.'],
  ['Deploy', 'Staging deploys itself from the branch develop.'],
  ['Owner', 'Ask Marta about billing.'],
].map(([name = '', text = ''], at) => ({
  id: ids[at] ?? '',
  title: name,
  content: text,
  state: 'active',
  createdAt: at,
}));
const text = render(facts).text;

function edits(found: FileDiff) {
  if (found.kind !== 'edits') throw new Error(`conflict: ${found.why}`);
  return found.edits;
}

/** Facts that were given no title. */
const untitled: FileEntry[] = [
  'We use yarn, not npm.',
  `Staging is deployed by hand: ${'step by step, '.repeat(20)}and then it is checked.`,
].map((content, at) => ({
  id: ids[at] ?? '',
  title: derivedTitle(content),
  content,
  state: 'active',
  createdAt: at,
}));

describe('a text that was given no title', () => {
  const file = render(untitled).text;

  it('stands in the file once, as the heading, and only a long one below its first words', () => {
    expect(file).toContain(`## We use yarn, not npm.\n<!-- midturn:${ids[0]} -->\n\n## Staging is`);
    expect(file).toContain('…\n');
    expect(edits(diff(file, untitled))).toEqual([]);
  });

  it('is edited in its heading', () => {
    const changed = file.replace('We use yarn, not npm.', 'We use bun, not npm or yarn.');
    expect(edits(diff(changed, untitled))).toEqual([
      {
        edit: 'changed',
        id: ids[0],
        title: 'We use bun, not npm or yarn',
        content: 'We use bun, not npm or yarn.',
      },
    ]);
  });

  it('gets the title of its new words when only the text below the heading is changed', () => {
    const changed = file.replace(/\nStaging is deployed by hand: .*/, '\nNobody deploys.');
    expect(edits(diff(changed, untitled))).toEqual([
      { edit: 'changed', id: ids[1], title: 'Nobody deploys', content: 'Nobody deploys.' },
    ]);
  });

  it('keeps the heading as its beginning when more is written below it', () => {
    const changed = file.replace(`midturn:${ids[0]} -->`, (mark) => `${mark}\n\nSince March.`);
    expect(edits(diff(changed, untitled))).toEqual([
      {
        edit: 'changed',
        id: ids[0],
        title: 'We use yarn, not npm',
        content: 'We use yarn, not npm.\nSince March.',
      },
    ]);
  });

  it('is understood in a file of the first format, where it stood below its own first words', () => {
    const former = [
      '<!-- midturn-file:1 -->',
      '# Memory',
      '',
      '## We use yarn, not npm',
      `<!-- midturn:${ids[0]} -->`,
      '',
      'We use yarn, not npm.',
    ].join('\n');
    const first = untitled.slice(0, 1);
    expect(edits(diff(former, first))).toEqual([]);
    expect(edits(diff(former.replace(/yarn, not npm\.$/, 'bun.'), first))).toEqual([
      { edit: 'changed', id: ids[0], title: 'We use bun', content: 'We use bun.' },
    ]);
  });

  it('keeps a heading that a person has given it', () => {
    const changed = file
      .replace('## We use yarn, not npm.', '## Packages')
      .replace(`midturn:${ids[0]} -->`, (mark) => `${mark}\n\nWe use bun.`);
    expect(edits(diff(changed, untitled))).toEqual([
      { edit: 'changed', id: ids[0], title: 'Packages', content: 'We use bun.' },
    ]);
  });
});

describe('rendering a file of memories', () => {
  it('gives the same bytes for the same entries in any order', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(render(list.toReversed()).text).toBe(render(list).text);
      }),
    );
  });

  it('reads back what it wrote, whatever the texts hold, and finds no edits', () => {
    fc.assert(
      fc.property(entries, fc.boolean(), fc.boolean(), (list, crlf, bom) => {
        const file = renderMemoryFile(list, { title: 'Memory', eol: crlf ? '\r\n' : '\n', bom });
        const parsed = parseMemoryFile(file.text);
        expect(parsed).toMatchObject({ untouched: true, format: 2, checksum: file.checksum, bom });
        expect(parsed.title).toBe('Memory');
        expect(parsed.eol).toBe(crlf ? '\r\n' : '\n');
        const byId = new Map(list.map((entry) => [entry.id, entry]));
        for (const entry of parsed.entries) {
          const own = byId.get(entry.id ?? '');
          expect(own).toBeDefined();
          if (own !== undefined) expect(entry).toMatchObject(renderedWords(own));
        }
        expect(diffMemoryFile(parsed, asRendered(list))).toMatchObject({ kind: 'edits', edits: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the order that places give, and puts the rest behind by age', () => {
    const placed = facts.map((entry, at) => (at === 4 ? { ...entry, place: 0 } : entry));
    expect(
      render(placed)
        .entries.map((entry) => entry.id[0])
        .join(''),
    ).toBe('eabcdf');
  });

  it('looks like this', () => {
    expect(render(facts.slice(0, 1)).text).toMatchInlineSnapshot(`
      "<!-- midturn-file:2 41d84139de60fb5d -->
      # Memory

      > Edit this file as you like: changed, new and deleted entries are taken over before it is written again. Leave the id comments, they tell which entry is which.

      ## Package manager
      <!-- midturn:aaaaaaaaaaaaaaaaaaaaaaaaaa -->

      This project is built with pnpm, never npm.
      "
    `);
  });
});

describe('reading what a person did to it', () => {
  it('sees nothing in other line ends, blanks at line ends, a missing last line end and a BOM', () => {
    for (const other of [
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '  \n'),
      text.trimEnd(),
      `\ufeff${text}`,
    ]) {
      expect(edits(diff(other, facts))).toEqual([]);
      expect(parseMemoryFile(other).untouched).toBe(true);
    }
  });

  it('finds a changed text, a changed title, a deleted and a new entry', () => {
    const edited = text
      .replace('never npm', 'never yarn')
      .replace('## Database', '## The database')
      .replace(/## Style[\s\S]*?(?=## Deploy)/, '## Editor\n\nvim\n\n');
    expect(edits(diff(edited, facts))).toEqual([
      {
        edit: 'changed',
        id: ids[0],
        title: 'Package manager',
        content: 'This project is built with pnpm, never yarn.',
      },
      { edit: 'changed', id: ids[1], title: 'The database', content: facts[1]?.content },
      { edit: 'added', id: null, title: 'Editor', content: 'vim' },
      { edit: 'deleted', id: ids[3] },
    ]);
  });

  it('keeps a new order and makes no edit of it', () => {
    const moved = render(facts.map((entry, at) => ({ ...entry, place: -at }))).text;
    const found = diff(moved, facts);
    expect(found).toMatchObject({ kind: 'edits', edits: [], reordered: true });
    expect(found.kind === 'edits' && found.order[0]).toEqual({ id: ids[5] });
  });

  it('knows entries without their comments, by title and then by text', () => {
    const bare = text.replaceAll(/<!-- midturn:.*-->\n/g, '');
    expect(edits(diff(bare, facts))).toEqual([]);
    const renamed = text
      .replace(/## Release\n<!-- midturn:.*-->/, '## When we release')
      .replace('Thursdays', 'Fridays');
    expect(edits(diff(renamed, facts))).toEqual([
      {
        edit: 'changed',
        id: ids[2],
        title: 'When we release',
        content: 'Tags are cut from main on Fridays.',
      },
    ]);
  });

  it('is not misled by broken, doubled and exchanged comments', () => {
    const broken = text.replace(`midturn:${ids[0]} -->`, `midturn:${ids[0]?.slice(3)}`);
    expect(edits(diff(broken, facts))).toEqual([]);
    const exchanged = text
      .replace(ids[0] ?? '', 'X')
      .replace(ids[1] ?? '', ids[0] ?? '')
      .replace('X', ids[1] ?? '');
    expect(edits(diff(exchanged, facts))).toEqual([]);
    const doubled = text.replace(ids[1] ?? '', ids[0] ?? '').replace('5433', '5434');
    expect(edits(diff(doubled, facts))).toEqual([
      {
        edit: 'changed',
        id: ids[1],
        title: 'Database',
        content: 'Tests need a local PostgreSQL on port 5434.',
      },
    ]);
  });

  it('takes an entry with an unknown id for a new one, and a copy of an entry for nothing', () => {
    const foreign = `${text}\n## Other\n<!-- midturn:${'z'.repeat(26)} -->\n\nfrom elsewhere\n`;
    expect(edits(diff(foreign, facts))).toEqual([
      { edit: 'added', id: 'z'.repeat(26), title: 'Other', content: 'from elsewhere' },
    ]);
    expect(edits(diff(text + text, facts))).toEqual([]);
  });

  it('keeps text above the first heading, another title and other heading levels', () => {
    const edited = text
      .replace('# Memory', '# What we know\n\nRead this first.')
      .replace('## Release', '#### Release')
      .replace('## Style', '# Style');
    expect(edits(diff(edited, facts))).toEqual([
      { edit: 'added', id: null, title: null, content: 'Read this first.' },
    ]);
    expect(parseMemoryFile(edited).title).toBe('What we know');
  });

  it('keeps the text of an entry whose heading was deleted', () => {
    expect(edits(diff(text.replace('## Database\n', ''), facts))).toEqual([]);
  });

  it('does not let an open fence swallow what follows', () => {
    const edited = text.replace('never npm.', 'never npm.\n\n```sh\npnpm i');
    expect(edits(diff(edited, facts))).toMatchObject([{ edit: 'changed', id: ids[0] }]);
  });

  it('concludes nothing from a file that is empty, headerless or has lost too much', () => {
    expect(diff('', facts)).toMatchObject({ kind: 'conflict', why: 'empty' });
    expect(diff('\n \n', facts.slice(0, 1))).toMatchObject({ kind: 'conflict', why: 'empty' });
    expect(diff('just words\n', facts)).toMatchObject({ kind: 'conflict', why: 'headerless' });
    const half = render(facts.slice(0, 3)).text;
    expect(diff(half, facts)).toMatchObject({ kind: 'conflict', why: 'shrunk', missing: ids.slice(3) });
    const three = facts.slice(0, 3);
    expect(diff(render(three.slice(2)).text, three)).toMatchObject({ kind: 'conflict', why: 'shrunk' });
    for (const some of [three, three.slice(0, 2), three.slice(0, 1)])
      expect(diff(render([]).text, some)).toMatchObject({ kind: 'conflict', why: 'shrunk' });
    for (const some of [facts, three, three.slice(0, 2)])
      expect(edits(diff(render(some.slice(1)).text, some))).toHaveLength(1);
  });

  it('takes a file that a person began for new entries', () => {
    expect(edits(diff('# Me\n\n## Editor\nvim\n## Shell\nzsh', []))).toEqual([
      { edit: 'added', id: null, title: 'Editor', content: 'vim' },
      { edit: 'added', id: null, title: 'Shell', content: 'zsh' },
    ]);
  });

  it('loses no line, whatever is done to the file', () => {
    const change = fc.record({ at: fc.nat(60), drop: fc.nat(4), put: fc.array(line, { maxLength: 3 }) });
    fc.assert(
      fc.property(entries, fc.array(change, { maxLength: 5 }), (list, changes) => {
        const lines = render(list).text.split('\n');
        const typed: string[] = [];
        for (const { at, drop, put } of changes) {
          const marked = put.map((each, n) => `${each} w${typed.length + n}w`);
          typed.push(...marked.filter((each) => !/^ {0,3}<!-*\s*midturn/i.test(each)));
          lines.splice(Math.min(at, lines.length), drop, ...marked);
        }
        const present = new Set(lines);
        const file = parseMemoryFile(lines.join('\n'));
        const found = diffMemoryFile(file, asRendered(list));
        if (found.kind === 'conflict') return;
        const kept = [
          file.title ?? '',
          ...found.edits.flatMap((edit) => (edit.edit === 'deleted' ? [] : [edit.title ?? '', edit.content])),
        ].join('\n');
        for (const each of typed) {
          if (!present.has(each)) continue;
          expect(kept).toContain(/w\d+w$/.exec(each)?.[0]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads UTF-8 and UTF-16, and says so when it is neither', () => {
    expect(decodeMemoryFile(Buffer.from('é', 'utf8'))).toBe('é');
    expect(decodeMemoryFile(Buffer.from('\ufeffé', 'utf16le'))).toBe('\ufeffé');
    expect(decodeMemoryFile(Buffer.from([0xe9, 0x20]))).toBeNull();
    expect(decodeMemoryFile(Buffer.from([0x61, 0]))).toBeNull();
  });
});
