/** The chat completions of OpenAI, which many servers speak: LM Studio, Ollama, vLLM, gateways. */
import { isRecord } from '../../text/first-object.ts';
import { addressOf } from './address.ts';
import { bodyError, count, type Dialect, type Json, type Prompted, type ServerError } from './dialect.ts';

export const OPENAI = {
  baseUrl: 'https://api.openai.com/v1',
  keyName: 'OPENAI_API_KEY',
  model: 'gpt-4.1-mini',
} as const;

export type OpenAiOptions = {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly temperature: number;
  readonly key: string | null;
  /** Asks the server for JSON. */
  readonly jsonFormat: boolean;
  /** An error that only this provider's answers hold. */
  readonly ownError?: (answer: Json) => ServerError | null;
};

/** @throws ReviewFailure `not_configured` for a URL that cannot be asked */
export function openAiDialect(options: OpenAiOptions, { instructions, snapshot }: Prompted): Dialect {
  const { name, baseUrl, model, temperature, key, jsonFormat, ownError } = options;
  return {
    url: addressOf(name, baseUrl, 'chat/completions'),
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    body: ({ maxTokens, quirks }) => ({
      model,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: snapshot },
      ],
      // Newer models of OpenAI refuse `max_tokens`, most other servers know nothing else.
      ...(quirks.has('completion-tokens') ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
      ...(quirks.has('no-temperature') ? {} : { temperature }),
      ...(jsonFormat && !quirks.has('no-format') ? { response_format: { type: 'json_object' } } : {}),
    }),
    read: (answer) => ownError?.(answer) ?? bodyError(answer) ?? readChoice(answer),
  };
}

function readChoice({ choices, usage }: Json): ReturnType<Dialect['read']> {
  const [choice] = Array.isArray(choices) ? choices : [];
  const message = isRecord(choice) && isRecord(choice.message) ? choice.message : null;
  if (message === null || !isRecord(choice)) return null;
  const counts = isRecord(usage) ? usage : {};
  const tokens = { input: count(counts.prompt_tokens), output: count(counts.completion_tokens) };
  if (typeof message.refusal === 'string' || choice.finish_reason === 'content_filter')
    return {
      kind: 'error',
      failure: 'refused',
      words: 'the model refused to review this',
      again: false,
      tokens,
    };
  return {
    kind: 'text',
    text: textOf(message.content),
    truncated: choice.finish_reason === 'length',
    tokens,
  };
}

/** A text, or parts of one. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('');
}
