/** The licence texts of what stands in the bundles: of each package, and of those that a package has bundled itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
/** What a bundler leaves above each file that it took in: `//#region ../node_modules/.pnpm/ajv@8.18.0/node_modules/ajv/…`. */
const TAKEN_IN =
  /^\/\/#region .*?node_modules\/(?:\.pnpm\/[^/]+?@([\d.]+)[^/]*\/node_modules\/)?((?:@[^/]+\/)?[^/\s]+)\//gm;

/**
 * @param {string} source the root of our package
 * @param {readonly string[]} inputs the files of all bundles, relative to it
 */
export function licences(source, inputs) {
  const files = [...new Set(inputs)].filter((file) => FOLDER.test(file));
  const folders = [...new Set(files.map((file) => FOLDER.exec(file)[0]))].sort();
  const texts = folders.map((folder) => entry(join(source, folder)));
  for (const [name, version] of takenIn(files.map((file) => join(source, file)))) {
    const folder = join(source, 'node_modules', ...name.split('/'));
    if (!folders.some((known) => known.endsWith(`node_modules/${name}`)))
      texts.push(entry(folder, { name, version }));
  }
  return `${texts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

/** By name; the version may be unknown. */
function takenIn(files) {
  const found = new Map();
  for (const file of files)
    for (const [, version, name] of readFileSync(file, 'utf8').matchAll(TAKEN_IN)) found.set(name, version);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** @param known of a package that another one has bundled: what is installed under its name may be a later one */
function entry(folder, known = {}) {
  if (!existsSync(folder)) return `${known.name} ${known.version ?? ''}: its licence was not found`;
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/i.test(file));
  const words = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${known.version ?? version} (${license})`, ...words].join('\n\n');
}
