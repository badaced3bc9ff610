/** How a message is read from its row; a copy shows the text of its original. */
import { projectId, storedSessionId } from '../../model/ids.ts';
import type { Message, MessageKind, MessageState, Part, Role, Speaker } from '../../model/message.ts';
import { type Packed, unpack, unpackJson } from './blob.ts';
import { DESCRIBED_SESSION } from './session-summaries.ts';

export type MessageRow = {
  row: number;
  session: string;
  sessionShort: string;
  number: number;
  turn: number | null;
  turnState: 'active' | 'withdrawn' | null;
  position: number;
  role: Role;
  kind: MessageKind;
  by: Speaker;
  author: string | null;
  tool: string | null;
  client: string;
  project: string | null;
  projectName: string | null;
  at: number | null;
  state: MessageState;
  text: Packed;
  parts: Packed | null;
  meta: Packed | null;
  revision: number;
  copyOf: number | null;
  outside: number;
  describes: string | null;
};

export const MESSAGE_COLUMNS = `m.row, s.id AS session, s.short AS sessionShort, m.number, m.turn, t.state AS turnState,
  m.position, m.role, m.kind, m."by", m.author, m.tool, s.client, p.id AS project, p.name AS projectName, m.at, m.state,
  CASE WHEN o.row IS NULL THEN m.text ELSE o.text END AS text, CASE WHEN o.row IS NULL THEN m.parts ELSE o.parts END AS parts,
  m.meta, m.revision, m.copy_of AS copyOf, m.outside,
  ${DESCRIBED_SESSION} AS describes`;

export const MESSAGE_TABLES = `messages m JOIN sessions s ON s.row = m.session
  LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn
  LEFT JOIN messages o ON o.row = m.copy_of
  LEFT JOIN projects p ON p.row = coalesce(m.project, s.project)`;

export function messageOf(row: MessageRow): Message {
  return {
    ...row,
    session: storedSessionId(row.session),
    turnState: row.turnState ?? 'active',
    project: row.project === null ? null : projectId(row.project),
    text: unpack(row.text),
    parts: row.parts === null ? null : partsOf(unpackJson(row.parts)),
    meta: row.meta === null ? {} : recordOf(unpackJson(row.meta)),
    outside: row.outside === 1,
  };
}

function partsOf(value: unknown): readonly Part[] | null {
  return Array.isArray(value) ? value.filter(isPart) : null;
}

/** Parts are written by capture only, so the tag is all that is checked on the way back. */
function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
