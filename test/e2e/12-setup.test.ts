import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { outside } from '../setup/machine.ts';
import { environment, NODE, run } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

/** A home with a history of both clients, as they leave it. */
function place() {
  const home = tempFolder();
  const cwd = join(home, 'work');
  mkdirSync(cwd);
  cpSync(join(FIXTURES, 'codex', 'failing-then-fixed'), join(home, '.codex'), { recursive: true });
  cpSync(join(FIXTURES, 'claude-code', 'plain'), join(home, '.claude'), { recursive: true });
  writeFileSync(join(home, '.codex', 'config.toml'), '# mine\nmodel = "x"\n');
  writeFileSync(join(home, '.claude.json'), '{\n  "numStartups": 3\n}');
  // No scheduler of the machine that the tests run on is to be found, nor any client.
  return { home, cwd, env: { PATH: join(home, 'none') } };
}

describe('midturn setup and uninstall', () => {
  it('writes nothing where nobody can be asked, and says what to run', async () => {
    const at = place();
    const before = outside(at.home);
    const { code, stdout } = await run(['setup'], at);
    expect(code).toBe(1);
    expect(stdout).toContain('+[mcp_servers.midturn]');
    expect(stdout).toContain('Nothing was written. To write it: `midturn setup --yes`');
    expect(outside(at.home)).toEqual(before);
    expect(existsSync(join(at.home, '.midturn', 'app'))).toBe(false);
    expect((await run(['setup', '--dry-run', '--json'], at)).code).toBe(0);
  });

  it('wires, imports, proves itself, and leaves no trace', async () => {
    const at = place();
    const before = outside(at.home);
    const { code, stdout, stderr } = await run(['setup', '--yes', '--json'], at);
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout);
    expect(report.written.map(({ client }: { client: string }) => client)).toEqual([
      'codex',
      'codex',
      'claude-code',
      'claude-code',
    ]);
    expect(report.imported).toEqual({ sessions: 2, messages: 10 });
    expect(report.proof.ok).toBe(true);
    expect(report.proof.found).toHaveLength(2);
    expect(report.proof.found[1].words).toContain('cart total ignores the quantity');

    const again = JSON.parse((await run(['setup', '--yes', '--no-import', '--json'], at)).stdout);
    expect(again.written).toEqual([]);

    const gone = JSON.parse((await run(['uninstall', '--yes', '--json'], at)).stdout);
    expect(gone).toMatchObject({ failed: [], program_removed: true, purged: false });
    expect(outside(at.home)).toEqual(before);
    expect(existsSync(join(at.home, '.midturn', 'midturn.db'))).toBe(true);
    expect(existsSync(join(at.home, '.midturn', 'app'))).toBe(false);

    const purged = JSON.parse((await run(['uninstall', '--purge', '--yes', '--json'], at)).stdout);
    expect(purged).toMatchObject({ purged: true, left: [] });
    expect(existsSync(join(at.home, '.midturn'))).toBe(false);
  });

  it('says plainly that there is nothing to find yet', async () => {
    const at = place();
    const { code, stdout } = await run(['setup', 'codex', '--yes', '--no-import'], at);
    expect(code).toBe(0);
    expect(stdout).toContain('There is nothing to find yet');
  });

  it('runs by what the configuration says, in the home of that configuration', async () => {
    const at = place();
    const home = join(at.home, 'other home', '.midturn');
    const env = environment(at.home, { ...at.env, MIDTURN_HOME: home });
    expect(
      (
        await run(['setup', 'codex', '--yes', '--no-import'], {
          ...at,
          env: { ...at.env, MIDTURN_HOME: home },
        })
      ).code,
    ).toBe(0);
    const { hooks } = JSON.parse(outside(at.home)['.codex/hooks.json'] ?? '{}');
    const config: unknown = parse(outside(at.home)['.codex/config.toml'] ?? '');
    const { command: program, args } = z
      .object({
        mcp_servers: z.object({ midturn: z.object({ command: z.string(), args: z.array(z.string()) }) }),
      })
      .parse(config).mcp_servers.midturn;
    expect(program).toBe(NODE);
    const { MIDTURN_HOME: _, ...plain } = env;
    const asked = spawnSync(program, [args[0] ?? '', 'status', '--json'], {
      cwd: at.cwd,
      env: plain,
      encoding: 'utf8',
    });
    expect(JSON.parse(asked.stdout)).toMatchObject({ home, counts: { sessions: 0 } });
    expect(existsSync(join(at.home, '.midturn'))).toBe(false);
    // As Codex does: by a shell.
    const payload = {
      session_id: 's',
      transcript_path: null,
      cwd: at.cwd,
      hook_event_name: 'SessionStart',
      source: 'startup',
    };
    const hooked = spawnSync('/bin/sh', ['-c', hooks.SessionStart[0].hooks[0].command], {
      cwd: at.cwd,
      env: plain,
      encoding: 'utf8',
      input: JSON.stringify(payload),
    });
    expect([hooked.status, hooked.stderr]).toEqual([0, '']);
  });

  it('refuses to purge for one client, and a client that it does not know', async () => {
    const at = place();
    expect((await run(['uninstall', 'codex', '--purge', '--yes'], at)).code).toBe(2);
    expect((await run(['setup', 'emacs', '--yes'], at)).code).toBe(2);
  });
});
