/** Reads rollouts as the engine does and tells what would be kept of them, with ids that stay the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Block, Captured, CapturedMessage } from '../../src/capture/adapter.ts';
import { codex } from '../../src/capture/codex.ts';
import { canonicalJson } from '../../src/text/canonical.ts';

const FIXTURES = new URL('../fixtures/codex/', import.meta.url).pathname;

export type Rollout = { readonly path: string; readonly lines: readonly unknown[] };

/** The scenarios that fixtures were made of. */
export function scenarios(): string[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The rollouts of a scenario, oldest first. */
export function rollouts(scenario: string): Rollout[] {
  const root = join(FIXTURES, scenario);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .filter((file) => codex.isTranscript(relative(root, file)))
    .map((file) => ({ path: relative(root, file), lines: parse(readFileSync(file, 'utf8')) }));
}

function parse(file: string): unknown[] {
  return file
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** Everything that is captured, line by line; `reopen` goes on from the state after each line it holds for. */
export function capture(
  { path, lines }: Rollout,
  reopen: (line: number) => boolean = () => false,
): Captured[][] {
  const file = { path: `/home/dev/.codex/${path}`, relative: path };
  let reader = codex.open(file, null);
  return lines.map((line, at) => {
    const captured = reader.read(line, at + 1);
    if (reopen(at + 1)) reader = codex.open(file, reader.state());
    return [...captured];
  });
}

/** The messages that a store would hold, in the order in which they got their numbers. */
export function kept(
  captured: readonly Captured[],
): { message: CapturedMessage; forms: number; revised: boolean }[] {
  const byKey = new Map<string, { message: CapturedMessage; forms: number; revised: boolean }>();
  for (const { message, session } of captured.filter((entry) => entry.type === 'message')) {
    const key = `${session} ${message.key ?? Math.random()}`;
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, { message, forms: 1, revised: false });
      continue;
    }
    known.forms += 1;
    const same = canonicalJson(message.content) === canonicalJson(known.message.content);
    if (same || message.grade < known.message.grade) continue;
    known.revised ||= message.grade === known.message.grade;
    known.message = message;
  }
  return [...byKey.values()];
}

/** What is kept of some rollouts, a line each. */
export function story(files: readonly Rollout[]): string[] {
  const names = new Names();
  return files.flatMap((file) => {
    const captured = capture(file).flat();
    const last = new Map(
      kept(captured).map(({ message, revised }) => [message.key, { message, revised, told: false }]),
    );
    return captured.flatMap((entry) => {
      switch (entry.type) {
        case 'session':
          return [`${names.session(entry.session)}: ${entry.nature ?? '?'} in ${entry.cwd ?? '?'}`];
        case 'turn':
          return [
            `${names.turn(entry.key)}${entry.cwd === null ? '' : ` in ${entry.cwd}`}${entry.branch === null ? '' : ` on ${entry.branch}`}`,
          ];
        case 'link':
          return [
            `${names.session(entry.session)} ${entry.kind} ${names.session(entry.to)}${entry.callId === null ? '' : ' by a call'}`,
          ];
        case 'rewind':
          return [`${names.session(entry.session)} takes back ${entry.turns}`];
        case 'rewind-at':
          return [`${names.session(entry.session)} goes on at ${entry.place}`];
        case 'message': {
          const final = last.get(entry.message.key);
          if (final === undefined) return [tell(names, entry.message)];
          if (final.told) return [];
          final.told = true;
          return [`${tell(names, final.message)}${final.revised ? ' REVISED' : ''}`];
        }
        case 'unknown':
        case 'unusable':
          return [JSON.stringify(entry)];
        default:
          return [];
      }
    });
  });
}

function tell(names: Names, message: CapturedMessage): string {
  const { role, kind, by, meta, tool, outside, turnKey } = message;
  const who = kind === 'said' ? by : `${kind} by ${by}`;
  const exit = typeof meta.exit_code === 'number' ? ` exit ${meta.exit_code}` : '';
  const facts = `${tool === null ? '' : ` ${tool}`}${exit}${meta.failed === true ? ' failed' : ''}${outside ? ' outside' : ''}`;
  const said =
    kind === 'injected' && Array.isArray(meta.kinds)
      ? meta.kinds.join(' + ')
      : message.blocks.map(block).join(' ');
  return `  ${turnKey === null ? '-' : names.turn(turnKey)} ${role} (${who})${facts}: ${said}`;
}

function block(block: Block): string {
  switch (block.type) {
    case 'text':
      return clip(block.text);
    case 'thinking':
      return `<${clip(block.text)}>`;
    case 'tool_call':
      return `${block.name}(${clip(typeof block.arguments === 'string' ? block.arguments : JSON.stringify(block.arguments))})`;
    case 'tool_result':
      return `=>${block.status === undefined ? '' : ` ${block.status}`} ${clip(block.text)}`;
    case 'image':
      return `[${block.media} ${block.base64.length}]`;
    case 'unknown':
      return `{${clip(JSON.stringify(block.value))}}`;
  }
}

const UNSTEADY: readonly (readonly [RegExp, string])[] = [
  [/Chunk ID: \w+/g, 'Chunk ID: …'],
  [/Wall time:? [\d.]+/g, 'Wall time …'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '…'],
  [/session(?: ID |_id":)\d+/g, 'session …'],
  [/gAAAA[\w=-]+/g, 'gAAAA…'],
];

function clip(said: string): string {
  const steady = UNSTEADY.reduce((text, [pattern, by]) => text.replace(pattern, by), said).replaceAll(
    '\n',
    '\\n',
  );
  return steady.length <= 160 ? steady : `${steady.slice(0, 160)}…`;
}

/** `S1`, `T1`, … in the order of their appearance. */
class Names {
  readonly #sessions = new Map<string, string>();
  readonly #turns = new Map<string, string>();

  session(id: string): string {
    return named(this.#sessions, id, 'S');
  }

  turn(key: string): string {
    return named(this.#turns, key, 'T');
  }
}

function named(names: Map<string, string>, id: string, letter: string): string {
  const known = names.get(id) ?? `${letter}${names.size + 1}`;
  names.set(id, known);
  return known;
}

/** A hand-made rollout. */
export function rollout(
  lines: readonly unknown[],
  name = 'rollout-2026-01-02T03-04-05-0199b2a4-0000-7000-8000-000000000001.jsonl',
): Rollout {
  return { path: `sessions/2026/01/02/${name}`, lines };
}
