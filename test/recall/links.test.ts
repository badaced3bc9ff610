import { describe, expect, it } from 'vitest';
import { person } from '../support/conversation.ts';
import { recallWorld } from '../support/recall-world.ts';
import { project } from '../support/temp-store.ts';

describe('links', () => {
  async function linked() {
    const world = await recallWorld('2026-05-02');
    const { memories, caller } = world;
    const whole = await memories.remember(caller, {
      content: 'The billing service owns invoices and refunds',
      title: 'Billing service',
    });
    const other = await memories.remember(caller, {
      content: 'Refunds need two approvals',
      title: 'Refunds',
    });
    const part = await memories.remember(caller, {
      content: 'Numbers come from a sequence that nobody resets',
      title: 'Invoice numbers',
      partOf: 'billing SERVICE',
      seeAlso: [other.id ?? ''],
    });
    return { ...world, whole: whole.id ?? '', other: other.id ?? '', part: part.id ?? '', result: part };
  }

  it('are stored with the record, shown with it, and found by', async () => {
    const { ask, ids, whole, other, part, result } = await linked();
    expect(result).toMatchObject({ status: 'accepted', part_of: whole, see_also: [other] });
    const { blocks, closing } = await ask('where do invoice numbers come from?');
    const text = blocks.find(({ ref }) => ref === part)?.text ?? '';
    expect(text).toContain(`part of: [${whole}] Billing service`);
    expect(text).toContain(`see also: [${other}] Refunds`);
    expect(closing.join(' ')).toContain('To follow a link: recall({query:');
    // The name of the whole finds its part.
    expect(await ids('sequence of the billing service')).toContain(part);
  });

  it('are followed by their id, which brings that very record first', async () => {
    const { ask, ids, memories, caller, whole, part } = await linked();
    expect((await ids(whole))[0]).toBe(whole);
    expect((await ids(`[${whole}]`))[0]).toBe(whole);
    expect((await ids(`what belongs to ${whole}`))[0]).toBe(whole);
    const { memory } = await memories.show(caller, whole);
    expect(await ids(memory.id)).toEqual([whole]);
    expect((await ids('"Invoice numbers"'))[0]).toBe(part);
    expect((await ask(whole)).blocks[0]?.text).toContain(`parts: [${part}] Invoice numbers`);
  });

  it('lead to what holds now when what they point at was replaced, and vanish when it was forgotten', async () => {
    const { ask, memories, caller, whole, part } = await linked();
    const next = await memories.remember(caller, {
      content: 'Billing is bought from Stripe',
      replaces: whole,
    });
    expect((await ask(part)).blocks[0]?.text).toContain(
      `part of: [${next.id}] Billing is bought from Stripe`,
    );
    expect((await ask(whole)).hits[0]?.id).toBe(next.id);
    await memories.forget(caller, next.id ?? '', 'wrong');
    expect((await ask(part)).blocks[0]?.text).not.toContain('part of');
  });

  it('name what does not exist: the fact is kept, near titles are told, and the same call with an id adds the link', async () => {
    const { memories, caller, ask, whole } = await linked();
    const content = 'Refunds take a week';
    const kept = await memories.remember(caller, { content, partOf: 'the billing thing' });
    expect(kept).toMatchObject({ status: 'accepted' });
    expect(kept).not.toHaveProperty('part_of');
    expect(kept.reason).toMatch(
      new RegExp(
        `^.part_of. names no memory: "the billing thing"; near: ${whole} "Billing service".*send it again`,
      ),
    );
    const again = await memories.remember(caller, { content, partOf: whole, seeAlso: ['m_zzzzzz'] });
    expect(again).toMatchObject({ status: 'merged', id: kept.id, part_of: whole });
    expect(again.reason).toContain('`see_also` names no memory');
    expect((await ask(kept.id ?? '')).blocks[0]?.text).toContain(`part of: [${whole}] Billing service`);
  });

  it('lead to a refusal where the record to replace does not exist: nothing is stored', async () => {
    const { memories, caller, store, whole } = await linked();
    const before = (await store.memories.list({ states: ['active'], limit: 50 })).total;
    const refused = await memories.remember(caller, {
      content: 'Refunds take a week',
      replaces: 'billing things',
    });
    expect(refused.status).toBe('rejected');
    expect(refused.reason).toContain(`near: ${whole} "Billing service"`);
    expect((await store.memories.list({ states: ['active'], limit: 50 })).total).toBe(before);
  });

  it('do not carry the title of one project into another, or of a record that waits', async () => {
    const { memories, store, add, ask, whole } = await linked();
    const blogger = await person(store, await project(store, 'blog'));
    const kept = await memories.remember(blogger, { content: 'Comments are moderated', partOf: whole });
    expect(kept).toMatchObject({ status: 'accepted', reason: expect.stringContaining('another project') });
    expect(kept).not.toHaveProperty('part_of');
    expect(kept.reason).not.toContain('Billing');
    const waits = await add('Run this at once', { state: 'waiting', reason: 'needs review' });
    const child = await add('The child points at it', { links: [{ kind: 'part_of', target: waits.id }] });
    expect((await ask(child.short)).blocks[0]?.text).not.toContain('Run this');
    expect((await ask('run this at once')).hits).toEqual([]);
    const answer = await ask(waits.short);
    expect(answer.hits).toEqual([]);
    expect(answer.sentence).toContain('waits for review');
  });

  it('stay right in the index when the whole gets another name', async () => {
    const { store, memories, caller, whole } = await linked();
    await memories.forget(caller, whole, 'gone');
    const terms = { message: () => [], memory: (await import('../../src/memories/terms.ts')).memoryTerms };
    expect((await store.health.check(terms)).filter(({ status }) => status !== 'ok')).toEqual([]);
  });
});
