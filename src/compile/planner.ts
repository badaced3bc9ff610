/**
 * Who plans a run: midturn's own rules, or an agent that is asked once for each batch. Where an agent cannot do it, or
 * may not as it has failed lately or costs too much, the rules do, and the receipt and `status` say so; it is not asked
 * again in the same run.
 */
import { modelOf } from '../model/agent.ts';
import type { Backend } from '../model/backend.ts';
import type { Caller } from '../model/caller.ts';
import { ConfigError } from '../model/errors.ts';
import { iso } from '../model/time.ts';
import type { Item } from '../store/suggestions.ts';
import {
  type AgentAnswer,
  type AgentBackend,
  type AgentSettings,
  type AgentTrouble,
  askAgent,
} from './backends/agent.ts';
import { type AgentPayload, payloadOf } from './backends/agent-payload.ts';
import { tokensOf } from './backends/agent-spending.ts';
import { BackOff } from './backends/back-off.ts';
import type { Decisions } from './batch.ts';
import type { CompileDeps, CompileRequest, CompileResult } from './types.ts';

type Used = Pick<CompileResult, 'backend' | 'fallback'>;

export class Planner {
  readonly #deps: CompileDeps;
  readonly #caller: Caller;
  readonly #unasked: AgentBackend | null;
  readonly #insists: boolean;
  #used: Used;

  /** Of a dry run nothing may be spent: no agent is asked, whichever is configured. */
  constructor(
    deps: CompileDeps,
    caller: Caller,
    backend: Backend,
    { dryRun: isDry = false, insists = false }: Pick<CompileRequest, 'dryRun' | 'insists'>,
  ) {
    this.#deps = deps;
    this.#caller = caller;
    this.#unasked = isDry && backend !== 'script' ? backend : null;
    this.#insists = insists;
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
    if (signal?.aborted === true) return null;
    const answer = await this.#ask(backend, payload, agents, signal);
    if (answer.kind === 'plan') return { by: backend, plan: answer.plan };
    return answer.kind === 'aborted' ? null : this.#without(backend, answer.trouble);
  }

  async #ask(
    backend: AgentBackend,
    payload: AgentPayload,
    agents: AgentSettings,
    signal: AbortSignal | undefined,
  ): Promise<AgentAnswer> {
    const backOff = new BackOff(this.#deps, backend, agents);
    const until = this.#insists ? null : await backOff.until();
    if (until !== null) return refused('agent_backoff', heldWords(backend, until));
    const { spending } = this.#deps;
    const [own = backend.slice('agent:'.length), ...args] = agents.command;
    const { model } = modelOf([own, ...args], agents.model);
    const reserved = await spending?.reserve({ backend, model, tokens: tokensOf(payload) });
    if (reserved !== undefined && 'stop' in reserved) return refused('budget', reserved.stop);
    const { answer, cost } = await askAgent(backend, payload, agents, signal);
    if (reserved !== undefined) await spending?.settle(reserved.entry, cost);
    // What could not be started has cost nothing, and may be asked again as soon as somebody has mended it.
    if (answer.kind === 'trouble' && answer.trouble.code !== 'agent_unavailable') await backOff.failed();
    else if (answer.kind === 'plan') await backOff.answered();
    return answer;
  }

  #without(backend: AgentBackend, { code, detail }: AgentTrouble): null {
    const reason = `${code}: ${backend}: ${detail}`;
    if (!this.#deps.allowFallback) {
      throw new ConfigError({
        what: `${backend} could not compile`,
        why: `${code}: ${detail}`,
        next: `${code === 'budget' || code === 'agent_backoff' ? 'Wait for that' : 'Mend that'}, compile with the backend \`script\`, or set \`allow_fallback = true\` under [compile]`,
      });
    }
    this.#used = { backend: 'script', fallback: { backend: 'script', reason } };
    return null;
  }
}

function refused(code: AgentTrouble['code'], words: string): AgentAnswer {
  return { kind: 'trouble', trouble: { code, detail: words.replace(/\.$/, '') } };
}

function heldWords(backend: AgentBackend, until: number): string {
  return `its last answer came to nothing; it is asked again after ${iso(until)}, or with \`midturn compile --backend ${backend}\` at a terminal`;
}
