/** What a line of tool results tells beside its blocks: how the calls ended, and whether they read the outside. */
import { isMidturnTool } from '../text/own-tools.ts';
import { fetches } from './fetches.ts';
import { flag, type JsonRecord, list, number, record, text } from './read-json.ts';

/** The client's own tools that read the web or an MCP server. */
const FROM_OUTSIDE = new Set([
  'WebFetch',
  'WebSearch',
  'ReadMcpResourceTool',
  'ReadMcpResourceDirTool',
  'ListMcpResourcesTool',
]);
/** Tools that start a sub-agent; `Task` until 2.0. */
const AGENT_TOOLS = new Set(['Agent', 'Task']);
const SHELLS = new Set(['Bash', 'PowerShell']);
const EXIT_CODE = /^(?:Error: )?Exit code (\d{1,10})(?:\n|$)/;
const SAVED_TO = /^<persisted-output>\n[^\n]*Full output saved to: ([^\n]+)/;

/** True where the result was read from outside the workspace: the web, an MCP server that is not midturn's. */
export function readsOutside(tool: string): boolean {
  if (!tool.startsWith('mcp__')) return FROM_OUTSIDE.has(tool);
  // A server of another name may have tools called `recall`: what it answers comes from outside.
  return !isMidturnTool(tool);
}

/** True for a shell call whose command reads from the network. */
export function fetchesByShell(tool: string, input: unknown): boolean {
  return SHELLS.has(tool) && fetches(input);
}

export function startsAgent(tool: string): boolean {
  return AGENT_TOOLS.has(tool);
}

/**
 * How the calls of a line ended: `failed`, `exit_code` of a failing shell, `interrupted`, `denied` (by whom),
 * `stderr`, `background_task`, `output_file` where the client saved a long output, `agent` that was started.
 * The structured copy of the results in the record is not kept: it says the same again.
 */
export function resultMeta(
  line: JsonRecord,
  results: readonly JsonRecord[],
  tool: string | null,
): Record<string, unknown> {
  const outcome = record(line, 'toolUseResult');
  const meta: Record<string, unknown> = {};
  const failed = results.some((result) => flag(result, 'is_error'));
  if (failed) meta.failed = true;
  const texts = results.map(textOf);
  const exit = failed && (tool === null || SHELLS.has(tool)) ? firstMatch(texts, EXIT_CODE) : undefined;
  if (exit !== undefined) meta.exit_code = Number(exit);
  if (flag(outcome, 'interrupted')) meta.interrupted = true;
  put(meta, 'denied', text(line, 'toolDenialKind'));
  if ((text(outcome, 'stderr') ?? '') !== '') meta.stderr = true;
  put(meta, 'background_task', text(outcome, 'backgroundTaskId'));
  put(meta, 'output_file', text(outcome, 'persistedOutputPath') ?? firstMatch(texts, SAVED_TO));
  put(meta, 'agent', text(outcome, 'agentId'));
  return meta;
}

/** Token counts of a model message: `input`, `output`, `cache_read`, `cache_write`; undefined without any. */
export function usageOf(message: unknown): Record<string, number> | undefined {
  const usage = record(message, 'usage');
  const counts: Record<string, number> = {};
  for (const [name, field] of [
    ['input', 'input_tokens'],
    ['output', 'output_tokens'],
    ['cache_read', 'cache_read_input_tokens'],
    ['cache_write', 'cache_creation_input_tokens'],
  ] as const) {
    const count = number(usage, field);
    if (count !== undefined && count > 0) counts[name] = count;
  }
  return Object.keys(counts).length === 0 ? undefined : counts;
}

/** Sets a field that has a value. */
export function put(meta: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined && value !== null && value !== '') meta[name] = value;
}

function textOf(result: JsonRecord): string {
  const content = result.content;
  if (typeof content === 'string') return content;
  return text(list(result, 'content')[0], 'text') ?? '';
}

function firstMatch(texts: readonly string[], pattern: RegExp): string | undefined {
  for (const words of texts) {
    const found = pattern.exec(words)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
