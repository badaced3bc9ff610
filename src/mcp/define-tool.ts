/** A tool is one value: its name, words, arguments, hints and handler. */
import type * as z from 'zod';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';

/** How long a question waits for a write (a new project) that another process's lock holds up. */
export const PATIENCE_MS = 50;

/** All four hints, always: Codex runs a write tool headless only when it is neither destructive nor open-world. */
type ToolHints = {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
};

export type ToolCall = {
  readonly app: App;
  readonly facts: CallFacts;
  /** Aborted when the client cancels the call. */
  readonly signal: AbortSignal;
  /** Tells a client that asked for it how far the call has come. */
  readonly progress: (step: { readonly done: number; readonly total: number }) => void;
};

/** What a handler says; `result.ts` decides how it is shown. */
export type ToolAnswer = {
  readonly text: string;
  /** Equal to the text; clients that see it show the model nothing else. */
  readonly structured?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
};

export type Tool<Shape extends z.ZodRawShape = z.ZodRawShape> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject<Shape>;
  /** Names that models invent for arguments, and the argument each one means. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly hints: ToolHints;
  readonly run: (args: z.infer<z.ZodObject<Shape>>, call: ToolCall) => Promise<ToolAnswer>;
};

/** A tool whose arguments are checked where it is called. */
export type AnyTool = Omit<Tool, 'run'> & {
  readonly call: (raw: unknown, call: ToolCall) => Promise<ToolAnswer>;
};
