import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { connect, ERAS, finished, run, start } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

/** A home with the transcripts of some scenarios, which are all about /home/dev/shop. */
function place(scenarios: Readonly<Record<'codex' | 'claude-code', readonly string[]>>) {
  const home = tempFolder();
  const cwd = join(home, 'elsewhere');
  mkdirSync(cwd);
  for (const scenario of scenarios.codex)
    cpSync(join(FIXTURES, 'codex', scenario), join(home, '.codex'), { recursive: true });
  for (const scenario of scenarios['claude-code']) {
    cpSync(join(FIXTURES, 'claude-code', scenario), join(home, '.claude'), { recursive: true });
  }
  return { home, cwd };
}

const MANY = {
  codex: [
    'plain',
    'resume',
    'fork',
    'revert',
    'compact-manual',
    'subagent',
    'failing-then-fixed',
    'code-mode',
    'old-0.44.0',
  ],
  'claude-code': [
    'plain',
    'resume',
    'fork',
    'rewind',
    'compact-manual',
    'subagent',
    'failing-then-fixed',
    'old-1.0.96',
  ],
};

type Imported = {
  sessions: Array<{ session: string; external_id: string; client: string; messages: number; added: number }>;
  added: number;
};

async function importAll(options: { home: string; cwd: string }): Promise<Imported> {
  const { code, stdout, stderr } = await run(['import', '--json'], options);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Everything that two stores must have in common: sessions with their messages, in order. */
async function content(
  options: { home: string; cwd: string },
  sessions: Imported['sessions'],
): Promise<string[]> {
  const out: string[] = [];
  for (const { session } of [...sessions].sort((a, b) => (a.session < b.session ? -1 : 1))) {
    const { stdout } = await run(['history', '--session', session, '--full', '--json'], options);
    out.push(
      `${session}\n${JSON.parse(stdout)
        .hits.map(({ ref, text }: { ref: string; text: string }) => `${ref} ${text}`)
        .join('\n')}`,
    );
  }
  return out;
}

describe('import and recall_history', () => {
  it('changes nothing the second time, and gives the same to a second home', async () => {
    const here = place(MANY);
    const first = await importAll(here);
    expect(first.sessions.length).toBeGreaterThan(18);
    const before = await content(here, first.sessions);
    const second = await importAll(here);
    expect(second.added).toBe(0);
    expect(second.sessions.map(({ session, messages }) => `${session} ${messages}`).sort()).toEqual(
      first.sessions.map(({ session, messages }) => `${session} ${messages}`).sort(),
    );
    expect(await content(here, first.sessions)).toEqual(before);
    const doctor = JSON.parse((await run(['doctor', '--json'], here)).stdout);
    expect(doctor.checks.filter(({ status }: { status: string }) => status === 'fail')).toEqual([]);
  }, 120_000);

  it('reaches the same result when it is killed again and again', async () => {
    const undisturbed = place(MANY);
    const wanted = await importAll(undisturbed);
    const here = { ...place(MANY) };
    for (const after of [120, 160, 200, 240, 280]) {
      const child = start(['import', '--json'], here);
      const done = finished(child);
      await sleep(after);
      child.kill('SIGKILL');
      await done;
    }
    const last = await importAll(here);
    const counts = ({ sessions }: Imported) =>
      sessions.map(({ session, messages }) => `${session} ${messages}`).sort();
    expect(counts(last)).toEqual(counts(wanted));
    // Not only as many: the same messages under the same numbers.
    expect(await content(here, last.sessions)).toEqual(await content(undisturbed, wanted.sessions));
    const doctor = JSON.parse((await run(['doctor', '--json'], here)).stdout);
    expect(doctor.ok).toBe(true);
  }, 120_000);

  it('keeps the numbers of a session when it is resumed, forked and rewound', async () => {
    const here = place({ codex: ['resume'], 'claude-code': [] });
    const folder = join(here.home, '.codex', 'sessions');
    const [file] = readdirDeep(folder);
    if (file === undefined) throw new Error('the fixture has no rollout');
    const whole = readFileSync(file, 'utf8');
    const lines = whole.trimEnd().split('\n');
    const cut = lines.findIndex((line, at) => at > 0 && line.includes('"task_complete"')) + 1;
    writeFileSync(file, `${lines.slice(0, cut).join('\n')}\n`);
    const before = await content(here, (await importAll(here)).sessions);
    writeFileSync(file, whole);
    const { sessions } = await importAll(here);
    const after = await content(here, sessions);
    const refs = (text: string | undefined) => (text ?? '').split('\n').slice(1);
    expect(refs(after[0]).slice(-refs(before[0]).length)).not.toEqual([]);
    for (const line of refs(before[0])) expect(after[0]).toContain(line.slice(0, 40));
  });

  it('keeps the turns that stand after a rewind when a backup of the folder is imported too', async () => {
    const here = place({ codex: ['revert', 'revert-twice', 'tui-rewind'], 'claude-code': ['rewind'] });
    const { sessions } = await importAll(here);
    const before = await content(here, sessions);
    const backup = join(here.home, 'backup');
    cpSync(join(here.home, '.codex'), backup, { recursive: true });
    const { code, stdout } = await run(['import', backup, '--json'], here);
    expect([code, JSON.parse(stdout).added]).toEqual([0, 0]);
    expect(await content(here, sessions)).toEqual(before);
    const doctor = JSON.parse((await run(['doctor', '--json'], here)).stdout);
    expect(doctor.checks.filter(({ status }: { status: string }) => status === 'fail')).toEqual([]);
  }, 60_000);

  it.each(ERAS)('is searched, indexed and read by an agent in the middle of its turn (%s)', async (era) => {
    const here = place({
      codex: ['plain', 'failing-then-fixed', 'mcp-tool'],
      'claude-code': ['plain', 'resume'],
    });
    await importAll(here);
    const server = await connect(era, here);
    const found = await server.call('recall_history', {
      query: 'why does the cart total ignore the quantity?',
      project: 'shop',
    });
    expect(found.text).toMatch(/^\d+ messages? of .*fit/);
    expect(found.text).toContain('The cart total ignores the quantity');
    const ref = /\[([0-9a-z]{6}\/\d+)\]/.exec(found.text)?.[1] ?? '';
    const read = await server.call('recall_history', { ref });
    expect(read.text).toContain(ref);
    expect(read.structured).toBeUndefined();
    const index = await server.call('recall_history', { session: ref.split('/')[0] });
    expect(index.text).toContain('recall_history({');
    const none = await server.call('recall_history', { query: 'zyzzyva quux frobnication', project: 'all' });
    expect(none.text).toMatch(/^Nothing relevant/);
  });

  it('never finds midturn’s own questions and answers', async () => {
    const here = place({
      codex: ['mcp-tool', 'code-mode', 'mcp-two-servers'],
      'claude-code': ['mcp-tool', 'mcp-two-servers'],
    });
    await importAll(here);
    const { stdout } = await run(
      ['history', 'staging', 'database', 'port', '--project', 'all', '--json', '--limit', '50'],
      here,
    );
    const texts: string[] = JSON.parse(stdout).hits.map(({ text }: { text: string }) => text);
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes('mcp__mem__recall'))).toEqual([]);
  });
});

function readdirDeep(folder: string): string[] {
  const out: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) visit(join(path, entry.name));
      else out.push(join(path, entry.name));
    }
  };
  visit(folder);
  return out;
}
