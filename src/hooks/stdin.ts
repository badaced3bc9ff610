/**
 * Reads a payload from stdin. A client may leave the pipe open, or open one and write nothing: what has come in is
 * taken as soon as it is a whole JSON object, and the wait has an end.
 */

export type StdinLimits = {
  readonly ms: number;
  readonly bytes: number;
};

export type FromStdin = { readonly text: string } | { readonly wrong: 'endless' | 'too long' };

/** Without further bytes for this long, what is there is tried. */
const QUIET_MS = 15;
/** When the time is over, somebody who writes still goes on as long as something comes within this time. */
const LATE_MS = 50;
const OBJECT_END = '}'.charCodeAt(0);

export function readStdin(
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; unref?: () => unknown },
  { ms, bytes: most }: StdinLimits,
): Promise<FromStdin> {
  // A person at a terminal: nobody is going to write a payload.
  if (stdin.isTTY === true) return Promise.resolve({ text: '' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let quiet: NodeJS.Timeout | undefined;
    const end = (answer: FromStdin): void => {
      clearTimeout(quiet);
      clearTimeout(deadline);
      stdin.removeAllListeners('data');
      stdin.pause();
      resolve(answer);
    };
    const whole = (): string => Buffer.concat(chunks).toString('utf8');
    const tryNow = (): void => {
      const last = chunks.at(-1);
      if (last === undefined || !endsObject(last)) return;
      const text = whole();
      if (isJson(text)) end({ text });
    };
    const over = (before: number): void => {
      // On a machine that is busy the time may be over before what is there was read once.
      if (length > before) deadline = setTimeout(over, LATE_MS, length);
      else {
        const text = whole();
        end(isJson(text) ? { text } : { wrong: 'endless' });
      }
    };
    let deadline = setTimeout(() => {
      deadline = setTimeout(over, LATE_MS, length);
    }, ms);
    stdin.on('data', (chunk: Buffer | string) => {
      const buffer = Buffer.from(chunk);
      length += buffer.length;
      if (length > most) return end({ wrong: 'too long' });
      chunks.push(buffer);
      clearTimeout(quiet);
      quiet = setTimeout(tryNow, QUIET_MS);
    });
    stdin.once('end', () => end({ text: whole() }));
    stdin.once('error', () => end({ text: whole() }));
  });
}

function endsObject(chunk: Buffer): boolean {
  for (let at = chunk.length - 1; at >= 0; at -= 1) {
    const byte = chunk[at] ?? 0;
    if (byte > 0x20) return byte === OBJECT_END;
  }
  return false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
