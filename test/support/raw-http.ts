/** Bytes as they are written here, to a port of this machine: no client puts a request right on its way. */
import { connect } from 'node:net';
import { afterThisTest } from './cleanup.ts';

export type RawAnswer = {
  /** 0 = the connection was ended without an answer. */
  readonly status: number;
  readonly text: string;
};

/** Sends, and reads until the server ends the connection or, where it keeps it, one answer is whole. */
export function sendRaw(
  port: number,
  parts: string | Buffer | readonly (string | Buffer)[],
): Promise<RawAnswer> {
  const pieces = Array.isArray(parts) ? parts : [parts];
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    afterThisTest(() => void socket.destroy());
    let text = '';
    const done = (): void => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (isWhole(text)) done();
    });
    socket.once('end', done);
    socket.once('close', done);
    // What the server closes while more is on its way is reset: what came before counts.
    socket.on('error', done);
    for (const piece of pieces) socket.write(piece);
  });
}

/** As long as its head says. */
function isWhole(text: string): boolean {
  const at = text.indexOf('\r\n\r\n');
  if (at === -1) return false;
  const length = /^content-length: (\d+)$/im.exec(text.slice(0, at))?.[1];
  if (length !== undefined) return text.length - at - 4 >= Number(length);
  return text.endsWith('\r\n0\r\n\r\n');
}
