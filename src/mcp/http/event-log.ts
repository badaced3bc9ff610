/**
 * What was sent last on the streams of one session, so that a client whose connection broke gets the rest
 * (Last-Event-ID of the protocols up to 2025-11-25). Bounded: an answer that is older is lost with its connection.
 */
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';
import {
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
  parseJSONRPCMessage,
} from '@modelcontextprotocol/server';

const MOST_EVENTS = 64;
const MOST_CHARACTERS = 256 * 1024;

/** `text` is empty for the event that only opens a stream. */
type Kept = { readonly stream: string; readonly text: string };

export class EventLog implements EventStore {
  /** By their ids, which count up; oldest first. */
  readonly #kept = new Map<string, Kept>();
  /**
   * The newest event of each stream on which more will come. It stays, however many calls lie between: it is what a
   * client goes on from, and one whose event is not known any more gives its stream up.
   */
  readonly #newest = new Map<string, string>();
  #characters = 0;
  #last = 0;

  get size(): number {
    return this.#kept.size;
  }

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#last += 1;
    const id = String(this.#last);
    const text = 'jsonrpc' in message ? JSON.stringify(message) : '';
    this.#kept.set(id, { stream, text });
    this.#characters += text.length;
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) this.#newest.delete(stream);
    else this.#newest.set(stream, id);
    for (const [old, { stream: its, text: gone }] of this.#kept) {
      // The newest stays, however long it is.
      if (old === id || (this.#kept.size <= MOST_EVENTS && this.#characters <= MOST_CHARACTERS)) break;
      if (this.#newest.get(its) === old) continue;
      this.#kept.delete(old);
      this.#characters -= gone.length;
    }
    return id;
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#kept.get(id)?.stream;
  }

  /** @throws Error for an event that is not kept any more; the transport has asked for its stream before */
  async replayEventsAfter(
    last: string,
    { send }: { readonly send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const stream = this.#kept.get(last)?.stream;
    if (stream === undefined) throw new Error('the event is not kept any more');
    let isAfter = false;
    for (const [id, kept] of [...this.#kept]) {
      if (isAfter && kept.stream === stream && kept.text !== '')
        await send(id, parseJSONRPCMessage(JSON.parse(kept.text)));
      if (id === last) isAfter = true;
    }
    return stream;
  }

  clear(): void {
    this.#kept.clear();
    this.#newest.clear();
    this.#characters = 0;
  }
}
