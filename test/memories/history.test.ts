/** The history of a memory: versions with who made them and what changed, and chains of replacement. */
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../src/memories/history.ts';
import { diffLines } from '../../src/text/line-diff.ts';
import { applied, fact, first } from '../store/promoting.ts';
import { hashOf } from '../support/new-memory.ts';
import { tempStore } from '../support/temp-store.ts';

describe('the history of a memory', () => {
  it('tells versions oldest first, with receipt and difference', async () => {
    const store = await tempStore();
    const added = await applied(store, [
      { op: 'add', memory: fact('Deploys\nrun on Mondays\nfrom main', { title: 'Deploys' }) },
    ]);
    const content = 'Deploys\nrun on Tuesdays\nfrom main';
    const { id, version } = first(added);
    const edited = await applied(
      store,
      [
        {
          op: 'edit',
          target: id,
          version,
          title: 'Deploys',
          content,
          contentHash: hashOf(content),
          origin: 'user',
          evidence: { proven: true, why: '', refs: [] },
        },
      ],
      { kind: 'absorb' },
    );
    const { versions } = await historyOf(store, first(edited));
    expect(versions.map(({ change, by }) => [change, by?.short, by?.kind])).toEqual([
      ['added', added.receiptShort, 'compile'],
      ['edited', edited.receiptShort, 'absorb'],
    ]);
    expect(versions[0]?.diff).toEqual([]);
    expect(versions[1]?.diff.map(({ mark, text }) => `${mark}${text}`)).toEqual([
      ' Deploys',
      '-run on Mondays',
      '+run on Tuesdays',
      ' from main',
    ]);
  });

  it('follows replacement both ways', async () => {
    const store = await tempStore();
    let record = first(await applied(store, [{ op: 'add', memory: fact('Day 1') }]));
    const chain = [record];
    for (const day of [2, 3, 4]) {
      const done = await applied(store, [
        { op: 'replace', target: record.id, version: record.version, memory: fact(`Day ${day}`) },
      ]);
      record = first(done);
      chain.push(record);
    }
    const second = await store.memories.get(chain[1]?.id ?? record.id);
    if (second === null) throw new Error('gone');
    const { replaced, replacedBy } = await historyOf(store, second);
    expect(replaced.map(({ title }) => title)).toEqual(['Day 1']);
    expect(replacedBy.map(({ title }) => title)).toEqual(['Day 3', 'Day 4']);
  });
});

describe('the difference of two texts', () => {
  it.each([
    ['a', 'a', [' a']],
    ['a\nb', 'b', ['-a', ' b']],
    ['a', 'a\nb', [' a', '+b']],
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['', 'a', ['-', '+a']],
  ])('of %j and %j is %j', (before, after, expected) => {
    expect(diffLines(before, after).map(({ mark, text }) => `${mark}${text}`)).toEqual(expected);
  });
});
