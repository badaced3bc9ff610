/** One thing said or done is one message, whatever records tell of it and wherever reading was interrupted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codex } from '../../src/capture/codex.ts';
import { isRecord, list, record, text } from '../../src/capture/read-json.ts';
import { canonicalJson } from '../../src/text/canonical.ts';
import { capture, kept, type Rollout, rollouts, scenarios } from './codex-story.ts';

const all: Rollout[] = scenarios().flatMap((scenario) => rollouts(scenario));

/** Payloads of a type, in a rollout of any age. */
function payloads({ lines }: Rollout, ...types: string[]): unknown[] {
  return lines
    .map((line) => record(line, 'payload') ?? line)
    .filter((payload) => types.includes(text(payload, 'type') ?? ''));
}

describe.each(all.map((file) => [file.path.split('/').at(-1) ?? '', file] as const))('%s', (_, file) => {
  const messages = kept(capture(file).flat());

  it('has each call once, with its result where it has one', () => {
    const calls = messages.flatMap(({ message }) => message.callIds);
    expect(calls).toEqual([...new Set(calls)]);
    const made = payloads(file, 'function_call', 'custom_tool_call', 'local_shell_call', 'tool_search_call');
    for (const call of made) expect(calls).toContain(text(call, 'call_id'));
    const answered = payloads(file, 'function_call_output', 'custom_tool_call_output', 'tool_search_output');
    for (const output of answered) {
      const results = messages.filter(({ message }) =>
        message.blocks.some((block) => block.type === 'tool_result' && block.id === text(output, 'call_id')),
      );
      expect(results).toHaveLength(1);
    }
  });

  it('has each answer once, as often as the model gave it', () => {
    const given = payloads(file, 'message')
      .filter((payload) => text(payload, 'role') === 'assistant')
      .map((payload) =>
        list(payload, 'content')
          .map((part) => text(part, 'text'))
          .join(''),
      );
    const told = messages
      .filter(({ message }) => message.role === 'assistant' || message.kind === 'summary')
      .map(({ message }) => message.blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''))
      .filter((said) => said !== '');
    // Of a summary, the client's own words stand before the model's.
    for (const said of new Set(given)) {
      expect(told.filter((other) => other === said || other.endsWith(`\n${said}`))).toHaveLength(
        given.filter((other) => other === said).length,
      );
    }
  });

  it('has each prompt once', () => {
    const prompts = messages.filter(({ message }) => message.role === 'user' && message.kind === 'said');
    const keys = prompts.map(
      ({ message }) =>
        `${message.turnKey} ${canonicalJson(message.blocks.filter(({ type }) => type === 'text'))}`,
    );
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('never tells a final form twice in different words', () => {
    expect(messages.filter(({ revised }) => revised)).toEqual([]);
  });

  it('reads the same from any line on', () => {
    const whole = capture(file);
    expect(capture(file, () => true)).toEqual(whole);
    for (const at of file.lines.keys()) expect(capture(file, (line) => line === at)).toEqual(whole);
  });

  it('leaves a small state behind', () => {
    const reader = codex.open({ path: file.path, relative: file.path }, null);
    for (const [at, line] of file.lines.entries()) {
      reader.read(line, at + 1);
      expect(reader.state().length).toBeLessThan(4_000);
    }
  });
});

describe('a fork that copies', () => {
  it.each(['old-0.104.0-fork', 'old-0.147.0-fork'])(
    '%s repeats its parent under the same keys',
    (scenario) => {
      const [parent = [], fork = []] = rollouts(scenario).map((file) => kept(capture(file).flat()));
      const forms = (side: typeof parent) =>
        side.map(({ message }) => `${message.key} ${canonicalJson(message.content)}`);
      const known = new Set(forms(parent));
      const copied = forms(fork).filter((form) => known.has(form));
      const firstTurn = parent.filter(
        ({ message }) =>
          message.turnKey === null ||
          message.turnKey === parent.find(({ message: { turnKey } }) => turnKey !== null)?.message.turnKey,
      );
      expect(copied).toEqual(forms(firstTurn));
      expect(fork.length).toBeGreaterThan(copied.length);
    },
  );
});

/** A line with one value inside it replaced. */
function broken(line: unknown, path: readonly number[], junk: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return junk;
  if (Array.isArray(line) && line.length > 0) {
    return line.map((value, at) => (at === step % line.length ? broken(value, rest, junk) : value));
  }
  if (!isRecord(line)) return junk;
  const keys = Object.keys(line);
  const hit = keys[step % Math.max(keys.length, 1)];
  return Object.fromEntries(
    Object.entries(line).map(([key, value]) => [key, key === hit ? broken(value, rest, junk) : value]),
  );
}

describe('rubbish', () => {
  const lines = all.flatMap((file) => file.lines.map((line) => ({ line, file })));
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('', '__proto__', 'message', 'exec', '[{"type":"text"}]', '{"output":'),
  );

  it('never stops the reader, and what it captures can be sealed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(), path: fc.array(fc.nat(40), { maxLength: 6 }), junk }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(),
        (breaks, start) => {
          const from = start % lines.length;
          const some = lines.slice(from, from + 40).map(({ line }) => line);
          for (const { at, path, junk: value } of breaks) {
            const place = at % some.length;
            some[place] = broken(some[place], path, value);
          }
          const file = { path: lines[from]?.file.path ?? '', lines: some };
          const whole = capture(file);
          for (const entry of whole.flat()) {
            if (entry.type !== 'message') continue;
            canonicalJson(entry.message.content);
            expect(entry.message.key === null || typeof entry.message.key === 'string').toBe(true);
          }
          expect(capture(file, () => true)).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('as a state begins anew', () => {
    const file = { path: all[0]?.path ?? '', relative: 'x' };
    for (const state of ['', 'null', '{}', '{"version":2}', '[', '{"version":1,"turn":7}']) {
      expect(codex.open(file, state).state()).toBe(codex.open(file, null).state());
    }
  });
});
