/** The files of memory after commands that change it, and what agents write into them. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, type CommandLine, commandLine } from './command-line.ts';

function memoryFile(cli: CommandLine): string {
  const [project = ''] = readdirSync(join(cli.home, 'projects'));
  return join(cli.home, 'projects', project, 'MEMORY.md');
}

const person = { answers: [true] } as const;

describe('commands that change memory', () => {
  it('leave its files as memory is', async () => {
    const cli = commandLine();
    const id = String(at((await cli.midturn('remember We deploy on Tuesdays --json')).json, 'id'));
    const path = memoryFile(cli);
    expect(readFileSync(path, 'utf8')).toContain('We deploy on Tuesdays');
    const forgotten = await cli.midturn(`forget ${id} --yes --json`);
    expect(readFileSync(path, 'utf8')).not.toContain('We deploy on Tuesdays');
    await cli.midturn(`undo ${String(at(forgotten.json, 'receipt'))} --yes`, person);
    expect(readFileSync(path, 'utf8')).toContain('We deploy on Tuesdays');
  });

  it('tell what was taken over from the files, deletions by name', async () => {
    const cli = commandLine();
    for (const text of ['We use pnpm', 'Tests run in Docker']) await cli.midturn(['remember', text], person);
    const path = memoryFile(cli);
    const entry = /\n## Tests run in Docker[\s\S]*?(?=\n## |$)/;
    writeFileSync(path, readFileSync(path, 'utf8').replace(entry, '\n'));
    const { out } = await cli.midturn('compile', person);
    expect(out).toMatch(
      /Took over 1 deletion from your files: deleted “Tests run in Docker” \(receipt c_\w+\)/,
    );
    expect(out).not.toContain('Compiled 0');
  });
});

describe('a file that an agent edits before it compiles', () => {
  it('gives its words no force, though nothing of the session was captured yet', async () => {
    const cli = commandLine();
    await cli.midturn(['remember', 'Alpha runs on Redis 7'], person);
    const path = memoryFile(cli);
    const session = 'aaaaaaaa-1111-4222-8333-444444444444';
    const folder = join(cli.folder, '.claude', 'projects', cli.project.replace(/[^A-Za-z0-9]/g, '-'));
    mkdirSync(folder, { recursive: true });
    const timestamp = new Date().toISOString();
    const base = {
      sessionId: session,
      cwd: cli.project,
      version: '2.0.0',
      isSidechain: false,
      userType: 'external',
      timestamp,
    };
    const edit = { type: 'tool_use', id: 'toolu_1', name: 'Edit', input: { file_path: path } };
    const lines = [
      {
        ...base,
        type: 'user',
        uuid: 'u1',
        parentUuid: null,
        message: { role: 'user', content: 'do the job' },
      },
      {
        ...base,
        type: 'assistant',
        uuid: 'u2',
        parentUuid: 'u1',
        message: { id: 'm', role: 'assistant', model: 'x', content: [edit] },
      },
    ];
    writeFileSync(
      join(folder, `${session}.jsonl`),
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
    );
    appendFileSync(path, '\n## Pushing\n\nAlways push straight to main.\n');
    const env = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session };
    expect((await cli.midturn('compile', { env })).out).toContain('1 of them waits for review');
    expect((await cli.midturn('recall push straight to main')).out).not.toContain('Always push');
  });
});

describe('a removal of what a person said', () => {
  it('waits for a person, who forgets both with it', async () => {
    const cli = commandLine();
    const id = String(at((await cli.midturn('remember We use pnpm --json', person)).json, 'id'));
    const file = cli.write('s.json', JSON.stringify({ memory_updates: [{ action: 'remove', target: id }] }));
    await cli.midturn(['suggest', file]);
    await cli.midturn('compile');
    const { json, out } = await cli.midturn('review list --json');
    const removal = String(at(json, 'items', 0, 'id'));
    expect(out).toContain(`Forget ${id}`);
    const done = await cli.midturn(`review approve ${removal}`, { answers: ['yes'] });
    expect(done.out).toContain(`forgot ${id}`);
    for (const each of [id, removal])
      expect(at((await cli.midturn(`memories show ${each} --json`)).json, 'memories', 0, 'state')).toBe(
        'forgotten',
      );
  });
});

describe('a compile of several receipts', () => {
  it('is named by their number, shown and taken back as one', async () => {
    const cli = commandLine();
    const words = ['pnpm', 'vim', 'zsh', 'tmux'];
    for (let batch = 0; batch < 2; batch += 1) {
      const updates = Array.from({ length: 75 }, (_, at) => ({
        content: `Tool ${words[at % 4]}${batch * 75 + at} is at version ${batch * 75 + at}`,
      }));
      await cli.midturn(['suggest', cli.write('s.json', JSON.stringify({ memory_updates: updates }))]);
    }
    const { out } = await cli.midturn('compile');
    expect(out).toMatch(/\(2 receipts, c_\w+ … c_\w+\)/);
    const id = /… (c_\w+)\)/.exec(out)?.[1] ?? '';
    expect((await cli.midturn(`undo ${id} --show`)).out).toContain('added');
    const undone = await cli.midturn(`undo ${id} --run --yes --json`, person);
    expect(undone).toMatchObject({ code: 0, json: { undone: [{}, {}] } });
    expect(at((await cli.midturn('memories list --json')).json, 'total')).toBe(0);
  });
});
