// Names as code writes them: kept whole, because that is what is asked for, and taken apart at the places where a
// person would put a blank.

import { MAX_TERM, termOf } from './word-forms.ts';

/**
 * The terms of a name, path, version, number or digest of ASCII characters: itself in small letters, then its parts.
 * `src/text/clean.ts` gives the path, `src`, `text`, `clean.ts`, `clean`, `ts`.
 */
export function identifierTerms(token: string): string[] {
  const terms: string[] = [];
  const add = (term: string) => {
    if (term !== '' && term.length <= MAX_TERM && terms.at(-1) !== term) terms.push(term);
  };
  if (isBlob(token)) return terms;
  if (!addNumber(token, add)) addName(token, add);
  return terms;
}

/** True for what code writes, not prose: separators, inner capitals, digits beside letters. */
export function isIdentifier(token: string): boolean {
  if (token.length > MAX_NAME) return false;
  return (
    /[A-Za-z0-9][_./@:\\-]+[A-Za-z0-9]/.test(token) ||
    /[a-z][A-Z]|[A-Z]{2,}[a-z]{2,}/.test(token) ||
    (/\d/.test(token) && /[A-Za-z]/.test(token))
  );
}

/** Longest name that is looked at, in UTF-16 units: what is longer is data. */
const MAX_NAME = 256;
/** Endings of host names that say nothing. */
const TOP_LEVEL = new Set(['www', 'com', 'org', 'net']);
const MAX_URL_PARTS = 40;

/** Host and pieces of the path, query and fragment of a URL given without its scheme. */
export function urlTerms(rest: string): string[] {
  const [host = '', ...path] = rest.split(/[/?#&=;,+!*$()[\]{}|~]+|%[0-9A-Fa-f]{2}/, MAX_URL_PARTS);
  const name = host
    .replace(/^[^@]*@/, '')
    .replace(/:\d+$/, '')
    .replace(/^www\./i, '');
  const terms = identifierTerms(name).filter((term) => !TOP_LEVEL.has(term));
  for (const piece of path) {
    const trimmed = piece.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
    if (trimmed !== '') terms.push(...identifierTerms(trimmed));
  }
  return terms;
}

function addNumber(token: string, add: (term: string) => void): boolean {
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(token)) {
    add(token.replaceAll(',', ''));
  } else if (/^v?\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.-]+)?$/i.test(token)) {
    const version = token.replace(/^v/i, '').toLowerCase();
    add(version);
    const short = /^\d+\.\d+(?=\.)/.exec(version)?.[0];
    if (short !== undefined) add(short);
  } else if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,64}$/i.test(token)) {
    // A commit is quoted by its first letters; seven of them find it in any length.
    add(token.toLowerCase());
    add(token.slice(0, 7).toLowerCase());
  } else if (UUID.test(token)) {
    add(token.toLowerCase());
    add(token.slice(0, 8).toLowerCase());
  } else if (TIMESTAMP.test(token)) {
    add(token.slice(0, 10));
    add(token.slice(0, 4));
  } else if (/^\d+(?::\d{2})*$/.test(token)) {
    add(token);
  } else {
    return false;
  }
  return true;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A day, with or without its time: who asks, asks for the day. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?$/i;

function addName(token: string, add: (term: string) => void): void {
  const steps = token.split(/[/@\\]+|::+/);
  if (steps.length > 1) {
    add(token.toLowerCase());
    for (const step of steps) if (!addNumber(step, add)) addStep(step, add);
  } else {
    addStep(token, add);
  }
}

/** One name: a file, a variable, a flag. */
function addStep(step: string, add: (term: string) => void): void {
  const atoms = step.split(/[^A-Za-z0-9]+/).filter((atom) => atom !== '');
  if (atoms.length > 1) {
    add(step.toLowerCase());
    for (const atom of atoms) if (atom.length > 1 && !addNumber(atom, add)) addAtom(atom, add);
  } else if (atoms[0] !== undefined) {
    addAtom(atoms[0], add);
  }
}

function addAtom(atom: string, add: (term: string) => void): void {
  if (/^(?:[A-Za-z]?[a-z]+|[A-Z]+s?)$/.test(atom)) {
    add(termOf(atom));
    return;
  }
  add(atom.toLowerCase());
  const words = atom.match(/[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [];
  if (atom.length >= 16 && words.length > atom.length / 3) return; // Drawn at random, not composed of words.
  for (const word of words) {
    const code = /^([A-Za-z]+)(\d{3,})$/.exec(word);
    if (code !== null) {
      if (code[1] !== undefined && code[1].length > 1) add(termOf(code[1]));
      add(code[2] ?? '');
    } else if (words.length > 1 && word.length > 1) {
      add(/\d/.test(word) ? word.toLowerCase() : termOf(word));
    }
  }
}

/** Encoded data: long, and hardly ever interrupted. */
function isBlob(token: string): boolean {
  if (token.length <= MAX_TERM) return false;
  return token.length / token.split(/[^A-Za-z0-9]+/).length > 20;
}
