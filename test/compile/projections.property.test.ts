import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../src/compile/index.ts';
import { storeSource } from '../../src/compile/projection-source.ts';
import type { ProjectionDeps, ProjectionGroup } from '../../src/compile/projection-types.ts';
import { renderGroup } from '../../src/compile/projections.ts';
import { prepare } from '../../src/memories/prepare.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import type { Operation } from '../../src/model/plan.ts';
import { homeLayout } from '../../src/project/home.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { standsAsHeading } from '../../src/text/memory-file.ts';
import { fact } from '../store/promoting.ts';
import { person } from '../support/projection-caller.ts';
import { tempFolder } from '../support/temp-store.ts';

const GROUP: ProjectionGroup = { scope: 'user', project: null };
const FILES = ['USER.md', 'RECALL.md'] as const;

type Step =
  | { readonly step: 'remember' | 'replace' | 'merge' | 'forget'; readonly at: number }
  | { readonly step: EditKind; readonly file: number; readonly at: number }
  | { readonly step: 'render'; readonly killedAt: number | null; readonly trusted: boolean };

const EDITS = [
  'text',
  'title',
  'delete entry',
  'new entry',
  'line without heading',
  'reorder',
  'crlf',
  'break comment',
  'double comment',
  'empty',
  'foreign entry',
  'exchange across files',
] as const;
type EditKind = (typeof EDITS)[number];

const at = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ step: fc.constantFrom('remember', 'replace', 'merge', 'forget'), at }),
  { weight: 2, arbitrary: fc.record({ step: fc.constantFrom(...EDITS), file: fc.nat(1), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('render'),
      killedAt: fc.option(fc.nat(14)),
      trusted: fc.boolean(),
    }),
  },
);

class Killed extends Error {}

/** A home with its files, and every word that its person has typed into them. */
class Home {
  readonly #root = tempFolder();
  #typed: string[] = [];
  #count = 0;
  #left = Number.POSITIVE_INFINITY;
  #store: Awaited<ReturnType<typeof openSqlite>> | null = null;

  async open(): Promise<void> {
    this.#store = await openSqlite({ path: join(this.#root, 'midturn.db'), now: Date.now, memoryTerms });
    for (let count = 0; count < 4; count += 1) await this.#remember();
    await this.render();
  }

  close(): void {
    this.#store?.close();
  }

  get store() {
    if (this.#store === null) throw new Error('not open');
    return this.#store;
  }

  async take(step: Step): Promise<void> {
    if (step.step === 'render') {
      this.#left = step.killedAt ?? Number.POSITIVE_INFINITY;
      try {
        await this.render(step.trusted);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      } finally {
        this.#left = Number.POSITIVE_INFINITY;
      }
    } else if ('file' in step) {
      const before = this.files().join('\n');
      this.#edit(step.step, step.file, step.at);
      const after = this.files().join('\n');
      // What a person takes out of a file again is theirs to lose.
      this.#typed = this.#typed.filter((word) => !before.includes(word) || after.includes(word));
    } else await this.#plan(step.step, step.at);
  }

  render(trusted = true) {
    const { projections } = this.store;
    const deps: ProjectionDeps = {
      layout: homeLayout(this.#root),
      projections: this.#mortal(projections),
      source: this.#mortal(storeSource(this.store)),
      budgets: { user: 90, project: 90 },
      prepare,
      touchedByTool: async () => !trusted,
      now: Date.now,
    };
    return renderGroup(deps, GROUP, {
      apply: async (operations) => {
        this.#die();
        await this.#run(operations);
        this.#die();
      },
    });
  }

  text(name: string): string {
    const path = join(this.#root, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  files(): string[] {
    return FILES.map((name) => this.text(name));
  }

  /** Words that were typed and are nowhere: in no file or copy, and in no version of a record. */
  async lost(): Promise<string[]> {
    const names = readdirSync(this.#root).filter((name) => name.endsWith('.md'));
    const texts = names.map((name) => this.text(name));
    const { memories } = await this.store.memories.list({
      states: ['active', 'waiting', 'superseded', 'forgotten'],
      limit: 999,
    });
    for (const { id } of memories) {
      for (const { title, content } of await this.store.memories.versions(id)) texts.push(title, content);
    }
    const all = texts.join('\n');
    return this.#typed.filter((word) => !all.includes(word));
  }

  async active() {
    return (await this.store.memories.list({ states: ['active'], limit: 999 })).memories;
  }

  async #run(operations: readonly Operation[]): Promise<void> {
    await applyPlan(this.store, async () => ({
      plan: { kind: 'absorb', caller: person(this.store.owner), operations },
    }));
  }

  #word(): string {
    this.#count += 1;
    return `word${this.#count}x`;
  }

  async #remember(kind: 'memory' | 'recall' = 'memory'): Promise<void> {
    const word = this.#word();
    // Every other one has the title that its text gives it.
    const title = this.#count % 2 === 0 ? undefined : `Fact ${word}`;
    await this.#run([{ op: 'add', memory: this.#fact(title, `It is about ${word}.`, kind) }]);
  }

  #fact(title: string | undefined, content: string, kind: 'memory' | 'recall' = 'memory') {
    const words = prepare({ ...(title === undefined ? {} : { title }), content });
    return fact(words.content, { title: words.title, contentHash: words.contentHash, kind, origin: 'user' });
  }

