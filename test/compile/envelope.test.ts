import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeKey, parseEnvelope, readEnvelopeText } from '../../src/compile/envelope.ts';
import { UserInputError } from '../../src/model/errors.ts';
import { suggestionItem } from '../../src/model/suggestion.ts';

const items = (sent: unknown) => parseEnvelope(sent).items.map(({ item }) => item);
const reasons = (sent: unknown) => parseEnvelope(sent).rejected.map(({ reason }) => reason);
const memory = (...list: unknown[]) => ({ memory_updates: list });

const PLAIN = {
  family: 'memory_updates',
  action: 'add',
  summary: 'Tabs',
  scope: 'project',
  confidence: 1,
  paths: [],
  content: 'We indent with tabs',
  target: null,
  tags: [],
  aliases: [],
  skillCandidate: null,
};

describe('parseEnvelope', () => {
  it('reads an item flat and nested in details the same', () => {
    expect(items(memory({ summary: 'Tabs', content: 'We indent with tabs' }))).toEqual([PLAIN]);
    expect(
      items(memory({ summary: 'Tabs', details: { content: 'We indent with tabs', scope: 'global' } })),
    ).toEqual([PLAIN]);
  });

  it('reads the envelope of an older program and keeps what it says of itself', () => {
    const parsed = parseEnvelope({
      schema_version: 1,
      suggestion_id: 'aa',
      idempotency_key: 'bb',
      thread_id: 't',
      cwd: '/x',
      repo_fingerprint: 'ff',
      reviewer_timestamp: '2026-01-01T00:00:00Z',
      source_authority: ['transcript'],
      state: 'pending',
      suggestions: [
        {
          family: 'memory_updates',
          summary: 'Tabs',
          details: { note: 'We indent with tabs' },
          confidence: 1,
        },
        { family: 'other', summary: 'x' },
        { family: 'skill_action', summary: 's', details: { action: 'retire', skill_id: '../x' } },
      ],
    });
    expect(parsed.items).toEqual([
      { index: 0, item: PLAIN },
      { index: 2, item: expect.objectContaining({ family: 'skill_action', skill: '../x' }) },
    ]);
    expect(parsed.rejected).toEqual([
      {
        family: 'memory_updates',
        index: 1,
        reason: '`family` must be one of memory_updates, recall_candidate, skill_action',
        item: { family: 'other', summary: 'x' },
      },
    ]);
    expect(parsed.header).toMatchObject({ thread_id: 't', source_authority: ['transcript'] });
  });

  it('knows the families by their other names', () => {
    const parsed = items({
      memory_update: [{ content: 'a' }],
      recall_candidates: [{ body: 'b', source_updated_at: '2026-01-02T00:00:00Z' }],
      skill_actions: [{ action: 'create', title: 'c' }],
    });
    expect(parsed.map(({ family }) => family)).toEqual([
      'memory_updates',
      'recall_candidate',
      'skill_action',
    ]);
    expect(parsed[1]).toMatchObject({ content: 'b', sourceUpdatedAt: Date.UTC(2026, 0, 2) });
  });

  it.each([
    [{ content: 'c', note: 'n' }, 'c'],
    [{ note: 'n', text: 't' }, 'n'],
    [{ text: 't', body: 'b' }, 't'],
    [{ body: 'b', summary: 's' }, 'b'],
    [{ content: '  ', summary: 's' }, 's'],
  ])('takes the content of %j', (item, content) => {
    expect(items(memory(item))[0]).toMatchObject({ content });
  });

  it.each([
    [{ summary: 'x', action: 'merge' }, '`action` must be one of add, replace, remove; "merge" was sent'],
    [{ summary: 'x', scope: 'team' }, '`scope` must be one of user, project; "team" was sent'],
    [{ content: 'x', action: 'replace' }, '`replace` needs `old_summary` (a title) or `target` (an id)'],
    [{ action: 'remove' }, '`remove` needs `old_summary` (a title) or `target` (an id)'],
    [{ content: 5 }, '`content` must be a text'],
    [{}, '`content` is empty'],
    [{ content: 'x', confidence: 'high' }, '`confidence` must be a number from 0 to 1'],
    [{ content: 'x', source_paths: [1] }, '`source_paths` must be a list of texts'],
    [{ content: 'x', details: 'y' }, '`details` must be an object'],
    [{ content: 'x'.repeat(16_385) }, '`content` has 16385 bytes, at most 16384 are kept'],
    ['text', 'an item is an object, such as {"summary": "…", "content": "…"}'],
    [null, 'an item is an object, such as {"summary": "…", "content": "…"}'],
  ])('refuses one item alone: %j', (item, reason) => {
    const parsed = parseEnvelope(memory(item, { content: 'good' }));
    expect(parsed.rejected).toEqual([{ family: 'memory_updates', index: 0, reason, item }]);
    expect(parsed.items).toHaveLength(1);
    expect(parsed.items[0]?.index).toBe(1);
  });

  it('refuses skill actions without an action or a name', () => {
    const list = [
      {},
      { action: 'patch' },
      { action: 'create' },
      { action: 'patch', skill_id: 'a', edits: [{ find: '' }] },
      { action: 'edit', skill_id: 'a', content: 'x'.repeat(65_537) },
    ];
    expect(reasons({ skill_action: list })).toEqual([
      '`action` must be one of create, patch, edit, retire; nothing was sent',
      '`patch` needs `skill_id`',
      'a new skill needs `skill_id` or `title`',
      '`edits` must be a list of {"find": "…", "replace": "…"}',
      '`content` has 65537 bytes, at most 65536 are kept',
    ]);
  });

  it('reads a patch as edits or as a diff', () => {
    const [one, two] = items({
      skill_action: [
        { action: 'patch', skill_id: 'a', edits: { old: 'x', new: 'y' } },
        { action: 'patch', skill_id: 'a', diff: '@@ -1 +1 @@\n-x\n+y' },
      ],
    });
    expect(one).toMatchObject({ edits: [{ find: 'x', replace: 'y' }], content: null });
    expect(two).toMatchObject({ edits: [], content: '@@ -1 +1 @@\n-x\n+y' });
  });

  it('moves a confidence outside of 0 to 1 to the nearer end', () => {
    const sent = [-1, 0.5, 7, '0.25', null].map((confidence) => ({ content: 'x', confidence }));
    expect(items(memory(...sent)).map(({ confidence }) => confidence)).toEqual([0, 0.5, 1, 0.25, 1]);
  });

  it('keeps paths inside the project with forward slashes and says which it left out', () => {
    const paths = [
      'src\\a.ts',
      './b//c.ts',
      'd/../e.ts',
      '/etc/passwd',
      '../x',
      'C:\\x',
      '~/.ssh/id',
      'https://x/y',
    ];
    const parsed = parseEnvelope(memory({ content: 'x', source_paths: paths, colour: 'red' }));
    expect(parsed.items[0]?.item.paths).toEqual(['src/a.ts', 'b/c.ts', 'e.ts']);
    expect(parsed.notes.map(({ note }) => note)).toEqual([
      ...['/etc/passwd', '../x', 'C:\\x', '~/.ssh/id', 'https://x/y'].map(
        (path) => `the path ${JSON.stringify(path)} is not inside the project and was left out`,
      ),
      'unknown fields were left out: colour',
    ]);
  });

  it('keeps the candidate of a skill only where it is said outright', () => {
    const empty = { skill: null, title: null, description: null, content: null };
    const sent = [undefined, false, true, 'Deploy', { skill_id: 'a', description: 'Use when' }];
    expect(
      items(memory(...sent.map((skill_candidate) => ({ content: 'x', skill_candidate })))).map((item) =>
        item.family === 'memory_updates' ? item.skillCandidate : undefined,
      ),
    ).toEqual([
      null,
      null,
      empty,
      { ...empty, title: 'Deploy' },
      { ...empty, skill: 'a', description: 'Use when' },
    ]);
  });

  it.each([
    [{ memory_updates: [], other: [] }, 'unknown key `other`'],
    [{ memory_updates: {} }, '`memory_updates` must be a list'],
    [{ skill_action: null }, '`skill_action` must be a list'],
    [{ suggestions: 'x' }, '`suggestions` must be a list'],
    [{ schema_version: 2, suggestions: [] }, '`schema_version` must be 1, 2 was sent'],
    [{}, 'nothing is suggested'],
    [[], 'the suggestions are not an object'],
    ['x', 'the suggestions are not an object'],
    [memory(...Array.from({ length: 201 }, () => ({ content: 'x' }))), 'has 201 items, at most 200'],
  ])('refuses the whole: %#', (sent, why) => {
    expect(() => parseEnvelope(sent)).toThrow(UserInputError);
    expect(() => parseEnvelope(sent)).toThrow(why);
    expect(() => parseEnvelope(sent)).toThrow('Send ');
  });

  it('takes an answer with nothing in it', () => {
    expect(parseEnvelope({ memory_updates: [], recall_candidate: [], skill_action: [] }).items).toEqual([]);
  });

  it('either refuses the whole or accounts for each item, and what it keeps can be stored and read', () => {
    const field = fc.constantFrom(
      'summary',
      'content',
      'details',
      'action',
      'scope',
      'confidence',
      'old_summary',
      'source_paths',
      'skill_id',
      'skill_candidate',
      'edits',
      'source_updated_at',
      'family',
      '__proto__',
    );
    const value = fc.oneof(
      fc.constantFrom('add', 'remove', 'create', 'user', 'global', 'memory_updates'),
      fc.jsonValue(),
    );
    const item = fc.oneof(fc.dictionary(field, value), fc.jsonValue());
    const families = fc.constantFrom('memory_updates', 'recall_candidates', 'skill_action', 'suggestions');
    fc.assert(
      fc.property(fc.dictionary(families, fc.array(item, { maxLength: 4 }), { minKeys: 1 }), (sent) => {
        const parsed = parseEnvelope(sent);
        expect(parsed.items.length + parsed.rejected.length).toBe(Object.values(sent).flat().length);
        for (const one of parsed.items) {
          expect(suggestionItem.parse(JSON.parse(JSON.stringify(one.item)))).toEqual(one.item);
        }
      }),
    );
  });
});

