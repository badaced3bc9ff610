/**
 * Reads the whole configuration, with all that checks it: a bundle of its own. Hooks and servers come here only after
 * it was changed.
 */
// First of all: schemas look at it when they are made.

export { loadConfiguration } from '../project/configuration.ts';
export { jitless } from './jitless.ts';
