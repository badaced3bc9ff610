/**
 * Generic NDJSON: one message a line, `{session, role, text, author?, time?, tool?, cwd?}` and optionally
 * `v, id, parent, kind, by, parts, title`. The names that older loggers use are understood too.
 */
import { createHash } from 'node:crypto';
import { MESSAGE_KINDS, ROLES, type Role, SPEAKERS, type Speaker } from '../model/message.ts';
import { parseTime } from '../model/time.ts';
import type { Adapter, Block, Captured, TranscriptReader } from './adapter.ts';
import { isRecord, type JsonRecord, list, text } from './read-json.ts';

/** The format that this program writes and reads. */
const VERSION = 1;
const NAMES = {
  session: ['session', 'session_id', 'sid', 'conversation_id', 'thread_id'],
  role: ['role', 'speaker_role'],
  text: ['text', 'message', 'content', 'body'],
  author: ['author', 'speaker', 'name'],
  time: ['time', 'ts', 'timestamp', 'created_at', 'at'],
  tool: ['tool', 'tool_name'],
  cwd: ['cwd'],
  id: ['id', 'uuid', 'message_id'],
  parent: ['parent', 'parent_id'],
} as const;
const OTHERS = ['v', 'kind', 'by', 'parts', 'title', 'type', 'exit_code', 'failed'];
const KNOWN = new Set<string>([...Object.values(NAMES).flat(), ...OTHERS]);
/** Records that older loggers wrote around a session, without a message. */
const FRAME_TYPES = new Set(['session_start', 'session_end']);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Sessions whose running turn is remembered; files hold one session after the other, or a few at a time. */
const OPEN_SESSIONS = 256;

type OpenSession = { turn: string | null; chain: string; cwd: string | null };

export type NdjsonOptions = {
  /** A person confirmed this import at a terminal: only then are its `user` messages a person's words. */
  readonly confirmed: boolean;
};

/** The adapter for generic NDJSON. */
export function ndjson({ confirmed }: NdjsonOptions): Adapter {
  return {
    client: 'ndjson',
    ...(confirmed ? { variant: 'confirmed' } : {}),
    records: { message: 'numbered', session_start: 'skipped', session_end: 'skipped' },
    isTranscript: (relative) => /\.(?:ndjson|jsonl)$/i.test(relative),
    recognises: (first) => first.some((line) => isRecord(line) && pick(line, 'session') !== undefined),
    open: (_file, state) => new NdjsonReader(confirmed, state),
  };
}

class NdjsonReader implements TranscriptReader {
  readonly #confirmed: boolean;
  readonly #sessions: Map<string, OpenSession>;

  constructor(confirmed: boolean, state: string | null) {
    this.#confirmed = confirmed;
    this.#sessions = new Map(state === null ? [] : sessionsOf(JSON.parse(state)));
  }

  readonly place = (_record: unknown, line: number): number => line;

  readonly state = (): string => JSON.stringify([...this.#sessions]);

  readonly read = (line: unknown): readonly Captured[] => {
    if (!isRecord(line)) return [{ type: 'unusable', reason: 'not an object' }];
    const type = text(line, 'type');
    const session = pick(line, 'session');
    if (session === undefined || session === '')
      return [{ type: 'unusable', reason: '`session` is missing' }];
    if (type !== undefined && FRAME_TYPES.has(type) && pick(line, 'text') === undefined) {
      return [{ type: 'skipped', what: type }];
    }
    const version = line.v;
    if (typeof version === 'number' && version > VERSION) {
      return [
        { type: 'unusable', reason: `format ${version} is newer than this program reads (${VERSION})` },
      ];
    }
    const parts = blocksOf(line);
    const body = pick(line, 'text');
    if (body === undefined && parts.length === 0) return [{ type: 'unusable', reason: '`text` is missing' }];
    const role = oneOf(ROLES, (pick(line, 'role') ?? 'user').toLowerCase());
    if (role === null) {
      return [
        {
          type: 'unusable',
          reason: `\`role\` must be one of ${ROLES.join(', ')}, not ${JSON.stringify(pick(line, 'role'))}`,
        },
      ];
    }
    return this.#message(
      line,
      session,
      role,
      parts.length > 0 ? parts : [{ type: 'text', text: body ?? '' }],
    );
  };

  #message(line: JsonRecord, session: string, role: Role, blocks: readonly Block[]): Captured[] {
    const out: Captured[] = [];
    const cwd = pick(line, 'cwd') ?? null;
    const at = parseTime(timeOf(line), 0);
    const open = this.#open(session);
    if (open === null || (cwd !== null && open.cwd === null)) {
      const title = text(line, 'title') ?? null;
      out.push({ type: 'session', session, nature: 'imported', cwd, startedAt: at, title });
    }
    const running = open ?? { turn: null, chain: '', cwd };
    const kind = oneOf(MESSAGE_KINDS, text(line, 'kind') ?? 'said') ?? 'said';
    const by = this.#speaker(text(line, 'by'), role);
    const author = pick(line, 'author') ?? null;
    const id = pick(line, 'id') ?? null;
    const parent = pick(line, 'parent') ?? null;
    const parentKey = parent === null ? null : keyOf(session, parent);
    const content = {
      role,
      author,
      time: timeOf(line) ?? null,
      text: pick(line, 'text') ?? null,
      parts: line.parts ?? null,
    };
    // Without turn ids a turn is named by its prompt and what stood before it: the same in a copy of the file.
    const chain = createHash('sha256')
      .update(`${running.chain}\0${id ?? JSON.stringify(content)}`)
      .digest('hex')
      .slice(0, 24);
    let turn = running.turn;
    if (role === 'user' && kind === 'said') {
      turn = id ?? chain;
      out.push({ type: 'turn', session, key: turn, at, cwd, branch: null, commit: null, parentKey });
    }
    this.#keep(session, { turn, chain, cwd: running.cwd ?? cwd });
    for (const name of Object.keys(line))
      if (!KNOWN.has(name)) out.push({ type: 'unknown', what: `key \`${name}\`` });
    out.push({
      type: 'message',
      session,
      message: {
        key: id === null ? null : keyOf(session, id),
        content,
        grade: 2,
        parentKey,
        turnKey: turn,
        role,
        kind,
        by,
        author,
        at,
        cwd,
        tool: pick(line, 'tool') ?? null,
        callIds: [],
        outside: false,
        blocks,
        meta: metaOf(line),
      },
    });
    return out;
  }

