/** What a plan does to skills: rows and versions. Publishing them is done afterwards, outside the transaction. */
import { newId, type SkillId } from '../../model/ids.ts';
import type { AppliedSkill, SkillOperation } from '../../model/plan.ts';
import type { NewSkill, Skill, SkillText } from '../../model/skill.ts';
import type { Connection } from './connection.ts';
import { Conflict, type PlanContext } from './plan-context.ts';
import type { PlanJournal } from './plan-journal.ts';
import type { SkillReader } from './skill-rows.ts';

type InsertValues = Record<
  'id' | 'short' | 'slug' | 'scope' | 'title' | 'description' | 'content' | 'state' | 'origin',
  string
> &
  Record<'evidence' | 'paths' | 'sources', string> &
  Record<'owner' | 'confidence' | 'now', number> &
  Record<'reason' | 'claim' | 'client' | 'session' | 'externalSession' | 'callId', string | null> &
  Record<'checkout' | 'cwd' | 'branch' | 'commit' | 'revises', string | null> &
  Record<'project' | 'turn' | 'revisedVersion' | 'approvedAt', number | null> & { hash: Buffer };

type TextValues = Record<'title' | 'description' | 'content' | 'origin' | 'evidence' | 'sources', string> &
  Record<'row' | 'now', number> & { hash: Buffer };

type SkillStatements = ReturnType<typeof skillStatements>;

