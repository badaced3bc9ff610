/** Sessions of Codex and Claude Code without the clients: their transcripts are written here, in the clients' formats. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder in which Claude Code keeps the sessions of a workspace. */
export function claudeFolder(home, cwd) {
  return join(home, '.claude', 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'));
}

/** One transcript; every line stands behind the one before. */
export function claudeSession({ home, cwd }) {
  const id = randomUUID();
  const file = join(claudeFolder(home, cwd), `${id}.jsonl`);
  let parent = null;
  const record = (role, content) => {
    const uuid = randomUUID();
    append(file, {
      parentUuid: parent,
      isSidechain: false,
      type: role,
      message: { role, content, ...(role === 'assistant' ? { id: `msg_${uuid}` } : {}) },
      uuid,
      timestamp: new Date().toISOString(),
      cwd,
      sessionId: id,
      version: 'demo',
      userType: 'external',
      entrypoint: 'cli',
      gitBranch: 'main',
    });
    parent = uuid;
  };
  return {
    client: 'claude-code',
    /** What Claude Code tells every hook. */
    payload: { session_id: id, transcript_path: file, cwd },
    id,
    say: (text) => record('user', text),
    answer: (text) => record('assistant', [{ type: 'text', text }]),
    /** Answers the id of the call. */
    call: (name, input) => {
      const call = `toolu_${randomUUID().replaceAll('-', '')}`;
      record('assistant', [{ type: 'tool_use', id: call, name, input }]);
      return call;
    },
  };
}

/** One rollout file with one turn. */
export function codexSession({ home, cwd }) {
  const [id, turn] = [threadId(), threadId()];
  const began = new Date().toISOString();
  const [date, time] = began.slice(0, 19).split('T');
  const folder = join(home, '.codex', 'sessions', ...date.split('-'));
  const file = join(folder, `rollout-${date}T${time.replaceAll(':', '-')}-${id}.jsonl`);
  const ofTurn = { internal_chat_message_metadata_passthrough: { turn_id: turn } };
  let ordinal = 0;
  const write = (type, payload) => {
    append(file, { timestamp: new Date().toISOString(), ordinal, type, payload });
    ordinal += 1;
  };
  write('session_meta', {
    id,
    session_id: id,
    timestamp: began,
    cwd,
    originator: 'codex_cli',
    cli_version: 'demo',
    source: 'cli',
    thread_source: 'user',
  });
  write('event_msg', { type: 'task_started', turn_id: turn });
  write('turn_context', { turn_id: turn, cwd, model: 'demo' });
  return {
    client: 'codex',
    /** What Codex tells every hook. */
    payload: { session_id: id, turn_id: turn, transcript_path: file, cwd },
    say: (text) =>
      write('response_item', {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text }],
        internal_chat_message_metadata_passthrough: {
          turn_id: turn,
          content_item_kinds: ['user.text'],
          content_item_metadata: [{ provenance: { type: 'user' } }],
        },
      }),
    run: (command, code, output) => {
      const call = `call_${randomUUID().replaceAll('-', '')}`;
      const cmd = JSON.stringify({ cmd: command });
      write('response_item', {
        type: 'function_call',
        name: 'exec_command',
        arguments: cmd,
        call_id: call,
        ...ofTurn,
      });
      const item = {
        type: 'CommandExecution',
        id: call,
        command: ['/bin/bash', '-lc', command],
        status: code === 0 ? 'completed' : 'failed',
        aggregated_output: output,
        exit_code: code,
      };
      write('event_msg', { type: 'item_completed', thread_id: id, turn_id: turn, item });
      const words = `Wall time: 0.1 seconds\nProcess exited with code ${code}\nOutput:\n${output}`;
      write('response_item', { type: 'function_call_output', call_id: call, output: words, ...ofTurn });
    },
    answer: (text) => {
      const content = [{ type: 'output_text', text }];
      write('response_item', { type: 'message', role: 'assistant', content, ...ofTurn });
      write('event_msg', { type: 'task_complete', turn_id: turn, last_agent_message: text });
    },
  };
}

/** Codex names its threads by time: ids of version 7. */
function threadId() {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

function append(file, line) {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}
