import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { recordName } from '../../src/capture/claude-records.ts';
import { canonicalJson } from '../../src/text/canonical.ts';
import { fileOf, messages, read, transcripts, transcriptsOf, turns } from './claude-reading.ts';

const all = transcripts();
/** Holds records and blocks that no version has written, on purpose. */
const INVENTED = 'handwritten-summary';

describe('every Claude Code fixture', () => {
  it('is recognised by its first lines', () => {
    expect(all.length).toBeGreaterThan(30);
    for (const { file, lines } of all) {
      if (lines.length > 0) expect(claudeCode.recognises(lines.slice(0, 50)), file.relative).toBe(true);
    }
  });

  it('holds no record type that the table does not name', () => {
    const unknown = new Set<string>();
    for (const { scenario, file, lines } of all) {
      for (const one of read(lines, file))
        if (one.type === 'unknown') unknown.add(`${scenario}: ${one.what}`);
    }
    expect([...unknown]).toEqual([`${INVENTED}: future-record`]);
  });

  it('holds no line that cannot be used', () => {
    for (const { file, lines } of all) {
      expect(
        read(lines, file).filter((one) => one.type === 'unusable'),
        file.relative,
      ).toEqual([]);
    }
  });

  it('is taken as the table says: each numbered record is a message, each skipped one is counted', () => {
    for (const { file, lines } of all) {
      const reader = claudeCode.open(file, null);
      lines.forEach((line, index) => {
        const name = recordName(line) ?? '';
        const taken = reader.read(line, index + 1);
        const numbered = taken.filter((one) => one.type === 'message').length;
        const skipped = taken.filter((one) => one.type === 'skipped' && one.what === name).length;
        const how = claudeCode.records[name];
        if (name === 'attachment/queued_command') expect(numbered + skipped).toBe(1);
        else
          expect([numbered, skipped], `${file.relative} ${index + 1} ${name}`).toEqual([
            how === 'numbered' ? 1 : 0,
            how === 'skipped' ? 1 : 0,
          ]);
      });
    }
  });

  it('tells a session and a turn before anything that names them', () => {
    for (const { file, lines } of all) {
      const sessions = new Set<string>();
      const known = new Set<string>();
      for (const one of read(lines, file)) {
        if (one.type === 'session') sessions.add(one.session);
        else if ('session' in one) expect(sessions, file.relative).toContain(one.session);
        if (one.type === 'turn') known.add(`${one.session} ${one.key}`);
        if (one.type === 'message' && one.message.turnKey !== null) {
          expect(known, file.relative).toContain(`${one.session} ${one.message.turnKey}`);
        }
      }
    }
  });

  it('leaves no parent unresolved but the first of a file', () => {
    for (const { scenario, file, lines } of all) {
      if (scenario.startsWith('old-1.0.96')) continue; // its copy left out the sub-agent
      const keys = new Set<string>();
      const roots = new Set(lines.flatMap((line) => (hasRoot(line) ? [line.uuid] : [])));
      for (const one of read(lines, file)) {
        if (one.type === 'hop') keys.add(`${one.session} ${one.key}`);
        if (one.type !== 'message' && one.type !== 'turn') continue;
        const parent = one.type === 'turn' ? one.parentKey : one.message.parentKey;
        if (parent !== null && !roots.has(parent))
          expect(keys, `${file.relative} ${parent}`).toContain(`${one.session} ${parent}`);
        if (one.type === 'message') keys.add(`${one.session} ${one.message.key}`);
      }
    }
  });

  it('gives the same output when the reader is made anew from its state before any line', () => {
    for (const { file, lines } of all) {
      const whole = JSON.stringify(read(lines, file));
      expect(JSON.stringify(read(lines, file, 'all')), file.relative).toBe(whole);
      for (let split = 0; split <= lines.length; split += 1) {
        expect(JSON.stringify(read(lines, file, split)) === whole, `${file.relative} at ${split}`).toBe(true);
      }
    }
  });

  it('keeps a state of bounded size', () => {
    const [longest] = [...all].sort((a, b) => b.lines.length - a.lines.length);
    const reader = claudeCode.open(fileOf('0.jsonl'), null);
    let most = 0;
    for (let round = 0; round < 40; round += 1) {
      for (const line of longest?.lines ?? []) {
        const renamed: unknown = JSON.parse(
          JSON.stringify(line).replace(/"((?:parentU|u)uid)":"/g, `"$1":"${round}-`),
        );
        reader.read(renamed, 1);
        most = Math.max(most, reader.state().length);
      }
    }
    expect(most).toBeLessThan(16_000);
  });
});

describe('copied transcripts', () => {
  it.each(['fork', 'old-1.0.96'])('have the keys and contents of the first one (%s)', (scenario) => {
    const [first = [], second = []] = transcriptsOf(scenario)
      .map(({ file, lines }) => messages(read(lines, file)).filter(({ key }) => key !== null))
      .sort((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0) || a.length - b.length);
    const content = new Map(
      [...first, ...second].map((message) => [message.key, canonicalJson(message.content)]),
    );
    const shared = first.filter(({ key }) => second.some((other) => other.key === key));
    expect(shared.length).toBeGreaterThan(3);
    for (const message of shared) {
      const copies = [...first, ...second].filter(({ key }) => key === message.key);
      expect(copies.map((copy) => canonicalJson(copy.content))).toEqual(
        copies.map(() => content.get(message.key)),
      );
    }
  });

  it('name the same turns', () => {
    const [first = [], second = []] = transcriptsOf('fork')
      .map(({ file, lines }) => turns(read(lines, file)).map(({ key }) => key))
      .sort((a, b) => a.length - b.length);
    expect(second.slice(0, first.length)).toEqual(first);
    expect(second.length).toBe(first.length + 1);
  });
});

describe('damaged lines', () => {
  const lines = all.flatMap(({ lines: of }) => of);

  it('never throw, whatever stands in a field', () => {
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(), fc.jsonValue(), (at, field, value) => {
        const damaged = damage(lines[at], field, value);
        const reader = claudeCode.open(fileOf('damaged.jsonl'), null);
        reader.read(lines[Math.max(0, at - 1)], 1);
        reader.read(damaged, 2);
        reader.read(lines[Math.min(lines.length - 1, at + 1)], 3);
        claudeCode.open(fileOf('damaged.jsonl'), reader.state()).read(damaged, 4);
        expect(claudeCode.recognises([damaged])).toBeTypeOf('boolean');
      }),
      { numRuns: 3000 },
    );
  });

  it('never throw on any JSON, nor on a state that is none of ours', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.oneof(fc.string(), fc.json()), (value, state) => {
        expect(claudeCode.open(fileOf('x.jsonl'), state).read(value, 1).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

function hasRoot(line: unknown): line is { uuid: string } {
  return (
    typeof line === 'object' &&
    line !== null &&
    'uuid' in line &&
    typeof line.uuid === 'string' &&
    'parentUuid' in line &&
    line.parentUuid === null
  );
}

/** The value with the field at `at` (counted through the whole tree) replaced. */
function damage(line: unknown, at: number, by: unknown): unknown {
  const places: (readonly (string | number)[])[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    places.push(path);
    if (typeof value !== 'object' || value === null) return;
    const keys = Array.isArray(value) ? value.map((_: unknown, index) => index) : Object.keys(value);
    for (const key of keys) walk(child(value, key), [...path, key]);
  };
  walk(line, []);
  return put(line, places[at % places.length] ?? [], by);
}

function child(value: object, key: string | number): unknown {
  return Object.entries(value).find(([name]) => name === String(key))?.[1];
}

function put(value: unknown, [first, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === first ? put(item, rest, by) : item));
  if (typeof value !== 'object' || value === null) return by;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === first ? put(item, rest, by) : item]),
  );
}
