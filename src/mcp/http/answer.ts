/** Writes a web-standard response to Node's: at the pace of its reader, and no longer than somebody reads. */
import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for so long is taken for gone: what is sent to it would pile up here. */
const STALLED_MS = 30_000;

/**
 * Answers with the number of bytes of the body. Never rejects: a broken stream ends the connection.
 * @param last what is added to the end of an event stream
 */
export async function writeResponse(
  res: ServerResponse,
  response: Response,
  last: () => string = () => '',
): Promise<number> {
  if (res.headersSent || res.destroyed) {
    await response.body?.cancel().catch(() => {});
    return 0;
  }
  const headers = Object.fromEntries(response.headers);
  if (response.body === null) {
    res.writeHead(response.status, { ...headers, 'content-length': '0' });
    res.end();
    return 0;
  }
  if (!(headers['content-type'] ?? '').startsWith('text/event-stream')) {
    const body = Buffer.from(await response.arrayBuffer());
    res.writeHead(response.status, { ...headers, 'content-length': body.length });
    res.end(body);
    return body.length;
  }
  gather(res);
  res.writeHead(response.status, headers);
  // The client waits for the headers of a stream on which nothing may come for long.
  res.flushHeaders();
  return pump(res, response.body, last);
}

async function pump(
  res: ServerResponse,
  body: ReadableStream<Uint8Array>,
  last: () => string,
): Promise<number> {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  res.once('close', stop);
  let bytes = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (res.destroyed) break;
      bytes += next.value.length;
      gather(res);
      if (!res.write(next.value)) await drained(res);
    }
    finish(res, last());
  } catch {
    // The stream has failed on our side: half an answer must not look like a whole one.
    res.destroy();
  } finally {
    res.off('close', stop);
  }
  return bytes;
}

/** Of what is still gathered Node 24 would write the end first: it goes out before, and in the same packet. */
function finish(res: ServerResponse, last: string): void {
  const { socket } = res;
  socket?.cork();
  while (res.writableCorked > 0) res.uncork();
  res.end(last);
  socket?.uncork();
}

/** What is written in one turn of the event loop goes out as one: most answers are three short events. */
function gather(res: ServerResponse): void {
  if (res.writableCorked > 0) return;
  res.cork();
  setImmediate(() => {
    if (!res.writableEnded) res.uncork();
  });
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => res.destroy(), STALLED_MS);
    const go = (): void => {
      clearTimeout(timer);
      res.off('drain', go);
      res.off('close', go);
      resolve();
    };
    res.once('drain', go);
    res.once('close', go);
  });
}
