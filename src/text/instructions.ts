// TEMPORARY STUB so that others can compile: the author of text/ replaces this file whole.
export function looksLikeInstruction(text: string): boolean {
  return /\b(always|never|run|must)\b|https?:/i.test(text);
}
