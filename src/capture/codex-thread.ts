/**
 * The thread that a rollout tells of, while it is read: its session, the running turn, and the keys under which the
 * several records of one thing meet.
 */
import { createHash } from 'node:crypto';
import type { MessageKind, Role, Speaker } from '../model/message.ts';
import type { Block, Captured, CapturedMessage, SourceFile } from './adapter.ts';
import { type CodexState, countedText, rememberAlias, rememberTurn, waitingCall } from './codex-state.ts';
import { readsOutside } from './codex-tools.ts';

/** The two forms in which most things stand in a rollout. */
export type Form = 'item' | 'response';

const FILE_NAME =
  /^rollout-.*?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(_[0-9a-f-]{36})?\.jsonl$/;

export type Said = {
  readonly key: string | null;
  readonly turn: string | null;
  readonly grade: 0 | 1 | 2;
  readonly content: unknown;
  readonly role: Role;
  readonly by: Speaker;
  readonly blocks: readonly Block[];
  readonly kind?: MessageKind;
  readonly author?: string | null;
  readonly meta?: Readonly<Record<string, unknown>>;
};

export type Ran = Pick<Said, 'key' | 'turn' | 'grade' | 'content' | 'blocks' | 'meta'> & {
  readonly tool: string | null;
  readonly callId: string | null;
  readonly outside?: boolean;
};

export class CodexThread {
  readonly state: CodexState;
  readonly file: { readonly session: string | null; readonly segment: boolean };
  /** Of the record in hand, in epoch milliseconds. */
  at: number | null = null;
  #captured: Captured[] = [];

  constructor(file: SourceFile, state: CodexState) {
    const name = FILE_NAME.exec(
      file.path.slice(Math.max(file.path.lastIndexOf('/'), file.path.lastIndexOf('\\')) + 1),
    );
    this.file = { session: name?.[1] ?? null, segment: name?.[2] !== undefined };
    this.state = state;
  }

  take(): readonly Captured[] {
    const captured = this.#captured;
    this.#captured = [];
    return captured;
  }

  push(captured: Captured): void {
    if (!this.state.told && captured.type !== 'unusable') this.#pushSession();
    this.#captured.push(captured);
  }

  /** The session's id; a file whose first line is missing still has it in its name. Null = nobody can tell. */
  session(): string | null {
    if (this.state.session === null && this.file.session !== null) {
      this.state.session = this.file.session;
      this.state.origin = this.file.session;
      this.tellSession();
    }
    return this.state.session;
  }

  /**
   * Tells of the session, or of what is new about it. Without a directory that waits for the next thing told: early
   * rollouts name it in a message, and a session keeps the project that it was first told with.
   */
  tellSession(): void {
    if (this.state.told || this.state.cwd !== null) this.#pushSession();
  }

