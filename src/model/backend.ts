/** What makes the plan of a compile: midturn's own rules, or a model run by a client. */
export const BACKENDS = ['script', 'agent:opencode', 'agent:codex', 'agent:claude'] as const;
export type Backend = (typeof BACKENDS)[number];
