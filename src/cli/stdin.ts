/** Text from stdin, bounded: nobody means to remember an endless stream. */
import { UserInputError } from '../model/errors.ts';
import type { Io } from './io.ts';

/** @throws UserInputError for more than `most` bytes, or for bytes that are no UTF-8 text. */
export async function readText(stdin: Io['stdin'], most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > most)
      throw new UserInputError({
        what: `stdin holds more than ${most} bytes`,
        next: 'Send the essence, or several facts one by one',
      });
    chunks.push(buffer);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new UserInputError({ what: 'stdin is not UTF-8 text', next: 'Send text' }, { cause });
  }
}
