/** Names of Codex tools: one name for a tool whichever record tells of it, and which of them read the outside. */
import { isMidturnTool } from '../text/own-tools.ts';

/** Every name that the client has given its shell. */
const SHELLS = new Set([
  'shell',
  'shell_command',
  'exec_command',
  'local_shell',
  'container.exec',
  'unified_exec',
]);
/** Namespaces of the client's own tools, whose names need none. */
const OWN_NAMESPACES = new Set(['functions', 'collaboration', 'multi_agent_v1', 'web', 'clock']);
const OLD_MCP = /^(?!mcp__)[\w-]+?__[\w-]+$/;
/** A script that calls other tools, and the call that waits for it. */
const SCRIPTS = new Set(['exec', 'wait']);
const FROM_OUTSIDE = /^(?:web[_.]|browser|open_page|fetch_url|(?:list|read)_mcp_resource)/i;

export const SHELL = 'shell';

/** The full name of a tool from the namespace and name of a call. */
export function toolName(name: string, namespace?: string): string {
  if (namespace === undefined || namespace === '' || OWN_NAMESPACES.has(namespace)) {
    if (SHELLS.has(name)) return SHELL;
    // Until October 2025 the tools of MCP servers were called `<server>__<tool>`.
    return OLD_MCP.test(name) ? `mcp__${name}` : name;
  }
  return `${namespace}__${name}`;
}

export function mcpTool(server: string, tool: string): string {
  return `mcp__${server}__${tool}`;
}

/** True for a call that may run others, which stand in the file as items of their own. */
export function isScript(tool: string): boolean {
  return SCRIPTS.has(tool);
}

/** True for the shell, and for a script, whose text holds the commands that it runs. */
export function runsCommands(tool: string): boolean {
  return tool === SHELL || tool === 'exec' || tool === 'write_stdin';
}

/** True where the result was read from outside the workspace: the web, an MCP server that is not midturn's. */
export function readsOutside(tool: string): boolean {
  if (!tool.startsWith('mcp__')) return FROM_OUTSIDE.test(tool);
  // A server of another name may have tools called `recall`: what it answers comes from outside.
  return !isMidturnTool(tool);
}
