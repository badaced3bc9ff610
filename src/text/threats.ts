// TEMPORARY STUB so that others can compile: the author of text/ replaces this file whole.
export type ThreatFinding = { rule: string; excerpt: string };
export function scanThreats(text: string): ThreatFinding[] {
  const m = /ignore (all )?previous instructions/i.exec(text);
  return m ? [{ rule: 'injection', excerpt: m[0] }] : [];
}
