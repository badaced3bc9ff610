/**
 * A proxy on 127.0.0.1 that adds headers to each request and changes nothing else: for clients that cannot be given a
 * token. Host and Origin go through as they were sent, so that what the server says to them is seen.
 */
import { createServer, request } from 'node:http';

/** @returns its address for `url`, and how to end it */
export async function headerProxy(url, headers) {
  const target = new URL(url);
  const server = createServer((incoming, answer) => {
    const { method, url: path } = incoming;
    const options = {
      host: target.hostname,
      port: target.port,
      method,
      path,
      headers: { ...incoming.headers, ...headers },
    };
    const outgoing = request(options, (response) => {
      answer.writeHead(response.statusCode, response.rawHeaders);
      // A stream that has begun is shown to the client before its first event.
      answer.flushHeaders();
      response.pipe(answer);
      response.once('error', () => answer.destroy());
    });
    outgoing.once('error', () => answer.destroy());
    answer.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = new URL(target);
  here.port = server.address().port;
  return {
    url: here.href,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
