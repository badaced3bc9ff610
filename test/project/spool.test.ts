import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { homeLayout } from '../../src/project/home.ts';
import {
  appendSpool,
  claimSpooled,
  countBroken,
  listSpool,
  readSpooled,
  releaseSpooled,
  removeSpooled,
  type SpoolEntry,
  setAside,
} from '../../src/project/spool.ts';
import { tempFolder } from '../support/temp-store.ts';

const entry: SpoolEntry = {
  kind: 'turn-ended',
  at: 1_795_251_635_920,
  event: 'stop-review',
  client: 'codex',
  session: '01a1fd56-066c-7a62-8121-38c9a3620821',
  turn: 't-1',
  transcript: '/home/dev/.codex/sessions/2026/11/21/rollout-x.jsonl',
  cwd: '/home/dev/shop',
  ms: 41,
  version: '0.1.0',
  error: null,
  reason: null,
};

function layoutIn(home = join(tempFolder(), 'home')) {
  return homeLayout(home);
}

function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`${list.length} instead of one`);
  return first;
}

describe('the spool', () => {
  it('makes its folder for its owner alone and gives an entry back as it was written', () => {
    const layout = layoutIn();
    const path = appendSpool(layout, entry);
    expect(path).not.toBeNull();
    expect(readSpooled(layout, only(listSpool(layout)))).toEqual(entry);
    if (process.platform !== 'win32') {
      expect(statSync(layout.spool).mode & 0o777).toBe(0o700);
      expect(statSync(path ?? '').mode & 0o777).toBe(0o600);
    }
  });

  it('lists by arrival, also when the clock goes back', () => {
    const layout = layoutIn();
    const written = [5, 4, 900, 3].map((at) => appendSpool(layout, { ...entry, at: entry.at + at }));
    expect(listSpool(layout).map(({ name }) => join(layout.spool, name))).toEqual(written);
  });

  it('counts attempts in the name, and takes one back', () => {
    const layout = layoutIn();
    appendSpool(layout, entry);
    const first = claimSpooled(layout, only(listSpool(layout)));
    expect(first?.attempts).toBe(1);
    expect(only(listSpool(layout)).attempts).toBe(1);
    if (first === null) return;
    releaseSpooled(layout, first);
    expect(only(listSpool(layout)).attempts).toBe(0);
  });

  it('gives a file to one of two that begin with it', () => {
    const layout = layoutIn();
    appendSpool(layout, entry);
    const spooled = only(listSpool(layout));
    expect([claimSpooled(layout, spooled), claimSpooled(layout, spooled)]).toEqual([
      expect.objectContaining({ attempts: 1 }),
      null,
    ]);
  });

  it('puts broken files aside, and does not list what it did not write', () => {
    const layout = layoutIn();
    appendSpool(layout, entry);
    const name = only(readdirSync(layout.spool));
    for (const text of ['', '{', '[]', 'null', '{"v":1}', '{"v":2,"kind":"turn-ended","at":1,"event":"x"}']) {
      writeFileSync(join(layout.spool, name), text);
      expect(() => readSpooled(layout, only(listSpool(layout)))).toThrow();
    }
    writeFileSync(join(layout.spool, 'notes.txt'), 'mine');
    setAside(layout, only(listSpool(layout)));
    expect(listSpool(layout)).toEqual([]);
    expect(countBroken(layout)).toBe(1);
  });

  it('leaves no half of a file and throws nothing where it cannot write', () => {
    const home = tempFolder();
    writeFileSync(join(home, 'spool'), 'a file is in the way');
    expect(appendSpool(homeLayout(home), entry)).toBeNull();
    writeFileSync(join(home, 'file'), '');
    expect(appendSpool(homeLayout(join(home, 'file', 'below')), entry)).toBeNull();
    expect(listSpool(homeLayout(join(home, 'nowhere')))).toEqual([]);
  });

  it('bounds what is kept of an error', () => {
    const layout = layoutIn();
    appendSpool(layout, { ...entry, error: 'y'.repeat(100_000) });
    const kept = readSpooled(layout, only(listSpool(layout)));
    expect(kept.error?.length).toBe(500);
  });

  it('reads whatever was written, whatever it holds', () => {
    const layout = layoutIn();
    mkdirSync(layout.spool, { recursive: true });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (reason, cwd) => {
        const path = appendSpool(layout, { ...entry, reason, cwd }) ?? '';
        const spooled = only(listSpool(layout));
        const read = readSpooled(layout, spooled);
        expect(readFileSync(path, 'utf8').trimEnd()).not.toContain('\n');
        expect(read.cwd ?? '').toBe(cwd);
        expect(read.reason ?? '').toBe(reason);
        removeSpooled(layout, spooled);
      }),
    );
  });
});
