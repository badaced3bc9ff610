import { describe, expect, it } from 'vitest';
import { asksToKeep } from '../../src/policy/keep-request.ts';

describe('asksToKeep', () => {
  it.each([
    'Look up when the API retires and remember it',
    'Find the release date. Please remember that for later.',
    'Check the docs and remember.',
    'Remember what you find',
    'save this to memory',
    'keep this in mind',
    'Look it up and note it down',
    'make a note of the result',
    'Schau nach und merk dir das',
    'Such das Datum und merk es dir',
    'búscalo y recuérdalo',
    'cherche la date et retiens-la',
    'cerca la data e ricordalo',
    'найди дату и запомни',
    '查一下日期并记住',
    '調べて覚えておいて',
  ])('hears the asking: %s', (message) => {
    expect(asksToKeep(message)).toBe(true);
  });

  it.each([
    'Please fix the failing test in the store module',
    'Save the file and keep it simple',
    'Store it in S3',
    'Add a note field to the order form',
    'Remember to run the linter',
    'I remember that it was slow',
    'Do you remember that bug?',
    "I can't remember it",
    'What does this do?\n```\nplease remember this\n```',
    'Speichere die Datei',
    'Guarda el archivo',
  ])('hears none: %s', (message) => {
    expect(asksToKeep(message)).toBe(false);
  });
});
