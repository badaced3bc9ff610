/**
 * What of a stored message can be searched: decided from the message as it is kept, so that a rebuild gives the
 * same terms as the first indexing. Injected text, midturn's own calls and answers, and fenced text stay out.
 */
import type { Message, Part } from '../model/message.ts';
import { cleanForIndex } from '../text/clean.ts';
import { stripFenced } from '../text/fence.ts';
import { analyse } from '../text/terms.ts';
import { toolIndexText } from '../text/tool-excerpt.ts';
import { callLine, isOwnTool, isToolSearch, mentionsOwnTool } from './calls.ts';

export type Indexable = Pick<Message, 'role' | 'kind' | 'text' | 'parts' | 'meta' | 'tool'>;

/** A pasted book should not fill the index: so many terms of one message count. */
const MAX_TERMS = 20_000;

/** The index terms of a message, in order; empty for what is kept but not searchable. */
export function messageTerms(message: Indexable): string[] {
  const text = indexText(message);
  return text === '' ? [] : analyse(cleanForIndex(text), { maxTerms: MAX_TERMS });
}

/** What of a message can be searched, before it is analysed; empty for what cannot. */
export function indexText(message: Indexable): string {
  if (message.kind !== 'said' && message.kind !== 'summary') return '';
  if (message.tool !== null && (isOwnTool(message.tool) || isToolSearch(message.tool))) return '';
  const parts = message.parts;
  if (message.role === 'tool')
    return toolText(message, parts ?? [{ type: 'text', span: [0, message.text.length] }]);
  if (parts === null) return stripFenced(message.text).text;
  return parts
    .map((part) => partText(part, message.text))
    .filter((text) => text !== '')
    .join('\n\n');
}

function partText(part: Part, text: string): string {
  switch (part.type) {
    case 'text':
      return stripFenced(text.slice(...part.span)).text;
    case 'tool_call':
      return isOwnTool(part.name) || isToolSearch(part.name) || mentionsOwnTool(part.arguments)
        ? ''
        : callLine(part.name, part.arguments);
    default:
      return '';
  }
}

/** A message of results: command, exit status, error lines, and the first and last 500 characters of each output. */
function toolText(message: Indexable, parts: readonly Part[]): string {
  const exit = message.meta.exit_code;
  const call = parts.find((part) => part.type === 'tool_call');
  if (call?.type === 'tool_call' && mentionsOwnTool(call.arguments)) return '';
  const command = call?.type === 'tool_call' ? callLine(call.name, call.arguments) : undefined;
  const output = parts
    .flatMap((part) =>
      part.type === 'tool_result' || part.type === 'text'
        ? [stripFenced(message.text.slice(...part.span)).text]
        : [],
    )
    .join('\n');
  return toolIndexText({
    ...(command === undefined ? {} : { command }),
    ...(typeof exit === 'number' ? { exitCode: exit } : {}),
    output,
  });
}
