import { describe, expect, it } from 'vitest';
import { namesAsked } from '../../src/recall/asked-names.ts';
import { isGeneric, tellingTerms } from '../../src/recall/generic-words.ts';
import { analyse } from '../../src/text/terms.ts';
import { recallWorld } from '../support/recall-world.ts';

async function store(...facts: readonly string[]) {
  const world = await recallWorld('2026-11-01T09:00:00Z');
  for (const fact of facts) await world.remember('2026-11-01', fact);
  const strengths = async (query: string) =>
    (await world.ask(query)).hits.map(({ text, weak }) => `${text}${weak ? ' (weak)' : ''}`);
  return { ...world, strengths };
}

describe('a noun that looks like an everyday word', () => {
  it.each([
    ['The provider is Hetzner.', 'provider'],
    ['The provider is Hetzner.', 'what do you know about provider'],
    ['The provider is Hetzner.', 'which provider do we use'],
    ['The generator writes types to src/gen.', 'where does the generator write'],
    ['Imports are sorted by Biome.', 'imports'],
    ['Orders are archived after 90 days.', 'orders'],
    ['Plans are priced in euros.', 'plans'],
    ['Forms validate with zod.', 'forms'],
    ['The user table is partitioned by tenant.', 'users'],
  ])('is found: %s by %s', async (fact, question) => {
    const { strengths } = await store(fact);
    expect(await strengths(question)).toEqual([fact]);
  });

  it('is told from the everyday word by its spelling, and verbs are told in each form', () => {
    const everyday = ['provides', 'using', 'getting', 'tries', 'Applied', 'important'];
    expect(everyday.filter(isGeneric)).toEqual(everyday);
    expect(['provider', 'generator', 'import', 'handler', 'caller', 'order'].filter(isGeneric)).toEqual([]);
    expect(tellingTerms('how does get_user handle the provider')).toEqual([
      ...analyse('get_user'),
      ...analyse('provider'),
    ]);
  });

  it('is a weak match where everyday words are all that is asked, and nothing where nobody has asked', async () => {
    const { strengths, ask } = await store('Rules are checked in the pre-commit hook.');
    expect(await strengths('rules')).toEqual(['Rules are checked in the pre-commit hook. (weak)']);
    expect((await ask({ query: 'rules', strict: true })).hits).toEqual([]);
  });
});

describe('a word that may mean the same', () => {
  const LOGS = 'Logs are shipped to Loki through Promtail.';

  it('is a weak match by itself, and explain names it', async () => {
    const { ask, strengths } = await store(LOGS);
    expect(await strengths('how do we deploy')).toEqual([`${LOGS} (weak)`]);
    const { hits } = await ask({ query: 'how do we deploy', explain: true });
    expect(hits[0]?.why).toMatch(/^shipped for deploy · confidence 0\.\d+/);
  });

  it('stands behind what holds the word itself', async () => {
    const fact = 'A deploy of the shop needs two approvals and an entry in the change calendar.';
    const { strengths } = await store(LOGS, fact);
    expect((await strengths('deploy'))[0]).toBe(fact);
    expect((await strengths('deploy')).slice(1)).toEqual([`${LOGS} (weak)`]);
  });

  it('is none where it names another thing: a snapshot of a test is no backup', async () => {
    const { strengths } = await store('Snapshots of visual tests are updated with make snapshots.');
    expect(await strengths('backup')).toEqual([]);
  });

  it.each(['max upload size', 'upload limit', 'what is the maximum upload'])(
    'answers what is asked for a limit: %s',
    async (question) => {
      const fact = 'Uploads larger than 25 MB are rejected by nginx.';
      const { strengths } = await store(fact);
      expect(await strengths(question)).toEqual([fact]);
    },
  );
});

describe('a name that is asked for', () => {
  const PORT = 'The PostgreSQL database listens on port 5433 in staging.';
  const REACT = 'The admin frontend is written in React 19.';
  const PINS = 'The mobile app pins the TLS certificate of api.example.com.';

  it('and that the record does not hold makes it no sure answer', async () => {
    const { strengths } = await store(PORT, PINS, REACT);
    expect(await strengths('which port does postgres listen on')).toEqual([PORT]);
    for (const name of ['redis', 'zookeeper', 'Zookeeper'])
      expect(await strengths(`which port does ${name} listen on`)).toEqual([`${PORT} (weak)`]);
  });

  it('and another of its kind that the record holds make it none: one language is not the other', async () => {
    const { strengths } = await store('The French locale is maintained by Anna.');
    expect(
      (await strengths('who maintains the Spanish locale')).filter((hit) => !hit.endsWith(' (weak)')),
    ).toEqual([]);
    expect(await strengths('who maintains the French locale')).toEqual([
      'The French locale is maintained by Anna.',
    ]);
  });

  it('brings the one record that holds it, if as a weak match', async () => {
    const { strengths } = await store(PORT, PINS, REACT);
    const found = await strengths('does the mobile app use React');
    expect(found).toContain(`${REACT} (weak)`);
    expect(found).not.toContain(PINS);
  });

  it('is told by a capital, by the list, as code writes it, or by standing without an article', () => {
    const names = (question: string) => namesAsked(question).map(({ term }) => term);
    expect(names('How does Priya cut releases?')).toEqual(analyse('Priya'));
    expect(names('is redis used')).toEqual(analyse('redis'));
    expect(names('where is getUserById called')).toEqual([analyse('getUserById')[0]]);
    expect(names('which port does zookeeper use')).toEqual(analyse('zookeeper'));
    // A title, another language, the name of a language, a short form, a plain noun.
    expect(names('How Do We Cut A Release')).toEqual([]);
    expect(names('wo liegen die Kundendaten')).toEqual([]);
    expect(names('where are the German texts of the API')).toEqual([]);
    expect(names('which port does the gateway use')).toEqual([]);
  });
});

describe('a path that is asked for', () => {
  it('is found by its absolute form, where it is noted and where it is told', async () => {
    const { recall, memories, caller, shop } = await store();
    const root = '/home/ann/shop';
    const project = { id: shop, ids: [shop], name: 'shop', root, cwd: '', branch: null, commit: null };
    const at = { ...caller, cwd: root, project };
    await memories.remember(at, { content: 'Handler b validates the basket.', paths: ['src/api/b.ts'] });
    await memories.remember(at, { content: 'src/pay/charge.ts must stay idempotent.' });
    for (const path of ['src/api/b.ts', 'src/pay/charge.ts']) {
      const short = (await recall.ask(at, { query: path })).hits.map(({ id }) => id);
      expect(short).toHaveLength(1);
      for (const query of [`${root}/${path}`, `what do I need to know about ${root}/${path}`])
        expect((await recall.ask(at, { query })).hits.map(({ id }) => id)).toEqual(short);
    }
  });
});

describe('a long fact', () => {
  it('is shown once: its clipped title stands for the beginning of it', async () => {
    const fact = `The importer reads the ledger of every branch ${'and checks each of its lines '.repeat(3)}twice.`;
    const { ask } = await store(fact);
    const [block] = (await ask('importer ledger')).blocks;
    expect(block?.text.split('The importer reads').length).toBe(2);
    expect(block?.text).toMatch(/^\[m_\w+\] project · 2026-11-01 · .*\nThe importer/);
  });
});
