/** Suggestions in SQLite. */
import { StoreError } from '../../model/errors.ts';
import { bareId, newId, type ProjectId, projectId } from '../../model/ids.ts';
import type { ItemState } from '../../model/suggestion.ts';
import {
  CLAIM_LIMIT,
  type Claimed,
  type Envelope,
  ITEM_ATTEMPTS,
  type ItemCounts,
  type ItemTransition,
  type NewEnvelope,
  type SuggestionsPort,
} from '../suggestions.ts';
import { packJson } from './blob.ts';
import type { Connection } from './connection.ts';
import { shortIds } from './short-ids.ts';
import { suggestionReader, transitionLog, type Value } from './suggestion-rows.ts';
import { suggestionStatements } from './suggestion-statements.ts';

const NONE: ItemCounts = { pending: 0, processing: 0, done: 0, failed: 0, discarded: 0 };
const RETRIED = 'it was asked to be tried again';
const ORPHANED = 'the compile that had claimed it ended before its end';

type Projects = ReadonlyArray<ProjectId | null>;

export function sqliteSuggestions(connection: Connection): SuggestionsPort {
  const statements = suggestionStatements(connection);
  const reader = suggestionReader(connection);
  const log = transitionLog(connection);
  const short = shortIds(connection);

  const projectRow = (id: ProjectId | null): number | null =>
    id === null ? null : (statements.project.get(id) ?? null);
  /** Their rows as a JSON list, 0 for none. */
  const rowsOf = (projects: Projects): string =>
    JSON.stringify(projects.map((id) => (id === null ? 0 : (projectRow(id) ?? -1))));
  const within = (projects: Projects | undefined): { where: string; values: Value[] } =>
    projects === undefined
      ? { where: '', values: [] }
      : {
          where: 'AND ifnull(i.project, 0) IN (SELECT value FROM json_each(?))',
          values: [rowsOf(projects)],
        };
  const prefixed = (text: string): string | null => {
    const bare = bareId(text);
    return /^[0-9a-z]{4,26}$/.test(bare) ? bare : null;
  };

  const insert = (envelope: NewEnvelope, key: Buffer): Envelope => {
    const owner = statements.owner.get(envelope.owner);
    if (owner === undefined) throw new StoreError({ what: `There is no owner ${envelope.owner}` });
    const { items, payload, snapshot, token = null, ...rest } = envelope;
    const now = connection.now();
    const project = projectRow(envelope.project);
    const id = newId();
    const row = Number(
      statements.putEnvelope.run({
        ...rest,
        token,
        id,
        short: short('envelopes', id),
        owner,
        project,
        key,
        payload: packJson(payload),
        snapshot: snapshot === null || snapshot === undefined ? null : packJson(snapshot),
        now,
      }).lastInsertRowid,
    );
    for (const { refused, index, ...item } of items) {
      const own = newId();
      const state = refused === null ? 'pending' : 'discarded';
      const stored = statements.putItem.run({
        ...item,
        id: own,
        short: short('suggestion_items', own),
        envelope: row,
        project,
        place: index,
        payload: packJson(item.payload),
        state,
        reason: refused,
        now,
      });
      const number = Number(stored.lastInsertRowid);
      log({ item: number, from: null, to: state, reason: refused, receipt: null }, now);
    }
    const [kept] = reader.envelopes('e.row = ?', row);
    if (kept === undefined) throw new StoreError({ what: 'The suggestions were not stored' });
    return kept;
  };

  const move = (
    item: number,
    from: ItemState,
    to: ItemState,
    lease: string | null,
    reason: string | null,
  ) => {
    const now = connection.now();
    statements.move.run(to, lease, reason, now, item);
    log({ item, from, to, reason, receipt: null }, now);
  };

  const claim = (token: string, limit: number, projects: Projects | undefined): Claimed => {
    for (const item of statements.orphans.all()) move(item, 'processing', 'pending', null, ORPHANED);
    const filter = projects === undefined ? null : rowsOf(projects);
    const rows: number[] = [];
    let failed = 0;
    let after = 0;
    while (rows.length < limit) {
      const ask = { after, limit: limit - rows.length };
      const next =
        filter === null
          ? statements.pending.all(ask)
          : statements.pendingOf.all({ ...ask, projects: filter });
      if (next.length === 0) break;
      for (const { row, attempts, reason } of next) {
        after = row;
        if (attempts >= ITEM_ATTEMPTS) {
          move(row, 'pending', 'failed', null, reason ?? `it was tried ${attempts} times`);
          failed += 1;
        } else {
          move(row, 'pending', 'processing', token, null);
          statements.attempt.run(row);
          rows.push(row);
        }
      }
    }
    const items = reader.items(
      'i.row IN (SELECT value FROM json_each(?)) ORDER BY i.row',
      JSON.stringify(rows),
    );
    return { status: 'claimed', items, failed };
  };

  return {
    put: (envelope) =>
      connection.write('store suggestions', () => {
        const key = Buffer.from(envelope.key);
        const [known] = reader.envelopes('e.key = ?', key);
        return known === undefined
          ? { envelope: insert(envelope, key), created: true }
          : { envelope: known, created: false };
      }),

    envelopes: (text) =>
      connection.read('look up suggestions', () => {
        const bare = prefixed(text);
        if (bare === null) return [];
        const exact = reader.envelopes('(e.short = ? OR e.id = ?)', bare, bare);
        return exact.length > 0 ? exact : reader.envelopes("e.id GLOB ? || '*' LIMIT 5", bare);
      }),

    items: (text) =>
      connection.read('look up a suggestion', () => {
        const bare = prefixed(text);
        if (bare === null) return [];
        const exact = reader.items('(i.short = ? OR i.id = ?)', bare, bare);
        return exact.length > 0 ? exact : reader.items("i.id GLOB ? || '*' LIMIT 5", bare);
      }),

    get: (id) => connection.read('read suggestions', () => reader.envelopes('e.id = ?', id)[0] ?? null),

    byKey: (key) =>
      connection.read('read suggestions', () => reader.envelopes('e.key = ?', Buffer.from(key))[0] ?? null),

    byIds: (ids) =>
      connection.read(
        'read suggestions',
        () =>
          new Map(
            reader
              .envelopes('e.id IN (SELECT value FROM json_each(?))', JSON.stringify([...new Set(ids)]))
              .map((envelope) => [envelope.id, envelope]),
          ),
      ),

    list: ({ states, projects, limit, after, since }) =>
      connection.read('list suggestions', () => {
        const { where, values } = within(projects);
        const inStates = states === undefined ? '' : 'AND i.state IN (SELECT value FROM json_each(?))';
        return reader.items(
          `i.row > ? AND i.updated_at >= ? ${inStates} ${where} ORDER BY i.row LIMIT ?`,
          after ?? 0,
          since ?? 0,
          ...(states === undefined ? [] : [JSON.stringify(states)]),
          ...values,
          limit,
        );
      }),

    ofTarget: (id) =>
      connection.read('list suggestions', () => reader.items('i.target = ? ORDER BY i.row', id)),

    counts: (projects) =>
      connection.read('count suggestions', () => {
        const rows =
          projects === undefined ? statements.counts.all() : statements.countsOf.all(rowsOf(projects));
        return { ...NONE, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
      }),

    open: () =>
      connection.read('count suggestions', () =>
        statements.open
          .all()
          .map(({ project, items }) => ({ project: project === null ? null : projectId(project), items })),
      ),

    submitted: (session, since) =>
      connection.read('count suggestions', () => statements.submitted.get(session, since) ?? 0),

    transitions: (id) =>
      connection.read('read a suggestion', (): ItemTransition[] => statements.transitions.all(id)),

    claim: ({ lease, limit = CLAIM_LIMIT, projects }) =>
      connection.write('claim suggestions', () =>
        statements.leased.get(lease.name, lease.token) === undefined
          ? { status: 'lost' }
          : claim(lease.token, Math.min(limit, CLAIM_LIMIT), projects),
      ),

    retry: (ids) =>
      connection.write('put suggestions back', () => {
        const rows = ids.flatMap((id) => statements.failed.get(id) ?? []);
        const now = connection.now();
        for (const item of rows) {
          statements.again.run(now, item);
          log({ item, from: 'failed', to: 'pending', reason: RETRIED, receipt: null }, now);
        }
        return rows.length;
      }),

    release: (token, reason) =>
      connection.write('put suggestions back', () => {
        const rows = statements.claimedBy.all(token);
        for (const row of rows) move(row, 'processing', 'pending', null, reason);
        return rows.length;
      }),
  };
}
