/** The lines of a growing file, with their byte offsets, in constant memory. */
import { isUtf8 } from 'node:buffer';

/** An open file: a handle of this thread, or another thread's by its descriptor. */
export type ReadableFile = {
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
  readonly stat: () => Promise<{ readonly size: number }>;
};

export type Line = {
  /** From 1, in the whole file. */
  readonly number: number;
  /** Bytes; `end` is after the newline. */
  readonly start: number;
  readonly end: number;
  /** Null for a line longer than the limit: it is passed over without being held. */
  readonly text: string | null;
  readonly bytes: number;
  /** Bytes that were no UTF-8 were replaced. */
  readonly repaired: boolean;
  /** False for what stands after the last newline. */
  readonly complete: boolean;
};

const CHUNK = 1 << 20;
const NEWLINE = 10;

/**
 * Yields the lines of one chunk at a time, so that the reader pays no promise a line. `from.line` is the number of the
 * last line that stands before the offset, whole or in part: what completes it has the same number.
 */
export async function* linesOf(
  file: ReadableFile,
  from: { readonly offset: number; readonly line: number },
  maxBytes: number,
): AsyncGenerator<readonly Line[]> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = from.offset;
  let number = (await isWithinLine(file, from.offset)) ? Math.max(0, from.line - 1) : from.line;
  const take = (last: Buffer, complete: boolean): Line => {
    const bytes = heldBytes + last.length;
    const tooLong = bytes > maxBytes;
    const buffer = tooLong ? null : held.length === 0 ? last : Buffer.concat([...held, last]);
    const line: Line = {
      number: ++number,
      start,
      end: start + bytes + (complete ? 1 : 0),
      text: buffer === null ? null : buffer.toString('utf8'),
      bytes,
      repaired: buffer !== null && !isUtf8(buffer),
      complete,
    };
    start = line.end;
    held = [];
    heldBytes = 0;
    return line;
  };
  // No more than the file has left: most transcripts are far smaller than a chunk.
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK, size - from.offset + 1)));
  for (let position = from.offset; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    const lines: Line[] = [];
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE, at); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      lines.push(take(chunk.subarray(at, end), true));
      at = end + 1;
    }
    if (at < chunk.length) {
      const rest = chunk.subarray(at);
      heldBytes += rest.length;
      // Past the limit only the length is counted: the bytes are let go.
      if (heldBytes <= maxBytes) held.push(Buffer.from(rest));
      else held = [];
    }
    if (lines.length > 0) yield lines;
  }
  if (heldBytes > 0) {
    yield [take(Buffer.alloc(0), false)];
  }
}

/** True when the line before `offset` was taken without its newline, which had not been written yet. */
async function isWithinLine(file: ReadableFile, offset: number): Promise<boolean> {
  if (offset === 0) return false;
  const before = Buffer.alloc(1);
  const { bytesRead } = await file.read(before, 0, 1, offset - 1);
  return bytesRead === 1 && before[0] !== NEWLINE;
}
