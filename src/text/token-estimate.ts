// How many tokens a text costs a model, without carrying a vocabulary of two megabytes.

/**
 * Estimated tokens of the o200k vocabulary. Weights were fitted to it on English, German, Spanish, Russian, Arabic,
 * Thai, Chinese, Japanese, Korean, source code, JSON and logs: within 15 % on texts of that kind from some hundred
 * characters on; long runs of signs cost up to twice as much as is said here.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let afterSigns = false;
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const piece = match[0];
    const kind = kindOf(piece);
    tokens += cost(piece, kind, afterSigns);
    afterSigns = kind === 'signs';
  }
  return Math.ceil(tokens);
}

/** The pieces a tokeniser cuts text into before it looks anything up. One blank between words costs nothing. */
const PIECE =
  /\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+(?!\p{Ll})|\p{N}{1,3}|\s*[\r\n]+|[^\S\r\n]{2,}|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+|[\p{L}\p{M}]+|[^\s\p{L}\p{N}]+/gu;

type Kind =
  | 'latin'
  | 'accented'
  | 'capitals'
  | 'cyrillic'
  | 'digits'
  | 'line'
  | 'blanks'
  | 'dense'
  | 'letters'
  | 'signs';

function kindOf(piece: string): Kind {
  const first = piece.charCodeAt(0);
  if ((first >= 97 && first <= 122) || (first >= 65 && first <= 90)) {
    if (first <= 90 && piece.length > 1 && /^[A-Z]+$/.test(piece)) return 'capitals';
    return /^[\0-\u007f]+$/.test(piece) ? 'latin' : 'accented';
  }
  if (first < 128) {
    if (/^\s/.test(piece)) return /[\r\n]/.test(piece) ? 'line' : 'blanks';
    return first >= 48 && first <= 57 ? 'digits' : 'signs';
  }
  if (/^[\p{sc=Cyrillic}\p{sc=Greek}]/u.test(piece)) return 'cyrillic';
  if (/^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]/u.test(piece)) return 'dense';
  if (/^\p{sc=Latin}/u.test(piece)) return 'accented';
  if (/^[\p{L}\p{M}]/u.test(piece)) return 'letters';
  return /^\s/.test(piece) ? 'blanks' : 'signs';
}

function cost(piece: string, kind: Kind, afterSigns: boolean): number {
  const length = piece.length;
  switch (kind) {
    case 'latin':
      return 0.97 + Math.max(0, length - 7) * 0.12;
    case 'accented':
      return 1.5 + Math.max(0, length - 7) * 0.12;
    case 'capitals':
      return Math.max(1, length * 0.4);
    case 'cyrillic':
      return 0.55 + length * 0.155;
    case 'digits':
      return 1;
    case 'line':
      return afterSigns ? 0.25 : 1;
    case 'blanks':
      return Math.max(0.9, length / 60);
    case 'dense':
      return length * 0.62;
    case 'letters':
      return length * 0.34;
    case 'signs':
      return 0.85 + (/[^\0-\u007f]/.test(piece) ? length * 0.5 : Math.max(0, length - 2) * 0.2);
  }
}
