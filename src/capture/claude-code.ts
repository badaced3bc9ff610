/**
 * Transcripts of Claude Code: `projects/<folder>/<session>.jsonl`, sub-agents below or (until 2.0) beside or inside
 * it. Lines are chained by `parentUuid`; a rewind is a prompt whose parent is an older line.
 */
import type { Adapter, Captured, SourceFile, TranscriptReader } from './adapter.ts';
import { isToolResult } from './claude-content.ts';
import { type FileName, fileName, isClaudeTranscript, type Line, lineOf, promptMark } from './claude-line.ts';
import {
  answerSaid,
  boundarySaid,
  firstWords,
  promptSaid,
  queuedSaid,
  resultsSaid,
  type Said,
  summarySaid,
} from './claude-messages.ts';
import { CLAUDE_RECORDS, isKnownRecord, recordName } from './claude-records.ts';
import { fetchesByShell, startsAgent } from './claude-results.ts';
import { ClaudeState, type OpenSession } from './claude-state.ts';
import { isRecord, type JsonRecord, list, number, record, text } from './read-json.ts';

export const claudeCode: Adapter = {
  client: 'claude-code',
  records: CLAUDE_RECORDS,
  isTranscript: isClaudeTranscript,
  recognises: (first) => first.some(looksLikeClaude),
  open: (file, state) => new ClaudeReader(file, state),
};

function looksLikeClaude(line: unknown): boolean {
  const name = recordName(line);
  if (name === undefined || !isKnownRecord(name)) return false;
  if (name === 'summary') return text(line, 'leafUuid') !== undefined;
  if (text(line, 'sessionId') === undefined) return name === 'file-history-snapshot';
  const chained = text(line, 'uuid') !== undefined && isRecord(line) && typeof line.isSidechain === 'boolean';
  return chained || (name !== 'user' && name !== 'assistant');
}

class ClaudeReader implements TranscriptReader {
  readonly #file: FileName;
  readonly #state: ClaudeState;

  constructor(file: SourceFile, state: string | null) {
    this.#file = fileName(file);
    this.#state = new ClaudeState(state);
  }

  readonly place = (_record: unknown, line: number): number => line;

  readonly state = (): string => this.#state.save();

  readonly read = (value: unknown): readonly Captured[] => {
    if (!isRecord(value)) return unusable('not an object');
    const name = recordName(value);
    if (name === undefined) return unusable('`type` is missing');
    const line = lineOf(value, this.#file, this.#state);
    const skipped: Captured = { type: 'skipped', what: name };
    switch (name) {
      case 'user':
      case 'assistant':
        return this.#spoken(value, line, name);
      case 'summary': {
        const said = summarySaid(value, line);
        return said === null
          ? unusable('`summary` is missing')
          : this.#message({ ...line, uuid: null }, said);
      }
      case 'system/compact_boundary':
        if (line.uuid === null) return unusable('`uuid` is missing');
        return this.#message(
          { ...line, parent: this.#beforeBoundary(value, line) },
          boundarySaid(value, line),
        );
      case 'attachment/queued_command': {
        const said = queuedSaid(value, line);
        return said === null || line.uuid === null ? this.#hop(line, skipped) : this.#message(line, said);
      }
      case 'custom-title':
        return [...this.#title(line, text(value, 'customTitle'), true), skipped];
      case 'ai-title':
        return [...this.#title(line, text(value, 'aiTitle'), false), skipped];
      case 'derived-from':
        return [...this.#derived(value, line), skipped];
      default:
        return this.#hop(line, isKnownRecord(name) ? skipped : { type: 'unknown', what: name });
    }
  };

  #spoken(value: JsonRecord, line: Line, type: 'user' | 'assistant'): Captured[] {
    const message = record(value, 'message');
    if (message === undefined) return unusable('`message` is missing');
    if (line.uuid === null) return unusable('`uuid` is missing');
    const content = message.content;
    if (typeof content !== 'string' && !Array.isArray(content)) {
      return unusable('`message.content` is neither text nor blocks');
    }
    if (type === 'assistant') {
      this.#state.copying = line.copiedFrom !== null;
      for (const item of list(message, 'content')) this.#awaitCall(item);
      return this.#message(line, answerSaid(value, line, message));
    }
    const results = list(message, 'content').filter(isToolResult);
    if (results.length > 0) return this.#results(value, line, message, results);
    return this.#message(line, promptSaid(value, line, message), firstWords(message));
  }

  #awaitCall(item: unknown): void {
    const id = text(item, 'id');
    const tool = text(item, 'name');
    if (text(item, 'type') !== 'tool_use' || id === undefined || tool === undefined) return;
    const input = record(item, 'input');
    const prompt = startsAgent(tool) ? text(input, 'prompt') : undefined;
    this.#state.await({
      id,
      tool,
      prompt: prompt === undefined ? null : promptMark(prompt),
      fetches: fetchesByShell(tool, input),
    });
  }

