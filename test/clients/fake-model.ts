/**
 * A stand-in for the model behind a real client, on 127.0.0.1: it answers the turns of a script one by one, in the
 * dialect of the client's requests (OpenAI's Responses or Anthropic's Messages), and keeps what it was sent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import * as z from 'zod';

/** What the model does next: say something, or call a tool by the end of its name. */
export type Turn =
  | { readonly text: string }
  | { readonly tool: string; readonly args: Readonly<Record<string, unknown>> };

export type FakeModel = {
  readonly url: string;
  /** The bodies of the requests that offered tools, as sent, oldest first. */
  readonly requests: readonly string[];
  /** Turns of the script that were not asked for. */
  readonly left: () => number;
  readonly close: () => Promise<void>;
};

type Dialect = {
  readonly path: RegExp;
  /** Names of the tools that may be called, and what a call must be named to reach each. */
  readonly tools: (body: unknown) => readonly Offered[];
  readonly answer: (turn: Turn, tool: Offered | null, id: number) => string;
};
type Offered = { readonly name: string; readonly namespace?: string };

const named = z.looseObject({ name: z.string().optional(), type: z.string().optional() });
const openaiBody = z.looseObject({
  tools: z.array(named.extend({ tools: z.array(named).optional() })).default([]),
});
const anthropicBody = z.looseObject({ tools: z.array(named).default([]) });

export const openai: Dialect = {
  path: /\/responses$/,
  tools: (body) =>
    openaiBody
      .parse(body)
      .tools.flatMap(({ name = '', type, tools }) =>
        type === 'namespace'
          ? (tools ?? []).map((inner) => ({ name: inner.name ?? '', namespace: name }))
          : [{ name }],
      ),
  answer: (turn, tool, id) => {
    const item =
      'text' in turn
        ? {
            type: 'message',
            id: `msg_${id}`,
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: turn.text, annotations: [] }],
          }
        : {
            type: 'function_call',
            id: `fc_${id}`,
            call_id: `call_${id}`,
            name: tool?.name ?? turn.tool,
            ...(tool?.namespace === undefined ? {} : { namespace: tool.namespace }),
            arguments: JSON.stringify(turn.args),
          };
    const response = {
      id: `resp_${id}`,
      object: 'response',
      status: 'completed',
      output: [item],
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 15,
      },
    };
    return [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response },
    ]
      .map(event)
      .join('');
  },
};

export const anthropic: Dialect = {
  path: /\/v1\/messages$/,
  tools: (body) => anthropicBody.parse(body).tools.map(({ name = '' }) => ({ name })),
  answer: (turn, tool, id) => {
    const isText = 'text' in turn;
    const block = isText
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: `toolu_${id}`, name: tool?.name ?? turn.tool, input: {} };
    const delta = isText
      ? { type: 'text_delta', text: turn.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(turn.args) };
    const usage = { input_tokens: 10, output_tokens: 5 };
    const message = {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model: 'fake',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    return [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: isText ? 'end_turn' : 'tool_use', stop_sequence: null },
        usage,
      },
      { type: 'message_stop' },
    ]
      .map(event)
      .join('');
  },
};

function event(data: { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Of all models of this process: ids of calls are unique, as real ones are. */
let answers = 0;

/** Requests that offer no tool (titles, summaries, probes) are answered `ok` and take no turn of the script. */
export async function startModel(dialect: Dialect, script: readonly Turn[]): Promise<FakeModel> {
  const left = [...script];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (request.method !== 'POST' || !dialect.path.test(path)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[],"models":[]}');
      return;
    }
    const tools = dialect.tools(JSON.parse(text));
    if (tools.length > 0) requests.push(text);
    const turn = (tools.length > 0 ? left.shift() : undefined) ?? { text: 'ok' };
    const tool = 'tool' in turn ? toolOf(tools, turn.tool) : null;
    answers += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(dialect.answer(turn, tool, answers));
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake model has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    left: () => left.length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function toolOf(tools: readonly Offered[], wanted: string): Offered | null {
  return tools.find(({ name }) => name === wanted) ?? tools.find(({ name }) => name.endsWith(wanted)) ?? null;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding'] === 'gzip') return gunzipSync(body).toString('utf8');
  if (request.headers['content-encoding'] === 'br') return brotliDecompressSync(body).toString('utf8');
  return body.toString('utf8');
}
