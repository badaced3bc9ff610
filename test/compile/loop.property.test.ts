/**
 * Suggesting, compiling, editing by hand, deciding, undoing and forgetting, in several processes that are killed at any
 * place between two transactions or renames: nothing that was answered for is lost, and all comes to rest.
 */
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProjectionGroup } from '../../src/compile/index.ts';
import { memoryTerms } from '../../src/memories/index.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { type Child, childProgram } from '../support/child-program.ts';
import { callerIn, compiler } from '../support/compile-world.ts';
import { project, tempFolder } from '../support/temp-store.ts';
import {
  expectFilesEqual,
  expectHealthy,
  expectItemsEnded,
  expectReplay,
  expectTypedKept,
  expectVersionsWhole,
} from './loop-checks.ts';
import { type Act, type Answer, answerFrom, type Order } from './loop-orders.ts';

/** `LOOP_RUNS=500` for a long campaign. */
const RUNS = Number(process.env.LOOP_RUNS ?? 8);
/** As for all properties: the same in every run, MIDTURN_TEST_SEED=random a new one, a number repeats that one. */
const ASKED = process.env.MIDTURN_TEST_SEED ?? '20';
const SEED = ASKED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(ASKED);
const FIXED = 20_261_121;
/** Of the places of one compile, one in so many is tried; in a campaign all of them. */
const STRIDE = process.env.LOOP_RUNS === undefined ? 7 : 1;
const FIRST = 1 + (SEED % STRIDE);

const FACTS = [
  'The shop listens on port 8080',
  'Invoices are rounded half to even',
  'Staging is rebuilt every night at three',
  'Translations live in locales and are sorted by key',
  'Reviews need two approvals before the merge queue',
  'I prefer short answers with examples',
] as const;

type Edit = {
  readonly kind: 'append' | 'change' | 'delete' | 'swap' | 'crlf' | 'retitle' | 'empty';
  readonly at: number;
};
type Step =
  | { readonly step: 'orders'; readonly orders: readonly PlannedOrder[] }
  | { readonly step: 'edit'; readonly file: number; readonly edit: Edit };
type PlannedOrder = {
  readonly project: number;
  readonly killAt: number | null;
  readonly act: Act;
  readonly edit: (Edit & { file: number }) | null;
};

const scope = fc.constantFrom<('user' | 'project')[]>('user', 'project');
const fact = fc
  .tuple(fc.constantFrom(...FACTS), fc.nat(3))
  .map(([words, at]) => (at === 0 ? words : `${words}, since release ${at}`));
const update = fc.oneof(
  { weight: 3, arbitrary: fc.record({ action: fc.constant('add'), scope, content: fact }) },
  fc.record({ action: fc.constant('replace'), scope, old_summary: fact, content: fact }),
  fc.record({ action: fc.constant('remove'), scope, old_summary: fact }),
);
const envelope = fc.record({
  memory_updates: fc.array(update, { minLength: 1, maxLength: 4 }),
  recall_candidate: fc.array(fc.record({ content: fact.map((words) => `${words}: found while looking`) }), {
    maxLength: 1,
  }),
});
const at = fc.nat(20);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('submit'), envelope }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('compile'),
      limit: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remember'), content: fact, scope }) },
  fc.record({ do: fc.constant('forget'), at }),
  fc.record({ do: fc.constant('decide'), at, decision: fc.constantFrom('approve', 'reject') }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo'), at }) },
);
const edit = fc.record({
  kind: fc.constantFrom<Edit['kind'][]>(
    'append',
    'append',
    'change',
    'change',
    'delete',
    'swap',
    'crlf',
    'retitle',
    'empty',
  ),
  at: fc.nat(6),
});
const order: fc.Arbitrary<PlannedOrder> = fc.record({
  project: fc.nat(2),
  killAt: fc.option(fc.integer({ min: 1, max: 34 }), { freq: 2 }),
  act,
  edit: fc.option(fc.record({ file: fc.nat(4), kind: edit.map(({ kind }) => kind), at: fc.nat(6) }), {
    freq: 4,
  }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      step: fc.constant('orders'),
      orders: fc.array(order, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('edit'), file: fc.nat(4), edit }) },
);

