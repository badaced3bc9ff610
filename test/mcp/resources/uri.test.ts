import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorOf, type Place, placeOfCursor } from '../../../src/mcp/resources/cursor.ts';
import { linkOf, targetOfRef } from '../../../src/mcp/resources/link.ts';
import { parseUri, type ResourceTarget, subscribingFault, uriOf } from '../../../src/mcp/resources/uri.ts';

const LETTERS = [...'0123456789abcdefghjkmnpqrstvwxyz'];
const bare = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 6, maxLength: 26 });
const target: fc.Arbitrary<ResourceTarget> = fc.oneof(
  fc
    .constantFrom('user', 'project', 'recall', 'skills', 'history', 'status')
    .map((kind) => ({ kind }) as const),
  bare.map((id) => ({ kind: 'memory', id: `m_${id}` }) as const),
  bare.map((id) => ({ kind: 'skill', id: `k_${id}` }) as const),
  bare.map((id) => ({ kind: 'receipt', id: `c_${id}` }) as const),
  bare.map((session) => ({ kind: 'session', session }) as const),
  fc
    .tuple(bare, fc.integer({ min: 1, max: 999_999_999 }))
    .map(([session, number]) => ({ kind: 'message', session, number }) as const),
);

describe('the URI of a resource', () => {
  it('is read back as what it names, also with every letter of its path encoded', () => {
    fc.assert(
      fc.property(target, (named) => {
        const uri = uriOf(named);
        expect(parseUri(uri)).toEqual(named);
        const encoded = uri.replace(
          /(?<=^midturn:\/\/.*)[a-z0-9_]/g,
          (letter) => `%${letter.charCodeAt(0).toString(16)}`,
        );
        if (encoded.length <= 256) expect(parseUri(encoded)).toEqual(named);
      }),
    );
  });

  it('is never read as anything that its canonical form does not name', () => {
    const segment = fc.constantFrom(
      'memories',
      'history',
      'skills',
      'receipts',
      'projects',
      'user',
      '..',
      '.',
      '',
      '%2e%2e',
      '%252e',
      'a%2Fb',
      '4f9k2c',
      'm_4f9k2c',
      '17',
      '?x=1',
      '#f',
      'é',
      '\u0000',
      '\n',
    );
    const made = fc.array(segment, { maxLength: 5 }).map((parts) => `midturn://${parts.join('/')}`);
    fc.assert(
      fc.property(fc.oneof(made, fc.string(), fc.webUrl()), (text) => {
        const read = parseUri(text);
        if ('fault' in read) return;
        expect(parseUri(uriOf(read))).toEqual(read);
        const name = read.kind === 'named-project' ? /^midturn:\/\/projects\/[^/?#\s]+$/ : null;
        expect(uriOf(read)).toMatch(name ?? /^midturn:\/\/[a-z]+(?:\/[a-z0-9_]+){0,2}$/);
      }),
    );
  });

  it.each([
    ['midturn://memories/../user', 'invalid'],
    ['midturn://memories/%2e%2e/user', 'invalid'],
    ['midturn://memories/..%2fuser', 'unknown'],
    ['midturn://memories/%252e%252e', 'unknown'],
    ['midturn://memories/%E0%A4%A', 'invalid'],
    ['midturn://memories/m_4f9k2c/', 'invalid'],
    ['midturn://memories/m_4f9k2c?x=1', 'invalid'],
    ['midturn://memories/m_4f9k2c#x', 'invalid'],
    ['midturn://memories/m_4F9K2C', 'unknown'],
    ['midturn://memories/c_4f9k2c', 'unknown'],
    ['midturn://memories', 'unknown'],
    ['midturn://history/k3f9a2/0', 'unknown'],
    ['midturn://history/k3f9a2/1e3', 'unknown'],
    ['midturn://history/k3f9a2/17/1', 'unknown'],
    ['midturn://user@host/user', 'unknown'],
    ['midturn:user', 'invalid'],
    ['MIDTURN://user', 'invalid'],
    ['file:///etc/passwd', 'invalid'],
    [`midturn://memories/${'a'.repeat(300)}`, 'invalid'],
    ['', 'invalid'],
  ])('%s is %s', (uri, fault) => {
    expect(parseUri(uri)).toMatchObject({ fault });
  });

  it('is read in no time however long and odd the text is', () => {
    const long = ['/', '%', '%2', 'a', 'm_', '..', '\u0301'].map(
      (piece) => `midturn://${piece.repeat(2_000_000 / piece.length)}`,
    );
    for (const text of long) expect(parseUri(text)).toMatchObject({ fault: 'invalid' });
  });
});

describe('a subscription', () => {
  it('can be to whatever is written as a URI, whether there is such a resource or not', () => {
    const others = [
      'test://watched-resource',
      'file:///a%20b',
      'urn:isbn:0451450523',
      'https://a.example/?q=1#f',
    ];
    for (const uri of [...others, 'midturn://user', 'midturn://memories/m_zzzzzz', 'midturn://no'])
      expect([uri, subscribingFault(uri)]).toEqual([uri, null]);
    fc.assert(fc.property(target, (named) => subscribingFault(uriOf(named)) === null));
    fc.assert(fc.property(fc.webUrl(), (uri) => uri.length > 256 || subscribingFault(uri) === null));
  });

  it('cannot be to what is no URI, is too long, or is one of ours that is malformed', () => {
    const none = [
      '',
      'user',
      '/user',
      '://user',
      'a b:c',
      'test:',
      'test://a b',
      'test://a\u0000',
      'test://é',
      'x:%zz',
    ];
    const ours = [
      'midturn://',
      'midturn://memories/../user',
      'midturn://user?x=1',
      'midturn://a//b',
      'midturn://%ff',
      'MIDTURN://user',
      'midturn:user',
    ];
    const long = `test://${'a'.repeat(250)}`;
    for (const uri of [...none, ...ours, long])
      expect([uri, subscribingFault(uri)]).toEqual([uri, expect.objectContaining({ fault: 'invalid' })]);
  });
});

describe('a link', () => {
  it('names what a hit names, with its title in one line without anything invisible', () => {
    const named = targetOfRef('m_4f9k2c');
    if (named === null) throw new Error('a ref of a memory');
    expect(linkOf(named, { name: 'm_4f9k2c', title: 'Ports\u202e of\n the\u200b shop' })).toEqual({
      uri: 'midturn://memories/m_4f9k2c',
      name: 'm_4f9k2c',
      title: 'Ports of the shop',
      mimeType: 'text/markdown',
    });
    expect(targetOfRef('k3f9a2/17')).toEqual({ kind: 'message', session: 'k3f9a2', number: 17 });
    expect(targetOfRef('k_4f9k2c')).toEqual({ kind: 'skill', id: 'k_4f9k2c' });
    for (const other of ['k3f9a2#17', 'x_4f9k2c', '', '../user']) expect(targetOfRef(other)).toBeNull();
  });
});

describe('a cursor', () => {
  it('is read back as the place that it was made for', () => {
    const row = fc.integer({ min: 0, max: 999_999_999_999 });
    const place: fc.Arbitrary<Place> = fc.oneof(
      row.map((after) => ({ part: 'skills', after }) as const),
      fc.option(row).map((before) => ({ part: 'memories', before }) as const),
      row.map((seen) => ({ part: 'sessions', seen }) as const),
    );
    fc.assert(
      fc.property(place, (each) => {
        expect(placeOfCursor(cursorOf(each))).toEqual(each);
      }),
    );
  });

  it('that nobody has given out is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        const place = placeOfCursor(text);
        if (place !== null) expect(cursorOf(place)).toBe(text);
      }),
    );
    for (const text of ['', 'MS5r', 'MS5rMA==', '../', 'MS54MQ']) expect(placeOfCursor(text)).toBeNull();
  });
});
