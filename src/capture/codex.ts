/**
 * Codex rollouts: `sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`, one line a record. A thing that was said or
 * done mostly stands there twice, as an item and as a part of the model's history: both forms get one key.
 */
import type { Adapter, Captured, SourceFile, TranscriptReader } from './adapter.ts';
import { readCall, readOutput } from './codex-calls.ts';
import { readEvent, readTurnContext } from './codex-events.ts';
import { readImageGeneration, readWebSearchCall } from './codex-hosted.ts';
import { readItem } from './codex-items.ts';
import { readAgentMessage, readCompacted, readMessage, readReasoning, readSpeech } from './codex-messages.ts';
import { codexRecords, isHeader, type RolloutLine, rolloutLine } from './codex-records.ts';
import { readSessionMeta } from './codex-session.ts';
import { readState } from './codex-state.ts';
import { CodexThread } from './codex-thread.ts';
import { isRecord, type JsonRecord, number, record, text, time } from './read-json.ts';

const TRANSCRIPT = /^(?:sessions|archived_sessions)\/(?:.*\/)?rollout-[^/]*\.jsonl$/;
const ENVELOPES = new Set([
  'session_meta',
  'response_item',
  'event_msg',
  'turn_context',
  'compacted',
  'world_state',
]);

export const codex: Adapter = {
  client: 'codex',
  records: codexRecords,
  isTranscript: (relative) => TRANSCRIPT.test(relative),
  recognises: (first) => first.some(isCodexLine),
  open: (file, state) => new CodexReader(file, state),
};

function isCodexLine(line: unknown): boolean {
  if (isHeader(line)) return true;
  const type = text(line, 'type');
  return type !== undefined && ENVELOPES.has(type) && record(line, 'payload') !== undefined;
}

class CodexReader implements TranscriptReader {
  readonly #thread: CodexThread;

  constructor(file: SourceFile, state: string | null) {
    this.#thread = new CodexThread(file, readState(state));
  }

  readonly place = (line: unknown, lineNumber: number): number => number(line, 'ordinal') ?? lineNumber;

  readonly state = (): string => JSON.stringify(this.#thread.state);

  readonly read = (value: unknown): readonly Captured[] => {
    if (!isRecord(value)) return [{ type: 'unusable', reason: 'not an object' }];
    const line = rolloutLine(value);
    if (line === null) return [{ type: 'unusable', reason: 'a record without a type' }];
    const use = Object.hasOwn(codexRecords, line.name) ? codexRecords[line.name] : undefined;
    if (use === undefined) return [{ type: 'unknown', what: line.name }];
    if (use === 'skipped') return [{ type: 'skipped', what: line.name }];
    const thread = this.#thread;
    thread.at = time(value, 'timestamp');
    if (line.name === 'session_meta') {
      readSessionMeta(thread, value, line.payload);
      return thread.take();
    }
    if (thread.session() === null)
      return [{ type: 'unusable', reason: 'stands before the first line of its session' }];
    readLine(thread, line);
    return thread.take();
  };
}

function readLine(thread: CodexThread, { family, kind, name, payload }: RolloutLine): void {
  if (family === 'response') readResponse(thread, kind, name, payload);
  else if (family === 'item') readItem(thread, kind, record(payload, 'item') ?? {}, text(payload, 'turn_id'));
  else if (family === 'event') readEvent(thread, kind, payload);
  else if (kind === 'turn_context') readTurnContext(thread, payload);
  else if (kind === 'compacted') readCompacted(thread, payload);
  else if (kind === 'inter_agent_communication') readAgentMessage(thread, payload);
  else if (kind === 'transcript_segment') readSpeech(thread, payload);
}

function readResponse(thread: CodexThread, kind: string, name: string, payload: JsonRecord): void {
  switch (kind) {
    case 'message':
      readMessage(thread, payload);
      return;
    case 'agent_message':
      readAgentMessage(thread, payload);
      return;
    case 'reasoning':
      // Encrypted alone: nothing that could be read.
      if (!readReasoning(thread, payload, 'response')) thread.push({ type: 'skipped', what: name });
      return;
    case 'web_search_call':
      readWebSearchCall(thread, payload);
      return;
    case 'image_generation_call':
      readImageGeneration(thread, payload, 'response');
      return;
    default:
      if (kind.endsWith('_output')) readOutput(thread, kind, payload);
      else readCall(thread, kind, payload);
  }
}
