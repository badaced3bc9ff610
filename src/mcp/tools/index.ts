/** The registry: the tools in the order in which they are listed. */
import type { AnyTool } from '../define-tool.ts';
import compile from './compile.ts';
import recall from './recall.ts';
import recallHistory from './recall-history.ts';
import remember from './remember.ts';
import status from './status.ts';
import submitSuggestion from './submit-suggestion.ts';

export const TOOLS: readonly AnyTool[] = [recall, recallHistory, remember, submitSuggestion, compile, status];