  async #plan(what: 'remember' | 'replace' | 'merge' | 'forget', pick: number): Promise<void> {
    const memories = await this.active();
    const one = memories[pick % Math.max(1, memories.length)];
    if (what === 'remember' || one === undefined) return this.#remember(pick % 3 === 0 ? 'recall' : 'memory');
    const { id: target, version } = one;
    if (what === 'forget') await this.#run([{ op: 'forget', target, version, reason: 'asked' }]);
    else {
      const memory = this.#fact(one.title, `Other words: ${this.#word()}.`);
      await this.#run([{ op: what, target, version, memory }]);
    }
  }

  #edit(what: EditKind, file: number, pick: number): unknown {
    const path = join(this.#root, FILES[file % 2] ?? 'USER.md');
    if (!existsSync(path)) return null;
    const text = readFileSync(path, 'utf8');
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const parts = text.replaceAll('\r\n', '\n').split(/(?=^## )/m);
    const spot = 1 + (pick % Math.max(1, parts.length - 1));
    const part = parts[spot] ?? '';
    const typed = (made: (word: string) => string): string => {
      const word = this.#word();
      this.#typed.push(word);
      return made(word);
    };
    const write = (changed: readonly string[], end = eol): void =>
      writeFileSync(path, changed.join('').replaceAll('\n', end));
    const put = (changed: string): void => write(parts.with(spot, changed));
    switch (what) {
      case 'empty':
        return writeFileSync(path, '');
      case 'crlf':
        return write(parts, '\r\n');
      case 'new entry':
        return write([...parts, typed((word) => `\n## New ${word}\n\nTyped ${word}.\n`)]);
      case 'line without heading':
        return write([parts[0] ?? '', typed((word) => `\nA line of ${word}.\n\n`), ...parts.slice(1)]);
      case 'foreign entry':
        return write([
          ...parts,
          typed(
            (word) => `\n## Theirs ${word}\n<!-- midturn:01hzzzzzzzzzzzzzzzzzzzzzz0 -->\n\nFrom ${word}.\n`,
          ),
        ]);
      default:
    }
    if (part === '') return null;
    switch (what) {
      case 'text':
        return put(typed((word) => part.replace(/\n*$/, ` and ${word}\n\n`)));
      case 'title':
        return put(typed((word) => part.replace(/^## .*/, `## Title ${word}`)));
      case 'delete entry':
        return put('');
      case 'reorder':
        return write([parts[0] ?? '', ...parts.slice(1).toReversed()]);
      case 'break comment':
        return put(part.replace(/<!-- midturn:\w{5}/, '<!-- midturn:'));
      case 'double comment':
        return put(typed((word) => `${part}\n${part.replace(/\n*$/, ` and ${word}\n\n`)}`));
      case 'exchange across files':
        return this.#exchange(pick);
      default:
        return null;
    }
  }

  /** Two entries of two files get each other's text. */
  #exchange(pick: number): void {
    const both = FILES.map((name) => join(this.#root, name));
    if (!both.every((path) => existsSync(path))) return;
    const texts = both.map((path) => readFileSync(path, 'utf8'));
    const bodies = texts.map((text) => {
      const found = [...text.matchAll(/-->\r?\n\r?\n(?!>)([^\r\n#<]+)/g)];
      return found[pick % Math.max(1, found.length)]?.[1] ?? null;
    });
    const [a, b] = bodies;
    if (a === null || b === null || a === undefined || b === undefined) return;
    both.forEach((path, place) => {
      writeFileSync(path, (texts[place] ?? '').replace(place === 0 ? a : b, place === 0 ? b : a));
    });
  }

  #mortal<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...values: unknown[]) => {
          this.#die();
          const answer: unknown = await Reflect.apply(method, target, values);
          this.#die();
          return answer;
        };
      },
    });
  }

  #die(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new Killed();
  }
}

describe('files that are edited, rendered and killed in any order', () => {
  it('lose nothing that was typed, and come to rest at what the store has', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const home = new Home();
        try {
          await home.open();
          for (const each of steps) await home.take(each);
          await home.render();
          expect(await home.lost()).toEqual([]);
          const files = home.files();
          const held = files.map((text) =>
            [...text.matchAll(/<!-- midturn:(\w{26}) ?/g)].map(([, id]) => id),
          );
          const ids = held.flat().sort();
          const active = await home.active();
          expect(ids).toEqual(expect.arrayContaining(active.map(({ id }) => String(id))));
          const all = files.join('\n').replaceAll('\r\n', '\n');
          for (const { id, title, content } of active) {
            if (!all.includes(`<!-- midturn:${id} waiting`)) {
              const entry = standsAsHeading({ title, content })
                ? `## ${content}\n<!-- midturn:${id} -->\n`
                : `## ${title}\n<!-- midturn:${id} -->\n\n${content}\n`;
              expect(all).toContain(entry);
            }
          }
          expect(new Set(ids).size).toBe(ids.length);
          const again = await home.render();
          expect(again).toEqual({ written: [], conflicts: [], notices: [] });
          expect(home.files()).toEqual(files);
          expect(await home.store.projections.dirty()).toEqual([]);
        } finally {
          home.close();
        }
      }),
      { numRuns: 30 },
    );
  });
});
