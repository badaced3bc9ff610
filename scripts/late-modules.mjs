/**
 * Esbuild plugin: modules of Node's that a start has no use for are loaded when the first of their functions is called.
 * Measured on Node 20: node:crypto takes 5 ms of a start, node:fs/promises 4, node:child_process 3.
 */
import { createRequire } from 'node:module';

const late = ['node:child_process', 'node:crypto', 'node:fs/promises', 'node:timers/promises', 'node:zlib'];
/** What is no function, and where it can be had from without a cost. */
const elsewhere = { 'node:fs/promises': "export { constants } from 'node:fs';" };

export const lateModules = {
  name: 'late-modules',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ kind, path, importer }) =>
      kind === 'import-statement' && late.includes(path) && !/[/\\]node_modules[/\\]/.test(importer)
        ? { path, namespace: 'late-modules', sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'late-modules' }, ({ path }) => ({ contents: forwarder(path) }));
  },
};

/** A module of functions alone: a class or a value that our code would import from it is an error of the build. */
function forwarder(path) {
  const names = Object.entries(createRequire(import.meta.url)(path))
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name))
    .map(([name]) => name);
  return [
    `let loaded;\nconst load = () => (loaded ??= require(${JSON.stringify(path)}));`,
    ...names.map((name) => `export const ${name} = (...args) => load().${name}(...args);`),
    elsewhere[path] ?? '',
  ].join('\n');
}