  /** A `user` line is a person's word only when a person confirmed the import. */
  #speaker(claimed: string | undefined, role: Role): Speaker {
    const natural: Speaker =
      role === 'user' ? 'person' : role === 'assistant' ? 'agent' : role === 'tool' ? 'tool' : 'harness';
    const by = oneOf(SPEAKERS, claimed ?? natural) ?? natural;
    return by === 'person' && !this.#confirmed ? 'program' : by;
  }

  #open(session: string): OpenSession | null {
    return this.#sessions.get(session) ?? null;
  }

  #keep(session: string, open: OpenSession): void {
    this.#sessions.delete(session);
    this.#sessions.set(session, open);
    if (this.#sessions.size <= OPEN_SESSIONS) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }
}

/** An id counts within its session (`1`, `2` …), so that equal ones are no copies; a UUID means one record everywhere. */
function keyOf(session: string, id: string): string {
  return UUID.test(id) ? id : JSON.stringify([session, id]);
}

/** What stands under one of the names of a field, as a string. */
function pick(line: JsonRecord, field: keyof typeof NAMES): string | undefined {
  for (const name of NAMES[field]) {
    const value = line[name];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && field !== 'text') return String(value);
  }
  return undefined;
}

function timeOf(line: JsonRecord): string | number | undefined {
  for (const name of NAMES.time) {
    const value = line[name];
    if (typeof value === 'string' || typeof value === 'number') return value;
  }
  return undefined;
}

function blocksOf(line: JsonRecord): Block[] {
  return list(line, 'parts').map((part): Block => {
    const type = text(part, 'type');
    const body = text(part, 'text');
    if (type === 'text' && body !== undefined) return { type, text: body };
    if (type === 'thinking' && body !== undefined) return { type, text: body };
    if (type === 'tool_call' && isRecord(part)) {
      return {
        type,
        id: text(part, 'id') ?? '',
        name: text(part, 'name') ?? '',
        arguments: part.arguments ?? null,
      };
    }
    if (type === 'tool_result' && body !== undefined) {
      const status = text(part, 'status');
      return { type, id: text(part, 'id') ?? '', text: body, ...(status === undefined ? {} : { status }) };
    }
    return { type: 'unknown', value: part };
  });
}

function metaOf(line: JsonRecord): Record<string, unknown> {
  const meta: Record<string, unknown> = {};
  for (const name of Object.keys(line)) {
    if (!KNOWN.has(name) || name === 'exit_code' || name === 'failed') meta[name] = line[name];
  }
  return meta;
}

function oneOf<T extends string>(values: readonly T[], value: string): T | null {
  return values.find((known) => known === value) ?? null;
}

function sessionsOf(value: unknown): [string, OpenSession][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown): [string, OpenSession][] => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !isRecord(entry[1])) return [];
    const open = entry[1];
    return [
      [
        entry[0],
        {
          turn: text(open, 'turn') ?? null,
          chain: text(open, 'chain') ?? '',
          cwd: text(open, 'cwd') ?? null,
        },
      ],
    ];
  });
}
