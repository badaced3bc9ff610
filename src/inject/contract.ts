/**
 * Words that a model is meant to follow, and that stand outside every fence: when to call which tool, and how to look
 * back over a session.
 */
import contract from '../../prompts/recall-contract.md';
import review from '../../prompts/review-session.md';
import { clean } from '../text/clean.ts';
import { clipEnd } from '../text/clip.ts';

/** A contract of the person's own must leave room for what is remembered. */
const LONGEST = 4000;

/** Who is told. `plugin`: the client has midturn as a plugin. */
type Told = { readonly client: string | null; readonly plugin?: boolean };

/** @param own a person's own wording, or null */
export function contractFor(told: Told, own: string | null): string {
  return worded(contract, told, own);
}

export function reviewFor(told: Told, own: string | null): string {
  return worded(review, told, own);
}

/** How the client lists our tools; the server's name is the one that setup and the plugin give it. */
function namesFor({ client, plugin = false }: Told): string | null {
  if (client === 'claude-code') {
    const name = `mcp__${plugin ? 'plugin_midturn_midturn' : 'midturn'}__recall`;
    return `In your list of tools they are called \`${name}\` and so on; where only their names are listed, load them with ToolSearch first.`;
  }
  // It gives the tools of a plugin no other names.
  if (client === 'codex')
    return 'They stand in the namespace `mcp__midturn`; from code call `tools.mcp__midturn__recall({query: "…"})` and so on.';
  return null;
}

function worded(ours: string, told: Told, own: string | null): string {
  const words = own === null || own.trim() === '' ? ours : clean(own);
  const names = namesFor(told);
  return [clipEnd(words.trim(), LONGEST).text, ...(names === null ? [] : [names])].join('\n\n');
}