  #results(value: JsonRecord, line: Line, message: JsonRecord, results: readonly JsonRecord[]): Captured[] {
    const calls = results.map((result) => this.#state.answered(text(result, 'tool_use_id') ?? ''));
    const out = this.#message(line, resultsSaid(value, line, message, results, calls));
    const agent = text(record(value, 'toolUseResult'), 'agentId');
    const call = calls.length === 1 ? calls[0] : undefined;
    if (agent === undefined || call === undefined || !startsAgent(call.tool)) return out;
    // A copied result names a sub-agent of the session that it was copied from.
    if (this.#state.copying || line.copiedFrom !== null) return out;
    const session = `${line.above ?? line.session}/agent-${agent}`;
    out.push({ type: 'session', session, nature: 'subagent', cwd: line.cwd, startedAt: null, title: null });
    out.push({ type: 'link', session, kind: 'spawned_by', to: line.session, callId: call.id });
    return out;
  }

  #title(line: Line, title: string | undefined, given: boolean): Captured[] {
    const known = this.#state.title;
    if (line.above !== null || title === undefined || title === '') return [];
    if (known !== null && (known.text === title || (known.given && !given))) return [];
    this.#state.title = { text: title, given };
    if (this.#state.session(line.session) === undefined) return [];
    return [{ type: 'session', session: line.session, nature: null, cwd: null, startedAt: null, title }];
  }

  #derived(value: JsonRecord, line: Line): Captured[] {
    if (this.#state.session(line.session) === undefined) return [];
    return list(value, 'sessions').flatMap((from) => {
      const via = text(from, 'via');
      return via === 'fork' || via === 'branch' ? this.#link(line, 'forked_from', text(from, 'id')) : [];
    });
  }

  /** A skipped record stays in the chain: others name it as their parent. */
  #hop(line: Line, counted: Captured): Captured[] {
    if (line.uuid === null) return [counted];
    this.#remember(line, this.#turnOf(line));
    if (line.parent === null) return [counted];
    return [
      ...this.#meet(line),
      { type: 'hop', session: line.session, key: line.uuid, parentKey: line.parent },
      counted,
    ];
  }