/** Two processes that stay, and are started again when they are dead. */
class Workers {
  readonly #start: () => Child;
  readonly #children: Array<Child | null> = [null, null];

  constructor(start: () => Child) {
    this.#start = start;
  }

  /** Null when it was killed before it had answered. */
  async ask(place: number, told: Order): Promise<Answer | null> {
    const child = this.#children[place] ?? (await this.#started(place));
    const ended = new AbortController();
    const { signal } = ended;
    const { process } = child;
    const answer = once(process, 'message', { signal }).then(([message]) => answerFrom(message));
    const gone = once(process, 'exit', { signal }).then(() => null);
    gone.catch(() => {});
    answer.catch(() => {});
    process.send(told);
    const first = await Promise.race([answer, gone]);
    ended.abort();
    if (first === null) this.#children[place] = null;
    return first;
  }

  async #started(place: number): Promise<Child> {
    const child = this.#start();
    await child.word;
    this.#children[place] = child;
    return child;
  }
}

class Loop {
  readonly home = tempFolder();
  readonly #workers: Workers;
  readonly #projects: Array<{ readonly id: string; readonly name: string } | null> = [];
  readonly #groups: ProjectionGroup[] = [{ scope: 'user', project: null }];
  readonly #items = new Set<string>();
  readonly #memories = new Set<string>();
  readonly #typed = new Set<string>();
  #words = 0;

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  async open(): Promise<void> {
    const store = await this.#store();
    for (const name of ['shop', 'mill']) {
      const record = { id: await project(store, name), name };
      this.#projects.push(record);
      this.#groups.push({ scope: 'project', project: record });
    }
    this.#projects.push(null);
    store.close();
  }

  async take(taken: Step): Promise<void> {
    if (taken.step === 'edit') {
      this.#edit(taken.file, taken.edit);
      return;
    }
    await Promise.all(taken.orders.map((each, place) => this.order(each, place)));
  }

  /** False when the process was killed before it had answered. */
  async order(planned: PlannedOrder, place: number): Promise<boolean> {
    const told = {
      home: this.home,
      project: this.#projects[planned.project] ?? null,
      killAt: planned.killAt,
      act: planned.act,
    };
    const asked = this.#workers.ask(place, told);
    if (planned.edit !== null) this.#edit(planned.edit.file, planned.edit);
    const answer = await asked;
    if (answer?.fault !== undefined) throw new Error(answer.fault);
    for (const id of answer?.items ?? []) this.#items.add(id);
    if (answer?.memory !== undefined) this.#memories.add(answer.memory);
    return answer !== null;
  }

  /** As a person's editor does it: the file is read, changed, and replaced whole. */
  #edit(file: number, change: Edit): void {
    const path = this.#files()[file];
    if (path === undefined) return;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const edited = this.#changed(text, change);
    if (edited === text) return;
    // Words that were typed before and never taken over are this person's own to take away.
    for (const word of this.#typed)
      if (text.includes(word) && !edited.includes(word)) this.#typed.delete(word);
    writeFileSync(`${path}.swp`, edited);
    renameSync(`${path}.swp`, path);
  }

