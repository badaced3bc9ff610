import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relatedTo } from '../../src/recall/related-words.ts';
import { rivalsOf } from '../../src/recall/rivals.ts';
import { askedForm, focusOf } from '../../src/recall/wanted.ts';
import { analyse } from '../../src/text/terms.ts';
import { recallWorld } from '../support/recall-world.ts';

const word = (text: string): string => analyse(text)[0] ?? '';

describe('what a question asks about', () => {
  it('is the last of the nouns behind which, what or how many', () => {
    expect(focusOf('which timeout does the mobile app use')).toEqual([word('timeout')]);
    expect(focusOf('which kubectl context is staging')).toEqual([word('context')]);
    expect(focusOf('what is the coverage threshold of the unit tests')).toEqual([word('threshold')]);
  });

  it('is the deed behind how', () => {
    expect(focusOf('how do we encrypt the database at rest')).toEqual([word('encrypt')]);
    expect(focusOf('how are deleted notes restored from the trash')).toEqual([word('deleted')]);
  });

  it('is the thing whose place is asked for', () => {
    expect(focusOf('where is renderer state kept')).toEqual([word('state')]);
  });

  it('is nothing in what is no question of a known form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'audit finding', 'läuft das?', '?!'),
        (text) => focusOf(text).length === 0,
      ),
    );
  });
});

describe('an answer', () => {
  const START = '2026-11-01T09:00:00Z';

  it('is given where the record holds what is asked about, and not where it only stands near', async () => {
    const { recall, caller, add } = await recallWorld(START);
    await add('The upstream timeout of the gateway is 3 seconds in production', { title: 'Gateway timeout' });
    const ask = (query: string) => recall.ask(caller, { query });
    const given = await ask('what is the upstream timeout of the gateway');
    expect(given.hits.map(({ weak }) => weak)).toEqual([false]);
    expect((await ask('which web framework does the gateway use')).hits.every(({ weak }) => weak)).toBe(true);
    expect((await ask('who pays for the mobile app of the growers')).abstained).toBe(true);
  });

  it('is no other record of the same words for the other place', async () => {
    const { recall, caller, add } = await recallWorld(START);
    await add('The installer for macOS is signed with the certificate of the build keychain', {
      title: 'macOS signing',
    });
    const weak = await recall.ask(caller, { query: 'how is the iOS installer signed' });
    expect(weak.hits.every((hit) => hit.weak)).toBe(true);
    const good = await recall.ask(caller, { query: 'how is the macOS installer signed' });
    expect(good.hits.map((hit) => hit.weak)).toEqual([false]);
  });

  it('is found by another word for the same', async () => {
    const { recall, caller, add } = await recallWorld(START);
    await add('The caret is misplaced on Wayland with fractional scaling');
    const { hits } = await recall.ask(caller, { query: 'cursor misplaced on wayland' });
    expect(hits.map(({ weak }) => weak)).toEqual([false]);
  });
});

describe('the form of an answer', () => {
  it('is a time for how long, and a number for how many', () => {
    expect(askedForm('how long are readings kept')('Kept 180 days.')).toBe('open');
    expect(askedForm('how long are readings kept')('Kept in TimescaleDB 2.')).toBe('other');
    expect(askedForm('how many replicas are there')('Two of them.')).toBe('open');
    expect(askedForm('how many replicas are there')('As configured.')).toBe('other');
  });

  it('is a rule for what may be done, a reason for why', () => {
    expect(askedForm('may I push this branch')('Never push without asking.')).toBe('firm');
    expect(askedForm('why did we leave it')('Dropped because of footnotes.')).toBe('firm');
    expect(askedForm('why did we leave it')('Dropped in May.')).toBe('other');
  });

  it('is open where the question asks for none', () => {
    expect(askedForm('audit finding OG-A7')('anything')).toBe('open');
  });
});

describe('rivals', () => {
  it('are others of the class that the question names one of', () => {
    const isRival = rivalsOf(analyse('how is the iOS app signed'));
    expect(isRival(new Set(analyse('Signing on macOS needs a certificate')))).toBe(true);
    expect(isRival(new Set(analyse('Signing on macOS and iOS')))).toBe(false);
    expect(isRival(new Set(analyse('Signing needs a certificate')))).toBe(false);
  });
});

describe('related words', () => {
  it('stand for one another both ways, never for themselves', () => {
    expect(relatedTo(word('cursor'))).toContain(word('caret'));
    expect(relatedTo(word('caret'))).toContain(word('cursor'));
    for (const term of ['cursor', 'timeout', 'log'].map(word)) expect(relatedTo(term)).not.toContain(term);
  });
});
