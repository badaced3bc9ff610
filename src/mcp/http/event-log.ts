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

/** Of streams that go on, and as many of those that are answered. */
const MOST_EVENTS = 64;
const MOST_CHARACTERS = 256 * 1024;

/** `text` is empty for the event that only opens a stream. */
type Kept = { readonly stream: string; readonly text: string };

export class EventLog implements EventStore {
  /** By their ids, which count up; oldest first. */
  readonly #kept = new Map<string, Kept>();
  /** Streams on which more will come: a session's own one, and those of calls that run. */
  readonly #going = new Set<string>();
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
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) this.#going.delete(stream);
    else this.#going.add(stream);
    this.#trim(id);
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
    this.#going.clear();
    this.#characters = 0;
  }

  /**
   * What goes on is kept apart from what is answered: however many calls lie between, a client that comes back names an
   * event that is known, and does not give its stream up. The newest stays, however long it is.
   */
  #trim(newest: string): void {
    for (const isGoing of [false, true]) {
      const kept = [...this.#kept].filter(
        ([id, { stream }]) => id !== newest && this.#going.has(stream) === isGoing,
      );
      for (const [at, [id, { text }]] of kept.entries()) {
        if (kept.length - at < MOST_EVENTS && this.#characters <= MOST_CHARACTERS) break;
        this.#kept.delete(id);
        this.#characters -= text.length;
      }
    }
  }
}