  #message(line: Line, { opensTurn, ...said }: Said, words?: string): Captured[] {
    const out = this.#meet(line, words);
    const { session } = this.#state.meet(line.session);
    // A sub-agent works on one prompt; older ones stand in the file without it.
    const opens = line.uuid !== null && (opensTurn || (line.above !== null && session.turn === null));
    if (opens) out.push(...this.#openTurn(line, session));
    // A summary speaks of another session: it stands in no turn.
    const turnKey = opens ? session.turn : line.uuid === null ? null : this.#turnOf(line);
    this.#remember(line, turnKey);
    const known = turnKey === null ? session.cwd : turnKey === session.turn ? session.turnCwd : null;
    const cwd = line.cwd === known ? null : line.cwd;
    const message = { ...said, key: line.uuid, parentKey: this.#parentOf(line), turnKey, cwd };
    out.push({ type: 'message', session: line.session, message });
    return out;
  }

  #openTurn(line: Line, session: OpenSession): Captured[] {
    const { at, cwd, branch } = line;
    const key = line.uuid ?? '';
    const out: Captured[] = [];
    // Back to before the first prompt: no parent is left to tell which turns it takes back.
    const restarts = line.parent === null || this.#state.isFirst(line.parent);
    if (restarts && line.above === null && session.turns > 0) {
      out.push({ type: 'rewind', session: line.session, turns: session.turns });
    }
    session.turn = key;
    session.turnCwd = cwd;
    session.turns += 1;
    const parentKey = this.#parentOf(line);
    out.push({ type: 'turn', session: line.session, key, at, cwd, branch, commit: null, parentKey });
    return out;
  }

  /** Tells the session's facts when they are new, and where it comes from. */
  #meet(line: Line, words?: string): Captured[] {
    const { session, isNew } = this.#state.meet(line.session);
    const nature = session.nature ?? line.nature;
    const cwd = session.cwd ?? line.cwd;
    const out: Captured[] = [];
    if (isNew || nature !== session.nature || cwd !== session.cwd) {
      session.nature = nature;
      session.cwd = cwd;
      const title = line.above === null ? (this.#state.title?.text ?? null) : null;
      out.push({ type: 'session', session: line.session, nature, cwd, startedAt: line.at, title });
    }
    if (line.above !== null) {
      if (!isNew) return out;
      // The record names no call; inside the main file the one that handed over these words is known.
      const callId = words === undefined ? null : this.#state.callWith(promptMark(words));
      out.push({ type: 'link', session: line.session, kind: 'spawned_by', to: line.above, callId });
      return out;
    }
    if (line.copiedFrom !== null) out.push(...this.#link(line, 'forked_from', line.copiedFrom));
    if (line.continues !== null) out.push(...this.#link(line, 'continues', line.continues));
    return out;
  }

  #link(line: Line, kind: 'forked_from' | 'continues', to: string | undefined): Captured[] {
    if (to === undefined || to === '' || to === line.session || !this.#state.isNewLink(to)) return [];
    return [{ type: 'link', session: line.session, kind, to, callId: null }];
  }

  /** The turn of the parent, which other lines may stand between; else the running one. */
  #turnOf(line: Line): string | null {
    const place = line.parent === null ? undefined : this.#state.placeOf(line.parent);
    if (place?.session === line.session) return place.turn;
    return this.#state.session(line.session)?.turn ?? null;
  }

  /** The parent's key; null where it belongs to another session. */
  #parentOf(line: Line): string | null {
    if (line.parent === null) return null;
    const place = this.#state.placeOf(line.parent);
    return place === undefined || place.session === line.session ? line.parent : null;
  }

  /**
   * What a compaction follows. The client names the last record that it kept or summarised; where only a part was
   * summarised, turns stand behind that one which nobody took back: there it is the newest record.
   */
  #beforeBoundary(value: JsonRecord, line: Line): string | null {
    const compaction = record(value, 'compactMetadata');
    const tail = text(record(compaction, 'preservedSegment'), 'tailUuid');
    const isPartial =
      number(compaction, 'messagesSummarized') !== undefined || (tail ?? line.parent) !== line.parent;
    return isPartial ? (this.#state.session(line.session)?.last ?? line.parent) : line.parent;
  }

  #remember(line: Line, turn: string | null): void {
    if (line.uuid === null) return;
    const session = this.#state.session(line.session);
    if (session !== undefined) session.last = line.uuid;
    this.#state.remember(line.uuid, { session: line.session, turn });
    if (turn === null && line.above === null) this.#state.rememberFirst(line.uuid);
  }
}

function unusable(reason: string): Captured[] {
  return [{ type: 'unusable', reason }];
}
