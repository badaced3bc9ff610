import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claimed, propose } from '../../../src/compile/backends/script.ts';
import type { Existing } from '../../../src/compile/backends/target.ts';
import { memoryId, projectId } from '../../../src/model/ids.ts';
import type { Memory, NewMemory } from '../../../src/model/memory.ts';
import type { MemoryItem, SuggestionItem } from '../../../src/model/suggestion.ts';
import { newMemory } from '../../support/new-memory.ts';

const project = projectId('p'.padEnd(26, '0'));

function fresh(title: string, content: string, change: Partial<NewMemory> = {}): NewMemory {
  return newMemory(content, { scope: 'project', project, title, validFrom: 1, ...change });
}

function stored(row: number, title: string, content: string, change: Partial<NewMemory> = {}): Memory {
  const { contentHash: _, links: __, ...memory } = fresh(title, content, change);
  return {
    ...memory,
    row,
    id: memoryId(String(row).padStart(26, '0')),
    short: `m_${String(row).padStart(6, '0')}`,
    owner: 'o',
    projectName: 'p',
    version: 3,
    createdAt: 1,
    updatedAt: 1,
    approvedAt: null,
    replaces: [],
    links: [],
  };
}

function holding(...memories: Memory[]): Existing {
  return {
    byId: (id) => memories.find(({ short }) => short === id) ?? null,
    byTitle: (scope, text) =>
      memories.filter(
        (memory) => memory.scope === scope && memory.title.toLowerCase().includes(text.toLowerCase()),
      ),
    nearDuplicates: () => memories,
  };
}

let count = 0;
function claim(item: Partial<MemoryItem>, change: Partial<NewMemory> = {}): Claimed {
  const whole: SuggestionItem = {
    family: 'memory_updates',
    action: 'add',
    summary: null,
    scope: 'project',
    confidence: 1,
    paths: [],
    content: null,
    target: null,
    tags: [],
    aliases: [],
    skillCandidate: null,
    ...item,
  };
  count += 1;
  const memory = fresh(item.summary ?? item.content ?? '', item.content ?? '', change);
  return { id: `i${count}`, item: whole, memory: item.action === 'remove' ? null : memory };
}
const reset = () => {
  count = 0;
};