export function skillStatements({ db }: Connection) {
  return {
    insert: db.prepare<[InsertValues]>(
      `INSERT INTO skills (id, short, slug, owner, scope, project, title, description, content, content_hash, state, reason,
         origin, claim, evidence, confidence, paths, sources, client, session, external_session, turn, call_id, checkout,
         cwd, branch, commit_id, revises, revised_version, version, created_at, updated_at, approved_at)
       VALUES (@id, @short, @slug, @owner, @scope, @project, @title, @description, @content, @hash, @state, @reason,
         @origin, @claim, @evidence, @confidence, @paths, @sources, @client, @session, @externalSession, @turn, @callId,
         @checkout, @cwd, @branch, @commit, @revises, @revisedVersion, 1, @now, @now, @approvedAt)`,
    ),
    activeSlug: db
      .prepare<[number, string, number, string], number>(
        `SELECT row FROM skills WHERE owner = ? AND scope = ? AND ifnull(project, 0) = ? AND slug = ? AND state = 'active'`,
      )
      .pluck(),
    edit: db.prepare<[TextValues]>(
      `UPDATE skills SET title = @title, description = @description, content = @content, content_hash = @hash,
         origin = @origin, evidence = @evidence, sources = @sources, updated_at = @now WHERE row = @row`,
    ),
    activate: db.prepare<[number, number, number]>(
      `UPDATE skills SET state = 'active', origin = 'user', reason = NULL, approved_at = ?, updated_at = ?,
         retired_at = NULL WHERE row = ?`,
    ),
    retire: db.prepare<[string, number, number, number]>(
      "UPDATE skills SET state = 'retired', reason = ?, retired_at = ?, updated_at = ? WHERE row = ?",
    ),
    restore: db.prepare<{ snapshot: string; now: number; row: number }>(
      `UPDATE skills SET title = @snapshot ->> 'title', description = @snapshot ->> 'description',
         content = @snapshot ->> 'content', content_hash = unhex(@snapshot ->> 'hash'),
         state = @snapshot ->> 'state', reason = @snapshot ->> 'reason', origin = @snapshot ->> 'origin',
         claim = @snapshot ->> 'claim', evidence = @snapshot ->> 'evidence',
         confidence = CAST(@snapshot ->> 'confidence' AS REAL), paths = @snapshot ->> 'paths',
         sources = @snapshot ->> 'sources', approved_at = @snapshot ->> 'approvedAt',
         retired_at = @snapshot ->> 'retiredAt', updated_at = @now WHERE row = @row`,
    ),
    isActive: db.prepare<[string], number>("SELECT ? ->> 'state' = 'active'").pluck(),
    bump: db.prepare<[number]>('UPDATE skills SET version = version + 1 WHERE row = ?'),
    keepVersion: db.prepare<[string, number, string, number]>(
      `INSERT INTO skill_versions (skill, version, at, title, description, content, state, origin, sources, change, receipt)
       SELECT row, version, updated_at, title, description, content, state, origin, sources, ?, (SELECT id FROM receipts
         WHERE row = ?) FROM skills WHERE id = ? AND row = ?`,
    ),
    tombstone: db.prepare<[string, number, string]>(
      "INSERT INTO tombstones (kind, id, at, reason) VALUES ('skill', ?, ?, ?) ON CONFLICT DO NOTHING",
    ),
    dropTombstone: db.prepare<[string]>("DELETE FROM tombstones WHERE kind = 'skill' AND id = ?"),
    decide: db.prepare<[string, 'approved' | 'rejected', string | null, string, number, number, string]>(
      'INSERT INTO decisions (memory, decision, reason, how, owner, at, receipt) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
  };
}

export type SkillTools = {
  readonly statements: SkillStatements;
  readonly reader: SkillReader;
  readonly short: (table: 'skills', id: string) => string;
};

export class PlanSkills {
  readonly #tools: SkillTools;
  readonly #context: PlanContext;
  readonly #journal: PlanJournal;

  constructor(tools: SkillTools, context: PlanContext, journal: PlanJournal) {
    this.#tools = tools;
    this.#context = context;
    this.#journal = journal;
  }

  apply(operation: SkillOperation): AppliedSkill {
    const { op } = operation;
    switch (op) {
      case 'skill_create': {
        const skill = this.#insert(operation.skill);
        return { op, outcome: skill.state === 'draft' ? 'waiting' : 'added', skill };
      }
      case 'skill_edit':
      case 'skill_patch': {
        const old = this.#current(operation.target, operation.version);
        this.#write(old, operation, operation);
        this.#decide(old, 'approved', null, operation.how);
        const skill = this.#version(old, op === 'skill_edit' ? 'edited' : 'patched');
        return { op, outcome: 'replaced', skill };
      }
      case 'skill_activate':
        return { op, outcome: 'added', skill: this.#activate(operation) };
      case 'skill_retire': {
        const old = this.#current(operation.target, operation.version);
        this.#decide(old, 'rejected', operation.reason, operation.how);
        return { op, outcome: 'removed', skill: this.#retire(old, operation.reason) };
      }
      case 'skill_restore':
        return { op, outcome: 'restored', skill: this.#restore(operation) };
    }
  }

  #insert(skill: NewSkill): Skill {
    const project = this.#context.projectRow(skill.project);
    if (skill.state === 'active') this.#keepSlug(skill.scope, project, skill.slug, 0);
    const { evidence, paths, sources, contentHash, revises, ...rest } = skill;
    const id = newId();
    const { lastInsertRowid } = this.#tools.statements.insert.run({
      ...rest,
      id,
      short: this.#tools.short('skills', id),
      owner: this.#context.owner,
      project,
      hash: Buffer.from(contentHash),
      evidence: JSON.stringify(evidence),
      paths: JSON.stringify(paths),
      sources: JSON.stringify(sources),
      revises: revises?.id ?? null,
      revisedVersion: revises?.version ?? null,
      approvedAt: null,
      now: this.#context.now,
    });
    this.#journal.made('skill', id);
    this.#tools.statements.keepVersion.run('added', this.#context.receiptRow, id, Number(lastInsertRowid));
    return this.#read(id);
  }

  #activate({ target, version, how }: Extract<SkillOperation, { op: 'skill_activate' }>): Skill {
    const draft = this.#current(target, version);
    if (draft.state !== 'draft') throw new Conflict(`${draft.short} is no draft any more`);
    const { now } = this.#context;
    this.#decide(draft, 'approved', null, how);
    if (draft.revises === null) {
      this.#keepSlug(draft.scope, this.#context.projectRow(draft.project), draft.slug, draft.row);
      this.#tools.statements.activate.run(now, now, draft.row);
      return this.#version(draft, 'approved');
    }
    const revised = this.#current(draft.revises.id, draft.revises.version);
    if (revised.state !== 'active') throw new Conflict(`${revised.short} is not active any more`);
    this.#write(revised, draft, draft);
    this.#tools.statements.activate.run(now, now, revised.row);
    const result = this.#version(revised, 'approved');
    this.#retire(draft, `its words are version ${result.version} of ${result.short}`);
    return result;
  }

  #decide(
    { id }: Skill,
    decision: 'approved' | 'rejected',
    reason: string | null,
    how: string | undefined,
  ): void {
    if (how === undefined) return;
    const { now, owner, receipt } = this.#context;
    this.#tools.statements.decide.run(id, decision, reason, how, owner, now, receipt);
  }

  #retire(old: Skill, reason: string): Skill {
    const { now } = this.#context;
    this.#tools.statements.retire.run(reason, now, now, old.row);
    this.#tools.statements.tombstone.run(old.id, now, reason);
    return this.#version(old, 'retired');
  }

  #restore({ target, version, receipt }: Extract<SkillOperation, { op: 'skill_restore' }>): Skill {
    const old = this.#current(target, version);
    const snapshot = this.#journal.before(target, receipt);
    if (snapshot === null) return this.#retire(old, 'undone');
    if (this.#tools.statements.isActive.get(snapshot) === 1) {
      this.#keepSlug(old.scope, this.#context.projectRow(old.project), old.slug, old.row);
    }
    this.#tools.statements.restore.run({ snapshot, now: this.#context.now, row: old.row });
    const skill = this.#version(old, 'restored');
    if (skill.state !== 'retired') this.#tools.statements.dropTombstone.run(skill.id);
    return skill;
  }

  #write(old: Skill, text: SkillText, from: Pick<Skill, 'origin' | 'evidence' | 'sources'>): void {
    this.#tools.statements.edit.run({
      row: old.row,
      title: text.title,
      description: text.description,
      content: text.content,
      hash: Buffer.from(text.contentHash),
      origin: from.origin,
      evidence: JSON.stringify(from.evidence),
      sources: JSON.stringify([...new Set([...old.sources, ...from.sources])]),
      now: this.#context.now,
    });
  }

  #keepSlug(scope: string, project: number | null, slug: string, row: number): void {
    const held = this.#tools.statements.activeSlug.get(this.#context.owner, scope, project ?? 0, slug);
    if (held !== undefined && held !== row) throw new Conflict(`an active skill is named ${slug}`);
  }

  #current(target: SkillId, version: number): Skill {
    const skill = this.#tools.reader.one('r.id = ?', target);
    if (skill === null) throw new Conflict(`${target} is not there any more`);
    if (skill.version !== version) throw new Conflict(`${skill.short} was changed meanwhile`);
    this.#journal.touch('skill', skill.id);
    return skill;
  }

  #version(old: Skill, change: string): Skill {
    this.#tools.statements.bump.run(old.row);
    this.#tools.statements.keepVersion.run(change, this.#context.receiptRow, old.id, old.row);
    return this.#read(old.id);
  }

  #read(id: string): Skill {
    const skill = this.#tools.reader.one('r.id = ?', id);
    if (skill === null) throw new Conflict(`${id} was not stored`);
    return skill;
  }
}
