/** What the service itself ran for the model: searches of the web, generated images. */
import type { Block } from './adapter.ts';
import { binaryBlock, toolBlocks } from './codex-content.ts';
import { turnIdOf } from './codex-speakers.ts';
import { type CodexThread, type Form, known } from './codex-thread.ts';
import { type JsonRecord, text } from './read-json.ts';

/** `web_search_call`: a search that the service ran; its results are in the model's answer only. */
export function readWebSearchCall(thread: CodexThread, payload: JsonRecord): void {
  const action = payload.action ?? null;
  readSearch(thread, payload, { action, query: text(action, 'query'), results: [] }, 'response');
}

/** A search of the web, as an item, an event or a response item. */
export function readSearch(
  thread: CodexThread,
  payload: JsonRecord,
  search: {
    readonly action: unknown;
    readonly query: string | undefined;
    readonly results: readonly unknown[];
  },
  form: Form,
): void {
  const { action, query, results } = search;
  const id = text(payload, 'id');
  const turn = thread.turn(turnIdOf(payload));
  // Rollouts without items: the event has the id of the search, the response item often none.
  const key = thread.state.items ? thread.key(turn, id) : null;
  const found: readonly Block[] = results.map((result) => ({ type: 'text', text: JSON.stringify(result) }));
  const call = { id: id ?? '', name: 'web_search', arguments: action ?? { query: query ?? null } };
  const status = text(payload, 'status');
  thread.run({
    key: key ?? thread.textKey(turn, 'web_search', JSON.stringify(action ?? query ?? null), form),
    turn,
    grade: form === 'item' ? 2 : 1,
    content: { type: 'web_search', query: query ?? null, action: action ?? null, results },
    tool: 'web_search',
    callId: id ?? null,
    outside: true,
    blocks: toolBlocks(call, found.length === 0 ? null : { status, blocks: found }),
    meta: known({ id }),
  });
}

/** `image_generation_call` and its item. */
export function readImageGeneration(thread: CodexThread, payload: JsonRecord, form: Form): void {
  const id = text(payload, 'id');
  const turn = thread.turn(turnIdOf(payload));
  const prompt = text(payload, 'revised_prompt') ?? text(payload, 'revisedPrompt') ?? null;
  const base64 = text(payload, 'result') ?? '';
  const status = text(payload, 'status');
  thread.run({
    key: thread.key(turn, id) ?? thread.textKey(turn, 'image_generation', base64, form),
    turn,
    grade: form === 'item' ? 2 : 1,
    content: { type: 'image_generation', prompt, result: base64 },
    tool: 'image_generation',
    callId: id ?? null,
    blocks: toolBlocks(
      { id: id ?? '', name: 'image_generation', arguments: { prompt } },
      { status, blocks: base64 === '' ? [] : [binaryBlock('image/png', base64)] },
    ),
    meta: known({
      id,
      path: text(payload, 'saved_path') ?? text(payload, 'savedPath'),
      failed: status === 'failed' || undefined,
    }),
  });
}
