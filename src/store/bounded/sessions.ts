/**
 * Sessions, turns and messages within a wall. A session may lie in several projects, since a turn follows its folder:
 * what is not within is not there, and says nothing of itself by counts, titles and times.
 */
import type { SessionId } from '../../model/ids.ts';
import type { Message } from '../../model/message.ts';
import type { MessageSelection, MessagesPort } from '../messages.ts';
import type { Span } from '../reach.ts';
import type { SessionRecord, SessionsPort, TurnRecord } from '../sessions.ts';
import type { Wall } from './wall.ts';

/** Of a prompt or a conclusion, as much as the store gives for a turn. */
const EXCERPT = 600;
/** Messages read at a time of a session that is not whole. */
const AT_ONCE = 500;

export function boundedMessages(wall: Wall): MessagesPort {
  const { messages: inner, reach } = wall.store;
  const masked = (found: readonly Message[]) => maskedMessages(wall, found);
  const whole = async (session: SessionId) => (await reach.span(session, wall.projects))?.whole === true;
  return {
    get: async (session, number) => {
      const found = await inner.get(session, number);
      return found === null ? null : ((await masked([found]))[0] ?? null);
    },
    byRows: async (rows) => masked(await inner.byRows(rows)),
    window: async (session, position, before, after) =>
      masked(await inner.window(session, position, before, after)),
    list: async (selection) => {
      if (!(await whole(selection.session))) return ofPart(wall, selection);
      const { messages, total } = await inner.list(selection);
      return { messages: await masked(messages), total };
    },
    numbers: async (session, digits, limit) => {
      if (await whole(session)) return inner.numbers(session, digits, limit);
      const { numbers } = await inner.numbers(session, digits, limit);
      const seen: number[] = [];
      for (const number of numbers) {
        const found = await inner.get(session, number);
        if (found !== null && wall.has(found.project)) seen.push(number);
      }
      return { numbers: seen, total: seen.length };
    },
    evidence: async (query) => masked(await inner.evidence(query)),
    counts: (projects) => inner.counts(wall.narrowed(projects)),
  };
}

async function maskedMessages(wall: Wall, found: readonly Message[]): Promise<readonly Message[]> {
  const own = found.filter(({ project }) => wall.has(project));
  const originals = own.flatMap(({ copyOf }) => copyOf ?? []);
  const seen = await wall.store.reach.messages(originals, wall.projects);
  const shown: Message[] = [];
  for (const message of own) {
    const { copyOf, describes } = message;
    const described = describes === null ? [] : await wall.store.reach.sessions(describes, wall.projects);
    shown.push({
      ...message,
      copyOf: copyOf !== null && seen.has(copyOf) ? copyOf : null,
      describes: described.length === 0 ? null : describes,
    });
  }
  return shown;
}

/** Of a session that is not whole: read through, since it is not known beforehand what of it is seen. */
async function ofPart(
  wall: Wall,
  { offset = 0, limit, ...rest }: MessageSelection,
): Promise<{ readonly messages: readonly Message[]; readonly total: number }> {
  const seen: Message[] = [];
  for (let from = 0; ; from += AT_ONCE) {
    const { messages, total } = await wall.store.messages.list({ ...rest, offset: from, limit: AT_ONCE });
    seen.push(...(await maskedMessages(wall, messages)));
    if (from + AT_ONCE >= total || messages.length === 0) break;
  }
  return { messages: seen.slice(offset, offset + limit), total: seen.length };
}

export function boundedSessions(wall: Wall, messages: MessagesPort): SessionsPort {
  const { sessions: inner, reach } = wall.store;
  const span = (id: SessionId) => reach.span(id, wall.projects);
  const get: SessionsPort['get'] = async (id) => {
    const within = await span(id);
    const found = within === null ? null : await inner.get(id);
    return found === null || within === null ? null : maskedSession(wall, found, within);
  };
  return {
    find: async (text) => {
      const found: SessionRecord[] = [];
      for (const id of await reach.sessions(text, wall.projects)) {
        const session = await get(id);
        if (session !== null) found.push(session);
      }
      return found;
    },
    get,
    list: async (query) => {
      const found = await inner.list({ ...query, projects: wall.narrowed(query.projects) });
      const shown: SessionRecord[] = [];
      for (const session of found) {
        const within = await span(session.id);
        if (within !== null) shown.push(await maskedSession(wall, session, within));
      }
      return shown;
    },
    turns: async (query) => {
      const found = await inner.turns({ ...query, projects: wall.narrowed(query.projects) });
      const spans = new Map<SessionId, Span | null>();
      const turns: TurnRecord[] = [];
      for (const turn of found.turns) {
        if (!spans.has(turn.session)) spans.set(turn.session, await span(turn.session));
        const isWhole = spans.get(turn.session)?.whole === true;
        turns.push(isWhole ? turn : await maskedTurn(messages, turn));
      }
      return { turns, total: found.total };
    },
    opening: async (session) => ((await span(session))?.whole === true ? inner.opening(session) : null),
    spawnedIn: async (session, turn) => {
      const seen: SessionId[] = [];
      for (const id of await inner.spawnedIn(session, turn)) if ((await span(id)) !== null) seen.push(id);
      return seen;
    },
    currentTurn: async (session, key) =>
      (await span(session)) === null ? null : inner.currentTurn(session, key),
  };
}

async function maskedSession(wall: Wall, session: SessionRecord, within: Span): Promise<SessionRecord> {
  const links = [];
  for (const link of session.links) {
    // Where it came from is told by its own transcript; the place in the other one is not.
    const isSeen = (await wall.store.reach.span(link.to, wall.projects)) !== null;
    links.push(isSeen ? link : { ...link, number: null });
  }
  return {
    ...session,
    links,
    ...(within.own ? {} : { project: null, projectName: null, cwd: null }),
    ...(within.whole
      ? {}
      : {
          title: null,
          cwd: null,
          messages: within.last,
          turns: within.turns,
          startedAt: within.from,
          lastAt: within.until,
        }),
  };
}

async function maskedTurn(messages: MessagesPort, turn: TurnRecord): Promise<TurnRecord> {
  const found = await messages.list({
    session: turn.session,
    turns: [turn.number],
    withdrawn: true,
    limit: Number.MAX_SAFE_INTEGER,
  });
  const said = found.messages.filter(({ kind }) => kind === 'said');
  const prompt = said.find(({ role }) => role === 'user');
  const conclusion = said.findLast(({ role, text }) => role === 'assistant' && text !== '');
  return {
    ...turn,
    // How it ended may have been told elsewhere.
    failed: false,
    messages: found.messages.length,
    prompt: prompt?.text.slice(0, EXCERPT) ?? null,
    conclusion: conclusion?.text.slice(0, EXCERPT) ?? null,
  };
}
