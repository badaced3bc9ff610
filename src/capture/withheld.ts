/**
 * What is known of sessions and turns of which nothing is kept yet. A session that was only spoken in while capture
 * was paused, or only in excluded folders, leaves no row: its facts wait here for the first message that is kept.
 */
import * as z from 'zod';
import type { Captured } from './adapter.ts';
import { isRecord } from './read-json.ts';

type Of<Type extends Captured['type']> = Extract<Captured, { type: Type }>;
export type Facts = Of<'session'>;
export type Turn = Of<'turn'>;
/** What belongs to a session beside its messages and turns. */
export type Tie = Of<'hop'> | Of<'link'> | Of<'rewind-at'>;

/** Sessions of one file that go on side by side. One that is forgotten is met again without its facts. */
const SESSIONS = 256;
const TURNS = 64;
const TIES = 64;

const isOf =
  (...types: readonly string[]) =>
  (value: unknown): boolean =>
    isRecord(value) &&
    typeof value.type === 'string' &&
    types.includes(value.type) &&
    typeof value.session === 'string';
const HeldTurn = z.object({
  turn: z.custom<Turn>(isOf('turn')),
  place: z.number(),
  /** A turn that is kept stands after it. */
  buried: z.boolean(),
});
type HeldTurn = z.infer<typeof HeldTurn>;
const Held = z.object({
  facts: z.custom<Facts>(isOf('session')).nullable(),
  ties: z.array(z.custom<Tie>(isOf('hop', 'link', 'rewind-at'))),
  turns: z.array(HeldTurn),
});
type Held = z.infer<typeof Held>;

export const SavedWithheld = z.object({
  told: z.array(z.string()),
  held: z.array(z.tuple([z.string(), Held])),
});

export class Withheld {
  readonly #told: Set<string>;
  readonly #held: Map<string, Held>;

  constructor(saved: z.infer<typeof SavedWithheld>) {
    this.#told = new Set(saved.told);
    this.#held = new Map(saved.held);
  }

  /** True for a session of which something was kept. */
  isTold(session: string): boolean {
    return this.#told.has(session);
  }

  facts(facts: Facts): void {
    const held = this.#of(facts.session);
    const known = held.facts;
    held.facts = {
      ...facts,
      nature: known?.nature ?? facts.nature,
      cwd: known?.cwd ?? facts.cwd,
      startedAt: known?.startedAt ?? facts.startedAt,
      title: facts.title ?? known?.title ?? null,
    };
  }

  tie(tie: Tie): void {
    const held = this.#of(tie.session);
    held.ties = [...held.ties, tie].slice(-TIES);
  }

  turn(turn: Turn, place: number): void {
    const held = this.#of(turn.session);
    const others = held.turns.filter((known) => known.turn.key !== turn.key);
    held.turns = [...others, { turn, place, buried: false }].slice(-TURNS);
  }

  /** What was held of a session that something is kept of now; null when it was told before. */
  tell(session: string): { readonly facts: Facts; readonly ties: Held['ties'] } | null {
    if (this.#told.has(session)) return null;
    this.#told.add(session);
    trim(this.#told, SESSIONS);
    const held = this.#held.get(session);
    const facts = held?.facts ?? {
      type: 'session',
      session,
      nature: null,
      cwd: null,
      startedAt: null,
      title: null,
    };
    const ties = held?.ties ?? [];
    if (held !== undefined) {
      held.facts = null;
      held.ties = [];
      if (held.turns.length === 0) this.#held.delete(session);
    }
    return { facts, ties };
  }

  /** The turn, when it was held: something of it is kept now. */
  tellTurn(session: string, key: string): Pick<HeldTurn, 'turn' | 'place'> | null {
    const held = this.#held.get(session);
    const found = held?.turns.find(({ turn }) => turn.key === key);
    if (held === undefined || found === undefined) return null;
    held.turns = held.turns.filter((turn) => turn !== found);
    this.bury(session);
    return found;
  }

  /** A turn of the session is kept: those that are held stand before it. */
  bury(session: string): void {
    for (const turn of this.#held.get(session)?.turns ?? []) turn.buried = true;
  }

  /** Takes back the newest turns; returns how many of them are not held, but kept. */
  rewind(session: string, turns: number): number {
    const held = this.#held.get(session);
    let left = turns;
    while (held !== undefined && left > 0 && held.turns.at(-1)?.buried === false) {
      held.turns.pop();
      left -= 1;
    }
    return left;
  }

  save(): z.infer<typeof SavedWithheld> {
    return { told: [...this.#told], held: [...this.#held] };
  }

  #of(session: string): Held {
    const held = this.#held.get(session) ?? { facts: null, ties: [], turns: [] };
    this.#held.delete(session);
    this.#held.set(session, held);
    trim(this.#held, SESSIONS);
    return held;
  }
}

function trim(held: { readonly size: number } & (Map<string, Held> | Set<string>), most: number): void {
  for (const key of held.keys()) {
    if (held.size <= most) return;
    held.delete(key);
  }
}
