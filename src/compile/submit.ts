/**
 * submit_suggestion: takes an envelope into the queue. What it says is cleaned and loses its secrets before it is
 * stored; who said it is decided by compile, from the transcript.
 */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../model/caller.ts';
import { MidturnError, UserInputError } from '../model/errors.ts';
import type { Family, RejectedItem, SuggestionItem } from '../model/suggestion.ts';
import type { Envelope, Item, NewItem } from '../store/suggestions.ts';
import { clean } from '../text/clean.ts';
import { redact, redactValue } from '../text/redaction.ts';
import { scanThreats } from '../text/threats.ts';
import { envelopeKey, type Parsed, parseEnvelope } from './envelope.ts';
import { skillNote } from './skill-note.ts';
import { stateOf, statusOf } from './statuses.ts';
import type { CompileDeps, RecordRules, SubmitOptions, SubmitResult, SubmittedItem } from './types.ts';

/** Items of one session within a day: an agent in a loop fills no queue. */
export const SESSION_ITEMS = 200;
const DAY_MS = 86_400_000;
/** Characters of a memory (a fact, not a document) and of what is fetched on demand. */
const CONTENT_LIMITS = { memory_updates: 4000, recall_candidate: 16_384 } as const;
/** Of an item that could not be read, what is kept of it, in characters of JSON. */
const REFUSED_LENGTH = 4000;

/**
 * This process, which stands for a session that nobody names: over stdio it serves one connection, over the network
 * every token has its own.
 */
const PROCESS = randomUUID();

function connectionOf({ client, externalSession, token }: Caller): string {
  return `connection ${PROCESS} ${client ?? ''} ${externalSession ?? ''} ${token ?? ''}`;
}

/** What sessions without a name have handed in while this process runs. */
class Taken {
  #list: ReadonlyArray<{ readonly of: string; readonly at: number; readonly count: number }> = [];

  since(of: string, from: number): number {
    this.#list = this.#list.filter(({ at }) => at >= from);
    return this.#list.reduce((sum, entry) => (entry.of === of ? sum + entry.count : sum), 0);
  }

  add(of: string, at: number, count: number): void {
    this.#list = [...this.#list, { of, at, count }];
  }
}
const taken = new Taken();

type Kept = { readonly index: number; readonly sent: SuggestionItem; readonly item: SuggestionItem };

/** @throws UserInputError when the whole is not an envelope; nothing is stored then. */
export async function submit(
  deps: CompileDeps,
  caller: Caller,
  sent: unknown,
  { source, originCap, snapshot = null, reviewed }: SubmitOptions,
): Promise<SubmitResult> {
  const parsed = parseEnvelope(sent);
  const { kept, refused } = preparedItems(deps.records, caller, parsed);
  const rejected = [...parsed.rejected, ...refused];
  if (kept.length === 0) return { suggestion_id: null, state: 'discarded', items: rejected.map(rejection) };

  const { call, readable } =
    caller.callId === null ? { call: null, readable: reviewed !== undefined } : await deps.findCall(caller);
  const turn = call?.turn ?? reviewed?.turn ?? null;
  const session = call?.session ?? caller.session;
  const { project } = caller;
  // Where no session is known, a process is one connection; what lies in a file is the same whoever reads it.
  const unknown = session === null && source === 'submit' ? connectionOf(caller) : null;
  const key = envelopeKey(
    // Where no session is known, the same words for two projects are two things.
    session ??
      ([caller.externalSession ?? unknown, project === null ? null : `project ${project.id}`]
        .filter((part) => part !== null)
        .join(' ') ||
        null),
    turn,
    kept.map((each) => each.sent),
    deps.store.digestKey,
  );
  const known = await deps.store.suggestions.byKey(key);
  if (known === null && session !== null) {
    const before = await deps.store.suggestions.submitted(session, deps.now() - DAY_MS);
    if (before + kept.length > SESSION_ITEMS) return overCap(kept, rejected, before);
  }
  if (known === null && unknown !== null) {
    const before = taken.since(unknown, deps.now() - DAY_MS);
    if (before + kept.length > SESSION_ITEMS) return overCap(kept, rejected, before);
    taken.add(unknown, deps.now(), kept.length);
  }
  const envelope =
    known ??
    (
      await deps.store.suggestions.put({
        key,
        owner: caller.owner,
        project: project?.id ?? null,
        surface: caller.surface,
        source,
        originCap,
        client: caller.client,
        session,
        externalSession: caller.externalSession,
        token: caller.token ?? null,
        turn,
        turnKey: caller.turnKey,
        callId: caller.callId,
        checkout: project?.root ?? null,
        cwd: project?.cwd ?? null,
        branch: project?.branch ?? null,
        commit: project?.commit ?? null,
        payload: {
          header: redactValue(parsed.header).value,
          notes: parsed.notes,
          readable,
          files: await filesOf(deps.records, caller, kept),
          ...(reviewed === undefined ? {} : { reviewed_up_to: reviewed.upTo }),
        },
        snapshot: snapshot === null ? null : redactValue(snapshot).value,
        items: [...kept.map(newItem), ...rejected.map(refusedItem)],
      })
    ).envelope;
  const items = await answered(deps, envelope, kept, parsed);
  const all = [...items, ...rejected.map(rejection)];
  return { suggestion_id: envelope.short, state: stateOf(items.map(({ status }) => status)), items: all };
}

