/**
 * Proves that what was installed works: starts it as a client would, and has it find what it knows. The conversation is
 * a few lines of JSON-RPC, written here: the SDK is the server's alone.
 */
import { sentence } from '../model/errors.ts';
import { isList, isObject } from './marks.ts';
import type { Program, World } from './types.ts';

export type Proof = {
  /** The installed program has answered as a client needs it. */
  readonly ok: boolean;
  /** What it found: turns of sessions, or memories, one line each. */
  readonly found: ReadonlyArray<{ readonly ref: string; readonly words: string }>;
  /** What this means, in a sentence. */
  readonly words: string;
};

const PATIENCE_MS = 20_000;
const SHOWN = 3;
const ANSWERS = 3;
/** `k3f9a2#17 · 2026-11-21 09:02 · codex · shop · "…" — recall_history(…)`, and `[m_4f9k2c] title · …` of recall. */
// Escaped: the bundles are read as Latin-1, and in an expression nothing escapes it for us.
const LINES = [/^(\w+#\d+) \u00b7 (.+?)(?: \u2014 recall_history\(.*)?$/, /^\[(m_\w+)\] (.+)$/];

/** Never fails: what went wrong is in the words. */
export async function prove(
  world: World,
  { node, launcher }: Program,
  { history: asked }: { readonly history: boolean },
): Promise<Proof> {
  const heard = (lines: readonly string[]) => new Map(lines.flatMap(messageOf));
  const answer = await world.talk?.(
    [node, launcher, 'mcp'],
    conversation(asked),
    (lines) => heard(lines).size === ANSWERS,
    PATIENCE_MS,
  );
  if (answer === undefined || answer === null) return failed(`there is no Node at ${node}`);
  const answers = heard(answer.answers);
  const [hello, history, recall] = [answers.get(1), answers.get(2), answers.get(3)];
  if (answer.outcome !== 'answered')
    return failed(answer.outcome === 'late' ? 'it did not answer in time' : answer.complaint);
  if (!isObject(hello) || !isObject(hello.serverInfo)) return failed('its handshake was refused');
  if (isError(history)) return failed(textOf(history));
  const found = [...refsIn(textOf(history)), ...refsIn(textOf(recall))].slice(0, SHOWN);
  const words =
    found.length === 0
      ? 'The installed program answers. There is nothing to find yet: no session is imported, nothing is remembered.'
      : 'The installed program answers as it will to an agent. For instance:';
  return { ok: true, found, words };
}

/** Asking for history takes in what has grown since: not to be done for somebody who does not want it imported. */
function conversation(history: boolean): readonly string[] {
  const clientInfo = { name: 'midturn-setup', version: '1' };
  const call = (id: number, name: string, args: unknown) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: args },
  });
  return [
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    history ? call(2, 'recall_history', { project: 'all', limit: SHOWN }) : call(2, 'status', {}),
    call(3, 'recall', { query: 'how we work: rules, preferences, decisions', scope: 'all', limit: SHOWN }),
  ].map((message) => JSON.stringify(message));
}

function messageOf(line: string): ReadonlyArray<readonly [number, unknown]> {
  try {
    const message: unknown = JSON.parse(line);
    return isObject(message) && typeof message.id === 'number' ? [[message.id, message.result]] : [];
  } catch {
    return [];
  }
}

function isError(result: unknown): boolean {
  return !isObject(result) || result.isError === true;
}

function textOf(result: unknown): string {
  const content = isObject(result) && isList(result.content) ? result.content : [];
  return content
    .flatMap((block) => (isObject(block) && typeof block.text === 'string' ? [block.text] : []))
    .join('\n');
}

function refsIn(text: string): ReadonlyArray<{ readonly ref: string; readonly words: string }> {
  return text.split('\n').flatMap((line) => {
    const [, ref, words] = LINES.map((form) => form.exec(line)).find((match) => match !== null) ?? [];
    return ref === undefined || words === undefined ? [] : [{ ref, words }];
  });
}

function failed(why: string): Proof {
  const words = sentence({ what: 'The installed program does not answer', why, next: 'Run midturn doctor' });
  return { ok: false, found: [], words };
}