describe('readEnvelopeText', () => {
  it('takes off a byte order mark and one fence', () => {
    expect(readEnvelopeText('\ufeff{"a": 1}')).toEqual({ a: 1 });
    expect(readEnvelopeText('```json\n{"a": 1}\n```\n')).toEqual({ a: 1 });
    expect(() => readEnvelopeText('{')).toThrow(UserInputError);
  });
});

describe('envelopeKey', () => {
  const key = (session: string | null, turn: number | null, sent: unknown) =>
    Buffer.from(envelopeKey(session, turn, items(sent))).toString('hex');

  it('is the same for the same content in another form', () => {
    const one = key('s', 1, memory({ summary: 'a', content: ' b ' }));
    expect(one).toHaveLength(64);
    expect(
      key('s', 1, {
        memory_update: [{ confidence: 1, details: { note: 'b', scope: 'global' }, title: 'a' }],
      }),
    ).toBe(one);
    expect(
      key('s', 1, { suggestions: [{ family: 'memory_updates', summary: 'a', body: 'b' }], thread_id: 'x' }),
    ).toBe(one);
  });

  it('is another under a secret, and 32 bytes too', () => {
    const list = items(memory({ content: 'a' }));
    const secret = new Uint8Array([1, 2, 3]);
    expect(envelopeKey('s', 1, list, secret)).toHaveLength(32);
    expect(envelopeKey('s', 1, list, secret)).toEqual(envelopeKey('s', 1, list, new Uint8Array([1, 2, 3])));
    expect(envelopeKey('s', 1, list, secret)).not.toEqual(envelopeKey('s', 1, list));
  });

  it('is another for another session, turn, item or order', () => {
    const [a, b] = [{ content: 'a' }, { content: 'b' }];
    const keys = [
      key('s', 1, memory(a, b)),
      key('t', 1, memory(a, b)),
      key('s', 2, memory(a, b)),
      key('s', null, memory(a, b)),
      key(null, 1, memory(a, b)),
      key('s', 1, memory(b, a)),
      key('s', 1, memory(a)),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