/** Cleaned, bounded, secrets cut out; what no record can hold is refused with the reason. */
function preparedItems(
  records: RecordRules,
  caller: Caller,
  { items }: Parsed,
): { readonly kept: readonly Kept[]; readonly refused: readonly RejectedItem[] } {
  const kept: Kept[] = [];
  const refused: RejectedItem[] = [];
  for (const { index, item: sent } of items) {
    try {
      if (sent.scope === 'project' && caller.project === null) {
        throw new UserInputError({
          what: 'there is no project to keep this for',
          next: 'Send `scope: "user"` for what holds everywhere',
        });
      }
      kept.push({ index, sent, item: preparedItem(records, sent) });
    } catch (error) {
      if (!(error instanceof MidturnError)) throw error;
      refused.push({ family: sent.family, index, reason: error.message, item: sent });
    }
  }
  return { kept, refused };
}

function preparedItem(records: RecordRules, sent: SuggestionItem): SuggestionItem {
  const item = { ...sent, paths: sent.paths.map((path) => redact(clean(path)).text) };
  if (item.family === 'skill_action') {
    return {
      ...item,
      summary: safe(item.summary),
      skill: safe(item.skill),
      title: safe(item.title),
      description: safe(item.description),
      content: safe(item.content),
      edits: item.edits.map(({ find, replace }) => ({
        find: redact(clean(find)).text,
        replace: redact(clean(replace)).text,
      })),
    };
  }
  const candidate =
    item.skillCandidate === null
      ? null
      : {
          skill: safe(item.skillCandidate.skill),
          title: safe(item.skillCandidate.title),
          description: safe(item.skillCandidate.description),
          content: safe(item.skillCandidate.content),
        };
  const target = 'target' in item ? { target: safe(item.target) } : {};
  if (item.content === null)
    return { ...item, ...target, summary: safe(item.summary), skillCandidate: candidate };
  const { title, content, tags, aliases } = records.prepare(
    {
      content: item.content,
      ...(item.summary === null || item.summary === item.content ? {} : { title: item.summary }),
      tags: item.tags,
      aliases: item.aliases,
    },
    CONTENT_LIMITS[item.family],
  );
  const words = { summary: title, content, tags: [...tags], aliases: [...aliases] };
  return { ...item, ...target, ...words, skillCandidate: candidate };
}

function safe(text: string | null): string | null {
  return text === null ? null : redact(clean(text)).text;
}

function newItem({ index, item }: Kept): NewItem {
  const title = item.family === 'skill_action' ? (item.title ?? item.skill) : null;
  return {
    family: item.family,
    index,
    action: item.action,
    scope: item.scope,
    // Shown in lists, a line each.
    summary: (item.summary ?? title ?? ('target' in item ? item.target : null) ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
    payload: item,
    confidence: item.confidence,
    refused: null,
  };
}

function refusedItem({ family, index, reason, item }: RejectedItem): NewItem {
  const kept = JSON.stringify(redactValue(item).value) ?? '';
  return {
    family,
    index,
    action: 'unknown',
    scope: 'project',
    summary: '',
    payload: kept.slice(0, REFUSED_LENGTH),
    confidence: 0,
    refused: reason,
  };
}

/** The files that the items speak of, as they are now: path and SHA-256. */
async function filesOf(
  records: RecordRules,
  caller: Caller,
  kept: readonly Kept[],
): Promise<ReadonlyArray<{ readonly path: string; readonly sha256: string | null }>> {
  const named = [...new Set(kept.flatMap(({ item }) => item.paths))];
  if (named.length === 0 || caller.project?.root == null) return [];
  return (await records.sourcePaths(named, caller.project, caller.project.root)).paths;
}

/** The items in the order in which they were sent, as they stand now: an envelope that is known may be compiled. */
async function answered(
  deps: CompileDeps,
  envelope: Envelope,
  kept: readonly Kept[],
  { notes }: Parsed,
): Promise<SubmittedItem[]> {
  const stored = envelope.items.filter(({ action }) => action !== 'unknown');
  const out: SubmittedItem[] = [];
  for (const [at, { index, item }] of kept.entries()) {
    const own = stored[at];
    if (own === undefined) throw new TypeError('an envelope has as many items as were kept of it');
    const status = statusOf(own);
    const reasons = [
      own.reason,
      ...(status === 'pending' ? [threatWords(item), noteOn(item)] : []),
      ...notes.filter((note) => note.family === item.family && note.index === index).map(({ note }) => note),
    ].filter((reason) => reason !== null);
    const memory = await recordShort(deps, own);
    out.push({
      family: item.family,
      index,
      status,
      id: own.short,
      ...(memory === null ? {} : { memory }),
      ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    });
  }
  return out;
}

function noteOn(item: SuggestionItem): string | null {
  return item.family === 'skill_action' ? skillNote(item) : null;
}

function threatWords(item: SuggestionItem): string | null {
  const [threat] = scanThreats(JSON.stringify(item));
  return threat === undefined
    ? null
    : `it reads like an attempt to steer an agent (${threat.rule}): it will wait for a person's review`;
}

async function recordShort({ store }: CompileDeps, { target, family }: Item): Promise<string | null> {
  if (target === null || family === 'skill_action') return null;
  const [memory] = await store.memories.find(target);
  return memory?.short ?? null;
}

function rejection({ family, index, reason }: RejectedItem): SubmittedItem {
  return { family, index, status: 'rejected', reason };
}

function overCap(kept: readonly Kept[], rejected: readonly RejectedItem[], before: number): SubmitResult {
  const reason = `this session has suggested ${before} items within a day, at most ${SESSION_ITEMS} are taken; nothing of this envelope was kept`;
  const refused = kept.map(
    ({ index, item }): { family: Family; index: number; reason: string; item: unknown } => ({
      family: item.family,
      index,
      reason,
      item,
    }),
  );
  return { suggestion_id: null, state: 'discarded', items: [...refused, ...rejected].map(rejection) };
}
