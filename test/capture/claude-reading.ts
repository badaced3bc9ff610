/** Reads Claude Code fixtures and hand-made lines as capture does, and tells the result in short lines. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Captured, CapturedMessage, SourceFile } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';

const ROOT = fileURLToPath(new URL('../fixtures/claude-code/', import.meta.url));
export const SESSION = '11111111-2222-4333-8444-555555555555';

export type Transcript = {
  readonly scenario: string;
  readonly file: SourceFile;
  readonly lines: readonly unknown[];
};

/** The transcripts of all scenarios. */
export function transcripts(): Transcript[] {
  return readdirSync(ROOT)
    .sort()
    .flatMap((scenario) => transcriptsOf(scenario));
}

/** The transcripts of one scenario by path. */
export function transcriptsOf(scenario: string): Transcript[] {
  const folder = join(ROOT, scenario);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((relative) => relative.replaceAll('\\', '/'))
    .filter((relative) => claudeCode.isTranscript(relative))
    .sort()
    .map((relative) => ({
      scenario,
      file: { path: join(folder, relative), relative },
      lines: parse(readFileSync(join(folder, relative), 'utf8')),
    }));
}

/** The only main transcript of a scenario. */
export function main(scenario: string): Transcript {
  const found = transcriptsOf(scenario).find(({ file }) => !file.relative.includes('agent-'));
  if (found === undefined) throw new Error(`no transcript in ${scenario}`);
  return found;
}

function parse(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/**
 * Reads lines in one go; `splits` makes the reader anew from its state before the line of that index, or before each.
 * Without it both ways are gone, and must tell the same.
 */
export function read(
  lines: readonly unknown[],
  file: SourceFile = fileOf(`${SESSION}.jsonl`),
  splits?: 'all' | number,
): Captured[] {
  if (splits !== undefined) return readWith(lines, file, splits);
  const whole = readWith(lines, file, null);
  if (JSON.stringify(readWith(lines, file, 'all')) !== JSON.stringify(whole)) {
    throw new Error(`${file.relative} reads otherwise when it is read line by line`);
  }
  return whole;
}

function readWith(lines: readonly unknown[], file: SourceFile, splits: 'all' | number | null): Captured[] {
  let reader = claudeCode.open(file, null);
  return lines.flatMap((line, index) => {
    if (splits === 'all' || splits === index) reader = claudeCode.open(file, reader.state());
    return reader.read(line, index + 1);
  });
}

export function fileOf(name: string): SourceFile {
  return {
    path: `/home/dev/.claude/projects/-home-dev-shop/${name}`,
    relative: `projects/-home-dev-shop/${name}`,
  };
}

export function messages(captured: readonly Captured[]): CapturedMessage[] {
  return captured.flatMap((one) => (one.type === 'message' ? [one.message] : []));
}

export function turns(captured: readonly Captured[]): Extract<Captured, { type: 'turn' }>[] {
  return captured.flatMap((one) => (one.type === 'turn' ? [one] : []));
}

export function sessions(captured: readonly Captured[]): Extract<Captured, { type: 'session' }>[] {
  return captured.flatMap((one) => (one.type === 'session' ? [one] : []));
}

export function links(captured: readonly Captured[]): Extract<Captured, { type: 'link' }>[] {
  return captured.flatMap((one) => (one.type === 'link' ? [one] : []));
}

/** What a message says, in one line: `2 assistant said agent: Bash {"command":"ls"}`, with the number of its turn. */
export function story(captured: readonly Captured[]): string[] {
  const numbers = new Map<string, number>();
  for (const turn of turns(captured)) if (!numbers.has(turn.key)) numbers.set(turn.key, numbers.size + 1);
  return messages(captured).map((message) => {
    const turn = message.turnKey === null ? '-' : (numbers.get(message.turnKey) ?? '?');
    const who =
      message.kind === 'said'
        ? `${message.role}/${message.by}`
        : `${message.role}/${message.by} ${message.kind}`;
    const tool = message.tool === null ? '' : ` ${message.tool}`;
    return `${turn} ${who}${tool}: ${message.blocks.map(words).join(' | ')}`;
  });
}

function words(block: CapturedMessage['blocks'][number]): string {
  switch (block.type) {
    case 'text':
      return clip(block.text);
    case 'thinking':
      return `(${clip(block.text)})`;
    case 'tool_call':
      return `${block.name} ${clip(JSON.stringify(block.arguments))}`;
    case 'tool_result':
      return `${block.status === 'error' ? 'failed ' : ''}"${clip(block.text)}"`;
    case 'image':
      return `[${block.media}]`;
    case 'unknown':
      return '?';
  }
}

function clip(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

let clock = Date.UTC(2026, 10, 21, 9);

/** A line of the chain; `parent` is the uuid of the line it answers. */
export function chained(
  type: string,
  uuid: string,
  parent: string | null,
  fields: object,
): Record<string, unknown> {
  clock += 1000;
  return {
    parentUuid: parent,
    isSidechain: false,
    userType: 'external',
    cwd: '/home/dev/shop',
    sessionId: SESSION,
    version: '2.1.329',
    gitBranch: 'main',
    type,
    uuid,
    timestamp: new Date(clock).toISOString(),
    ...fields,
  };
}

export function user(
  uuid: string,
  parent: string | null,
  content: unknown,
  fields: object = {},
): Record<string, unknown> {
  return chained('user', uuid, parent, { message: { role: 'user', content }, ...fields });
}

export function assistant(
  uuid: string,
  parent: string | null,
  content: unknown,
  fields: object = {},
): Record<string, unknown> {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const message = {
    id: `msg_${uuid}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: blocks,
  };
  return chained('assistant', uuid, parent, { message, ...fields });
}

export function call(id: string, name: string, input: unknown = {}): object {
  return { type: 'tool_use', id, name, input };
}

export function result(id: string, content: unknown, more: object = {}): object {
  return { type: 'tool_result', tool_use_id: id, content, ...more };
}
