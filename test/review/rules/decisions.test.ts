import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../src/review/rules/index.ts';
import { agent, contentsOf, person, snapshotOf } from './support.ts';

const PROPOSAL = 'There are two ways. I recommend a queue table, because a broker would need its own backup.';

describe('decisions with reasons', () => {
  it.each([
    'We decided to keep sqlite instead of postgres because the cli has to work without a server',
    'Wir haben uns für Kysely entschieden, weil Prisma zu groß ist',
    'Decidimos usar Fastify en lugar de Express porque la plataforma ya lo soporta',
    'On a choisi RabbitMQ plutôt que Kafka parce que les ops le connaissent',
    'Мы решили остаться на монолите, потому что нас всего трое',
    '我们决定用 ClickHouse 而不是 Elasticsearch，因为日志查询成本太高',
  ])('are kept with the reason: %j', (said) => {
    const found = findingsIn(snapshotOf([person(said)]));
    expect(found.map(({ kind, content }) => [kind, content])).toEqual([['decision', said]]);
  });

  it('are kept where the reason is the next sentence', () => {
    expect(
      contentsOf(person('We went with event sourcing for orders. Because audits want every step.')),
    ).toEqual(['We went with event sourcing for orders. Because audits want every step.']);
  });

  it('of the agent count once the person says yes', () => {
    const decided = 'Decided: A queue table, because a broker would need its own backup.';
    expect(contentsOf(agent(PROPOSAL), person('agreed, go with that'))).toEqual([decided]);
    expect(contentsOf(agent(PROPOSAL))).toEqual([]);
    expect(contentsOf(agent(PROPOSAL), person('ok but what about ordering?'))).toEqual([]);
    expect(contentsOf(agent(PROPOSAL), person('hm, let me think about it'))).toEqual([]);
  });

  it.each([
    'we decided to keep sqlite',
    'maybe we decided that because of the tests, not sure',
    'the other team said we decided on Kafka because of speed',
    'did we decide on sqlite because of the size?',
  ])('are no decisions without a reason, or in doubt: %j', (said) => {
    expect(contentsOf(person(said))).toEqual([]);
  });
});
