/**
 * Who plans a run: midturn's own rules, or an agent that is asked once for each batch. Where an agent cannot do it, the
 * rules do, and the receipt and `status` say so; it is not asked again in the same run.
 */
import type { Backend } from '../model/backend.ts';
import type { Caller } from '../model/caller.ts';
import { ConfigError } from '../model/errors.ts';
import type { Item } from '../store/suggestions.ts';
import { type AgentBackend, type AgentTrouble, askAgent } from './backends/agent.ts';
import { payloadOf } from './backends/agent-payload.ts';
import type { Decisions } from './batch.ts';
import type { CompileDeps, CompileResult } from './types.ts';

type Used = Pick<CompileResult, 'backend' | 'fallback'>;

export class Planner {
  readonly #deps: CompileDeps;
  readonly #caller: Caller;
  readonly #unasked: AgentBackend | null;
  #used: Used;

  /** @param isDry nothing may be spent: no agent is asked, whichever is configured */
  constructor(deps: CompileDeps, caller: Caller, backend: Backend, isDry: boolean) {
    this.#deps = deps;
    this.#caller = caller;
    this.#unasked = isDry && backend !== 'script' ? backend : null;
    this.#used = { backend: isDry ? 'script' : backend };
  }

  /** What a dry run that found items has to say of itself. */
  get notices(): readonly string[] {
    const backend = this.#unasked;
    if (backend === null) return [];
    return [
      `${backend} was not asked, since that costs something: this is what \`script\` would do, and ${backend} may decide otherwise`,
    ];
  }

  /** What has planned so far, and why it is not what was asked for. */
  get used(): Used {
    return this.#used;
  }

  /**
   * What an agent decides of a batch; null = the rules decide.
   * @throws ConfigError where an agent cannot do it and nobody else may
   */
  async decide(items: readonly Item[], signal: AbortSignal | undefined): Promise<Decisions | null> {
    const { backend } = this.#used;
    const { store, agents } = this.#deps;
    if (backend === 'script') return null;
    if (agents === undefined)
      return this.#without(backend, { code: 'agent_unavailable', detail: 'agents cannot be run here' });
    const payload = await payloadOf(store, this.#caller, items);
    // Items that cannot be read are not for a model.
    if (payload.batch.length === 0) return null;
    const answer = await askAgent(backend, payload, agents, signal);
    if (answer.kind === 'plan') return { by: backend, plan: answer.plan };
    return answer.kind === 'aborted' ? null : this.#without(backend, answer.trouble);
  }

  #without(backend: AgentBackend, { code, detail }: AgentTrouble): null {
    const reason = `${code}: ${backend}: ${detail}`;
    if (!this.#deps.allowFallback) {
      throw new ConfigError({
        what: `${backend} could not compile`,
        why: `${code}: ${detail}`,
        next: 'Mend that, compile with the backend `script`, or set `allow_fallback = true` under [compile]',
      });
    }
    this.#used = { backend: 'script', fallback: { backend: 'script', reason } };
    return null;
  }
}
