// Which tools of an agent's client are midturn's own, by the full names that clients give to tools of MCP servers.

const TOOLS = 'recall|recall_history|remember|submit_suggestion|compile|status';
const OF_OURS = new RegExp(`^mcp__(?:(?!__).)*midturn(?:(?!__).)*__(?:${TOOLS})$`, 'i');
const OF_ANY = new RegExp(`^mcp__.+__(?:${TOOLS})$`, 'i');

/** True for a tool of a server that is called midturn: what it answers was stored before, not found out. */
export function isMidturnTool(name: string): boolean {
  return OF_OURS.test(name);
}

/** True where the tool is named like one of midturn's, on a server of any name. */
export function isNamedLikeMidturns(name: string): boolean {
  return OF_ANY.test(name);
}
