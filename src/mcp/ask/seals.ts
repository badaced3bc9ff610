/**
 * What is sent along with a form and comes back with its answer: signed with a key of this process, for one caller,
 * for some minutes, and for one use. Without it no answer counts, whoever sends it.
 */
import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** How long a person may take over a form, in seconds. */
const LIFE_SECONDS = 600;
/** Forms that are open at a time; beyond that the oldest is closed. */
const MOST_OPEN = 1000;

const Sealed = z.strictObject({
  nonce: z.string(),
  tool: z.string(),
  /** Hash of the call's arguments. */
  args: z.string(),
  /** The project that was chosen for this call in a form before. */
  project: z.string().nullable(),
  subject: z.discriminatedUnion('kind', [
    /** `shown`, `seal`: hashes of what was shown, and of what stood behind it. */
    z.strictObject({ kind: z.literal('approve'), id: z.string(), shown: z.string(), seal: z.string() }),
    z.strictObject({ kind: z.literal('which'), argument: z.string(), candidates: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('project'), candidates: z.array(z.string()) }),
  ]),
});
type Sealed = z.infer<typeof Sealed>;
export type Subject = Sealed['subject'];
export type Asked = Omit<Sealed, 'nonce'>;

export type Redeemed = { readonly asked: Asked } | { readonly refused: string };

export class Seals {
  readonly #key = randomBytes(32);
  readonly #lifeSeconds: number;
  readonly #mostOpen: number;
  /** Nonces of forms that are open, oldest first. */
  readonly #open = new Set<string>();

  constructor({ lifeSeconds = LIFE_SECONDS, mostOpen = MOST_OPEN } = {}) {
    this.#lifeSeconds = lifeSeconds;
    this.#mostOpen = mostOpen;
  }

  /** @param caller names who is asked: nobody else's answer counts */
  async mint(asked: Asked, caller: string, context: ServerContext): Promise<string> {
    const nonce = randomBytes(16).toString('base64url');
    this.#open.add(nonce);
    for (const oldest of this.#open) {
      if (this.#open.size <= this.#mostOpen) break;
      this.#open.delete(oldest);
    }
    return this.#codec(caller).mint({ nonce, ...asked }, context);
  }

  /** What was asked, once; or why this is no answer to it. */
  async redeem(state: unknown, caller: string, context: ServerContext): Promise<Redeemed> {
    if (typeof state !== 'string') return refused('it came without what was sent along with the form');
    let sealed: Sealed;
    try {
      sealed = Sealed.parse(await this.#codec(caller).verify(state, context));
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      if (why === 'expired') return refused('the time of the form was up');
      if (why === 'bind') return refused('the form was shown to another caller');
      return refused('this server has not sent such a form since it was started');
    }
    const { nonce, ...asked } = sealed;
    if (!this.#open.delete(nonce)) return refused('the form was answered or closed before');
    return { asked };
  }

  #codec(caller: string) {
    return createRequestStateCodec<Sealed>({
      key: this.#key,
      ttlSeconds: this.#lifeSeconds,
      bind: () => caller,
    });
  }
}

function refused(why: string): Redeemed {
  return { refused: why };
}
