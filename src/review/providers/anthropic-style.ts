/** The messages of Anthropic, which some gateways speak, too. */
import { isRecord } from '../../text/first-object.ts';
import { addressOf } from './address.ts';
import { bodyError, count, type Dialect, type Json, type Prompted } from './dialect.ts';

export const ANTHROPIC = {
  baseUrl: 'https://api.anthropic.com',
  keyName: 'ANTHROPIC_API_KEY',
  model: 'claude-haiku-4-5',
} as const;

const VERSION = '2023-06-01';

export type AnthropicOptions = {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly temperature: number;
  readonly key: string | null;
};

/** @throws ReviewFailure `not_configured` for a URL that cannot be asked */
export function anthropicDialect(options: AnthropicOptions, { instructions, snapshot }: Prompted): Dialect {
  const { name, baseUrl, model, temperature, key } = options;
  return {
    url: addressOf(name, baseUrl, 'messages'),
    headers: { 'anthropic-version': VERSION, ...(key === null ? {} : { 'x-api-key': key }) },
    body: ({ maxTokens, quirks }) => ({
      model,
      max_tokens: maxTokens,
      ...(quirks.has('no-temperature') ? {} : { temperature: Math.min(1, temperature) }),
      system: instructions,
      messages: [{ role: 'user', content: snapshot }],
    }),
    read: (answer) => bodyError(answer) ?? readMessage(answer),
  };
}

function readMessage({ content, stop_reason, usage }: Json): ReturnType<Dialect['read']> {
  if (!Array.isArray(content)) return null;
  const counts = isRecord(usage) ? usage : {};
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = counts;
  const input = count(input_tokens);
  const kept = (count(cache_creation_input_tokens) ?? 0) + (count(cache_read_input_tokens) ?? 0);
  const tokens = { input: input === null ? null : input + kept, output: count(output_tokens) };
  if (stop_reason === 'refusal')
    return {
      kind: 'error',
      failure: 'refused',
      words: 'the model refused to review this',
      again: false,
      tokens,
    };
  return {
    kind: 'text',
    text: content
      .map((block) =>
        isRecord(block) && block.type === 'text' && typeof block.text === 'string' ? block.text : '',
      )
      .join(''),
    truncated: stop_reason === 'max_tokens',
    tokens,
  };
}
