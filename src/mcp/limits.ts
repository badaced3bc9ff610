/** What every call is held to: how long it may take, and how much it may answer. One place, so that they fit together. */

/** In milliseconds. */
export type CallLimits = {
  /** Then a call answers with what it has. Clients give up after 60 s unless they are told otherwise. */
  readonly callMs: number;
  /** A compile by a model, which the owner has allowed: each of its runs has a limit of its own in the configuration. */
  readonly agentMs: number;
  /** For what is found out to be put together; then the call ends, whatever it is about. */
  readonly graceMs: number;
  /** A form is waited for inside the call where the protocol knows no other way (up to 2025-11-25). */
  readonly formMs: number;
};

export const CALL_LIMITS: CallLimits = {
  callMs: 50_000,
  agentMs: 1_800_000,
  graceMs: 4_000,
  formMs: 45_000,
};

/** How much an answer may hold, in UTF-16 units and entries. What is left out is counted. */
export const ANSWER = {
  /** `max_tokens` goes to 8,000, of which one may be eight letters long. */
  text: 64_000,
  /** Of compile, submit_suggestion and status, whose lines are many and alike. */
  lines: 80,
  line: 1_000,
  /** Of each list in structured content, and of each of its strings. */
  entries: 100,
  string: 4_000,
  depth: 12,
  error: 2_000,
} as const;
