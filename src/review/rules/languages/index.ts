/** All languages that the rules read. */
import { german } from './de.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { japanese } from './ja.ts';
import { korean } from './ko.ts';
import type { Language } from './language.ts';
import { portuguese } from './pt.ts';
import { russian } from './ru.ts';
import { chinese } from './zh.ts';

export const LANGUAGES: readonly Language[] = [
  english,
  german,
  spanish,
  french,
  portuguese,
  italian,
  russian,
  chinese,
  japanese,
  korean,
];
