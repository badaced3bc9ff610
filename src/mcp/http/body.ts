/**
 * Reads the JSON body of a request: never more than is allowed, whether or not its length was announced, and never
 * more at once than this process can hold, however many send at the same time.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { CODES, errorBody, Refusal, tryAgain } from './refusal.ts';

/** All bodies together that are being read or worked on. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;
/** What is still read of a body that is too large, so that its sender sees the answer instead of a broken pipe. */
const LINGER_BYTES = 8 * 1024 * 1024;
const LINGER_MS = 1000;

export class BodyTooLarge extends Error {}

/** The client went before it had sent everything, or was too slow: there is nobody to answer. */
export class ClientLeft extends Error {}

/** Bytes that are held; `release` when the request is over. */
export class BodyRoom {
  #held = 0;

  get held(): number {
    return this.#held;
  }

  /** @throws Refusal 503 when there is no more room */
  hold(bytes: number): void {
    if (this.#held + bytes > MOST_HELD_BYTES)
      throw new Refusal({
        status: 503,
        message: 'Too much is being sent at once. Send the request again.',
        headers: tryAgain(1000),
      });
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}

/** @throws Refusal 415 for what is not JSON as it stands */
export function requireJson({ headers }: IncomingMessage): void {
  if (!isJsonContentType(headers['content-type']))
    throw new Refusal({ status: 415, message: 'Send the message as Content-Type: application/json.' });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new Refusal({ status: 415, message: 'Send the message without Content-Encoding.' });
}

export type ReadBody = { readonly value: unknown; readonly bytes: number };

/**
 * The bytes stay held in `room`; whoever gets the answer releases them.
 * @throws BodyTooLarge, ClientLeft; Refusal 400 for what is no JSON, and 503 where there is no room
 */
export async function readBody(
  req: IncomingMessage,
  { mostBytes, room }: { readonly mostBytes: number; readonly room: BodyRoom },
): Promise<ReadBody> {
  if (Number(req.headers['content-length'] ?? 0) > mostBytes) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      if (bytes + piece.length > mostBytes) throw new BodyTooLarge();
      room.hold(piece.length);
      bytes += piece.length;
      chunks.push(piece);
    }
    return { value: parsed(Buffer.concat(chunks)), bytes };
  } catch (error) {
    room.release(bytes);
    if (error instanceof Refusal || error instanceof BodyTooLarge) throw error;
    throw new ClientLeft('the client has left', { cause: error });
  }
}

/** Says 413 and closes the connection, but lets the sender finish first where that is not too much. */
export async function refuseTooLarge(
  req: IncomingMessage,
  res: ServerResponse,
  mostBytes: number,
): Promise<number> {
  const message = `The message is larger than ${mostBytes} bytes (max_body_bytes in [http] of config.toml).`;
  const body = errorBody(CODES.general, message, null);
  const bytes = Buffer.byteLength(body);
  res.writeHead(413, { 'content-type': 'application/json', 'content-length': bytes, connection: 'close' });
  res.write(body);
  await drained(req);
  res.end();
  return bytes;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal({
      status: 400,
      code: CODES.parse,
      message: 'Parse error: the message is not valid JSON in UTF-8.',
    });
  }
}

function drained(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = LINGER_BYTES;
    const timer = setTimeout(done, LINGER_MS);
    function done(): void {
      clearTimeout(timer);
      req.pause();
      resolve();
    }
    if (req.readableEnded || req.destroyed) return done();
    req.once('end', done);
    req.once('close', done);
    req.once('error', done);
    req.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) done();
    });
  });
}
