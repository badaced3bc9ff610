/**
 * One call from its arguments to its answer: rights, arguments, time, errors and bounds, the same for every tool. A
 * bundle of its own, loaded with the first call: the start of a server needs none of it.
 */
import type { CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';
import type { ProjectId } from '../model/ids.ts';
import { checked, withoutSwitches } from './arguments.ts';
import { bounded } from './bounded.ts';
import { CallTime, requireWaiting, tooLate } from './deadline.ts';
import type { AnyTool, Tool, ToolAnswer, ToolCall } from './define-tool.ts';
import { errorAnswer, errorWords, isInputError } from './errors.ts';
import { CALL_LIMITS, type CallLimits } from './limits.ts';
import { Progress } from './progress.ts';
import { linkOf, targetOfRef } from './resources/link.ts';
import { requireRight } from './rights.ts';

// And what shows their hits: a server that is only asked for its tools has neither.
export { renderAnswer } from './result.ts';
// What prompts and resources have in common with calls.
export { CALL_LIMITS, CallTime, errorWords, isInputError, requireRight, tooLate };

/** Checks rights and arguments, and runs the tool. */
export async function callTool<Shape extends z.ZodRawShape>(
  definition: Tool<Shape>,
  raw: unknown,
  outer: ToolCall,
): Promise<ToolAnswer> {
  const { switches, published } = withoutSwitches(definition, raw);
  const call = { ...outer, switches };
  try {
    requireRight(call.facts, definition.needs, definition.name);
    const input = definition.inputWith?.(switches) ?? definition.input;
    return await definition.run(checked(definition, published, input), call);
  } catch (error) {
    const answer = definition.instead?.(error, call) ?? null;
    if (answer !== null) return answer;
    throw error;
  }
}

/** The same for a tool that reads what was sent by itself. */
export async function callRaw(
  { name, needs }: Pick<AnyTool, 'name' | 'needs'>,
  run: AnyTool['call'],
  raw: unknown,
  call: ToolCall,
): Promise<ToolAnswer> {
  requireRight(call.facts, needs, name);
  return run(raw, call);
}

/** A request to call a tool, and what its server knows of it. */
export type Request = {
  readonly app: App;
  readonly log: (line: string) => void;
  readonly tool: AnyTool;
  readonly args: unknown;
  readonly context: ServerContext;
  readonly facts: () => Promise<CallFacts>;
  /** What the client of this connection has declared; undefined = nothing is known of it. */
  readonly capabilities: unknown;
  /** The protocol that was agreed on. */
  readonly protocol: string | undefined;
  /** Of this connection: forms belong to it, and it may remember the project that a person chose. */
  readonly connection: ConnectionState;
  readonly limits?: CallLimits;
};

export type ConnectionState = {
  readonly id: string;
  project: ProjectId | null;
};

export async function answerCall(request: Request): Promise<CallToolResult | InputRequiredResult> {
  const { app, log, tool, context, limits = CALL_LIMITS } = request;
  const time = new CallTime(limits.callMs, {
    graceMs: limits.graceMs,
    late: () => tooLate(tool.name, tool.needs === 'write', time.seconds),
  });
  const progress = new Progress(context, log);
  const known: { facts: CallFacts | null } = { facts: null };
  const work = async (): Promise<ToolAnswer | InputRequiredResult> => {
    const facts = await request.facts();
    known.facts = facts;
    const call: ToolCall = {
      app,
      facts,
      signal: context.mcpReq.signal,
      deadline: time.passed,
      still: () => requireWaiting(tool.name, context.mcpReq.signal, time.passed),
      allow: () => time.allow(limits.agentMs),
      progress: progress.tell,
    };
    return asking({ ...request, limits, time }, call);
  };
  try {
    const answer = await time.watch(work());
    return 'resultType' in answer ? answer : resultOf(answer, request.protocol);
  } catch (error) {
    return resultOf(errorAnswer(tool.name, error, { app, log, surface: known.facts?.surface ?? null }));
  } finally {
    progress.end();
  }
}

/** A request under way. */
export type Underway = Request & { readonly limits: CallLimits; readonly time: CallTime };

/** The tool's own answer, and where it leaves a question to a person whose client shows forms, theirs. */
async function asking(request: Underway, call: ToolCall): Promise<ToolAnswer | InputRequiredResult> {
  const { tool, args, context } = request;
  const forms = () => import('./ask/forms.ts');
  const { requestState, inputResponses } = context.mcpReq;
  if (requestState() !== undefined || inputResponses !== undefined)
    return (await forms()).answered(request, call);
  if (!showsForms(request)) return tool.call(args, call);
  const { surface, projectId = null } = call.facts;
  if (surface === 'http' && projectId === null && tool.needsProject?.(args) === true)
    return (await forms()).askProject(request, call);
  const answer = await tool.call(args, call);
  const { question } = answer;
  return question === undefined ? answer : (await forms()).ask(request, call, question, answer);
}

/** Declared with each request since 2026-07-28, once for the connection before. */
function showsForms({ context, capabilities }: Request): boolean {
  const declared = fieldOf(context.mcpReq.envelope, 'io.modelcontextprotocol/clientCapabilities');
  const elicitation = fieldOf(declared ?? capabilities, 'elicitation');
  if (typeof elicitation !== 'object' || elicitation === null) return false;
  // An empty one means forms: it is older than the other mode.
  return 'form' in elicitation || !('url' in elicitation);
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** The first protocol whose clients know links in an answer. */
const LINKS_SINCE = '2025-06-18';
/** A link takes some sixty tokens. */
const MOST_LINKS = 2;

function resultOf(given: ToolAnswer, protocol = ''): CallToolResult {
  const { text, structured, isError, cut = [] } = bounded(given);
  const links = protocol < LINKS_SINCE ? [] : cut.slice(0, MOST_LINKS).flatMap(linksTo);
  return {
    content: [{ type: 'text', text }, ...links],
    ...(structured === undefined ? {} : { structuredContent: structured }),
    ...(isError === true ? { isError: true } : {}),
  };
}

/** Where the whole of what is shown in part can be read. */
function linksTo(ref: string): CallToolResult['content'] {
  const target = targetOfRef(ref);
  return target === null ? [] : [{ type: 'resource_link', ...linkOf(target, { name: ref }) }];
}
