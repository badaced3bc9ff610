/** Content of Codex records as blocks: texts, images, results of tools. */
import type { Block } from './adapter.ts';
import { isRecord, type JsonRecord, list, number, record, text } from './read-json.ts';

const TEXT_TYPES = new Set([
  'text',
  'Text',
  'input_text',
  'output_text',
  'inputText',
  'summary_text',
  'reasoning_text',
]);
/** What the client writes around an image that the person attached. */
const IMAGE_LABEL = /^<image(?: name=\[[^\]]*\])?(?: path="[^"]*")?>$/;
const IMAGE_END = '</image>';
const DATA_URL = /^data:([^;,]{0,200})(?:;[^,]{0,200})?;base64,/;

/** One entry of a content list as a block; null for what is left out: encrypted text, which nobody can read. */
export function contentBlock(entry: unknown): Block | null {
  if (typeof entry === 'string') return { type: 'text', text: entry };
  const type = text(entry, 'type');
  if (!isRecord(entry) || type === undefined) return { type: 'unknown', value: entry };
  if (type === 'encrypted_content') return null;
  const said = text(entry, 'text');
  if (TEXT_TYPES.has(type) && said !== undefined) return { type: 'text', text: said };
  return binary(entry) ?? resource(entry) ?? { type: 'unknown', value: entry };
}

export function contentBlocks(entries: readonly unknown[]): Block[] {
  return entries.map(contentBlock).filter((block) => block !== null);
}

/** A base64 payload with its media type. */
export function binaryBlock(media: string, base64: string): Block {
  return { type: 'image', media, base64 };
}

/** Images and sounds, inline (MCP) or as a data URL; the type `image` stands for any binary. */
function binary(entry: JsonRecord): Block | null {
  const data = text(entry, 'data');
  if (data !== undefined) return binaryBlock(text(entry, 'mimeType') ?? 'application/octet-stream', data);
  const url =
    text(entry, 'image_url') ?? text(entry, 'imageUrl') ?? text(entry, 'audio_url') ?? text(entry, 'url');
  return url === undefined ? null : dataUrl(url);
}

function dataUrl(url: string): Block | null {
  const head = DATA_URL.exec(url);
  if (head === null) return null;
  return binaryBlock(
    head[1] === undefined || head[1] === '' ? 'application/octet-stream' : head[1],
    url.slice(head[0].length),
  );
}

/** An MCP resource that was embedded in a result. */
function resource(entry: JsonRecord): Block | null {
  const embedded = record(entry, 'resource');
  const said = text(embedded, 'text');
  if (said !== undefined) return { type: 'text', text: said };
  const blob = text(embedded, 'blob');
  return blob === undefined
    ? null
    : binaryBlock(text(embedded, 'mimeType') ?? 'application/octet-stream', blob);
}

/** The texts of blocks, one below the other. */
export function joinTexts(blocks: readonly Block[]): string {
  let joined = '';
  for (const block of blocks) {
    if (block.type !== 'text' || block.text === '') continue;
    if (joined !== '' && !joined.endsWith('\n')) joined += '\n';
    joined += block.text;
  }
  return joined;
}

/** The texts of blocks as the client joins the inputs of one prompt. */
export function promptText(blocks: readonly Block[]): string {
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/** True for a text that only marks where an attached image begins or ends. */
export function isImageLabel(said: string): boolean {
  return said === IMAGE_END || IMAGE_LABEL.test(said);
}

/** The blocks of a prompt: the marks around images are kept (they name the file), but nobody said them. */
export function promptBlocks(entries: readonly unknown[]): Block[] {
  return contentBlocks(entries)
    .filter((block) => block.type !== 'text' || block.text !== IMAGE_END)
    .map((block) =>
      block.type === 'text' && isImageLabel(block.text) ? { type: 'unknown', value: block.text } : block,
    );
}

/** Call and result as the blocks of one message; images and what is unknown in the result follow it. */
export function toolBlocks(
  call: { readonly id: string; readonly name: string; readonly arguments: unknown },
  result: { readonly status?: string | undefined; readonly blocks: readonly Block[] } | null,
): Block[] {
  const first: Block = { type: 'tool_call', id: call.id, name: call.name, arguments: call.arguments };
  return result === null ? [first] : [first, ...resultBlocks(call.id, result)];
}

export function resultBlocks(
  id: string,
  result: { readonly status?: string | undefined; readonly blocks: readonly Block[] },
): Block[] {
  const { status, blocks } = result;
  const answer: Block = {
    type: 'tool_result',
    id,
    ...(status === undefined ? {} : { status }),
    text: joinTexts(blocks),
  };
  return [answer, ...blocks.filter((block) => block.type !== 'text')];
}

/** What the model was given back for a call. */
export type CallOutput = {
  readonly blocks: readonly Block[];
  readonly exitCode: number | null;
  readonly failed: boolean;
  readonly status: string | undefined;
};

/** The client's own words for a call that did not run. */
const NOT_RUN =
  /^(?:unsupported (?:custom tool )?call: |failed to parse function arguments|execution error: |Script failed\n)/;
/** An interrupted call's output is this line, with the time above it. */
const ABORTED = /^(?:Wall time: [^\n]{0,40}\n)?aborted(?: by user\b[^\n]{0,60})?$/;
const EXIT_CODE = /^(?:Process exited with code|Exit code:) (-?\d{1,10})$/m;
/** The exit code stands in the lines above the output. */
const HEAD = 400;

/** Reads an output; `shell` says that its first lines are the client's report on a command. */
export function callOutput(output: unknown, shell: boolean): CallOutput {
  const wrapped = typeof output === 'string' ? unwrapped(output, shell) : null;
  const blocks = wrapped?.blocks ?? outputBlocks(output);
  const said = joinTexts(blocks);
  const told = shell ? EXIT_CODE.exec(said.slice(0, HEAD))?.[1] : undefined;
  const exitCode = wrapped?.exitCode ?? (told === undefined ? null : Number(told));
  const aborted = ABORTED.test(said.trimEnd());
  const refused = isRecord(output) && output.success === false;
  const failed = aborted || refused || NOT_RUN.test(said) || (exitCode !== null && exitCode !== 0);
  return { blocks, exitCode, failed, status: aborted ? 'aborted' : undefined };
}

function outputBlocks(output: unknown): Block[] {
  if (typeof output === 'string') return [{ type: 'text', text: output }];
  if (Array.isArray(output)) return contentBlocks(output);
  const said = text(output, 'content');
  if (said !== undefined) return [{ type: 'text', text: said }];
  const items = [...list(output, 'content'), ...list(output, 'content_items')];
  if (items.length > 0) return contentBlocks(items);
  return output === undefined || output === null ? [] : [{ type: 'unknown', value: output }];
}

/**
 * Outputs that older clients wrote as JSON in a string: `{"output": …, "metadata": {"exit_code": …}}` of commands and
 * patches, the list of contents of an MCP tool.
 */
function unwrapped(output: string, shell: boolean): { blocks: Block[]; exitCode: number | null } | null {
  const contents = !shell && output.startsWith('[{');
  if (!contents && !output.startsWith('{"output":')) return null;
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return null;
  }
  if (contents) {
    const blocks = Array.isArray(value) ? contentBlocks(value) : [];
    return blocks.some((block) => block.type === 'unknown') ? null : { blocks, exitCode: null };
  }
  const said = text(value, 'output');
  if (said === undefined) return null;
  return {
    blocks: [{ type: 'text', text: said }],
    exitCode: number(record(value, 'metadata'), 'exit_code') ?? null,
  };
}
