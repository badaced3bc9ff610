/** How a skill is read from its row. Uses are counted from feedback events. */
import { projectId, skillId, storedSessionId } from '../../model/ids.ts';
import type { Origin, Scope } from '../../model/memory.ts';
import type { Skill, SkillState } from '../../model/skill.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { evidenceOf, pathsOf, strings } from './record-values.ts';

type Row = {
  row: number;
  id: string;
  short: string;
  slug: string;
  owner: string;
  scope: Scope;
  project: string | null;
  projectName: string | null;
  title: string;
  description: string;
  content: string;
  contentHash: Buffer;
  state: SkillState;
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
  revises: string | null;
  revisedVersion: number | null;
  version: number;
  createdAt: number;
  updatedAt: number;
  approvedAt: number | null;
  retiredAt: number | null;
  uses: number;
  lastUsedAt: number | null;
};

const USED = "FROM feedback f WHERE f.target = 'k_' || r.short AND f.kind = 'used'";
const SELECT = `SELECT r.row, r.id, r.short, r.slug, o.id AS owner, r.scope, p.id AS project, p.name AS projectName, r.title,
    r.description, r.content, r.content_hash AS contentHash, r.state, r.reason, r.origin, r.claim, r.evidence, r.confidence,
    r.paths, r.sources, r.client, r.session, r.external_session AS externalSession, r.turn, r.call_id AS callId,
    r.checkout, r.cwd, r.branch, r.commit_id AS "commit", r.revises, r.revised_version AS revisedVersion, r.version,
    r.created_at AS createdAt, r.updated_at AS updatedAt, r.approved_at AS approvedAt, r.retired_at AS retiredAt,
    (SELECT count(*) ${USED}) AS uses, (SELECT max(f.at) ${USED}) AS lastUsedAt
  FROM skills r JOIN owners o ON o.row = r.owner LEFT JOIN projects p ON p.row = r.project WHERE`;

type Value = string | number | null;

export type SkillReader = {
  readonly one: (where: string, ...values: Value[]) => Skill | null;
  readonly all: (where: string, ...values: Value[]) => Skill[];
};

export function skillReader({ db }: Connection): SkillReader {
  const statement = keyed((where) => db.prepare<Value[], Row>(`${SELECT} ${where}`));
  const all = (where: string, ...values: Value[]) =>
    statement(where)
      .all(...values)
      .map(read);
  return { one: (where, ...values) => all(where, ...values)[0] ?? null, all };
}

function read({ revises, revisedVersion, ...row }: Row): Skill {
  return {
    ...row,
    id: skillId(row.id),
    short: `k_${row.short}`,
    project: row.project === null ? null : projectId(row.project),
    session: row.session === null ? null : storedSessionId(row.session),
    evidence: evidenceOf(JSON.parse(row.evidence)),
    paths: pathsOf(JSON.parse(row.paths)),
    sources: strings(JSON.parse(row.sources)),
    revises: revises === null ? null : { id: skillId(revises), version: revisedVersion ?? 0 },
  };
}
