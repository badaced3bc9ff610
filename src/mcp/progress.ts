/** How far a call has come, for a client that gave a token to be told of it: ever further, not too often, and never after the answer. */
import type { ServerContext } from '@modelcontextprotocol/server';
import { messageOf } from '../model/errors.ts';
import type { ToolCall } from './define-tool.ts';

/** Nobody sees more of a bar than this, in milliseconds; its end is always told. */
const LEAST_MS = 100;

export class Progress {
  readonly #mcpReq: ServerContext['mcpReq'];
  readonly #log: (line: string) => void;
  #done = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isOver = false;

  constructor({ mcpReq }: Pick<ServerContext, 'mcpReq'>, log: (line: string) => void) {
    this.#mcpReq = mcpReq;
    this.#log = log;
  }

  readonly tell: ToolCall['progress'] = ({ done, total }) => {
    const { _meta, signal, notify } = this.#mcpReq;
    const token = _meta?.progressToken;
    if (typeof token !== 'string' && typeof token !== 'number') return;
    const now = performance.now();
    const isSoon = done < total && now - this.#toldAt < LEAST_MS;
    if (this.#isOver || signal.aborted || done <= this.#done || isSoon) return;
    this.#done = done;
    this.#toldAt = now;
    const params = { progressToken: token, progress: done, total };
    notify({ method: 'notifications/progress', params }).catch((error: unknown) => {
      this.#log(`midturn: progress was not sent: ${messageOf(error)}`);
    });
  };

  /** What was given up may still be at work. */
  end(): void {
    this.#isOver = true;
  }
}
