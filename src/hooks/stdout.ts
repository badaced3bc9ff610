/** Prints an answer without the streams of Node, which take longer to load than most hooks do to run. */
import { writeSync } from 'node:fs';
import { codeOf } from '../model/errors.ts';

/** Somebody who reads slowly is tried again after this long, and given up after that long. */
const PAUSE_MS = 2;
const MOST_MS = 200;
const STDOUT = 1;

export type Write = (file: number, bytes: Buffer, from: number) => number;

/** Resolves when everything is out, or nobody takes it: a client that has closed the pipe wants no answer any more. */
export async function printNow(text: string, write: Write = writeSync): Promise<void> {
  const bytes = Buffer.from(text);
  const began = performance.now();
  for (let at = 0; at < bytes.length; ) {
    try {
      at += write(STDOUT, bytes, at);
    } catch (error) {
      // A pipe that does not wait is full.
      if (codeOf(error) !== 'EAGAIN' || performance.now() - began > MOST_MS) return;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}
