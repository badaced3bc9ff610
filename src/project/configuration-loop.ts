/** The tables of what midturn does by itself: [review], [compile] and [inject]. */
import * as z from 'zod';

export const Review = z
  .object({
    enabled: z
      .boolean()
      .default(true)
      .describe('true or false: whether ended sessions are reviewed, as in enabled = true'),
    profile: z
      .string()
      .min(1)
      .max(100)
      .default('rules')
      .describe('the name of a table [profiles.NAME], or of a provider, as in profile = "rules"'),
    max_characters: z
      .int()
      .min(1000)
      .max(400_000)
      .default(24_000)
      .describe(
        'a whole number of characters of a session that one review reads, from 1000 to 400000, as in max_characters = 24000',
      ),
    every_turns: z
      .int()
      .min(1)
      .max(1000)
      .default(4)
      .describe(
        'a whole number of turns between two paid reviews of one session, from 1 to 1000, as in every_turns = 4',
      ),
    daily_calls: amount(50, 1_000_000, 'calls of paid reviewers a day', 'daily_calls'),
    daily_tokens: amount(200_000, 1_000_000_000, 'tokens of paid reviewers a day', 'daily_tokens'),
    session_calls: amount(6, 1_000_000, 'calls of paid reviewers a session', 'session_calls'),
    session_tokens: amount(60_000, 1_000_000_000, 'tokens of paid reviewers a session', 'session_tokens'),
    snapshot_days: z
      .int()
      .min(0)
      .max(3650)
      .default(14)
      .describe(
        'a whole number of days that what a reviewer was shown is kept, from 0 to 3650, as in snapshot_days = 14',
      ),
    worker_seconds: z
      .int()
      .min(10)
      .max(86_400)
      .default(900)
      .describe(
        'a whole number of seconds that work in the background may take at most, from 10 to 86400, as in worker_seconds = 900',
      ),
  })
  .prefault({});

export const Compile = z
  .object({
    backend: z
      .string()
      .regex(/^(?:script|agent:[a-z][a-z-]*)$/)
      .default('script')
      .describe(
        '"script" or an agent that compiles when midturn does so by itself, as in backend = "agent:codex"',
      ),
    agent_timeout_seconds: z
      .int()
      .min(1)
      .max(3600)
      .default(600)
      .describe('a whole number of seconds from 1 to 3600, as in agent_timeout_seconds = 600'),
    agent_model: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe('the name of a model, as in agent_model = "gpt-5-mini"'),
    agent_command: z
      .array(z.string().min(1))
      .default([])
      .describe('a list of a program and its arguments, as in agent_command = ["my-agent", "--json"]'),
    allow_fallback: z
      .boolean()
      .default(true)
      .describe(
        'true or false: whether `script` may do what another backend could not, as in allow_fallback = true',
      ),
    mcp_backends: z
      .array(z.string())
      .default([])
      .describe('a list of backends that agents may ask for, as in mcp_backends = ["agent:codex"]'),
    user_characters: z
      .int()
      .min(0)
      .max(100_000)
      .default(1375)
      .describe('a whole number of characters of USER.md, as in user_characters = 1375'),
    project_characters: z
      .int()
      .min(0)
      .max(100_000)
      .default(2200)
      .describe('a whole number of characters of MEMORY.md, as in project_characters = 2200'),
  })
  .prefault({});

export const Inject = z
  .object({
    session_start: z
      .boolean()
      .default(true)
      .describe(
        'true or false: whether a session begins with what is remembered, as in session_start = true',
      ),
    prompt: z
      .boolean()
      .default(true)
      .describe('true or false: whether a prompt is given what fits it, as in prompt = true'),
    failures: z
      .boolean()
      .default(true)
      .describe(
        'true or false: whether a failing command is told what mended it before, as in failures = true',
      ),
    max_characters: z
      .int()
      .min(0)
      .max(100_000)
      .default(9000)
      .describe(
        'a whole number of characters at the start of a session, from 0 to 100000, as in max_characters = 9000',
      ),
  })
  .prefault({});

/** A budget; 0 = none are made. */
function amount(value: number, most: number, of: string, key: string) {
  return z
    .int()
    .min(0)
    .max(most)
    .default(value)
    .describe(`a whole number of ${of}, from 0 to ${most}, as in ${key} = ${value}`);
}
