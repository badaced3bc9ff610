/** Settings of the clients themselves that bear on this memory: their own memories, and how long they keep transcripts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseJson } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { codeOf } from '../../model/errors.ts';
import type { Finding } from '../../store/health.ts';
import type { DoctorApp } from './types.ts';

/** Claude Code's own number where nothing is set. */
const USUAL_DAYS = 30;
/** The advice: a year's sessions can be imported again, should the store ever be lost. */
const LONG_DAYS = 365;

export async function clientSettings({ config }: DoctorApp, client: string): Promise<readonly Finding[]> {
  if (client !== 'codex' && client !== 'claude-code') return [];
  const homes = await homesOf(config);
  if (homes === null) return [];
  if (client === 'codex') return ofCodex(await tomlIn(join(homes.codex_home, 'config.toml')));
  return ofClaudeCode(await jsonIn(join(homes.claude_home, 'settings.json')));
}

async function homesOf(config: DoctorApp['config']) {
  try {
    return (await config()).capture;
  } catch {
    // That the configuration is refused is a finding of its own.
    return null;
  }
}

/** A session that has called a tool of midturn counts as polluted by the outside where Codex is told to be strict. */
function ofCodex(config: unknown): readonly Finding[] {
  if (at(config, 'features', 'memories') !== true) return [];
  const strict =
    at(config, 'memories', 'disable_on_external_context') === true ||
    at(config, 'memories', 'no_memories_if_mcp_or_web_search') === true;
  const id = 'codex.memories';
  if (!strict)
    return [{ id, status: 'ok', words: "Codex's own memories are on as well; both work side by side" }];
  return [
    {
      id,
      status: 'warn',
      words:
        "Codex's own memories are on, with disable_on_external_context: it makes none of a session in which a tool of midturn was called",
      fix: 'Set disable_on_external_context = false under [memories] of its config.toml, or switch its memories off',
    },
  ];
}

function ofClaudeCode(settings: unknown): readonly Finding[] {
  const set = at(settings, 'cleanupPeriodDays');
  const days = typeof set === 'number' ? set : USUAL_DAYS;
  const id = 'claude-code.retention';
  const fix = `midturn setup claude-code --keep-transcripts ${LONG_DAYS}`;
  if (days <= 0)
    return [
      {
        id,
        status: 'warn',
        words: 'Claude Code keeps no transcripts (cleanupPeriodDays is 0): there is nothing to capture',
        fix,
      },
    ];
  const words = `Claude Code deletes its transcripts after ${days} days; what is captured by then stays in midturn`;
  return [{ id, status: 'ok', words, ...(days < LONG_DAYS ? { fix } : {}) }];
}

async function tomlIn(path: string): Promise<unknown> {
  const text = await textIn(path);
  try {
    return text === null ? null : parseToml(text);
  } catch {
    return null;
  }
}

async function jsonIn(path: string): Promise<unknown> {
  const text = await textIn(path);
  const value: unknown = text === null ? null : parseJson(text, [], { allowTrailingComma: true });
  return value;
}

async function textIn(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? new Map<string, unknown>(Object.entries(inner)).get(key)
        : undefined,
    value,
  );
}