  #pushSession(): void {
    const { session, nature, cwd, startedAt, title } = this.state;
    if (session === null) return;
    this.state.told = true;
    this.#captured.push({ type: 'session', session, nature, cwd, startedAt, title });
  }

  /** The key of the turn that a record belongs to, by the client's id where it has one, else the running turn. */
  turn(id: string | undefined): string | null {
    const { state } = this;
    if (id === undefined) return state.turn?.key ?? null;
    const alias = state.aliases.find((known) => known.id === id);
    if (alias !== undefined) return alias.key;
    if (state.turn?.key === id || state.turns.some(({ key }) => key === id)) return id;
    if (state.review !== null) return this.#bind(id, state.review);
    if (state.turn?.derived === true && !state.turn.bound) {
      state.turn.bound = true;
      return this.#bind(id, state.turn.key);
    }
    // While a turn runs, a record of another one is late: a background command that has ended now.
    if (state.turn?.open === true) this.#tellTurn(id, null);
    else this.begin(id);
    return id;
  }

  /**
   * The client starts a turn. A review's own turn, in a thread of its own, is told in the middle of the turn that
   * asked for the review; `parent` says so (undefined where rollouts do not tell). Any other turn ends a review that
   * was cut off.
   */
  start(id: string, parent?: string | null): void {
    const { state } = this;
    const { review } = state;
    if (review !== null && id !== review) {
      const first = !state.aliases.some(({ key }) => key === review);
      if (parent === review || (parent === undefined && first)) {
        this.turn(id);
        return;
      }
      state.review = null;
    }
    if (state.turn?.key !== id) this.begin(id);
    if (state.turn !== null) state.turn.open = true;
  }

  /** The client ends a turn. */
  end(id: string | undefined): void {
    const { turn } = this.state;
    if (turn === null || (id !== undefined && id !== turn.key)) return;
    turn.open = false;
    this.state.review = null;
  }

  begin(key: string, derived = false): void {
    const { state } = this;
    state.turn = { key, derived, open: !derived, bound: false, cwd: state.cwd };
    state.texts = [];
    state.outside = false;
    state.ownCommands = 0;
    if (!state.turns.some((turn) => turn.key === key)) rememberTurn(state, key);
    this.#tellTurn(key, this.at);
  }

  /** The directory that the running turn works in. */
  moveTurn(cwd: string): void {
    const { turn } = this.state;
    if (turn === null || turn.cwd === cwd) return;
    turn.cwd = cwd;
    this.#tellTurn(turn.key, null);
  }

  /**
   * The turn of a prompt. Rollouts without turn ids have a turn for each prompt, begun by whichever form of it
   * comes first.
   */
  promptTurn(id: string | undefined, said: string, form: Form): string | null {
    const { state } = this;
    if (id !== undefined || state.review !== null) return this.turn(id);
    if (state.turn !== null) {
      const seen = countedText(state, textName('user', said));
      const other = form === 'item' ? seen.response : seen.item;
      if (state.turn.open || other > seen[form]) return state.turn.key;
    }
    state.derivedTurns += 1;
    const key = `${state.origin}/${state.derivedTurns}`;
    this.begin(key, true);
    return key;
  }

  /** A key by turn and the client's id; null without an id. */
  key(turn: string | null, id: string | undefined): string | null {
    return id === undefined ? null : `${this.#scope(turn)}|${id}`;
  }

  /** A key by turn, text, and how often this form of the text was there: the same for both forms. */
  textKey(turn: string | null, what: string, said: string, form: Form): string {
    const seen = countedText(this.state, textName(what, said));
    const place = seen[form];
    seen[form] += 1;
    if (what === 'user' && seen[form] > (form === 'item' ? seen.response : seen.item))
      this.#countPrompt(turn);
    return `${this.#scope(turn)}|${what}|${sha256(said)}|${place}`;
  }

  say(said: Said): void {
    this.#message({
      ...said,
      kind: said.kind ?? 'said',
      author: said.author ?? null,
      tool: null,
      callIds: [],
      outside: false,
    });
  }

  run(ran: Ran): void {
    const tool = ran.tool;
    this.#message({
      ...ran,
      role: 'tool',
      by: 'tool',
      kind: 'said',
      author: null,
      callIds: ran.callId === null ? [] : [ran.callId],
      outside: ran.outside ?? (tool !== null && readsOutside(tool)),
    });
  }

  /** Another thread that this one started, with the call that did it. */
  spawned(child: string, callId: string): void {
    const { session, cwd } = this.state;
    if (session === null || child === session || cwd === null) return;
    this.push({ type: 'session', session: child, nature: 'subagent', cwd, startedAt: null, title: null });
    this.push({ type: 'link', session: child, kind: 'spawned_by', to: session, callId });
  }

  /** The call that waits under this id. */
  waiting(id: string | undefined) {
    return waitingCall(this.state, id);
  }

  #message(
    message: Omit<CapturedMessage, 'parentKey' | 'turnKey' | 'at' | 'cwd' | 'meta'> &
      Pick<Said, 'turn' | 'meta'>,
  ): void {
    const { session } = this.state;
    if (session === null) return;
    const { turn, meta, ...rest } = message;
    this.push({
      type: 'message',
      session,
      message: { ...rest, parentKey: null, turnKey: turn, at: this.at, cwd: null, meta: meta ?? {} },
    });
  }

  #bind(id: string, key: string): string {
    rememberAlias(this.state, id, key);
    return key;
  }

  /** `at` null = a turn that was told before: only its directory is new. */
  #tellTurn(key: string, at: number | null): void {
    const { session, branch, commit, turn } = this.state;
    if (session === null) return;
    const running = turn?.key === key;
    this.push({
      type: 'turn',
      session,
      key,
      at,
      cwd: running ? turn.cwd : null,
      branch: running ? branch : null,
      commit: running ? commit : null,
      parentKey: null,
    });
  }

  #scope(turn: string | null): string {
    return turn ?? this.state.origin;
  }

  #countPrompt(turn: string | null): void {
    const known = this.state.turns.find(({ key }) => key === turn);
    if (known !== undefined) known.prompts += 1;
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 64 bits tell the texts of one turn apart. */
function textName(what: string, said: string): string {
  return `${what}:${sha256(said).slice(0, 16)}`;
}

/** Facts without those that are not there. */
export function known(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== null),
  );
}
