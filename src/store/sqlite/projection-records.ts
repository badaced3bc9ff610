/** Reads of memory what its files are made of, and no more: a file of 50,000 records is read at once. */
import { memoryId } from '../../model/ids.ts';
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

const LIVE = `(r.state = 'active' OR r.state = 'waiting' AND r.claim = @claim) AND r.state IN ('active', 'waiting')
  AND r.scope = @scope AND ifnull(r.project, 0) IN (SELECT value FROM json_each(@projects))`;

/** `projects`: rows; 0 = none. */
export function recordReader({ db }: Connection) {
  const rows = db.prepare<Place, Row>(
    `SELECT r.id, r.short, r.kind, r.title, r.content, r.origin, r.approved_at IS NOT NULL AS approved, r.version,
       r.state, r.claim, r.created_at AS createdAt, r.updated_at AS updatedAt
     FROM memories r WHERE ${LIVE}`,
  );
  const links = db.prepare<Place, LinkRow>(
    `SELECT l.source, l.kind, t.id, t.short FROM memories r CROSS JOIN links l ON l.source = r.id
     CROSS JOIN memories t ON t.id = l.target
     WHERE ${LIVE} AND (l.kind = 'replaces' OR l.kind = 'would_replace' AND r.state = 'waiting' AND t.state = 'active')
     ORDER BY l.at DESC, t.row DESC`,
  );
  const uses = db.prepare<[], { target: string; uses: number }>(
    "SELECT target, count(*) AS uses FROM feedback WHERE kind = 'used' AND target >= 'm_' AND target < 'm`' GROUP BY target",
  );

  return (scope: Scope, projects: readonly number[], claim: string): readonly ProjectionRecord[] => {
    const place: Place = { scope, projects: JSON.stringify(projects), claim };
    const used = new Map(uses.all().map((row) => [row.target, row.uses]));
    const linked = new Map<string, LinkRow[]>();
    for (const link of links.all(place)) {
      const known = linked.get(link.source);
      if (known === undefined) linked.set(link.source, [link]);
      else known.push(link);
    }
    return rows.all(place).map(({ short, ...row }) => {
      const own = linked.get(row.id) ?? NONE;
      return {
        ...row,
        id: memoryId(row.id),
        approved: row.approved === 1,
        uses: used.get(`m_${short}`) ?? 0,
        replaces: own === NONE ? [] : own.flatMap((link) => (link.kind === 'replaces' ? [`m_${link.short}`] : [])),
        wouldReplace:
          own === NONE ? [] : own.flatMap((link) => (link.kind === 'replaces' ? [] : [memoryId(link.id)])),
      };
    });
  };
}

const NONE: readonly LinkRow[] = [];
