/**
 * A secret of every rule, sent in by every way there is: it stands in no answer, resource, form or log line, and nowhere
 * in the home, the database file and its log included.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cliCall } from '../../src/app/caller.ts';
import { rpc, servedWorld } from '../support/served-world.ts';
import { SAMPLES } from '../text/secret-samples.ts';

/** What is enough of a secret to be one: its random part. Private keys are told by a line of theirs. */
function tellTales(secret: string): readonly string[] {
  const lines = secret.split(/\n|\\n/).filter((line) => line.length > 16 && !line.startsWith('-----'));
  return lines.map((line) => line.slice(-20));
}

/** A token of Discord is known beside that word alone. */
const RULES = Object.entries(SAMPLES)
  .filter(([rule]) => rule !== 'discord-token')
  .map(([rule, [sample = '']]) => ({ rule, sample }));

it('of no rule is kept or told, whatever way it comes in', async () => {
  const world = await servedWorld();
  const { app, folder, home, port } = world;
  const shop = join(folder, 'shop');
  mkdirSync(shop);
  const env = { HOME: folder, MIDTURN_HOME: home };
  const person = await app.caller(cliCall(env, shop, true));
  const project = person.project?.id ?? '';
  const { token } = await world.makeToken({ scopes: ['read', 'write', 'admin'] });
  const answers: string[] = [];
  const ask = async (method: string, params: Record<string, unknown>, more = {}) => {
    const { text, message } = await rpc(port, method, params, { token, project, ...more });
    answers.push(text);
    return message;
  };
  const tool = (name: string, args: object, more = {}) => ask('tools/call', { name, arguments: args }, more);
  const forms = { capabilities: { elicitation: { form: {} } } };

  const lines: string[] = [];
  for (const { rule, sample } of RULES) {
    const said = `The ${rule} of the shop is ${sample} and stays so`;
    await tool('remember', { content: said }, forms);
    await tool('remember', {
      content: `The shop has a ${rule}`,
      title: sample,
      tags: [sample],
      aliases: [sample],
      paths: [sample],
    });
    await tool('remember', {
      content: `The shop has one ${rule}`,
      replaces: sample,
      part_of: sample,
      see_also: [sample],
    });
    await tool('remember', { [sample]: said });
    await tool('recall', { query: said, [sample]: 1 });
    await tool('recall', { query: said.slice(0, 1900), as_of: sample });
    await tool('recall_history', { query: said.slice(0, 1900) });
    await tool('recall_history', { session: sample });
    await tool('recall_history', { ref: `${sample}/1` });
    await tool('recall_history', { project: sample, client: sample, since: sample });
    await tool('recall_history', { cursor: sample });
    const item = {
      action: 'add',
      summary: sample,
      content: said,
      scope: 'project',
      source_paths: [`src/${sample}`],
      tags: [sample],
    };
    await tool('submit_suggestion', {
      memory_updates: [
        item,
        { ...item, action: sample },
        { ...item, action: 'replace', old_summary: sample },
        { ...item, scope: sample, [sample]: sample },
      ],
      recall_candidate: [item],
      skill_action: [
        {
          action: 'create',
          skill_id: sample,
          title: said,
          description: `Use when ${said}`,
          content: `1. Run ${said}`,
        },
        { action: 'patch', skill_id: sample, edits: [{ find: sample, replace: sample }] },
      ],
    });
    lines.push(
      JSON.stringify({ session: `s-${rule}`, cwd: shop, role: 'user', text: said, title: said }),
      JSON.stringify({
        session: `s-${rule}`,
        cwd: shop,
        role: 'tool',
        tool: 'bash',
        text: `$ env\n${said}`,
        parts: [{ type: 'tool_call', name: 'bash', arguments: { command: said } }],
      }),
      JSON.stringify({
        session: `s-${rule}`,
        cwd: shop,
        role: 'assistant',
        text: `Noted.\n\n${said}`,
        [`x-${rule}`]: sample,
      }),
      `{"session": "s-${rule}", not json ${sample.replaceAll('\n', ' ')}`,
    );
  }
  await tool('compile', { dry_run: true });
  await tool('compile', {});

  const file = join(folder, 'log.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const plan = await app.planImport({ paths: [file], client: 'ndjson', confirmed: true });
  const report = await (await app.capture()).run(plan, person);
  expect(report.sessions.length).toBe(RULES.length);
  answers.push(JSON.stringify(report));

  for (const { rule } of RULES) {
    await tool('recall', {
      query: `what is the ${rule} of the shop`,
      limit: 20,
      max_tokens: 8000,
      explain: true,
    });
    await tool('recall_history', { query: `the ${rule} of the shop`, max_tokens: 8000, explain: true });
  }
  await tool('recall_history', { limit: 50, max_tokens: 8000 });
  await tool('status', {});
  for (let cursor: unknown = null, page = 0; cursor !== undefined && page < 30; page += 1) {
    const { result } = await ask('resources/list', cursor === null ? {} : { cursor });
    cursor = result?.nextCursor;
    const listed = Array.isArray(result?.resources) ? result.resources : [];
    for (const { uri } of listed) await ask('resources/read', { uri });
  }
  const memories = await world.store.memories.list({
    states: ['active', 'waiting', 'superseded', 'forgotten'],
    limit: 1000,
  });
  expect(memories.total).toBeGreaterThan(RULES.length);

  const everywhere = [
    ...answers.map((text, at) => [`answer ${at}`, text] as const),
    ['stderr', world.lines.join('\n')] as const,
    ...readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'http-token')
      .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')] as const),
  ];
  expect(everywhere.map(([where]) => where)).toContain('midturn.db');
  const found = RULES.flatMap(({ rule, sample }) =>
    tellTales(sample).flatMap((tale) =>
      everywhere
        .filter(([, text]) => text.includes(tale))
        .map(
          ([where, text]) =>
            `${rule} in ${where}: ${text.slice(Math.max(0, text.indexOf(tale) - 200), text.indexOf(tale) + 40)}`,
        ),
    ),
  );
  expect([...new Set(found)]).toEqual([]);
}, 240_000);
