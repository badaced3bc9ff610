/** midturn review: what waits is shown with its reason, and only a present person decides. */
import { describe, expect, it } from 'vitest';
import { at, type CommandLine, commandLine } from './command-line.ts';

/** The policy lets nothing in that no person has seen. */
const MANUAL = { MIDTURN_TRUST_POLICY: 'manual' };

async function waiting(cli: CommandLine, text = 'We deploy on Tuesdays'): Promise<string> {
  const { json } = await cli.midturn(['remember', text, '--json'], { env: MANUAL });
  expect(at(json, 'status')).toBe('needs_review');
  const id = at(json, 'id');
  if (typeof id !== 'string') throw new Error('nothing waits');
  return id;
}

async function stateOf(cli: CommandLine, id: string): Promise<unknown> {
  return at((await cli.midturn(`memories show ${id} --json`)).json, 'memories', 0, 'state');
}

describe('review list', () => {
  it('shows what waits and why', async () => {
    const cli = commandLine();
    expect((await cli.midturn('review')).out).toBe('Nothing waits for you.\n');
    const id = await waiting(cli);
    const { code, out } = await cli.midturn('review');
    expect(code).toBe(0);
    expect(out).toContain(`1 memory waits for you:\n\n${id}  We deploy on Tuesdays\n  project `);
    expect(out).toMatch(/^ {2}project \S+ · the trust policy is manual$/m);
  });

  it('gives items as JSON', async () => {
    const cli = commandLine();
    const id = await waiting(cli);
    expect((await cli.midturn('review list --json')).json).toMatchObject({
      items: [
        {
          id,
          family: 'memory_updates',
          scope: 'project',
          title: 'We deploy on Tuesdays',
          content: 'We deploy on Tuesdays',
          why: 'the trust policy is manual',
          evidence: [],
          diff: null,
        },
      ],
    });
  });

  it('shows one with what it rests on', async () => {
    const cli = commandLine();
    const id = await waiting(cli);
    expect((await cli.midturn(`review show ${id}`)).out).toMatch(
      /state {6}needs review: the trust policy is manual/,
    );
    expect((await cli.midturn(`review show ${id} --json`)).json).toMatchObject({ items: [{ id }] });
  });
});

describe('review approve and reject', () => {
  it.each(['yes', 'YES', ' yes '])('approves when the person types %j', async (answer) => {
    const cli = commandLine();
    const id = await waiting(cli);
    const { code, out, err } = await cli.midturn(`review approve ${id}`, { answers: [answer] });
    expect({ code, out }).toEqual({ code: 0, out: `Approved: ${id} is in force.\n` });
    expect(err).toContain('We deploy on Tuesdays');
    expect(await stateOf(cli, id)).toBe('active');
  });

  it('approves when the person types the id', async () => {
    const cli = commandLine();
    const id = await waiting(cli);
    expect((await cli.midturn(`review approve ${id}`, { answers: [id] })).code).toBe(0);
    expect(cli.asked).toEqual([`Type ${id} or yes to approve this`]);
  });

  it.each(['', 'y', 'no', 'm_zzzzzz', null])('changes nothing on the answer %j', async (answer) => {
    const cli = commandLine();
    const id = await waiting(cli);
    const { code, err } = await cli.midturn(`review approve ${id}`, { answers: [answer] });
    expect(code).toBe(1);
    expect(err).toContain('Nothing was changed.');
    expect(await stateOf(cli, id)).toBe('waiting');
  });

  it('rejects with the reason', async () => {
    const cli = commandLine();
    const id = await waiting(cli);
    const { code, json } = await cli.midturn(['review', 'reject', id, '--reason', 'not true', '--json'], {
      answers: ['yes'],
    });
    expect(code).toBe(0);
    expect(json).toEqual({ id, decision: 'reject', state: 'forgotten' });
    expect((await cli.midturn(`memories show ${id}`)).out).toContain('forgotten: not true');
  });

  it.each([
    ['without a terminal', {}],
    ['in a terminal that Claude Code drives', { answers: [], env: { CLAUDECODE: '1' } }],
    ['in a terminal that Codex drives', { answers: [], env: { CODEX_SESSION_ID: 'x' } }],
  ])('decides nothing %s', async (_where, setting) => {
    const cli = commandLine();
    const id = await waiting(cli);
    for (const decision of ['approve', 'reject']) {
      const { code, err } = await cli.midturn(`review ${decision} ${id}`, setting);
      expect(code).toBe(2);
      expect(err).toMatch(/needs a person/);
    }
    expect(cli.asked).toEqual([]);
    expect(await stateOf(cli, id)).toBe('waiting');
  });

  it('makes what is in force on an agent’s word the person’s own', async () => {
    const cli = commandLine();
    const { json } = await cli.midturn('remember We deploy on Tuesdays --json');
    const id = String(at(json, 'id'));
    const listed = await cli.midturn('memories list');
    expect(listed.out).toContain('not shown at session start');
    const before = await cli.midturn(`memories show ${id}`);
    expect(before.out).toContain('not shown: no message of yours holds it');
    const alone = await cli.midturn(`review approve ${id}`);
    expect(alone.code).toBe(2);
    expect(alone.err).toMatch(/needs a person/);
    const { code, out } = await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    expect(code).toBe(0);
    expect(out).toContain('counts as your own word');
    const after = await cli.midturn(`memories list --json`);
    expect(at(after.json, 'memories')).toMatchObject([
      { id, state: 'active', origin: 'user', approved_at: expect.any(String) },
    ]);
    expect((await cli.midturn('memories list')).out).not.toContain('not shown');
    const again = await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    expect(again.err).toMatch(/does not wait for review/);
  });

  it('rejects nothing that is in force, and says what takes it out', async () => {
    const cli = commandLine();
    const { json } = await cli.midturn('remember We deploy on Tuesdays --json');
    const { code, err } = await cli.midturn(`review reject ${String(at(json, 'id'))}`, { answers: ['yes'] });
    expect(code).toBe(2);
    expect(err).toContain('midturn forget');
  });

  it('refuses what does not wait', async () => {
    const cli = commandLine();
    const { json } = await cli.midturn('remember We deploy on Tuesdays --json', { answers: [] });
    const { code, err } = await cli.midturn(`review approve ${String(at(json, 'id'))}`, { answers: [] });
    expect(code).toBe(2);
    expect(err).toMatch(/does not wait for review: it is active/);
  });
});
