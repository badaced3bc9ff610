/** What the languages say of the custom of a project. */
import { englishPractices } from './english.ts';
import { otherPractices } from './others.ts';
import type { Practice } from './practice.ts';
import { romancePractices } from './romance.ts';

export type { Practice } from './practice.ts';

export const PRACTICES: Readonly<Record<string, readonly Practice[]>> = {
  ...otherPractices,
  ...romancePractices,
  en: englishPractices,
};
