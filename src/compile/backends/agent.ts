/**
 * A model as the planner: an agent is run on the batch and answers with operations on its items. It decides what
 * becomes of each item and may join wordings; everything after that (evidence, trust, equal contents, shrinking) is the
 * same as for midturn's own rules. Nothing that it answers can touch what no item speaks of.
 */
import instructions from '../../../prompts/compiler.md';
import { type AgentTurn, agentNamed } from '../../model/agent.ts';
import type { Backend } from '../../model/backend.ts';
import { codeOf, messageOf } from '../../model/errors.ts';
import { runAgent, startTrouble } from '../../platform/run-agent.ts';
import type { ProgramEnd } from '../../platform/run-program.ts';
import { type AgentFormat, AgentOutputError, agentObject, readAgentOutput } from '../../text/agent-output.ts';
import { redact } from '../../text/redaction.ts';
import { estimateTokens } from '../../text/token-estimate.ts';
import type { AgentPayload } from './agent-payload.ts';
import { type AgentPlan, readPlan } from './agent-plan.ts';
import type { AgentCost } from './agent-spending.ts';

/** How agents are run. */
export type AgentSettings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home's cache: an agent runs in an empty folder of it. */
  readonly cache: string;
  readonly timeoutMs: number;
  /** Null = midturn's usual one for the agent, else the one that it is set up with. */
  readonly model: string | null;
  /** A program and its arguments in place of the recipe; empty = the recipe of the backend's name. */
  readonly command: readonly string[];
  /** A person's own wording of the instructions, or null. */
  readonly prompt: () => Promise<string | null>;
  /** One agent at a time on this home; by default in this process alone. */
  readonly turn?: AgentTurn;
};

export type AgentBackend = Exclude<Backend, 'script'>;

export type AgentTrouble = {
  readonly code:
    | 'agent_unavailable'
    | 'agent_invoke_failed'
    | 'agent_output_invalid'
    /** It is not asked, since its last answers came to nothing. */
    | 'agent_backoff'
    /** It is not asked, since it would cost more than may be spent today. */
    | 'budget';
  readonly detail: string;
};

export type AgentAnswer =
  | { readonly kind: 'plan'; readonly plan: AgentPlan }
  | { readonly kind: 'trouble'; readonly trouble: AgentTrouble }
  | { readonly kind: 'aborted' };

/** What came of a run, and what it has cost. */
type Asked = { readonly answer: AgentAnswer; readonly cost: AgentCost };

/** Of a detail, as the system that this replaces cut it. */
const LONGEST_DETAIL = 400;

const FORMATS: Readonly<Record<AgentBackend, AgentFormat>> = {
  'agent:codex': 'codex-events',
  'agent:claude': 'claude-json',
  'agent:opencode': 'opencode-events',
};

/** One run of the agent for one batch. */
export async function askAgent(
  backend: AgentBackend,
  payload: AgentPayload,
  settings: AgentSettings,
  signal?: AbortSignal,
): Promise<Asked> {
  const name = backend.slice('agent:'.length);
  const [program = name, ...args] = settings.command;
  // A command that starts another agent prints as that one does.
  const agent = agentNamed(program);
  const format = agent === null ? FORMATS[backend] : FORMATS[`agent:${agent}`];
  const words = (await settings.prompt()) ?? instructions;
  const json = JSON.stringify(payload);
  const within = signal === undefined ? {} : { signal };
  const act = () =>
    runAgent({
      command: [program, ...args],
      model: settings.model,
      input: (file) =>
        `${words.trim()}\n\n${file === null ? `The payload:\n\n${json}` : `The payload is in ${file}`}\n`,
      payload: json,
      payloadInFile: false,
      env: settings.env,
      cache: settings.cache,
      timeoutMs: settings.timeoutMs,
      ...within,
    });
  let end: ProgramEnd | null;
  try {
    end = await (settings.turn ?? ((run) => run()))(act, { waitMs: settings.timeoutMs, ...within });
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES';
    return unasked(
      trouble(
        missing ? 'agent_unavailable' : 'agent_invoke_failed',
        startTrouble(error, program) ?? messageOf(error),
      ),
    );
  }
  if (end !== null) return answerOf(end, format, settings, payload);
  if (signal?.aborted === true) return unasked({ kind: 'aborted' });
  return unasked(trouble('agent_unavailable', 'another agent of this home still runs'));
}

function outcomeOf(answer: AgentAnswer): string {
  if (answer.kind === 'trouble') return answer.trouble.code;
  return answer.kind === 'plan' ? 'ok' : answer.kind;
}

/** Nothing was started. */
function unasked(answer: AgentAnswer): Asked {
  const outcome = outcomeOf(answer);
  return { answer, cost: { calls: 0, inputTokens: 0, outputTokens: 0, outputEstimate: 0, outcome } };
}

/** It ran, and did not say what that cost. */
function unpriced(answer: AgentAnswer): Asked {
  const outcome = outcomeOf(answer);
  return { answer, cost: { calls: 1, inputTokens: null, outputTokens: null, outputEstimate: 0, outcome } };
}

function answerOf(
  end: ProgramEnd,
  format: AgentFormat,
  { timeoutMs }: AgentSettings,
  payload: AgentPayload,
): Asked {
  if (end.aborted) return unpriced({ kind: 'aborted' });
  if (end.timedOut)
    return unpriced(
      trouble('agent_invoke_failed', `it did not end within ${Math.round(timeoutMs / 1000)} s`),
    );
  try {
    const answer = readAgentOutput(end.stdout, format);
    const { text, inputTokens, outputTokens } = answer;
    const priced = (read: AgentAnswer): Asked => ({
      answer: read,
      cost: { ...unpriced(read).cost, inputTokens, outputTokens, outputEstimate: estimateTokens(text) },
    });
    const found = agentObject(answer);
    if (!found.ok && end.code !== 0) return priced(trouble('agent_invoke_failed', ended(end)));
    if (!found.ok) return priced(trouble('agent_output_invalid', `no JSON object in: ${text.trim()}`));
    const plan = readPlan(found.value, payload);
    return priced(plan.ok ? { kind: 'plan', plan: plan.plan } : trouble('agent_output_invalid', plan.why));
  } catch (error) {
    if (!(error instanceof AgentOutputError)) throw error;
    return unpriced(
      trouble('agent_invoke_failed', error.empty && end.code !== 0 ? ended(end) : error.message),
    );
  }
}

function ended({ code, signal, stderr }: ProgramEnd): string {
  const said = stderr.trim().split('\n').slice(-5).join(' ');
  return `it ended with ${code ?? signal}${said === '' ? '' : `: ${said}`}`;
}

function trouble(code: AgentTrouble['code'], detail: string): AgentAnswer {
  const clean = redact(detail).text.replace(/\s+/g, ' ').trim();
  return { kind: 'trouble', trouble: { code, detail: clean.slice(0, LONGEST_DETAIL) } };
}
