/** Errors as a model reads them: what, why, what to do next. */
import { MidturnError, messageOf } from '../model/errors.ts';
import type { ToolAnswer } from './define-tool.ts';

/** Maps what a tool threw. What midturn did not raise on purpose goes to stderr too, with its stack. */
export function errorAnswer(tool: string, error: unknown, log: (line: string) => void): ToolAnswer {
  if (error instanceof MidturnError) return { text: error.message, isError: true };
  log(`midturn: ${tool} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    text: `${tool} failed inside midturn: ${messageOf(error)}. Nothing else is affected; go on without it, and run \`midturn doctor\` if it happens again.`,
    isError: true,
  };
}
