/** Which configuration of embeddings a note was written under: one of another address or model tells nothing of this. */
import { createHash } from 'node:crypto';

/** The address itself is not written down: a query in it may hold a secret. */
export function embeddingsKey({ url, model }: { url: string | null; model: string | null }): string {
  return createHash('sha256')
    .update(JSON.stringify([url, model]))
    .digest('hex')
    .slice(0, 16);
}
