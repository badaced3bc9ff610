/** What a reader of a rollout must know to go on at any line: small, of bounded size, kept as JSON with the offset. */
import * as z from 'zod';

/** Calls that wait for their output; those of one model answer are a handful, background commands a few more. */
const WAITING_CALLS = 64;
/** Characters of arguments held for all waiting calls together: a call beyond it gets its output as a message. */
const HELD_ARGUMENTS = 64_000;
/** Turns that a late item may still belong to. */
const RECENT_TURNS = 64;
/** Texts of one turn whose forms are told apart by counting. */
const COUNTED_TEXTS = 256;

const WaitingCall = z.object({
  id: z.string(),
  /** The message's key, its turn and the turn's name in keys. */
  key: z.string(),
  turn: z.string().nullable(),
  tool: z.string(),
  /** What goes into the digest beside the output, and the call as it is kept; null = too long to be held. */
  call: z.object({ name: z.string(), arguments: z.unknown(), content: z.unknown() }).nullable(),
  size: z.number(),
  /** A command that reads from the network. */
  fetches: z.boolean().default(false),
  /** An item has told call and result already. */
  done: z.boolean(),
  meta: z.record(z.string(), z.unknown()),
});
export type WaitingCall = z.infer<typeof WaitingCall>;

const CountedText = z.object({ text: z.string(), item: z.number(), response: z.number() });

export const CodexState = z.object({
  version: z.literal(1),
  session: z.string().nullable(),
  /** The session whose records began this file's history: keys of turns without an id stand on it. */
  origin: z.string(),
  /** True from the first `session_meta` of the session itself. */
  introduced: z.boolean(),
  /** The session was told to whoever reads. */
  told: z.boolean(),
  nature: z.enum(['interactive', 'headless', 'subagent']).nullable(),
  startedAt: z.number().nullable(),
  title: z.string().nullable(),
  /** Who writes this session's prompts. */
  prompter: z.enum(['person', 'agent', 'program', 'harness']),
  forked: z.boolean(),
  /** `item_completed` records tell what was said; older rollouts have events without ids instead. */
  items: z.boolean(),
  cwd: z.string().nullable(),
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  model: z.string().nullable(),
  turn: z
    .object({
      key: z.string(),
      /** Begun at a prompt, without an id of the client's. */
      derived: z.boolean(),
      /** Started by the client and not yet ended. */
      open: z.boolean(),
      /** The client's id that a derived turn was found to have. */
      bound: z.boolean(),
      cwd: z.string().nullable(),
    })
    .nullable(),
  /** Ids of the client's turns that stand for another turn's key. */
  aliases: z.array(z.object({ id: z.string(), key: z.string() })),
  turns: z.array(z.object({ key: z.string(), prompts: z.number() })),
  derivedTurns: z.number(),
  texts: z.array(CountedText),
  calls: z.array(WaitingCall),
  /** The turn in which a review runs. */
  review: z.string().nullable(),
  /** A script of this turn has read something from the outside. */
  outside: z.boolean(),
  /** Commands that the person ran in this turn and whose message to the model has not come yet. */
  ownCommands: z.number(),
  /** The last answer, which may turn out to be the summary of a compaction. */
  answer: z.object({ key: z.string(), hash: z.string(), length: z.number() }).nullable(),
});
export type CodexState = z.infer<typeof CodexState>;

function newState(): CodexState {
  return {
    version: 1,
    session: null,
    origin: '',
    introduced: false,
    told: false,
    nature: null,
    startedAt: null,
    title: null,
    prompter: 'person',
    forked: false,
    items: false,
    cwd: null,
    branch: null,
    commit: null,
    model: null,
    turn: null,
    aliases: [],
    turns: [],
    derivedTurns: 0,
    texts: [],
    calls: [],
    review: null,
    outside: false,
    ownCommands: 0,
    answer: null,
  };
}

/** The state as it was stored; a damaged one or one of another version begins anew. */
export function readState(stored: string | null): CodexState {
  if (stored === null) return newState();
  try {
    const parsed = CodexState.safeParse(JSON.parse(stored));
    return parsed.success ? parsed.data : newState();
  } catch {
    return newState();
  }
}

/** Keeps a call until its output comes; the oldest make room. */
export function holdCall(state: CodexState, call: WaitingCall): void {
  const held = state.calls.reduce((sum, { size }) => sum + size, 0);
  const fits = held + call.size <= HELD_ARGUMENTS;
  state.calls.push(fits ? call : { ...call, call: null, size: 0 });
  if (state.calls.length > WAITING_CALLS) state.calls.shift();
}

export function waitingCall(state: CodexState, id: string | undefined): WaitingCall | undefined {
  return id === undefined ? undefined : state.calls.find((call) => call.id === id);
}

export function rememberTurn(state: CodexState, key: string): void {
  state.turns.push({ key, prompts: 0 });
  if (state.turns.length > RECENT_TURNS) state.turns.shift();
}

export function rememberAlias(state: CodexState, id: string, key: string): void {
  state.aliases.push({ id, key });
  if (state.aliases.length > RECENT_TURNS) state.aliases.shift();
}

/** How often each form of a text was seen in this turn. */
export function countedText(state: CodexState, text: string): z.infer<typeof CountedText> {
  const known = state.texts.find((counted) => counted.text === text);
  if (known !== undefined) return known;
  const counted = { text, item: 0, response: 0 };
  state.texts.push(counted);
  if (state.texts.length > COUNTED_TEXTS) state.texts.shift();
  return counted;
}

/**
 * How many turns of ours are the newest `prompts` prompts: a turn may hold several of them (one sent while the agent
 * worked), or none (a compaction). A turn of which only a part was taken back stays.
 */
export function takeBack(state: CodexState, prompts: number): number {
  let left = prompts;
  let turns = 0;
  while (left > 0) {
    const newest = state.turns.at(-1);
    // Older than what is remembered: one turn for each prompt.
    if (newest === undefined) return turns + left;
    if (newest.prompts > left) return turns;
    left -= newest.prompts;
    turns += 1;
    state.turns.pop();
  }
  return turns;
}
