/**
 * The JSON object in what a model has written: alone, in a code fence, or among words. One pass, whatever the length:
 * a model may answer with ten megabytes of anything.
 */

export type FirstObject =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  /** `truncated`: an object begins and does not end. */
  | { readonly ok: false; readonly truncated: boolean };

/** Braces that balance and are no JSON: each costs an error, 10 µs. */
const MOST_TRIES = 10_000;
/** How an object begins: a name or nothing. */
const MAY_BEGIN = /^\{\s*(?:["}]|$)/;

/** What a thinking model has thought before it answered, where its server leaves that in the text. */
const THOUGHT = /^\s*<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/i;
const FENCE = /^(?:`{3,}|~{3,})/;

/** The text without a thought before it and a code fence around it. */
export function withoutFence(text: string): string {
  const said = text.replace(THOUGHT, '').trim();
  const fence = FENCE.exec(said)?.[0];
  const begin = said.indexOf('\n');
  if (fence === undefined || begin < 0 || !said.endsWith(fence)) return said;
  return said.slice(begin + 1, -fence.length).trim();
}

/** The first balanced `{…}` that is JSON. Braces in strings do not count; what balances and is no JSON is passed over. */
export function firstObject(text: string): FirstObject {
  const said = withoutFence(text);
  const whole = parsed(said);
  if (whole !== null) return { ok: true, value: whole };
  let tries = 0;
  for (let from = said.indexOf('{'); from >= 0 && tries < MOST_TRIES; ) {
    const end = endOfObject(said, from);
    if (end === null) return { ok: false, truncated: true };
    if (MAY_BEGIN.test(said.slice(from, from + 100))) {
      const value = parsed(said.slice(from, end));
      if (value !== null) return { ok: true, value };
      tries += 1;
    }
    from = said.indexOf('{', end);
  }
  return { ok: false, truncated: false };
}

/** The place after the brace that closes the one at `from`, or null where none does. */
function endOfObject(text: string, from: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    if (inString) {
      if (letter === BACKSLASH) at += 1;
      else if (letter === QUOTE) inString = false;
    } else if (letter === QUOTE) inString = true;
    else if (letter === OPEN) depth += 1;
    else if (letter === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
