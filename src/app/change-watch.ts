/** What a command has changed in memory is rendered into the files when it ends, and nothing else. */
import type { CompileService } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { messageOf } from '../model/errors.ts';
import type { Store } from '../store/store.ts';

type ChangeDeps = {
  /** A command that never opened the store has changed nothing. */
  readonly isOpen: () => boolean;
  readonly store: () => Promise<Store>;
  readonly compile: () => Promise<CompileService>;
};

export class ChangeWatch {
  readonly #deps: ChangeDeps;
  /** What was stale when the command began; null = nobody asked. */
  #before: ReadonlySet<string> | null = null;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
  }

  /** Looks at what is stale already, so that what a command makes stale can be told from it. */
  async begin(): Promise<void> {
    this.#before ??= await this.#stale();
  }

  /**
   * Renders the files after a command that has changed memory, and answers what people are told. Never throws: memory
   * holds, and the next compile renders.
   */
  async render(caller: () => Promise<Caller>): Promise<readonly string[]> {
    const before = this.#before;
    if (before === null || !this.#deps.isOpen()) return [];
    try {
      const now = await this.#stale();
      if ([...now].every((mark) => before.has(mark))) return [];
      return await (await this.#deps.compile()).render(await caller());
    } catch (error) {
      return [`The files of memory were not rendered (the next compile does it): ${messageOf(error)}`];
    }
  }

  async #stale(): Promise<ReadonlySet<string>> {
    const dirty = await (await this.#deps.store()).projections.dirty();
    return new Set(dirty.map(({ scope, project, mark }) => `${scope} ${project ?? ''} ${mark}`));
  }
}
