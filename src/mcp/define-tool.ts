/** A tool is one value: its name, words, arguments, hints and handler. */
import type * as z from 'zod';
import type { App } from '../app/app.ts';
import type { CallFacts } from '../app/caller.ts';
import type { Need } from './rights.ts';

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
  /** Aborted when the time of the call is up: what is there by then is answered. */
  readonly deadline?: AbortSignal;
  /** To be asked before anything is stored. @throws UserInputError where nobody waits for the call any more */
  readonly still?: () => void;
  /** This call is about a model's run, and may take as long as one. */
  readonly allow?: (what: 'agent') => void;
  /** The unpublished switches that are on. */
  readonly switches?: ReadonlySet<string>;
  /** Tells a client that asked for it how far the call has come. */
  readonly progress: (step: { readonly done: number; readonly total: number }) => void;
};

/** What a person may be asked where the client shows forms; the answer is complete without it. */
export type Question =
  /** Whether the memory that waits may come into force. */
  | { readonly kind: 'approve'; readonly id: string }
  /** Which of these memories was meant by the argument. */
  | {
      readonly kind: 'which';
      readonly argument: string;
      readonly candidates: ReadonlyArray<{ readonly id: string; readonly title: string }>;
    };

/** A stored text that the client may read whole, named beside the answer. */
export type AnswerLink = {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly mimeType?: string;
  readonly size?: number;
};

/** What a handler says; `result.ts` decides how it is shown. */
export type ToolAnswer = {
  readonly text: string;
  /** Equal to the text; clients that see it show the model nothing else. */
  readonly structured?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
  readonly question?: Question;
  /** What the text shows in part, `m_4f9k2c` or `k3f9a2/17`: named as resources where the client knows links. */
  readonly cut?: readonly string[];
};

export type Tool<Shape extends z.ZodRawShape = z.ZodRawShape> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject<Shape>;
  /** Names that models invent for arguments, and the argument each one means. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Switches that programs may send and no model is told of. */
  readonly unpublished?: readonly string[];
  /** What is taken in the place of `input` where one of these is on; null = `input`. */
  readonly inputWith?: (switches: ReadonlySet<string>) => z.ZodObject<Shape> | null;
  readonly hints: ToolHints;
  /** What the caller must be allowed to; see rights.ts. */
  readonly needs: Need;
  /** Whether this call is about a project, which over the network may have to be asked for. */
  readonly needsProject?: (raw: unknown) => boolean;
  /** A call that works, for an error to show; absent = one is made of what must be given. */
  readonly example?: string;
  readonly run: (args: z.infer<z.ZodObject<Shape>>, call: ToolCall) => Promise<ToolAnswer>;
  /** What is answered in place of an error, where a switch says that nobody could read one; null = the error. */
  readonly instead?: (error: unknown, call: ToolCall) => ToolAnswer | null;
};

/** A tool whose rights and arguments are checked where it is called. */
export type AnyTool = Omit<Tool, 'run' | 'instead' | 'inputWith'> & {
  readonly call: (raw: unknown, call: ToolCall) => Promise<ToolAnswer>;
};

/** Ties a tool's arguments to its handler. What a start has no need of is loaded with the first call. */
export function tool<Shape extends z.ZodRawShape>(definition: Tool<Shape>): AnyTool {
  const { run: _run, instead: _instead, inputWith: _with, ...rest } = definition;
  return {
    ...rest,
    call: async (raw, call) => {
      const { callTool } = await import('./calling.ts');
      return callTool(definition, raw, call);
    },
  };
}

/** The same for a tool that reads what was sent by itself. */
export function rawTool(definition: Omit<AnyTool, 'call'> & { readonly run: AnyTool['call'] }): AnyTool {
  const { run, ...rest } = definition;
  return {
    ...rest,
    call: async (raw, call) => {
      const { callRaw } = await import('./calling.ts');
      return callRaw(definition, run, raw, call);
    },
  };
}
