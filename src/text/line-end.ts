// Whether what begins at an offset runs on to the end of its line: only then can a line wrap have broken it.

/** How far is looked, in UTF-16 units. */
const REACH = 512;
const RUN = new RegExp(`[A-Za-z0-9_.~+=@%$!:*^-]{0,${REACH}}(?:\\\\?\\r?\\n|$)`, 'y');

/** True where the run of characters that secrets are made of, `/` apart, at `at` ends with its line or the text. */
export function reachesLineEnd(text: string, at: number): boolean {
  RUN.lastIndex = at;
  return RUN.test(text);
}
