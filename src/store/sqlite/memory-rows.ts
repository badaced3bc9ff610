/** How a memory is read from its row. */
import { memoryId } from '../../model/ids.ts';
import type { Memory, MemoryKind, MemoryLink, MemoryState } from '../../model/memory.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { RECORD_COLUMNS, type RecordRow, recordOf, strings } from './record-values.ts';

type Row = RecordRow & {
  kind: MemoryKind;
  state: MemoryState;
  tags: string;
  aliases: string;
  validFrom: number;
  validTo: number | null;
};

type LinkRow = Omit<MemoryLink, 'id'> & { id: string; source: string };

const COLUMNS = `${RECORD_COLUMNS}, r.kind, r.state, r.tags, r.aliases, r.valid_from AS validFrom, r.valid_to AS validTo`;

const TABLES = 'memories r JOIN owners o ON o.row = r.owner LEFT JOIN projects p ON p.row = r.project';

export type MemoryReader = {
  readonly one: (where: string, ...values: Value[]) => Memory | null;
  readonly all: (where: string, ...values: Value[]) => Memory[];
  readonly count: (where: string, ...values: Value[]) => number;
};
type Value = string | number | Buffer | null;

export function memoryReader({ db }: Connection): MemoryReader {
  const linked = db.prepare<[string], LinkRow>(
    `SELECT l.source, l.kind, t.id, t.short, t.title, t.state, t.valid_from AS validFrom
     FROM json_each(?) one CROSS JOIN links l ON l.source = one.value CROSS JOIN memories t ON t.id = l.target
     WHERE l.kind IN ('replaces', 'part_of', 'see_also') ORDER BY l.at DESC, t.row DESC`,
  );
  // One statement for all: most records have none.
  const linksOf = (rows: readonly Row[]): ReadonlyMap<string, LinkRow[]> => {
    const bySource = new Map<string, LinkRow[]>();
    if (rows.length === 0) return bySource;
    for (const link of linked.all(JSON.stringify(rows.map(({ id }) => id)))) {
      const known = bySource.get(link.source);
      if (known === undefined) bySource.set(link.source, [link]);
      else known.push(link);
    }
    return bySource;
  };
  const linksFrom = (links: readonly LinkRow[]): { links: MemoryLink[]; replaces: string[] } => ({
    links: links
      .filter(({ state }) => state !== 'forgotten')
      .map(({ source: _, ...link }) => ({ ...link, id: memoryId(link.id), short: `m_${link.short}` })),
    replaces: links.filter(({ kind }) => kind === 'replaces').map(({ short }) => `m_${short}`),
  });
  const read = (row: Row, links: readonly LinkRow[]): Memory => ({
    ...recordOf(row),
    id: memoryId(row.id),
    short: `m_${row.short}`,
    tags: strings(JSON.parse(row.tags)),
    aliases: strings(JSON.parse(row.aliases)),
    ...linksFrom(links),
  });
  const statement = keyed((where) =>
    db.prepare<Value[], Row>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE ${where}`),
  );
  const counting = keyed((where) =>
    db.prepare<Value[], number>(`SELECT count(*) FROM ${TABLES} WHERE ${where}`).pluck(),
  );
  return {
    one: (where, ...values) => {
      const row = statement(where).get(...values);
      return row === undefined ? null : read(row, linksOf([row]).get(row.id) ?? []);
    },
    all: (where, ...values) => {
      const rows = statement(where).all(...values);
      const links = linksOf(rows);
      return rows.map((row) => read(row, links.get(row.id) ?? []));
    },
    count: (where, ...values) => counting(where).get(...values) ?? 0,
  };
}
