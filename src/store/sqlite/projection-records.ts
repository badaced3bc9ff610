/** Reads of memory what its files are made of, and no more: a file of 50,000 records is read at once. */
import { type MemoryId, memoryId } from '../../model/ids.ts';
import type { Scope } from '../../model/memory.ts';
import type { ProjectionRecord } from '../projections.ts';
import type { Connection } from './connection.ts';

type Row = Omit<ProjectionRecord, 'id' | 'approved' | 'uses' | 'replaces' | 'wouldReplace'> & {
  id: string;
  short: string;
  approved: number;
};
type LinkRow = { source: string; kind: 'replaces' | 'would_replace'; id: string; short: string };
type Place = { scope: Scope; projects: string; claim: string };

const live = (place: string): string =>
  `r.state IN ('active', 'waiting') AND (r.state = 'active' OR r.claim = @claim) AND r.scope = @scope AND ${place}`;

/** `projects`: rows; 0 = none. */
export function recordReader(connection: Connection) {
  // Each in the words of the index.
  const own = statements(connection, 'r.project IS NULL AND @projects IS NOT NULL');
  const ofProjects = statements(connection, 'r.project IN (SELECT value FROM json_each(@projects))');
  const uses = connection.db.prepare<[], { target: string; uses: number }>(
    "SELECT target, count(*) AS uses FROM feedback WHERE kind = 'used' AND target GLOB 'm[_]*' GROUP BY target",
  );

  return (scope: Scope, projects: readonly number[], claim: string): readonly ProjectionRecord[] => {
    const { rows, links } = scope === 'user' ? own : ofProjects;
    const place: Place = { scope, projects: JSON.stringify(projects), claim };
    const used = new Map(uses.all().map((row) => [row.target, row.uses]));
    const linked = new Map<string, LinkRow[]>();
    for (const link of links.all(place)) {
      const known = linked.get(link.source);
      if (known === undefined) linked.set(link.source, [link]);
      else known.push(link);
    }
    return rows.all(place).map((row) => {
      const { id, short, kind, title, content, origin, version, state, claim, createdAt, updatedAt } = row;
      const mine = linked.size === 0 ? undefined : linked.get(id);
      return {
        id: memoryId(id),
        kind,
        title,
        content,
        origin,
        approved: row.approved === 1,
        version,
        state,
        claim,
        createdAt,
        updatedAt,
        uses: used.size === 0 ? 0 : (used.get(`m_${short}`) ?? 0),
        replaces: mine === undefined ? NONE : replaced(mine),
        wouldReplace: mine === undefined ? NONE : changed(mine),
      };
    });
  };
}

const NONE: readonly never[] = [];

function replaced(links: readonly LinkRow[]): readonly string[] {
  return links.filter(({ kind }) => kind === 'replaces').map(({ short }) => `m_${short}`);
}

function changed(links: readonly LinkRow[]): readonly MemoryId[] {
  return links.filter(({ kind }) => kind === 'would_replace').map(({ id }) => memoryId(id));
}

function statements({ db }: Connection, place: string) {
  const rows = db.prepare<Place, Row>(
    `SELECT r.id, r.short, r.kind, r.title, r.content, r.origin, r.approved_at IS NOT NULL AS approved, r.version,
       r.state, r.claim, r.created_at AS createdAt, r.updated_at AS updatedAt
     FROM memories r WHERE ${live(place)}`,
  );
  const links = db.prepare<Place, LinkRow>(
    `SELECT l.source, l.kind, t.id, t.short FROM memories r CROSS JOIN links l ON l.source = r.id
     CROSS JOIN memories t ON t.id = l.target
     WHERE ${live(place)} AND (l.kind = 'replaces' OR l.kind = 'would_replace' AND r.state = 'waiting' AND t.state = 'active')
     ORDER BY l.at DESC, t.row DESC`,
  );
  return { rows, links };
}
