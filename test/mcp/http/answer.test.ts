import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { writeResponse } from '../../../src/mcp/http/answer.ts';
import { afterThisTest } from '../../support/cleanup.ts';

/** A stream whose events and end come at once, as those of most calls do. */
function events(): Response {
  const body = new ReadableStream({
    start: (stream) => {
      for (const event of ['data: one\n\n', 'data: two\n\n']) stream.enqueue(new TextEncoder().encode(event));
      stream.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

// Node 24 writes the end of a body at once, and before it what is gathered only if it was let go.
it('the end of a stream comes behind everything that was gathered for it', async () => {
  const gathered: number[] = [];
  const server = createServer((_req, res) => {
    const { end } = res;
    Reflect.set(res, 'end', (...given: readonly unknown[]): unknown => {
      gathered.push(res.writableCorked);
      return Reflect.apply(end, res, given);
    });
    void writeResponse(res, events(), () => 'data: last\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect(await answer.text()).toBe('data: one\n\ndata: two\n\ndata: last\n\n');
  expect(gathered).toEqual([0]);
});
