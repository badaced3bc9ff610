/** How envelopes and items are read from their rows, and how an item's state is written with its transition. */
import { envelopeId, itemId, type ProjectId, projectId, storedSessionId } from '../../model/ids.ts';
import type { Scope } from '../../model/memory.ts';
import type { Family, ItemOutcome, ItemState } from '../../model/suggestion.ts';
import type { Envelope, Item } from '../suggestions.ts';
import { type Packed, unpackJson } from './blob.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';

type ItemRow = {
  row: number;
  id: string;
  short: string;
  envelope: string;
  project: string | null;
  family: Family;
  index: number;
  action: string;
  scope: Scope;
  summary: string;
  payload: Packed;
  confidence: number;
  state: ItemState;
  outcome: ItemOutcome | null;
  reason: string | null;
  target: string | null;
  attempts: number;
  receipt: string | null;
  createdAt: number;
  updatedAt: number;
};

type EnvelopeRow = {
  row: number;
  id: string;
  short: string;
  owner: string;
  project: string | null;
  surface: string;
  source: string;
  originCap: string | null;
  client: string | null;
  session: string | null;
  externalSession: string | null;
  token: string | null;
  turn: number | null;
  turnKey: string | null;
  callId: string | null;
  checkout: string | null;
  cwd: string | null;
  branch: string | null;
  commit: string | null;
  payload: Packed;
  snapshot: Packed | null;
  createdAt: number;
};

export type Value = string | number | Buffer | null;

const ITEM = `SELECT i.row, i.id, i.short, e.id AS envelope, p.id AS project, i.family, i.place AS "index", i.action, i.scope,
    i.summary, i.payload, i.confidence, i.state, i.outcome, i.reason, i.target, i.attempts, i.receipt,
    i.created_at AS createdAt, i.updated_at AS updatedAt
  FROM suggestion_items i JOIN envelopes e ON e.row = i.envelope LEFT JOIN projects p ON p.row = i.project WHERE`;
const ENVELOPE = `SELECT e.row, e.id, e.short, o.id AS owner, p.id AS project, e.surface, e.source, e.origin_cap AS originCap,
    e.client, e.session, e.external_session AS externalSession, e.token, e.turn, e.turn_key AS turnKey, e.call_id AS callId,
    e.checkout, e.cwd, e.branch, e.commit_id AS "commit", e.payload, e.snapshot, e.created_at AS createdAt
  FROM envelopes e JOIN owners o ON o.row = e.owner LEFT JOIN projects p ON p.row = e.project WHERE`;

export type SuggestionReader = {
  readonly items: (where: string, ...values: Value[]) => Item[];
  readonly envelopes: (where: string, ...values: Value[]) => Envelope[];
};

export function suggestionReader({ db }: Connection): SuggestionReader {
  const itemStatement = keyed((where) => db.prepare<Value[], ItemRow>(`${ITEM} ${where}`));
  const envelopeStatement = keyed((where) => db.prepare<Value[], EnvelopeRow>(`${ENVELOPE} ${where}`));
  const items = (where: string, ...values: Value[]): Item[] =>
    itemStatement(where)
      .all(...values)
      .map((row) => ({
        ...row,
        id: itemId(row.id),
        short: `i_${row.short}`,
        envelope: envelopeId(row.envelope),
        project: projectOf(row.project),
        payload: unpackJson(row.payload),
      }));
  return {
    items,
    envelopes: (where, ...values) =>
      envelopeStatement(where)
        .all(...values)
        .map((row) => ({
          ...row,
          id: envelopeId(row.id),
          short: `e_${row.short}`,
          project: projectOf(row.project),
          session: row.session === null ? null : storedSessionId(row.session),
          payload: unpackJson(row.payload),
          snapshot: row.snapshot === null ? null : unpackJson(row.snapshot),
          items: items('i.envelope = ? ORDER BY i.row', row.row),
        })),
  };
}

export type Transition = {
  readonly item: number;
  readonly from: ItemState | null;
  readonly to: ItemState;
  readonly reason: string | null;
  readonly receipt: string | null;
};

/** Logs a change of an item's state; belongs to the transaction that changes it. */
export function transitionLog({ db }: Connection): (transition: Transition, at: number) => void {
  const put = db.prepare<Transition & { at: number }>(
    `INSERT INTO item_transitions (item, step, at, from_state, to_state, reason, receipt)
     VALUES (@item, (SELECT ifnull(max(step), 0) + 1 FROM item_transitions WHERE item = @item), @at, @from, @to, @reason,
       @receipt)`,
  );
  return (transition, at) => put.run({ ...transition, at });
}

function projectOf(id: string | null): ProjectId | null {
  return id === null ? null : projectId(id);
}
