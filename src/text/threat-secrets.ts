// Secrets written into a text as a threat: what is published as a procedure is copied into files that others read.

import { redact } from './redaction.ts';

/** At most one finding; its excerpt names the kinds that were found, never the secret. */
export function secretFinding(text: string): { readonly rule: string; readonly excerpt: string } | null {
  const kinds = Object.entries(redact(text).counts);
  if (kinds.length === 0) return null;
  return {
    rule: 'hard-coded-secret',
    excerpt: kinds
      .map(([kind, count]) => `${count} × ${kind}`)
      .join(', ')
      .slice(0, 80),
  };
}
