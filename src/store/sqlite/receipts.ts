/** Reads receipts. They are written by plans only. */
import { bareId, itemId, projectId, receiptId } from '../../model/ids.ts';
import type { PlanKind } from '../../model/plan.ts';
import type { ItemOutcome, ItemState } from '../../model/suggestion.ts';
import type { FullReceipt, Receipt, ReceiptChange, ReceiptsPort, RecordSnapshot } from '../receipts.ts';
import { type Packed, unpackJson } from './blob.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { recordOf } from './message-rows.ts';

type Row = {
  row: number;
  id: string;
  short: string;
  kind: PlanKind;
  owner: string;
  surface: string;
  client: string | null;
  session: string | null;
  token: string | null;
  project: string | null;
  at: number;
  status: string;
  backend: string | null;
  fallback: string | null;
  stats: string | null;
  undoes: string | null;
  undoneBy: string | null;
};

type OperationRow = {
  place: number;
  op: string;
  outcome: string;
  record: string;
  version: number;
  item: string | null;
};
type ChangeRow = Omit<ReceiptChange, 'before' | 'after'> & {
  before: Packed | null;
  after: Packed;
  /** The version of a memory that was made. */
  made: string | null;
};
type ItemRow = { item: string; state: ItemState; outcome: ItemOutcome | null; reason: string | null };

const SELECT = `SELECT r.row, r.id, r.short, r.kind, o.id AS owner, r.surface, r.client, r.session, r.token, p.id AS project, r.at,
    r.status, r.backend, r.fallback, r.stats, r.undoes, r.undone_by AS undoneBy
  FROM receipts r JOIN owners o ON o.row = r.owner LEFT JOIN projects p ON p.row = r.project WHERE`;
const OF_RECORD = `r.row IN (SELECT receipt FROM receipt_changes WHERE record = ?
  UNION SELECT receipt FROM receipt_operations WHERE memory = ?) ORDER BY r.row DESC LIMIT ?`;

type Value = string | number;

export function sqliteReceipts(connection: Connection): ReceiptsPort {
  const { db } = connection;
  const statement = keyed((where) => db.prepare<Value[], Row>(`${SELECT} ${where}`));
  const operations = db.prepare<[number], OperationRow>(
    `SELECT place, op, outcome, memory AS record, version, item FROM receipt_operations WHERE receipt = ? ORDER BY place`,
  );
  const changes = db.prepare<[number], ChangeRow>(
    `SELECT c.place, c.kind, c.record, c.from_version AS fromVersion, c.to_version AS toVersion, c.before, c.after,
       CASE WHEN c.before IS NULL AND c.kind = 'memory' THEN (
         SELECT json_object('title', v.title, 'content', v.content, 'state', v.state, 'origin', v.origin,
           'sources', v.sources, 'version', v.version)
         FROM memories m JOIN memory_versions v ON v.memory = m.row AND v.version = c.to_version WHERE m.id = c.record
       ) END AS made
     FROM receipt_changes c WHERE c.receipt = ? ORDER BY c.step`,
  );
  const items = db.prepare<[number], ItemRow>(
    `SELECT r.item, r.state, r.outcome, r.reason FROM receipt_items r JOIN suggestion_items i ON i.id = r.item
     WHERE r.receipt = ? ORDER BY i.row`,
  );
  const later = db.prepare<[string], { receipt: number; record: string }>(
    `SELECT DISTINCT l.receipt, l.record FROM receipts mine JOIN receipt_changes c ON c.receipt = mine.row
       JOIN receipt_changes l ON l.record = c.record AND l.receipt > mine.row JOIN receipts r ON r.row = l.receipt
     WHERE mine.id = ? AND r.undone_by IS NULL AND r.undoes IS NULL ORDER BY l.receipt`,
  );

  const all = (where: string, ...values: Value[]): Receipt[] =>
    statement(where)
      .all(...values)
      .map(receiptOf);
  const full = (receipt: Receipt): FullReceipt => ({
    ...receipt,
    operations: operations
      .all(receipt.row)
      .map(({ item, ...rest }) => ({ ...rest, item: item === null ? null : itemId(item) })),
    changes: changes.all(receipt.row).map(({ made, ...change }) => ({
      ...change,
      before: change.before === null ? null : recordOf(unpackJson(change.before)),
      after: afterOf(recordOf(unpackJson(change.after)), made),
    })),
    items: items.all(receipt.row).map((row) => ({ ...row, item: itemId(row.item) })),
  });

  return {
    get: (id) =>
      connection.read('read a receipt', () => {
        const [receipt] = all('r.id = ?', id);
        return receipt === undefined ? null : full(receipt);
      }),

    find: (text) =>
      connection.read('look up a receipt', () => {
        const bare = bareId(text);
        if (!/^[0-9a-z]{4,26}$/.test(bare)) return [];
        const exact = all('(r.short = ? OR r.id = ?)', bare, bare);
        return exact.length > 0 ? exact : all("r.id GLOB ? || '*' LIMIT 5", bare);
      }),

    list: ({ kinds, projects, limit, before }) =>
      connection.read('list receipts', () => {
        const where = ['r.row < ?'];
        const values: Value[] = [before ?? Number.MAX_SAFE_INTEGER];
        if (kinds !== undefined) {
          where.push('r.kind IN (SELECT value FROM json_each(?))');
          values.push(JSON.stringify(kinds));
        }
        if (projects !== undefined) {
          where.push('p.id IN (SELECT value FROM json_each(?))');
          values.push(JSON.stringify(projects));
        }
        return all(`${where.join(' AND ')} ORDER BY r.row DESC LIMIT ?`, ...values, limit);
      }),

    ofRecord: (id, limit) => connection.read('list receipts', () => all(OF_RECORD, id, id, limit)),

    dependents: (id) =>
      connection.read('list receipts', () => {
        const found = new Map<number, string[]>();
        for (const { receipt, record } of later.all(id)) {
          found.set(receipt, [...(found.get(receipt) ?? []), record]);
        }
        return [...found].flatMap(([row, records]) =>
          all('r.row = ?', row).map((receipt) => ({ receipt, records })),
        );
      }),
  };
}

function receiptOf(row: Row): Receipt {
  return {
    ...row,
    id: receiptId(row.id),
    short: `c_${row.short}`,
    project: row.project === null ? null : projectId(row.project),
    fallback: row.fallback === null ? null : fallbackOf(recordOf(JSON.parse(row.fallback))),
    stats: row.stats === null ? null : recordOf(JSON.parse(row.stats)),
    undoes: row.undoes === null ? null : receiptId(row.undoes),
    undoneBy: row.undoneBy === null ? null : receiptId(row.undoneBy),
  };
}

function fallbackOf({ backend, reason }: Readonly<Record<string, unknown>>): Receipt['fallback'] {
  return { backend: String(backend), reason: String(reason) };
}

/** Words that were erased stay so. */
function afterOf(after: RecordSnapshot, made: string | null): RecordSnapshot {
  if (made === null || Object.keys(after).length === 0) return after;
  return { ...recordOf(JSON.parse(made)), ...after };
}
