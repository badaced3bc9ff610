/**
 * What a client's hook hands to a command on a prompt: JSON with the prompt, from stdin or from a file. A client may
 * leave the pipe open, or open one and write nothing: the wait has an end.
 */
import { readFile, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { messageOf, UserInputError } from '../model/errors.ts';
import type { Io } from './io.ts';

/** What the hooks take too. */
const MOST_BYTES = 64 * 1024 * 1024;
const PATIENCE_MS = 2_000;
const OBJECT_END = '}';

const Payload = z.object({
  prompt: z.string().catch(''),
  cwd: z.string().min(1).optional().catch(undefined),
  session_id: z.string().min(1).optional().catch(undefined),
});
export type PromptPayload = z.infer<typeof Payload>;

/** @throws UserInputError for what is no JSON object, is too long, or does not come. */
export async function payloadFrom(stdin: Io['stdin'], patienceMs = PATIENCE_MS): Promise<PromptPayload> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A stream that is destroyed ends the loop and lets the process end.
  const timer = setTimeout(() => {
    if (stdin instanceof Readable) stdin.destroy();
  }, patienceMs);
  try {
    for await (const chunk of stdin) {
      const buffer = Buffer.from(chunk);
      chunks.push(buffer);
      bytes += buffer.length;
      if (bytes > MOST_BYTES) throw wrong('The payload is too long');
      // Nobody need close the pipe behind a payload that is whole.
      if (buffer.toString('latin1').trimEnd().endsWith(OBJECT_END)) {
        const whole = parsed(Buffer.concat(chunks).toString('utf8'));
        if (whole !== null) return whole;
      }
    }
  } catch (error) {
    if (error instanceof UserInputError) throw error;
    throw wrong('There is no whole payload', messageOf(error));
  } finally {
    clearTimeout(timer);
  }
  return required(Buffer.concat(chunks).toString('utf8'));
}

/** @param remove the file is the client's, and goes when it is read */
export async function payloadIn(path: string, remove: boolean): Promise<PromptPayload> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
    if (remove) await rm(path, { force: true });
  } catch (error) {
    throw wrong('The payload cannot be read', messageOf(error));
  }
  return required(text);
}

function required(text: string): PromptPayload {
  const payload = parsed(text);
  if (payload === null)
    throw wrong(text.trim() === '' ? 'There is no payload' : 'The payload is no JSON object');
  return payload;
}

function parsed(text: string): PromptPayload | null {
  try {
    const read = Payload.safeParse(JSON.parse(text.replace(/^\uFEFF/, '')));
    return read.success ? read.data : null;
  } catch {
    // Not JSON, or not all of it yet: whoever asked says so.
    return null;
  }
}

function wrong(what: string, why?: string): UserInputError {
  return new UserInputError({
    what,
    ...(why === undefined ? {} : { why }),
    next: 'Send the JSON that a client gives to its hook on a prompt, or give the request by --query',
  });
}
