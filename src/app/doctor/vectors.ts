/** Vectors: made by an endpoint, so a rebuild fills what is missing and does not pay for all of them again. */
import { messageOf } from '../../model/errors.ts';
import type { Finding } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';
import type { DoctorApp } from './types.ts';

export async function checkVectors(
  app: DoctorApp,
  store: Store,
  rebuild: boolean,
): Promise<readonly Finding[]> {
  try {
    const service = await app.embeddings();
    if (service === null) return await misconfigured(app, store);
    const orphans = await store.vectors.orphans();
    const stale: Finding[] =
      orphans === 0 ? [] : [{ id: 'vectors', status: 'fail', words: `${orphans} vectors belong to nothing` }];
    const filled = rebuild ? await service.fill() : null;
    const { ok, words: state } = await service.examine();
    const findings: Finding[] = [...stale, { id: 'embeddings', status: ok ? 'ok' : 'warn', words: state }];
    if (filled === null) return findings;
    const { complete, embedded, why } = filled;
    const words = `Embedded ${embedded} ${embedded === 1 ? 'document' : 'documents'}${why === null ? '' : `, then stopped: ${why}`}`;
    return [...findings, { id: 'vectors', status: complete ? 'ok' : 'warn', words }];
  } catch (error) {
    return [{ id: 'vectors', status: 'warn', words: messageOf(error) }];
  }
}

/** Nothing where no endpoint is named; what is wrong with one that is has been noted when it was opened. */
async function misconfigured({ config }: DoctorApp, store: Store): Promise<readonly Finding[]> {
  const { url } = (await config()).embeddings;
  const note = url === null ? null : await store.health.note('embeddings');
  if (note === null || note.error === null) return [];
  return [{ id: 'embeddings', status: 'warn', words: `Embeddings are off: ${note.error}` }];
}
