/**
 * `npm run build`: the ESM source as CommonJS bundles in dist/. Bundles are replaced by a rename, so that a
 * program that starts meanwhile finds the old one or the new one, never half of one.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { lateModules } from './late-modules.mjs';
import { leanStart } from './lean-start.mjs';
import { licences } from './lib/licences.mjs';
import { root } from './process.mjs';

/** What the bin starts, and what those load by path when they need it. */
export const bundles = [
  { source: 'src/mcp/main.ts', file: 'mcp.cjs' },
  { source: 'src/mcp/http/main.ts', file: 'serve.cjs' },
  { source: 'src/cli/main.ts', file: 'cli.cjs' },
  { source: 'src/hooks/main.ts', file: 'hook.cjs' },
  { source: 'src/app/asking.ts', file: 'asking.cjs' },
  { source: 'src/app/configuring.ts', file: 'configuring.cjs' },
  { source: 'src/app/services.ts', file: 'services.cjs' },
  { source: 'src/app/reader.ts', file: 'reader.cjs', isThread: true },
  { source: 'src/app/embeddings.ts', file: 'embeddings.cjs' },
  { source: 'src/app/identity.ts', file: 'identity.cjs' },
  { source: 'src/app/reviewers.ts', file: 'reviewers.cjs' },
  { source: 'src/mcp/calling.ts', file: 'calling.cjs' },
  { source: 'src/mcp/resources/resources.ts', file: 'resources.cjs' },
  { source: 'src/mcp/ask/forms.ts', file: 'forms.cjs' },
  { source: 'src/mcp/form-validator.ts', file: 'form-validator.cjs' },
];
/** `import('…/services.ts')` in another bundle loads services.cjs, through the bin's code cache; its neighbours alike. */
const loadedApart = {
  name: 'loaded-apart',
  setup(build) {
    build.onResolve(
      {
        filter:
          /\/(?:asking|configuring|services|embeddings|identity|reviewers|calling|forms|resources)\.ts$/,
      },
      ({ kind, path }) =>
        kind === 'dynamic-import'
          ? { path: `${basename(path, '.ts')}.cjs`, namespace: 'loaded-apart' }
          : undefined,
    );
    // What lean-start leaves for the first form.
    build.onResolve({ filter: /^@modelcontextprotocol\/server\/validators\/ajv$/ }, ({ kind }) =>
      kind === 'require-call' ? { path: 'form-validator.cjs', namespace: 'loaded-apart' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'loaded-apart' }, ({ path }) => ({
      contents: `module.exports = globalThis[Symbol.for('midturn.load')](${JSON.stringify(path)});`,
    }));
  },
};
/**
 * Of our own files, what nobody uses is left out together with what it would do when it is loaded; but for the one
 * that is there for nothing else.
 */
const withoutEffects = {
  name: 'without-effects',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path, resolveDir }) =>
      kind === 'import-statement' && !path.endsWith('/jitless.ts')
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    );
  },
};
/** What Node puts around a CommonJS module: the bin runs a bundle as it stands in its file. */
const wrapper = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
};
const bin = { source: 'src/midturn.ts', file: 'midturn.cjs' };

const notices = 'THIRD-PARTY-LICENSES.txt';

/**
 * Builds `bundles` and the bin of the package at `source` into `outdir`.
 * Throws when a bundle has an error or a warning. Answers for each bundle its size and the files whose code stands in it.
 */
export async function build({ source = root, outdir = join(root, 'dist') } = {}) {
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const results = await Promise.all(bundles.map((entry) => bundle(source, entry, { version })));
  const hashes = Object.fromEntries(
    results.map(({ file, contents }) => [file, createHash('sha256').update(contents).digest('hex')]),
  );
  results.push(await bundle(source, bin, { version, hashes }));

  mkdirSync(outdir, { recursive: true });
  for (const { file, contents } of results)
    replace(join(outdir, file), contents, file === bin.file ? 0o755 : 0o644);
  const inputs = results.flatMap((result) => result.inputs);
  replace(join(outdir, notices), licences(source, inputs), 0o644);
  const kept = new Set([...results.map(({ file }) => file), notices]);
  for (const file of readdirSync(outdir))
    if (!kept.has(file)) rmSync(join(outdir, file), { recursive: true });
  return results.map(({ file, contents, parts }) => ({ file, bytes: contents.length, parts }));
}

async function bundle(source, entry, { version, hashes }) {
  const isBin = entry.file === bin.file;
  const { outputFiles, metafile, warnings } = await esbuild.build({
    absWorkingDir: source,
    entryPoints: [entry.source],
    outfile: entry.file,
    write: false,
    metafile: true,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    // The bin has to be understood by a Node that is too old, to say so.
    target: isBin ? 'node10' : 'node20',
    // import() inside a script with a code cache has no loader: it becomes a require that runs when reached.
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    external: ['better-sqlite3', 'sqlite-vec'],
    minify: true,
    // The bin reads bundles as Latin-1: half the memory of UTF-16, and nothing to decode.
    charset: 'ascii',
    legalComments: 'none',
    loader: { '.md': 'text' },
    plugins: [leanStart, ...(isBin ? [] : [lateModules]), loadedApart, withoutEffects],
    define: {
      __MIDTURN_VERSION__: JSON.stringify(version),
      ...(isBin ? { __MIDTURN_BUNDLES__: JSON.stringify(hashes) } : {}),
    },
    ...(isBin ? { banner: { js: '#!/usr/bin/env node' } } : entry.isThread === true ? {} : wrapper),
    logLevel: 'warning',
  });
  if (warnings.length > 0) throw new Error(`${entry.source}: the bundle has warnings`);
  const contents = Buffer.from(asciiOnly(outputFiles[0].text, entry.file));
  const [{ inputs }] = Object.values(metafile.outputs);
  const parts = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  return { file: entry.file, contents, inputs: Object.keys(metafile.inputs), parts };
}

/** esbuild leaves regular expressions as they were written: their letters are escaped here, which means the same. */
function asciiOnly(code, file) {
  const escapedLetter = /(?:^|[^\\])(?:\\\\)*\\[\u0080-\uffff]/.exec(code);
  if (escapedLetter !== null) throw new Error(`${file}: an escaped letter beyond ASCII: ${escapedLetter[0]}`);
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function replace(path, contents, mode) {
  const next = `${path}.${process.pid}.tmp`;
  writeFileSync(next, contents);
  chmodSync(next, mode);
  renameSync(next, path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const built = await build();
    for (const { file, bytes } of built) {
      console.log(`${relative(process.cwd(), join(root, 'dist', file))} ${(bytes / 1024).toFixed(0)} kB`);
    }
  } catch (error) {
    console.error(`build failed: ${error.message}`);
    process.exitCode = 1;
  }
}
