/**
 * How a command of Codex ended. Its hook does not say, but the rollout already holds the command's record when the
 * hook runs, near its end: only that is read.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Read in steps: a record holds the command's whole output. */
const STEPS = [64 * 1024, 1024 * 1024, 8 * 1024 * 1024];

export type CommandEnd = { readonly exitCode: number; readonly output: string };

/** The exit status of the call, or null where the rollout does not hold it, or cannot be read. */
export function commandEnd(rollout: string, call: string): CommandEnd | null {
  let file: number;
  try {
    file = openSync(rollout, 'r');
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(file);
    for (const [at, step] of STEPS.entries()) {
      const found = within(tail(file, size, step), call);
      if (found !== null || size <= step || at === STEPS.length - 1) return found;
    }
    return null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

function tail(file: number, size: number, bytes: number): string {
  const buffer = Buffer.alloc(Math.min(size, bytes));
  const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
  return buffer.toString('utf8', 0, read);
}

/** The newest record first; a line whose beginning was not read is no JSON and is passed over. */
function within(text: string, call: string): CommandEnd | null {
  const id = JSON.stringify(call);
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    if (line.includes('CommandExecution') && line.includes(id)) {
      const found = ended(line, call);
      if (found !== null) return found;
    }
    end = start - 1;
  }
  return null;
}

function ended(line: string, call: string): CommandEnd | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const item = field(field(value, 'payload'), 'item');
  if (field(item, 'type') !== 'CommandExecution' || field(item, 'id') !== call) return null;
  const exitCode = field(item, 'exit_code');
  const output = field(item, 'aggregated_output');
  return typeof exitCode === 'number' ? { exitCode, output: typeof output === 'string' ? output : '' } : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