  #changed(text: string, { kind, at: place }: Edit): string {
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const parts = text.split(/^(?=## )/m);
    const head = parts.shift() ?? '';
    const chosen = parts.length === 0 ? 0 : place % parts.length;
    const part = parts[chosen] ?? '';
    switch (kind) {
      case 'append':
        parts.push(
          `${eol}## Typed by hand ${this.#word()}${eol}${eol}A note that says ${this.#word()}${eol}`,
        );
        break;
      case 'change':
        if (part !== '') parts[chosen] = `${part.trimEnd()} ${this.#word()}${eol}${eol}`;
        break;
      case 'retitle':
        parts[chosen] = part.replace(/^## .*/, (line) => `${line.trimEnd()} ${this.#word()}`);
        break;
      case 'delete':
        parts.splice(chosen, 1);
        break;
      case 'swap':
        parts.push(...parts.splice(chosen, 1));
        break;
      case 'crlf':
        return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n');
      case 'empty':
        return '';
    }
    return head + parts.join('');
  }

  #word(): string {
    this.#words += 1;
    const word = `quokka${this.#words}zebra`;
    this.#typed.add(word);
    return word;
  }

  #files(): string[] {
    const projects = join(this.home, 'projects');
    const folders = existsSync(projects) ? readdirSync(projects).sort() : [];
    return [
      join(this.home, 'USER.md'),
      ...folders.flatMap((name) => ['MEMORY.md', 'RECALL.md'].map((file) => join(projects, name, file))),
    ];
  }

  /** Compiles once wherever there is something, and looks at everything. */
  async check(): Promise<void> {
    const store = await this.#store();
    this.#age();
    try {
      const service = compiler(store, this.home);
      for (const each of this.#callers(store)) await service.compile(each);
      await expectItemsEnded(store, this.#items);
      await expectVersionsWhole(store, this.#memories);
      await expectReplay(store);
      await expectFilesEqual(store, this.home, this.#groups);
      await expectTypedKept(store, this.home, this.#typed);
      await expectHealthy(store, this.home);
      for (const each of this.#callers(store)) {
        const { status } = await service.preflight(each);
        if (status !== 'skip_empty') throw new Error(`there is still something to do: ${status}`);
      }
    } finally {
      store.close();
    }
  }

  /** What was left half-written counts as left, and not as being written just now. */
  #age(): void {
    for (const name of readdirSync(this.home, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.tmp')) utimesSync(join(this.home, name), 0, 0);
  }

  #callers(store: Store) {
    return this.#groups.map(({ project: own }) => callerIn(store, own));
  }

  async #store(): Promise<Store> {
    mkdirSync(this.home, { recursive: true });
    return openSqlite({ path: join(this.home, 'midturn.db'), now: Date.now, memoryTerms });
  }
}

describe('the loop from a suggestion to memory', () => {
  const start = childProgram(new URL('loop-child.ts', import.meta.url));

  it.each([
    ['a fixed', FIXED],
    ['another', SEED],
  ])(
    'loses nothing and comes to rest, whatever is killed when (%s seed: %i)',
    { timeout: 3_600_000 },
    async (_name, seed) => {
      const workers = new Workers(() => start());
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
          const loop = new Loop(workers);
          await loop.open();
          for (const each of steps) await loop.take(each);
          await loop.check();
        }),
        { numRuns: RUNS, seed, endOnFailure: process.env.LOOP_SHRINK === undefined },
      );
    },
  );

  it(`loses nothing and comes to rest, whichever place a compile is killed at (from ${FIRST})`, {
    timeout: 120_000,
  }, async () => {
    const workers = new Workers(() => start());
    const sent = {
      memory_updates: [
        { content: FACTS[0] },
        { content: FACTS[5], scope: 'user' },
        { action: 'remove', old_summary: FACTS[1] },
      ],
      recall_candidate: [{ content: FACTS[2] }],
    };
    const at = { project: 0, killAt: null, edit: null };
    const acts: readonly Act[] = [
      { do: 'remember', content: FACTS[1], scope: 'project' },
      { do: 'submit', envelope: sent },
    ];
    for (let killAt = FIRST, killed = true; killed; killAt += STRIDE) {
      const loop = new Loop(workers);
      await loop.open();
      for (const each of acts) await loop.order({ ...at, act: each }, 0);
      await loop.take({ step: 'edit', file: 0, edit: { kind: 'append', at: 0 } });
      killed = !(await loop.order({ ...at, killAt, act: { do: 'compile', limit: null } }, 0));
      await loop.check();
      if (!killed) expect(killAt).toBeGreaterThan(20);
    }
  });
});
