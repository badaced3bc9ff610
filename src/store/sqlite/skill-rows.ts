/** How a skill is read from its row. Uses are counted from feedback events. */
import { skillId } from '../../model/ids.ts';
import type { Skill, SkillState } from '../../model/skill.ts';
import type { Connection } from './connection.ts';
import { keyed } from './keyed.ts';
import { RECORD_COLUMNS, type RecordRow, recordOf } from './record-values.ts';

type Row = RecordRow & {
  slug: string;
  description: string;
  contentHash: Buffer;
  state: SkillState;
  revises: string | null;
  revisedVersion: number | null;
  retiredAt: number | null;
  uses: number;
  lastUsedAt: number | null;
};

const USED = "FROM feedback f WHERE f.target = 'k_' || r.short AND f.kind = 'used'";
const SELECT = `SELECT ${RECORD_COLUMNS}, r.slug, r.description, r.content_hash AS contentHash, r.state, r.revises,
    r.revised_version AS revisedVersion, r.retired_at AS retiredAt,
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
    ...recordOf(row),
    id: skillId(row.id),
    short: `k_${row.short}`,
    revises: revises === null ? null : { id: skillId(revises), version: revisedVersion ?? 0 },
  };
}
