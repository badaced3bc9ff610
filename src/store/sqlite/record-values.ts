/** The columns that memories and skills have in common, and how they are read. */
import { projectId, storedSessionId } from '../../model/ids.ts';
import type { Evidence, Origin, Scope, SourcePath } from '../../model/memory.ts';

/** JSON columns and ids as they are stored. */
export type RecordRow = {
  row: number;
  id: string;
  short: string;
  owner: string;
  scope: Scope;
  project: string | null;
  projectName: string | null;
  title: string;
  content: string;
  reason: string | null;
  origin: Origin;
  claim: string | null;
  evidence: string;
  confidence: number;
  paths: string;
  sources: string;
  client: string | null;
  session: string | null;
  externalSession: string | null;
  turn: number | null;
  callId: string | null;
  checkout: string | null;
  cwd: string | null;
  branch: string | null;
  commit: string | null;
  version: number;
  createdAt: number;
  updatedAt: number;
  approvedAt: number | null;
};

/** Of `r` = memories or skills, `o` = owners, `p` = projects. */
export const RECORD_COLUMNS = `r.row, r.id, r.short, o.id AS owner, r.scope, p.id AS project, p.name AS projectName,
  r.title, r.content, r.reason, r.origin, r.claim, r.evidence, r.confidence, r.paths, r.sources, r.client, r.session,
  r.external_session AS externalSession, r.turn, r.call_id AS callId, r.checkout, r.cwd, r.branch, r.commit_id AS "commit",
  r.version, r.created_at AS createdAt, r.updated_at AS updatedAt, r.approved_at AS approvedAt`;

export function recordOf<Row extends RecordRow>(row: Row) {
  return {
    ...row,
    project: row.project === null ? null : projectId(row.project),
    session: row.session === null ? null : storedSessionId(row.session),
    evidence: evidenceOf(JSON.parse(row.evidence)),
    paths: pathsOf(JSON.parse(row.paths)),
    sources: strings(JSON.parse(row.sources)),
  };
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function pathsOf(value: unknown): SourcePath[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) =>
    typeof item === 'object' && item !== null && 'path' in item && typeof item.path === 'string'
      ? [
          {
            path: item.path,
            sha256: 'sha256' in item && typeof item.sha256 === 'string' ? item.sha256 : null,
          },
        ]
      : [],
  );
}

function evidenceOf(value: unknown): Evidence {
  if (typeof value !== 'object' || value === null) return { proven: false, why: '', refs: [] };
  return {
    proven: 'proven' in value && value.proven === true,
    why: 'why' in value && typeof value.why === 'string' ? value.why : '',
    refs: 'refs' in value ? strings(value.refs) : [],
  };
}