describe('the script backend', () => {
  it('adds what is new', () => {
    reset();
    const { proposals, discarded } = propose([claim({ content: 'We indent with tabs' })], holding());
    expect(discarded).toEqual([]);
    expect(proposals).toEqual([
      {
        operation: { op: 'add', memory: expect.objectContaining({ content: 'We indent with tabs' }) },
        items: ['i1'],
      },
    ]);
  });

  it('merges what is equal: the higher confidence, the sources of both', () => {
    const old = stored(1, 'Tabs', 'We indent with tabs.', {
      confidence: 0.9,
      sources: ['a/1'],
      paths: [
        { path: 'x', sha256: 'old' },
        { path: 'y', sha256: null },
      ],
    });
    const item = claim(
      { content: 'We indent  with tabs' },
      { confidence: 0.4, sources: ['b/2'], paths: [{ path: 'x', sha256: 'new' }] },
    );
    const [proposal] = propose([item], holding(stored(2, 'Spaces', 'YAML has spaces'), old)).proposals;
    expect(proposal?.operation).toMatchObject({
      op: 'merge',
      target: old.id,
      version: 3,
      memory: {
        content: 'We indent  with tabs',
        confidence: 0.9,
        sources: ['a/1', 'b/2'],
        paths: [{ path: 'y' }, { path: 'x', sha256: 'new' }],
      },
    });
  });

  it('merges near duplicates and keeps apart what differs in a number, a scope or a kind', () => {
    const text = 'The export of the invoices runs on the worker of the billing team';
    const old = stored(1, 'Export', text);
    const ops = (content: string, change: Partial<NewMemory> = {}) =>
      propose([claim({ content }, change)], holding(old)).proposals.map(({ operation }) => operation.op);
    expect(ops(`${text}!`)).toEqual(['merge']);
    expect(ops(`${text} 2`)).toEqual(['add']);
    expect(ops(text, { scope: 'user', project: null })).toEqual(['add']);
    const recall: Claimed = {
      id: 'r',
      item: {
        family: 'recall_candidate',
        action: 'add',
        summary: null,
        scope: 'project',
        confidence: 1,
        paths: [],
        content: text,
        tags: [],
        aliases: [],
        sourceUpdatedAt: null,
        skillCandidate: null,
      },
      memory: fresh('Export', text),
    };
    expect(propose([recall], holding(old)).proposals[0]?.operation).toMatchObject({
      op: 'add',
      memory: { kind: 'recall' },
    });
  });

  it('joins equal items of one batch', () => {
    reset();
    const batch = [
      claim({ content: 'We indent with tabs' }, { confidence: 0.9, sources: ['a/1'] }),
      claim({ content: 'We indent with tabs.' }, { confidence: 0.2, sources: ['b/1'] }),
    ];
    expect(propose(batch, holding()).proposals).toMatchObject([
      { operation: { op: 'add', memory: { confidence: 0.9, sources: ['a/1', 'b/1'] } }, items: ['i1', 'i2'] },
    ]);
    const old = stored(1, 'Tabs', 'We indent with tabs');
    expect(propose(batch, holding(old)).proposals).toMatchObject([
      {
        operation: { op: 'merge', memory: { confidence: 0.9, sources: ['a/1', 'b/1'] } },
        items: ['i1', 'i2'],
      },
    ]);
  });

  it('discards what will not hold, with the rule', () => {
    reset();
    expect(propose([claim({ content: 'Round 2 pending' })], holding())).toMatchObject({
      proposals: [],
      discarded: [{ item: 'i1', reason: 'volatile', words: expect.stringContaining('task-progress') }],
    });
  });

  it.each([
    ['its id', 'm_000001'],
    ['its exact title', 'package manager'],
    ['the only title that holds the words', 'MANAG'],
  ])('replaces the record named by %s, and leaves it where it is', (_, target) => {
    const old = stored(1, 'Package manager', 'npm', { scope: 'project', kind: 'recall' });
    const other = stored(2, 'Package registry', 'ours');
    const item = claim({ action: 'replace', content: 'pnpm', target }, { project: null });
    expect(propose([item], holding(old, other)).proposals).toMatchObject([
      {
        operation: {
          op: 'replace',
          target: old.id,
          version: 3,
          memory: { content: 'pnpm', project, kind: 'recall' },
        },
      },
    ]);
  });

  it('prefers the exact title to one that holds it, and refuses several with the list', () => {
    const records = [stored(1, 'Cache', 'a'), stored(2, 'Cache of CI', 'b'), stored(3, 'Caches', 'c')];
    const remove = (target: string) => propose([claim({ action: 'remove', target })], holding(...records));
    expect(remove('cache').proposals).toMatchObject([
      { operation: { op: 'forget', target: records[0]?.id } },
    ]);
    expect(remove('cach')).toMatchObject({
      proposals: [],
      discarded: [
        {
          reason: 'ambiguous_match',
          words:
            '"cach" fits several memories (m_000001 "Cache", m_000002 "Cache of CI", m_000003 "Caches"); send one id',
        },
      ],
    });
    expect(remove('nothing').discarded).toMatchObject([
      { reason: 'no_match', words: 'no memory of scope project has the title or id "nothing"' },
    ]);
  });

  it('lets the last of several win on one record, and says so to the others', () => {
    reset();
    const old = stored(1, 'Port', 'one');
    const batch = [
      claim({ action: 'replace', target: 'Port', content: 'two' }),
      claim({ action: 'remove', target: 'Port' }),
      claim({ action: 'replace', target: 'm_000001', content: 'three' }),
    ];
    expect(propose(batch, holding(old))).toMatchObject({
      proposals: [{ operation: { op: 'replace', memory: { content: 'three' } }, items: ['i3'] }],
      discarded: [
        { item: 'i1', reason: 'overtaken' },
        { item: 'i2', reason: 'overtaken' },
      ],
    });
  });

  it('replaces and removes what the same batch adds', () => {
    reset();
    const added = claim({ summary: 'Port', content: 'The port is 80' });
    const replaced = claim({ action: 'replace', target: 'port', content: 'The port is 81' });
    expect(propose([added, replaced], holding())).toMatchObject({
      proposals: [{ operation: { op: 'add', memory: { content: 'The port is 81' } }, items: ['i2'] }],
      discarded: [{ item: 'i1', reason: 'overtaken' }],
    });
    expect(propose([added, claim({ action: 'remove', target: 'Port' })], holding())).toMatchObject({
      proposals: [],
      discarded: [{ item: 'i1' }, { item: 'i3' }],
    });
  });

  it('adds anew what repeats a record that the batch removes', () => {
    const old = stored(1, 'Tabs', 'We indent with tabs');
    const batch = [claim({ action: 'remove', target: 'Tabs' }), claim({ content: 'We indent with tabs' })];
    expect(propose(batch, holding(old)).proposals.map(({ operation }) => operation.op)).toEqual([
      'forget',
      'add',
    ]);
  });

  it('makes one record of two when a replacement repeats another one', () => {
    const [old, twin] = [stored(1, 'Old', 'spaces'), stored(2, 'Tabs', 'We indent with tabs')];
    const item = claim({ action: 'replace', target: 'Old', content: 'We indent with tabs.' });
    expect(propose([item], holding(old, twin)).proposals).toMatchObject([
      { operation: { op: 'merge', target: twin.id } },
      { operation: { op: 'forget', target: old.id, reason: 'm_000002 says it now' } },
    ]);
  });

  it('leaves skills to their own rules', () => {
    const item: SuggestionItem = {
      family: 'skill_action',
      action: 'create',
      summary: null,
      scope: 'project',
      confidence: 1,
      paths: [],
      skill: 'a',
      title: null,
      description: null,
      content: null,
      edits: [],
    };
    expect(propose([{ id: 's', item, memory: null }], holding())).toEqual({
      proposals: [],
      discarded: [],
      skills: ['s'],
    });
  });

  it('proposes nothing for an empty batch, whatever is stored', () => {
    expect(propose([], holding(stored(1, 'a', 'b')))).toEqual({ proposals: [], discarded: [], skills: [] });
  });

  it('accounts for each item, touches a record at most once and never one that no item names', () => {
    const records = ['alpha', 'beta', 'gamma'].map((word, index) =>
      stored(index + 1, word, `The ${word} is here`),
    );
    const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta');
    const item = fc.record({
      action: fc.constantFrom('add' as const, 'replace' as const, 'remove' as const),
      target: word,
      about: word,
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (list) => {
        reset();
        const batch = list.map(({ action, target, about }) =>
          claim({
            action,
            target: action === 'add' ? null : target,
            content: `The ${about} is here`,
            summary: about,
          }),
        );
        const { proposals, discarded } = propose(batch, holding(...records));
        const told = new Set([
          ...proposals.flatMap(({ items }) => items),
          ...discarded.map(({ item: id }) => id),
        ]);
        expect([...told].sort()).toEqual(batch.map(({ id }) => id).sort());
        const targets = proposals.flatMap(({ operation }) =>
          'target' in operation ? [operation.target] : [],
        );
        expect(new Set(targets).size).toBe(targets.length);
        const named = new Set(list.flatMap(({ target, about }) => [target, about]));
        for (const target of targets) expect(named).toContain(records.find(({ id }) => id === target)?.title);
        // Two records of one place never end with the same words.
        const kept = records.filter(({ id }) => !targets.includes(id)).map(({ content }) => content);
        const made = proposals.flatMap(({ operation }) =>
          'memory' in operation ? [operation.memory.content] : [],
        );
        expect(new Set([...kept, ...made]).size).toBe(kept.length + made.length);
      }),
      { numRuns: 500 },
    );
  });
});
