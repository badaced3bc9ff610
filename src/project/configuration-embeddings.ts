/** The table [embeddings]: nearness by meaning, from an endpoint that somebody runs. */
import * as z from 'zod';

export const Embeddings = z
  .object({
    url: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('the base of an OpenAI-compatible API, as in url = "http://127.0.0.1:11434/v1"'),
    model: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe('the name of a model, as in model = "nomic-embed-text"'),
    api_key_env: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'the name of a variable that holds the key, never the key, as in api_key_env = "OPENAI_API_KEY"',
      ),
    dimensions: z
      .int()
      .min(8)
      .max(8192)
      .nullable()
      .default(null)
      .describe('a whole number from 8 to 8192, as in dimensions = 512'),
    batch: z
      .int()
      .min(1)
      .max(512)
      .default(32)
      .describe('a whole number of texts from 1 to 512, as in batch = 32'),
    timeout_ms: z
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe('a whole number of milliseconds from 100 to 600000, as in timeout_ms = 30000'),
    deadline_ms: z
      .int()
      .min(1)
      .max(10_000)
      .default(150)
      .describe('a whole number of milliseconds from 1 to 10000, as in deadline_ms = 150'),
    weight: z.number().min(0).max(4).default(1).describe('a number from 0 to 4, as in weight = 1'),
    kinds: z
      .array(z.enum(['memories', 'messages']))
      .default(['memories', 'messages'])
      .describe('a list of "memories" and "messages", as in kinds = ["memories"]'),
    question_prefix: z
      .string()
      .nullable()
      .default(null)
      .describe('text, as in question_prefix = "search_query: "'),
    document_prefix: z
      .string()
      .nullable()
      .default(null)
      .describe('text, as in document_prefix = "search_document: "'),
  })
  .prefault({});
