/** Questions in a file: a JSON list, NDJSON, or one a line; each a text or an object with `question`. */
import { readText, UsageError } from './usage.mjs';

/**
 * `[{id, text, …what the file says of it}]`
 * @throws UsageError
 */
export function readQuestions(path) {
  const text = readText(path, 'questions').trim();
  if (text === '') throw new UsageError(`questions ${path} is empty`);
  const list = text.startsWith('[')
    ? parse(text, path)
    : text.split('\n').filter((line) => line.trim() !== '');
  return list.map((entry, at) => {
    const one = typeof entry === 'string' && entry.trimStart().startsWith('{') ? parse(entry, path) : entry;
    const value = typeof one === 'string' ? { question: one } : one;
    if (typeof value?.question !== 'string')
      throw new UsageError(`questions ${path}: number ${at + 1} has no \`question\``);
    return { id: String(at + 1), ...value, text: value.question };
  });
}

function parse(text, path) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`questions ${path} is not JSON: ${error.message}`);
  }
}
