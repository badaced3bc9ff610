/** Use of skills, counted from transcripts as the real clients write them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { codex } from '../../src/capture/codex.ts';
import { ingestFile } from '../../src/capture/ingest.ts';
import { applied, skill } from '../store/promoting.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';

const COMMAND = 'grep -rn warehouse src || echo none';
const CODEX =
  'codex/resume/sessions/2026/11/21/rollout-2026-11-21T09-00-38-01a1fd56-1266-7fa2-9901-51690935f100.jsonl';
const CLAUDE = 'claude-code/resume/projects/-home-dev-shop/c3d2f4d4-5157-4593-a1e8-97e00fbb56f6.jsonl';

async function uses(adapter: Adapter, fixture: string, change: (text: string) => string) {
  const store = await tempStore();
  const made = await applied(store, [
    { op: 'skill_create', skill: skill('release', 'first', { state: 'active' }) },
  ]);
  const text = readFileSync(fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url)), 'utf8');
  const relative = fixture.split('/').slice(2).join('/');
  const path = join(tempFolder(), relative);
  mkdirSync(dirname(path), { recursive: true });
  expect(text).toContain(COMMAND);
  writeFileSync(path, change(text));
  await ingestFile({ path, relative }, adapter, ingestDeps(store), { durable: false, fallbackProject: null });
  const [one] = made.skills;
  return one === undefined ? -1 : (await store.skills.get(one.skill.id))?.uses;
}

describe('a session that opens a published skill', () => {
  const cat = (text: string) =>
    text.replaceAll(COMMAND, 'cat /home/dev/.agents/skills/midturn-release/SKILL.md');

  it('counts as one use in Codex, whose model reads the file by shell', async () => {
    expect(await uses(codex, CODEX, cat)).toBe(1);
    expect(await uses(codex, CODEX, (text) => text)).toBe(0);
  });

  it('counts as one use in Claude Code, by its Skill tool or by reading', async () => {
    const call = `"name":"Bash","input":{"command":"${COMMAND}"}`;
    const tool = '"name":"Skill","input":{"skill":"midturn-release"}';
    expect(await uses(claudeCode, CLAUDE, (text) => text.replaceAll(call, tool))).toBe(1);
    expect(await uses(claudeCode, CLAUDE, cat)).toBe(1);
    expect(await uses(claudeCode, CLAUDE, (text) => text)).toBe(0);
  });
});
