/**
 * claude-mem: a SQLite file with observations (what a model noted of tool calls) and summaries of sessions. Both are
 * notes of one moment: they become what is recalled on demand, none of it is memory that holds for good.
 */
import { wordsOf } from './read.ts';
import type { Candidate, Found, MigrateDatabase, Place, Skipped } from './types.ts';

type Row = Readonly<Record<string, unknown>>;

const OBSERVATION = [
  'id',
  'memory_session_id',
  'sdk_session_id',
  'project',
  'merged_into_project',
  'text',
  'type',
  'title',
  'subtitle',
  'narrative',
  'facts',
  'concepts',
  'created_at_epoch',
];
const SUMMARY = [
  'id',
  'memory_session_id',
  'sdk_session_id',
  'project',
  'merged_into_project',
  'request',
  'investigated',
  'learned',
  'completed',
  'notes',
  'created_at_epoch',
];
const SESSION = ['content_session_id', 'claude_session_id', 'memory_session_id', 'sdk_session_id'];
const TAGS = 12;

export async function readClaudeMem(
  root: string,
  open: (path: string) => Promise<MigrateDatabase>,
): Promise<Found> {
  const db = await open(root);
  try {
    const sessions = new Map<string, string>();
    for (const row of rowsOf(db, 'sdk_sessions', SESSION)) {
      const own = wordsOf(row.memory_session_id) ?? wordsOf(row.sdk_session_id);
      const client = wordsOf(row.content_session_id) ?? wordsOf(row.claude_session_id);
      if (own !== null && client !== null) sessions.set(own, client);
    }
    const candidates: Candidate[] = [];
    const skipped: Skipped[] = [];
    const take = (row: Row, candidate: Candidate | null, what: string): void => {
      if (candidate !== null) candidates.push(candidate);
      else skipped.push({ title: `${what} ${String(row.id)}`, reason: 'empty', words: 'it says nothing' });
    };
    for (const row of rowsOf(db, 'observations', OBSERVATION))
      take(row, observation(row, placeOf(row, sessions)), 'observation');
    for (const row of rowsOf(db, 'session_summaries', SUMMARY))
      take(row, summary(row, placeOf(row, sessions)), 'summary');
    return { source: 'claude-mem', root, candidates, skipped };
  } finally {
    await db.close();
  }
}

function rowsOf(db: MigrateDatabase, table: string, columns: readonly string[]): Iterable<Row> {
  return db.tables.includes(table) ? db.rows(table, columns, 'id') : [];
}

function observation(row: Row, place: Place): Candidate | null {
  const facts = listIn(row.facts);
  const narrative = wordsOf(row.narrative) ?? wordsOf(row.text) ?? wordsOf(row.subtitle);
  const content = [narrative, ...facts.map((fact) => `- ${fact}`)].filter((part) => part !== null).join('\n');
  if (content === '') return null;
  const type = wordsOf(row.type);
  const tags = [...(type === null ? [] : [type]), ...listIn(row.concepts)].slice(0, TAGS);
  return candidate(row, place, wordsOf(row.title) ?? '', content, tags);
}

/** What was learned is what a later session may want; what was next is long past. */
function summary(row: Row, place: Place): Candidate | null {
  const parts = [wordsOf(row.learned), wordsOf(row.investigated), wordsOf(row.completed), wordsOf(row.notes)];
  const content = parts.filter((part) => part !== null).join('\n');
  if (content === '') return null;
  return candidate(row, place, wordsOf(row.request) ?? '', content, ['session-summary']);
}

function candidate(
  row: Row,
  place: Place,
  title: string,
  content: string,
  tags: readonly string[],
): Candidate {
  const at = dateOf(row.created_at_epoch);
  return {
    kind: 'recall',
    scope: 'project',
    place,
    title,
    content,
    fields: {
      tags,
      ...(at === null ? {} : { source_updated_at: at }),
    },
  };
}

/** Null for what is no time: a column of another program may hold anything. */
function dateOf(at: unknown): string | null {
  if (typeof at !== 'number' || at <= 0) return null;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function placeOf(row: Row, sessions: ReadonlyMap<string, string>): Place {
  const own = wordsOf(row.memory_session_id) ?? wordsOf(row.sdk_session_id);
  const name = wordsOf(row.merged_into_project) ?? wordsOf(row.project) ?? '';
  return { kind: 'name', name, session: own === null ? null : (sessions.get(own) ?? null) };
}

/** A list that is stored as JSON; a text that is none is its only entry. */
function listIn(value: unknown): readonly string[] {
  const text = wordsOf(value);
  if (text === null) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(wordsOf).filter((entry) => entry !== null) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [text];
    throw error;
  }
}
