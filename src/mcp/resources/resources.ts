/**
 * What requests about resources need: a bundle of its own, loaded with the first of them. It holds no protocol: what
 * it refuses is said in words, and made an error by register.ts.
 */
import type { App } from '../../app/app.ts';
import type { CallFacts } from '../../app/caller.ts';
import type { Shelf } from '../../app/shelf.ts';
import { shelfFor } from './read.ts';

export { completed } from './complete.ts';
export { listPage, TEMPLATES } from './list.ts';
export { readUri } from './read.ts';
export { subscribingFault } from './uri.ts';
export { watchOf } from './watch.ts';

/** What the one who asks may see. A folder that is not known is no project for that. */
export async function shelfOf(app: App, facts: CallFacts): Promise<Shelf> {
  return shelfFor(app, await app.reader(facts));
}
