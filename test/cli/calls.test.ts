import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asCommands, asCommandsAtLineEnds, cursorOf } from '../../src/cli/calls.ts';

describe('the calls in an answer', () => {
  it.each([
    ['recall_history()', 'midturn history'],
    ['recall_history({session:"k3f9a2", turns:[4]})', 'midturn history --session k3f9a2 --turns 4'],
    [
      'recall_history({session:"k3f9a2", turns:[4, 5], full:true})',
      'midturn history --session k3f9a2 --turns 4,5 --full',
    ],
    ['recall_history({ref:"k3f9a2/17", around:3})', 'midturn history --ref k3f9a2/17 --around 3'],
    ['recall_history({query:"it\'s \\"here\\"", limit:50})', `midturn history 'it'\\''s "here"' --limit 50`],
    ['recall_history({query:"--full"})', 'midturn history -- --full'],
    [
      'recall({query:"tests", scope:"all", limit:5, max_tokens:8000})',
      'midturn recall tests --scope all --limit 5 --max-tokens 8000',
    ],
  ])('%s is the command %s', (call, command) => {
    expect(asCommands(`More: ${call}.`)).toBe(`More: ${command}.`);
  });

  it('stay as they are where they are no call of ours', () => {
    for (const text of [
      'recall_history',
      'recall_history(ref)',
      'recall_history({a:b})',
      'total_recall({})x',
      'remember({content:"x"})',
    ]) {
      expect(asCommands(text)).toBe(text);
    }
  });

  it('are changed in stored text only behind a line of an index', () => {
    const stored =
      'we called recall_history({query:"x"}) and went on\na#1 · said — recall_history({session:"a", turns:[1]})';
    expect(asCommandsAtLineEnds(stored)).toBe(
      'we called recall_history({query:"x"}) and went on\na#1 · said — midturn history --session a --turns 1',
    );
  });

  it('name the cursor, whatever else they hold', () => {
    expect(cursorOf('recall_history({cursor:"eyJ2Ijox_-"})')).toBe('eyJ2Ijox_-');
    expect(cursorOf('recall_history({query:"cursor:\\"no\\""})')).toBeNull();
  });

  it('give any words over to the shell as one word', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (query) => {
        const command = asCommands(`recall_history({query:${JSON.stringify(query)}})`);
        const word = command.replace(/^midturn history (?:-- )?/, '');
        expect(unquoted(word)).toBe(query);
      }),
    );
  });
});

/** What a POSIX shell makes of one word: quoted stretches, escaped quotes between them, and what needs neither. */
function unquoted(word: string): string {
  const pieces = [...word.matchAll(/'([^']*)'|\\(')|([\w./:@,+-]+)/gs)];
  expect(pieces.map(([whole]) => whole).join('')).toBe(word);
  return pieces.map(([, quoted, escaped, plain]) => quoted ?? escaped ?? plain ?? '').join('');
}
